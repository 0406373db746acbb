"""Several real daemons on one real PostgreSQL, and what its rows say of them.

In: loopback systems, a database. Out: a folder for each member, its configuration; passes as rows, to be proven.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from loopback.run import Systems
from syncd.ledger import Ledger
from syncd.ledger.tables import PASSES
from tests.end_to_end import house
from tests.end_to_end.house import Running, until

HEAD = """\
[database]
url = "{url}"

[cluster]
lease = "{lease}"

[daemon]
listen = "{listen}"

[log]
format = "json"
level = "info"
mismatch_log = "mismatches.jsonl"

[secrets]
folder = "secrets"
"""


class Row(msgspec.Struct, frozen=True):
    """One pass."""

    id: int
    pair: str
    holder: str
    outcome: str
    started_at: datetime
    ended_at: datetime | None
    epoch: int | None


def settle(
    folder: Path,
    systems: Systems,
    url: str,
    names: Iterable[str],
    *,
    lease: str = "3s",
    interval: str = "1s",
    listen: str = "127.0.0.1:0",
    more: str = "",
    **sides: str,
) -> Path:
    """Write a member's configuration into its folder."""
    folder.mkdir(exist_ok=True)
    pairs = "".join(house.pair(systems, name, interval=interval, **sides) for name in names)
    house.write(folder, systems, HEAD.format(url=url, lease=lease, listen=listen) + more + pairs)
    return folder


def passes(ledger: Ledger) -> list[Row]:
    """Every pass, in the order in which they began."""

    def read(session: Session) -> list[Row]:
        wanted = sa.select(*(PASSES.c[name] for name in Row.__struct_fields__)).order_by(PASSES.c.id)
        return [Row(*row) for row in session.execute(wanted)]

    return ledger.read_now(read)


def ended(rows: Iterable[Row], *outcomes: str) -> list[Row]:
    """Those that ended so."""
    return [row for row in rows if row.outcome in outcomes]


def overlaps(rows: Iterable[Row]) -> list[tuple[Row, Row]]:
    """Passes of one pair of which the later began before the earlier had ended. Ids are in the order of beginning."""
    by_pair: dict[str, list[Row]] = {}
    for row in rows:
        by_pair.setdefault(row.pair, []).append(row)
    return [
        (before, after)
        for some in by_pair.values()
        for before, after in pairwise(some)
        if before.ended_at is None or after.started_at < before.ended_at
    ]


def of(running: Running, rows: Iterable[Row]) -> list[Row]:
    """The passes of one member: its number is at the end of the holder's name."""
    return [row for row in rows if row.holder.endswith(f"/{running.process.pid}")]


async def until_passes(ledger: Ledger, number: int, names: Iterable[str], *, after: int = 0) -> None:
    """Wait until each pair has so many passes that ended by themselves, of those with a higher id."""
    wanted = set(names)

    def enough() -> bool:
        found = [row.pair for row in ended(passes(ledger), "in_sync", "mismatched") if row.id > after]
        return all(found.count(name) >= number for name in wanted)

    await until(enough, f"{number} passes of each of {sorted(wanted)}")
