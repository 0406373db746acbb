"""How large a ledger becomes: bytes of each thing that is remembered, and of a year for small and large catalogues.

In: nothing (`python -m benchmarks.size`), or ``--prove`` to fill a real year and compare. Out: two tables on standard
output; the figures of docs/how-to/backup.md are these.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from benchmarks import year
from benchmarks.year import _mismatches, _readings, _versions
from syncd.care.backup import backup
from syncd.care.sizes import sizes
from syncd.ledger import Ledger, open_ledger, upgrade
from syncd.ledger.passes import begin_pass, end_pass
from syncd.ledger.readings import record_reading
from syncd.ledger.rows import chunks, insert
from syncd.ledger.tables import HEADS, VERSIONS
from syncd.sides.reading import Finding, Proof, ReadingVerdict

PASSES_A_YEAR = 4 * 24 * 365
RATES = (0.001, 0.003, 0.01)
RECORDS = (2_000, 100_000)
SAMPLE = 1_000
KIB, MIB = 1024, 1024 * 1024
FINDINGS = tuple(Finding(kind, 3, tuple(f"1.00{number:04}" for number in range(10))) for kind in ("unread", "odd"))
"""What an ordinary reading says beside its numbers."""


class Costs(NamedTuple):
    """Bytes on the disk, indexes included, of one version, one head, one pass (two readings), one mismatch's life."""

    version: float
    head: float
    one_pass: float
    mismatch: float

    def standing(self, records: int) -> float:
        """What a catalogue takes once it has been read: both sides."""
        return 2 * records * (self.version + self.head)

    def growth(self, records: int, rate: float, passes: int = PASSES_A_YEAR) -> float:
        """What a year adds: ``rate`` of the records of both sides change each day; each change differs for a while."""
        changes = records * rate * 365
        return 2 * changes * self.version + changes * self.mismatch + passes * self.one_pass


def grown(ledger: Ledger, fill: Callable[[Ledger], int]) -> float:
    """Bytes that one of what ``fill`` puts in takes."""
    before = sizes(ledger.where)
    number = fill(ledger)
    after = sizes(ledger.where)
    return ((after.bytes - after.free) - (before.bytes - before.free)) / number


def versions(ledger: Ledger) -> int:
    size = year.Size(records=SAMPLE, days=1)
    ledger.write_now(_readings, year.Size(records=SAMPLE, days=1))
    made = [row for number, side in enumerate(year.SIDES) for row in _versions(random.Random(7), size, number, side)]
    for some in chunks(made, 200):
        ledger.write_now(insert, VERSIONS, some)
    return len(made)


def heads(ledger: Ledger) -> int:
    rows = [
        {"pair": year.PAIR, "side": side, "key": f"1.{number:06}", "raw_hash": b"x" * 16, "version_id": 1}
        | {"detail_read_at": year.START}
        for side in year.SIDES
        for number in range(SAMPLE)
    ]
    ledger.write_now(insert, HEADS, rows)
    return len(rows)


def passes(ledger: Ledger) -> int:
    for some in chunks(range(SAMPLE), 100):
        ledger.write_now(_passes, list(some))
    return SAMPLE


def _passes(session: Session, numbers: list[int]) -> None:
    proof = Proof(ReadingVerdict.WHOLE, counted=2_000, pages=10, declared_total=2_000, findings=FINDINGS)
    counts = dict.fromkeys(("in_sync", "mismatched", "unread", "city_only", "portal_only", "ambiguous"), 2_000)
    for number in numbers:
        at = year.START + timedelta(minutes=15 * number)
        here: dict[str, Any] = {"pair": year.PAIR, "actor": "daemon"}
        one = begin_pass(session, holder="host/1", now=at, stale_after=timedelta(hours=1), **here)
        for side in year.SIDES:
            record_reading(session, pass_id=one, side=side, proof=proof, started_at=at, ended_at=at, **here)
        end_pass(session, pass_id=one, outcome="in_sync", now=at, counts=counts)


def mismatches(ledger: Ledger) -> int:
    size = year.Size(records=SAMPLE, days=100, daily=0.01)
    ledger.write_now(_mismatches, size)
    return size.changes * size.days


def measured(folder: Path) -> Costs:
    """The costs, each in a ledger that holds nothing else but what the ones before put in."""
    url = f"sqlite:///{folder / 'costs.db'}"
    upgrade(url)
    with open_ledger(url) as ledger:
        return Costs(*(grown(ledger, fill) for fill in (versions, heads, passes, mismatches)))


def report(costs: Costs) -> None:
    print(f"one version {costs.version / KIB:.1f} KiB, one head {costs.head:.0f} B, ", end="")
    print(f"one pass {costs.one_pass / KIB:.2f} KiB, one mismatch {costs.mismatch / KIB:.1f} KiB")
    print("records  changed a day  at first  a year more  a record-year")
    for records in RECORDS:
        for rate in RATES:
            standing, growth = costs.standing(records), costs.growth(records, rate)
            print(
                f"{records:>7}  {rate:>13.1%}  {standing / MIB:>4.0f} MiB  {growth / MIB:>7.0f} MiB"
                f"  {growth / records / KIB:>9.1f} KiB"
            )


def prove(folder: Path, costs: Costs) -> None:
    """Fill a year of 2,000 records and compare; then back it up."""
    url, size = f"sqlite:///{folder / 'year.db'}", year.Size(records=2_000, units=1)
    upgrade(url)
    with open_ledger(url) as ledger:
        year.fill(ledger, size)
    found = sizes(url)
    index = sum(one.bytes for one in found.tables if one.table.startswith("index_"))
    expected = 2 * size.records * costs.version + costs.growth(size.records, size.daily, passes=0)
    print(f"a year of 2,000 records filled: {(found.bytes - index) / MIB:.0f} MiB, expected {expected / MIB:.0f} MiB")
    begun = time.perf_counter()
    made = backup(url, folder / "year.db.gz", now=year.START + 400 * year.DAY)
    took = time.perf_counter() - begun
    print(f"its backup, proven and compressed: {made.manifest.bytes / MIB:.0f} MiB in {took:.1f} s")


def main(arguments: list[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="syncd-size-") as name:
        costs = measured(Path(name))
        report(costs)
        if "--prove" in arguments:
            prove(Path(name), costs)


if __name__ == "__main__":
    main(sys.argv[1:])
