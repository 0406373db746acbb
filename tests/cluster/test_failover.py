"""The database goes away and comes back, or another takes its place: nothing is lost, nothing is doubled."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa
from aiohttp import ClientSession
from sqlalchemy.orm import Session

from loopback.run import Systems, serve
from syncd.ledger import Ledger, LedgerUnreachableError, open_ledger, upgrade
from syncd.ledger.audit_proof import verify_chain
from syncd.ledger.mismatches import open_mismatches
from syncd.ledger.tables import MISMATCH_EVENTS, SETTINGS
from tests.cluster.members import ended, overlaps, passes, settle, until_passes
from tests.cluster.server import Server, server
from tests.end_to_end import house
from tests.end_to_end.house import Running, daemon, hamlet, mismatch_lines, subjects, until

pytestmark = pytest.mark.postgresql
PAIR = "ha-noi"
CRASHES = 2


@pytest.fixture
def primary() -> Iterator[Server]:
    with server() as one:
        yield one


def hammer(ledger: Ledger, names: list[str], done: list[str], stop: threading.Event) -> None:
    """Write new rows one after the other; what did not get through is tried again, what did must not come twice."""

    def insert(session: Session, name: str) -> None:
        session.execute(sa.insert(SETTINGS).values(name=name, value="1"))

    number = 0
    while not stop.is_set():
        name = f"row {number}"
        try:
            ledger.write_now(insert, name)
        except LedgerUnreachableError:
            continue
        done.append(name)
        number += 1
    names.extend(f"row {one}" for one in range(number))


@pytest.mark.parametrize("seed", [7])
async def test_commits_under_way_while_the_server_crashes_are_kept_once_or_not_at_all(
    primary: Server, seed: int
) -> None:
    """A row that comes twice is refused by the database, so doing it again by mistake would end the thread."""
    random, stop = Random(seed), threading.Event()
    upgrade(primary.url)
    with open_ledger(primary.url) as ledger:
        names: list[str] = []
        done: list[str] = []
        writing = threading.Thread(target=hammer, args=(ledger, names, done, stop))
        writing.start()
        try:
            for _ in range(4):
                wanted = len(done) + random.randrange(50, 150)
                await until(lambda wanted=wanted: len(done) >= wanted or not writing.is_alive(), "rows")
                primary.stop("immediate")
                primary.start()
        finally:
            stop.set()
            writing.join()
        assert names == done, "the thread ended early: a row came twice"
        known = ledger.read_now(lambda session: session.scalars(sa.select(SETTINGS.c.name)).all())
        assert set(done) == {name for name in known if name.startswith("row ")}


async def test_a_server_that_crashes_in_the_middle_of_passes_loses_and_doubles_nothing(
    tmp_path: Path, systems: Systems, primary: Server
) -> None:
    """The portal changes between the crashes; in the end everything is as it is for a daemon whose ledger never broke.

    Meanwhile readiness says so, and the desk answers 503 with a page that says what to do.
    """
    steady, shaken = tmp_path / "steady", tmp_path / "shaken"
    steady.mkdir()
    async with serve(hamlet()) as calm:
        house.write(steady, calm, house.head() + house.pair(calm, sweep="1s"))
        settle(shaken, systems, primary.url, [PAIR], more=DESK, sweep="1s")
        events, random = list(systems.catalogue.events), Random(5)
        async with daemon(steady) as reference, daemon(shaken) as running:
            await reference.ready()
            await running.ready()
            with open_ledger(primary.url) as ledger:
                await until_passes(ledger, 1, [PAIR])
                for _ in range(CRASHES):
                    event = events.pop(random.randrange(len(events)))
                    systems.portal.advance(event)
                    calm.portal.advance(event)
                    await crash_in_a_pass(systems, primary, running)
                    await until_passes(ledger, 2, [PAIR], after=passes(ledger)[-1].id)
                    await until(lambda: says(running, 200), "readiness")
                await reference.after_passes(3)
                assert await running.stop() == 0
                assert await reference.stop() == 0
                rows = passes(ledger)
                assert ended(rows, "running") == []
                assert len(ended(rows, "interrupted", "failed")) >= CRASHES
                assert overlaps(rows) == []
                with house.ledger(steady) as other:
                    wanted = subjects(other.read_now(open_mismatches, PAIR))
                assert subjects(ledger.read_now(open_mismatches, PAIR)) == wanted
                recorded = ledger.read_now(lambda session: list(session.scalars(sa.select(MISMATCH_EVENTS.c.id))))
                assert ledger.read_now(verify_chain).is_whole
    assert Counter(one["event_id"] for one in mismatch_lines(shaken)) == Counter(recorded)


async def crash_in_a_pass(systems: Systems, primary: Server, running: Running) -> None:
    """Crash the server while a pass reads the portal, see what people are told, and start it again."""
    drip = systems.portal_faults.drip
    drip.dripping.clear()
    drip.gate.clear()
    systems.portal_faults.add("slow_body", path="get-formality-by-citizen")
    await until(drip.dripping.is_set, "a pass under way")
    primary.stop("immediate")
    drip.gate.set()
    await until(lambda: says(running, 503), "the word that the ledger is away")
    assert "unreachable" in await running.page("/ready")
    number, page = await desk_page(running)
    assert number == 503
    assert "Traceback" not in page
    assert "503" in page
    primary.start()


async def says(running: Running, wanted: int) -> bool:
    """Whether readiness is answered so."""
    return await status(running, "/ready") == wanted


async def status(running: Running, path: str) -> int:
    (started,) = running.logged("daemon_ready")
    async with ClientSession() as client, client.get(f"http://{started['listen'][0]}{path}") as answer:
        return answer.status


async def desk_page(running: Running) -> tuple[int, str]:
    """A page of the desk, asked for with a session that the ledger must know."""
    (started,) = running.logged("daemon_ready")
    cookies = {"syncd-session": "x" * 43}
    async with (
        ClientSession(cookies=cookies) as client,
        client.get(started["desk"] + "/", allow_redirects=False) as answer,
    ):
        return answer.status, await answer.text()


DESK = """\
[desk]
listen = "127.0.0.1:0"

"""


async def test_after_a_failover_the_daemon_goes_on_with_the_new_primary(
    tmp_path: Path, systems: Systems, primary: Server
) -> None:
    """The primary dies for good and its synchronous standby is promoted: the address names both, and nothing else
    has to be done."""
    upgrade(primary.url)
    with server(follows=primary) as standby:
        primary.stop("fast")
        primary.start("synchronous_standby_names=*")
        url = (
            "postgresql://syncd@/postgres"
            f"?host=127.0.0.1:{primary.port}&host=127.0.0.1:{standby.port}&target_session_attrs=read-write"
        )
        settle(tmp_path / "a", systems, url, [PAIR])
        async with daemon(tmp_path / "a") as running:
            await running.ready()
            with open_ledger(url) as ledger:
                await until_passes(ledger, 2, [PAIR])
                primary.stop("immediate")
                standby.promote()
                newest = passes(ledger)[-1].id
                await until_passes(ledger, 2, [PAIR], after=newest)
                rows = passes(ledger)
                assert overlaps(rows) == []
                recorded = ledger.read_now(lambda session: list(session.scalars(sa.select(MISMATCH_EVENTS.c.id))))
            assert await running.stop() == 0
        assert Counter(one["event_id"] for one in mismatch_lines(tmp_path / "a")) == Counter(recorded)
