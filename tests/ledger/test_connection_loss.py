"""The connection to PostgreSQL breaks at the worst moments: nothing is lost, and nothing is done twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from syncd.ledger import Ledger, LedgerUnreachableError, OutcomeUnknownError, database, engines, open_ledger, upgrade
from syncd.ledger.tables import SETTINGS
from syncd.ledger.tables_cluster import COMMITS
from tests.proxy import Loss, Proxy, proxied

pytestmark = pytest.mark.postgresql


@pytest.fixture
def behind(postgresql_url: str) -> Iterator[tuple[Proxy, Ledger]]:
    """A ledger that is reached through a proxy."""
    upgrade(postgresql_url)
    with proxied(postgresql_url) as (proxy, url), open_ledger(url) as ledger:
        add(ledger, "first")
        yield proxy, ledger


def add(ledger: Ledger, name: str) -> str:
    """Write one new row; a second time it is refused by the database."""

    def insert(session: Session) -> str:
        session.execute(sa.insert(SETTINGS).values(name=name, value="1"))
        return name

    return ledger.write_now(insert)


def names(ledger: Ledger) -> set[str]:
    return set(ledger.read_now(lambda session: session.scalars(sa.select(SETTINGS.c.name)).all()))


@pytest.mark.parametrize("loss", list(Loss))
def test_a_commit_whose_answer_is_lost_is_found_done_or_not_done(behind: tuple[Proxy, Ledger], loss: Loss) -> None:
    """The request lost: it is made again. The answer lost: it is not, or the row would be there already."""
    proxy, ledger = behind
    proxy.lose = loss
    assert add(ledger, "second") == "second"
    assert proxy.struck.is_set()
    assert {"first", "second"} <= names(ledger)
    assert add(ledger, "third") == "third"


def test_nobody_says_done_or_not_done_while_nobody_can_know(
    behind: tuple[Proxy, Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server stays away: the error says so, and the change is not begun anew."""
    proxy, ledger = behind
    monkeypatch.setattr(database, "SETTLING_SECONDS", 0.5)
    proxy.lose, proxy.leaves_then = Loss.ANSWER, True
    with pytest.raises(OutcomeUnknownError, match="may have been kept or not"):
        add(ledger, "second")


def test_a_connection_that_broke_in_the_pool_is_replaced_unseen(behind: tuple[Proxy, Ledger]) -> None:
    proxy, ledger = behind
    proxy.cut()
    assert add(ledger, "second") == "second"
    assert "second" in names(ledger)


def test_a_connection_that_breaks_in_the_middle_is_begun_anew(behind: tuple[Proxy, Ledger]) -> None:
    """Before the commit nothing has been kept, so the whole function runs again."""
    proxy, ledger = behind
    runs: list[int] = []

    def write(session: Session) -> None:
        session.execute(sa.insert(SETTINGS).values(name="second", value="1"))
        runs.append(1)
        if len(runs) == 1:
            proxy.cut()
        session.execute(sa.select(SETTINGS.c.name)).all()

    ledger.write_now(write)
    assert len(runs) == 2
    assert "second" in names(ledger)


def test_a_server_that_is_away_is_told_as_such(behind: tuple[Proxy, Ledger]) -> None:
    proxy, ledger = behind
    proxy.close()
    with pytest.raises(LedgerUnreachableError, match="check that the server runs"):
        add(ledger, "second")


def test_a_writer_that_goes_silent_in_a_transaction_does_not_hold_up_the_others_for_ever(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paused or cut off in the middle: the server ends its transaction, and it is begun anew when it is back."""
    monkeypatch.setitem(engines.IDLE_SECONDS, "write", 1)
    upgrade(postgresql_url)
    halfway, go_on, runs = threading.Event(), threading.Event(), []

    def silent(session: Session) -> None:
        session.execute(sa.insert(SETTINGS).values(name="silent", value="1"))
        runs.append(1)
        halfway.set()
        go_on.wait()

    with open_ledger(postgresql_url) as paused, open_ledger(postgresql_url) as other:
        writing = threading.Thread(target=paused.write_now, args=(silent,))
        writing.start()
        halfway.wait()
        add(other, "other")
        assert "silent" not in names(other)
        go_on.set()
        writing.join()
        assert len(runs) == 2
        assert {"silent", "other"} <= names(other)


def test_each_writer_keeps_one_row_however_much_it_writes(behind: tuple[Proxy, Ledger]) -> None:
    _, ledger = behind
    for number in range(5):
        add(ledger, f"row {number}")
    rows = ledger.read_now(lambda session: session.execute(sa.select(COMMITS.c.number)).scalars().all())
    assert max(rows) == 6
