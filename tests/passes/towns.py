"""Two stores in memory between which passes run: the smallest world, with a clock that tests move.

In: records. Out: `Town`: a pair, a ledger, a clock; a pass is one call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from syncd.ledger import Ledger, open_ledger, upgrade
from syncd.ledger.mismatches import Mismatch, open_mismatches
from syncd.passes.outcome import PassOutcome, Room
from syncd.passes.pair import Pair
from syncd.records.procedure import Kind, Level, Procedure, State
from tests.stores import Store
from tests.worlds import CARRIED, make_pair, make_room, run

START = datetime(2026, 11, 25, tzinfo=UTC)
NAME = "Đăng ký thường trú"
OTHER_NAME = "Đăng ký tạm trú"


@cache
def _blank() -> bytes:
    """An empty ledger with its schema: made once, since that takes longer than most tests."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "ledger.db"
        upgrade(f"sqlite:///{file}")
        assert not file.with_name("ledger.db-wal").exists()
        return file.read_bytes()


def fresh_ledger(folder: Path) -> Ledger:
    """An empty ledger in this folder, open."""
    (folder / "ledger.db").write_bytes(_blank())
    return open_ledger(f"sqlite:///{folder / 'ledger.db'}")


def portal_record(code: str, name: str = NAME, state: State = State.PUBLIC) -> Procedure:
    return Procedure(
        code=code,
        portal_id=f"id-{code}",
        name=name,
        kind=Kind.STANDARD,
        state=state,
        levels=(Level.PROVINCE,),
        decision_number="1/QĐ-BTP",
        published_at=datetime(2026, 4, 1, tzinfo=UTC),
    )


def city_record(code: str, name: str = NAME, local_code: str = "") -> Procedure:
    return Procedure(code=code, local_code=local_code or f"{code}.H26", name=name)


@dataclass
class Town:
    """One pair in memory; half a minute goes by with each pass."""

    ledger: Ledger
    portal: Store = field(default_factory=Store)
    city: Store = field(default_factory=lambda: Store(carries=CARRIED))
    grace: timedelta = timedelta(0)
    now: datetime = START
    make: Callable[..., Pair] = make_pair

    def __post_init__(self) -> None:
        self.restart()

    def restart(self, **options: Any) -> None:
        """A fresh program on the same ledger."""
        self.pair = self.make(self.portal, self.city, grace=self.grace, **options)

    @property
    def room(self) -> Room:
        return make_room(self.ledger, lambda: self.now)

    def publish(self, code: str, name: str = NAME, state: State = State.PUBLIC) -> None:
        self.portal.put(f"id-{code}", portal_record(code, name, state))

    def enter(self, code: str, name: str = NAME) -> None:
        self.city.put(f"{code}.H26", city_record(code, name))

    def both(self, *codes: str) -> None:
        for code in codes:
            self.publish(code)
            self.enter(code)

    def run(self) -> PassOutcome:
        outcome = run(self.pair, self.room)
        self.now += timedelta(seconds=30)
        return outcome

    def known(self) -> list[Mismatch]:
        return self.ledger.read_now(open_mismatches, self.pair.name)

    def subjects(self) -> set[tuple[str, str, str]]:
        return {(one.kind, one.code or one.local_code, one.state) for one in self.known()}
