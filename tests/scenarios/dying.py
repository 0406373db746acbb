"""A program whose passes are killed at a chosen write to the ledger, by SIGKILL; another process then goes on.

In: a folder. Out: ``deaths.json`` in it, one entry for each point of death, and a last one that lived.
Run it as ``python -m tests.scenarios.dying FOLDER``: it forks, and must not hold threads when it does.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, NoReturn

import sqlalchemy as sa
from sqlalchemy.orm import Session

from syncd.ledger import Ledger, open_ledger, upgrade
from syncd.ledger.mismatches import open_mismatches
from syncd.ledger.passes import passes_until
from syncd.ledger.tables import MISMATCH_EVENTS
from syncd.passes.pair import Pair
from syncd.records.procedure import Kind, Level, Procedure, State
from tests.stores import Store
from tests.worlds import CARRIED, make_pair, make_room, run

START = datetime(2026, 11, 25, tzinfo=UTC)
GRACE = timedelta(minutes=10)
DECADE = timedelta(days=3_650)


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("SIGKILL did not kill")


def written_and_dead(session: Session, fn: Callable[..., Any], args: Any, kwargs: Any) -> None:
    """Write, and die before the commit."""
    fn(session, *args, **kwargs)
    session.flush()
    die()


class DyingLedger(Ledger):
    """A ledger whose process dies at its n-th write, just before the commit or just after it."""

    def __init__(self, url: str, *, at: int, committed: bool) -> None:
        super().__init__(url)
        self.left = at
        self.committed = committed

    async def write(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        self.left -= 1
        is_last = self.left == 0
        if is_last and not self.committed:
            await super().write(written_and_dead, fn, args, kwargs)
        result = await super().write(fn, *args, **kwargs)
        if is_last:
            die()
        return result


def pair() -> Pair:
    """Seven procedures; three of them wrong, each in another way."""
    portal, city = Store(details=True), Store(carries=CARRIED)
    for number in range(1, 8):
        code, name = f"1.00000{number}", f"Thủ tục số {number}"
        record = Procedure(code=code, name=name, kind=Kind.STANDARD, state=State.PUBLIC, levels=(Level.PROVINCE,))
        portal.put(f"id-{code}", record)
        if number != 2:
            written = f"{name} cũ" if number == 3 else name
            city.put(f"{code}.H26", Procedure(code=code, local_code=f"{code}.H26", name=written))
    city.put("1.999999.H26", Procedure(code="1.999999", local_code="1.999999.H26", name="Thủ tục lạ"))
    return make_pair(portal, city, grace=GRACE)


def live(ledger: Ledger, begun: datetime, holder: str, passes: int) -> int:
    """Passes, a grace apart; returns how many moves the last one made."""
    mine, made = pair(), -1
    for number in range(passes):
        at = begun + number * GRACE
        made = run(mine, make_room(ledger, lambda at=at: at, holder=holder)).moves
    return made


def first_life(url: str, at: int, committed: bool) -> None:
    with DyingLedger(url, at=at, committed=committed) as ledger:
        live(ledger, START, "first", 2)


def second_life(url: str, found: Path) -> None:
    """Go on an hour later; then write down what there is."""
    with open_ledger(url) as ledger:
        last_moves = live(ledger, START + timedelta(hours=1), "second", 3)
        events = sa.select(MISMATCH_EVENTS.c.mismatch_id, MISMATCH_EVENTS.c.event).order_by(MISMATCH_EVENTS.c.id)
        record = {
            "open": sorted(
                [one.kind, one.code, one.field, one.portal_value, one.city_value, one.state]
                for one in ledger.read_now(open_mismatches, "ha-noi")
            ),
            "events": [list(row) for row in ledger.read_now(lambda session: session.execute(events).all())],
            "passes": [[one.holder, one.outcome] for one in ledger.read_now(passes_until, START + DECADE)],
            "last_moves": last_moves,
        }
    found.write_text(json.dumps(record))


def forked(act: Callable[..., None], *args: Any) -> int:
    """Run ``act`` in a process of its own; returns the signal that killed it, or 0."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            act(*args)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status)
    if os.WEXITSTATUS(status):
        raise RuntimeError(f"{act.__name__}{args} failed")
    return 0


def deaths(folder: Path) -> Iterator[dict[str, Any]]:
    """Every point of death in turn, and what a second process made of it; the last entry is a life without death."""
    fresh = folder / "fresh.db"
    upgrade(f"sqlite:///{fresh}")
    open_ledger(f"sqlite:///{fresh}").close()
    for at in count(1):
        for committed in (False, True):
            ledger, found = folder / f"{at}-{committed}.db", folder / f"{at}-{committed}.json"
            shutil.copy(fresh, ledger)
            killed_by = forked(first_life, f"sqlite:///{ledger}", at, committed)
            if killed := forked(second_life, f"sqlite:///{ledger}", found):
                raise RuntimeError(f"the second life after death {at} ({committed}) was killed by signal {killed}")
            yield {"at": at, "committed": committed, "killed_by": killed_by, **json.loads(found.read_text())}
            if not killed_by:
                return


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    (folder / "deaths.json").write_text(json.dumps(list(deaths(folder))))
