"""How long questions as of a past instant take on a ledger with a year of passes, in seconds of processor time.

In: ``python -m benchmarks.asof --records 6000``. Out: a table; status 1 when a target is missed or an answer wrong.
Other programs on the machine do not count; the best of some rounds does.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from time import process_time
from typing import NamedTuple

from benchmarks.year import CODES, DAY, ENDPOINTS, PAIR, PERIOD, ROOT, START, Size, fill
from syncd.answers.about import About
from syncd.answers.publications import judged
from syncd.ledger import Ledger, open_ledger, upgrade
from syncd.ledger.index import figure_history, tables_as_of
from syncd.ledger.mismatches import select
from syncd.ledger.publications import shown
from syncd.reconcile.scope import AgencyScope
from syncd.records.figures import Group
from syncd.records.procedure import Level

LIMIT = 1.0


class Line(NamedTuple):
    """One line of the table: a question, its best time, how many rows it gave and must give."""

    name: str
    seconds: float
    rows: int
    expected: int
    limit: float = LIMIT

    @property
    def met(self) -> bool:
        return self.seconds <= self.limit and self.rows == self.expected


def measure(ledger: Ledger, size: Size, rounds: int) -> list[Line]:
    """Ask everything as of the middle and of the end of the year."""
    moments = {"mid-year": size.days // 2, "year's end": size.days - 1}
    return [
        Line(f"{name}, {moment}", *_timed(question, ledger, START + day * DAY, rounds), right(size, day))
        for moment, day in moments.items()
        for name, (question, right) in QUESTIONS.items()
    ]


def _publications(ledger: Ledger, at: datetime) -> int:
    """As they are judged: completeness by what the portal shows."""
    sides = {"portal": True, "city": False}
    return sum(
        len(ledger.read_now(shown, pair=PAIR, side=side, at=at, with_missing_parts=parts))
        for side, parts in sides.items()
    )


def _judged(ledger: Ledger, at: datetime) -> int:
    """The whole answer of ``syncd publication --as-of``: gathered, judged, attributed; of how many procedures."""
    about = About(pair=PAIR, unit="H26", scope=AgencyScope("H26", frozenset(Level)))
    return len({one.publication.code for one in ledger.read_now(judged, about, at).judgements})


def _tables(ledger: Ledger, at: datetime) -> int:
    kept = ledger.read_now(tables_as_of, period=str(PERIOD), root=ROOT, at=at)
    return sum(len(one.table.figures) for one in kept)


def _history(ledger: Ledger, at: datetime) -> int:
    """Of how many interfaces one figure's history is known."""
    of = {"period": str(PERIOD), "root": ROOT, "unit": f"{ROOT}.0", "group": Group.PROGRESS, "code": CODES[0]}
    return len({one.endpoint for one in ledger.read_now(figure_history, until=at, **of)})


def _open_mismatches(ledger: Ledger, at: datetime) -> int:
    return len(ledger.read_now(select, pair=PAIR, as_of=at))


QUESTIONS: dict[str, tuple[Callable[[Ledger, datetime], int], Callable[[Size, int], int]]] = {
    "publications, both sides": (_publications, lambda size, _: 2 * size.records),
    "publications, judged": (_judged, lambda size, _: size.records),
    "index tables": (_tables, lambda size, _: len(ENDPOINTS) * size.units * len(CODES)),
    "history of one figure": (_history, lambda *_: len(ENDPOINTS)),
    "mismatches": (_open_mismatches, lambda size, day: min(day + 1, 10) * size.changes),
}
"""What is asked, and how many rows are right."""


def _timed(question: Callable[[Ledger, datetime], int], ledger: Ledger, at: datetime, rounds: int) -> tuple[float, int]:
    """The best time of all rounds, and the rows of the last answer."""
    times = []
    for _ in range(rounds):
        begun = process_time()
        rows = question(ledger, at)
        times.append(process_time() - begun)
    return min(times), rows


def main() -> int:
    """Parse the command line, build, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=Size().records, help="records a side")
    parser.add_argument("--days", type=int, default=Size().days)
    parser.add_argument("--short", action="store_true", help="records of 2.7 KB instead of 9, which real ones have")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ledger", help="an empty database; else a SQLite file that is thrown away")
    options = parser.parse_args()
    size = Size(options.records, options.days, is_short=options.short)
    with tempfile.TemporaryDirectory() as folder:
        url = options.ledger or f"sqlite:///{Path(folder) / 'ledger.db'}"
        upgrade(url)
        with open_ledger(url) as ledger:
            fill(ledger, size)
            return report(measure(ledger, size, options.rounds), size)


def report(lines: list[Line], size: Size) -> int:
    """Print and judge."""
    print(f"{size.records:,} records a side, {size.changes} changes a day on each, {size.days} days of passes:")
    for line in lines:
        verdict = "ok" if line.met else f"MISSED (of {line.expected:,} rows)"
        print(f"  {line.name:40} {line.rows:9,} rows {line.seconds:8.3f} s  target ≤ {line.limit:g} s  {verdict}")
    return 0 if all(line.met for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
