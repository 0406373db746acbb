"""At most one pass of a pair runs; what a dead holder left behind is taken over, and the dead write nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from syncd.errors import ConflictError
from syncd.ledger import open_ledger, upgrade
from syncd.ledger.passes import begin_pass, end_pass, heartbeat, last_pass, require_running
from syncd.ledger.settings import fingerprint_seed
from syncd.ledger.tables import SETTINGS

NOW = datetime(2026, 11, 25, tzinfo=UTC)
STALE = timedelta(minutes=2)


def begin(ledger, *, holder: str = "a", now: datetime = NOW) -> int:
    return ledger.write_now(begin_pass, pair="ha-noi", holder=holder, now=now, actor="test", stale_after=STALE)


def end(ledger, pass_id: int, outcome: str = "in_sync") -> None:
    ledger.write_now(end_pass, pass_id=pass_id, outcome=outcome, now=NOW, counts={"matched": 3}, error="")


def test_a_second_holder_waits_while_the_first_lives(ledger):
    """And is told so."""
    pass_id = begin(ledger)
    with pytest.raises(ConflictError, match="is running, held by a since"):
        begin(ledger, holder="b", now=NOW + timedelta(minutes=1))
    ledger.write_now(heartbeat, pass_id=pass_id, now=NOW + STALE)
    with pytest.raises(ConflictError):
        begin(ledger, holder="b", now=NOW + STALE + timedelta(minutes=1))


def test_a_pass_without_heartbeat_is_taken_over_and_fenced(ledger):
    """The paused holder that wakes up finds that it may write nothing."""
    lost = begin(ledger)
    begin(ledger, holder="b", now=NOW + STALE)
    for late in (
        lambda: end(ledger, lost),
        lambda: ledger.write_now(heartbeat, pass_id=lost, now=NOW + STALE),
        lambda: ledger.write_now(require_running, lost),
    ):
        with pytest.raises(ConflictError, match="is interrupted, not running"):
            late()
    assert ledger.read_now(last_pass, "ha-noi", outcomes=("interrupted",)).id == lost


def test_a_holder_takes_up_what_it_left_behind_itself(ledger):
    """A restart needs no waiting."""
    begin(ledger)
    end(ledger, begin(ledger, now=NOW + timedelta(seconds=5)))
    assert ledger.read_now(last_pass, "ha-noi").counts == {"matched": 3}


def test_eight_changes_at_once_are_eight(ledger):
    """No update is lost."""

    def add(session):
        value = session.scalar(sa.select(SETTINGS.c.value).where(SETTINGS.c.name == "n"))
        if value is None:
            session.execute(sa.insert(SETTINGS).values(name="n", value="1"))
        else:
            session.execute(sa.update(SETTINGS).where(SETTINGS.c.name == "n").values(value=str(int(value) + 1)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: ledger.write_now(add), range(8)))
    assert ledger.read_now(lambda session: session.scalar(sa.select(SETTINGS.c.value))) == "8"


def test_the_seed_is_made_once(ledger):
    """And is the same for ever."""
    assert ledger.write_now(fingerprint_seed, now=NOW, actor="t") == ledger.write_now(
        fingerprint_seed, now=NOW, actor="t"
    )


async def test_a_change_that_nobody_waits_for_is_made_all_the_same(ledger):
    """Cancelling the wait does not undo it."""
    waiting = asyncio.create_task(
        ledger.write(begin_pass, pair="ha-noi", holder="a", now=NOW, actor="test", stale_after=STALE)
    )
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    with pytest.raises(ConflictError):
        await ledger.write(begin_pass, pair="ha-noi", holder="b", now=NOW, actor="test", stale_after=STALE)


def test_a_kill_inside_a_transaction_leaves_nothing_of_it(url):
    """SIGKILL between two statements."""
    upgrade(url)
    script = textwrap.dedent(
        f"""
        import os, signal, sqlalchemy as sa
        from syncd.ledger import open_ledger
        from syncd.ledger.tables import SETTINGS
        def half(session):
            session.execute(sa.insert(SETTINGS).values(name="half", value="1"))
            session.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        open_ledger({url!r}).write_now(half)
        """
    )
    ended = subprocess.run([sys.executable, "-c", script], env=os.environ, check=False)
    assert ended.returncode == -signal.SIGKILL
    with open_ledger(url) as ledger:
        assert ledger.read_now(lambda session: session.scalar(sa.select(SETTINGS.c.value))) is None
