"""Old sessions and old tries at the door go by themselves: when the desk opens, and then again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import sqlalchemy as sa
from structlog.testing import capture_logs

from syncd.desk.security.forgetting import KEPT, Forgetting, forget
from syncd.desk.security.limits import Buckets, SignInLimits
from syncd.desk.security.sessions import GUARD
from syncd.ledger.audit import trail
from syncd.ledger.errors import LedgerUnreachableError
from syncd.ledger.sign_ins import end_sessions
from syncd.ledger.tables_desk import SESSIONS
from syncd.records.roles import Role
from tests.desk.conftest import START, Build, House

LASTS = timedelta(hours=12)
"""For how long `House.signed_in` opens a session."""


async def _sessions(house: House) -> int:
    return await house.ledger.read(
        lambda session: session.scalar(sa.select(sa.func.count()).select_from(SESSIONS)) or 0
    )


async def _until(house: House, number: int) -> None:
    async with asyncio.timeout(10):
        left = await _sessions(house)
        while left != number:
            await asyncio.sleep(0.01)
            left = await _sessions(house)


async def test_the_desk_forgets_when_it_opens_and_ever_again(build: Build) -> None:
    """By its own clock: nothing goes that was not over a day ago."""
    house: House = await build(forgetting=Forgetting(every=0.02))
    for login in ("lan", "minh"):
        await house.signed_in(Role.REVIEWER, login)
    house.clock.now += LASTS + KEPT - timedelta(seconds=1)
    await house.signed_in(Role.REVIEWER, "hoa")
    assert await forget(house.app)
    assert await _sessions(house) == 3
    house.clock.pass_by(seconds=2)
    await _until(house, 1)
    house.clock.now += LASTS + KEPT
    await _until(house, 0)


async def test_a_session_that_was_ended_goes_and_the_trail_keeps_it(house: House) -> None:
    browser = await house.signed_in(Role.REVIEWER, "lan")
    await house.signed_in_as(browser.user_id, "lan")
    await house.ledger.write(end_sessions, user_id=browser.user_id, now=house.clock(), actor="user:lan")
    house.clock.now += KEPT + timedelta(seconds=1)
    other = await house.signed_in(Role.REVIEWER, "minh")
    assert await forget(house.app)
    assert await _sessions(house) == 1
    assert (await other.get("/account")).status == 200
    assert len(await house.ledger.read(trail, action="signed_in")) == 3


async def test_a_ledger_that_does_not_answer_is_asked_again_sooner(build: Build) -> None:
    """A failure is told and ends nothing; the session goes as soon as the ledger is back."""
    house: House = await build(forgetting=Forgetting(every=0.02, again=0.02))
    await house.signed_in(Role.REVIEWER, "lan")
    write: Callable[..., object] = house.ledger.write
    failing = True

    async def broken(*given: object, **more: object) -> object:
        if failing:
            raise LedgerUnreachableError("no answer", where="db.internal")
        return await write(*given, **more)  # type: ignore[misc]

    object.__setattr__(house.ledger, "write", broken)
    house.clock.now += LASTS + KEPT + timedelta(seconds=1)
    with capture_logs() as logs:
        assert not await forget(house.app)
    assert {one["event"] for one in logs} == {"sessions_not_forgotten"}
    assert await _sessions(house) == 1
    failing = False
    await _until(house, 0)


async def test_tries_that_count_no_longer_are_forgotten_and_no_others() -> None:
    limits = SignInLimits()
    for _ in range(10):
        limits.take("lan", "192.0.2.1", START)
    later = START + timedelta(seconds=200)
    limits.take("minh", "192.0.2.2", later)
    limits.forget(later)
    assert (len(limits.by_login), len(limits.by_address)) == (2, 1)
    assert limits.take("lan", "192.0.2.3", START) > 0, "what still counts was kept"
    limits.forget(START + timedelta(seconds=400))
    assert (len(limits.by_login), len(limits.by_address)) == (0, 0)


async def test_the_desk_drops_them_with_the_sessions(house: House) -> None:
    user = await house.user(Role.REVIEWER, "lan")
    program = await house.program(user)
    assert (await program.get("/api/v1/overview")).status == 200
    await (await house.browser()).post("/sign-in", {"login": "lan", "password": "sai"})
    guard = house.app[GUARD]
    assert guard.touched
    assert len(guard.limits.by_login) == len(guard.api) == 1
    house.clock.pass_by(minutes=5)
    assert await forget(house.app)
    assert not guard.touched
    assert len(guard.limits.by_login) == len(guard.api) == 0


def test_a_bucket_that_was_forgotten_says_what_it_said() -> None:
    buckets, digest = Buckets(size=2, seconds=10), sha256(b"x").hexdigest()
    buckets.take(digest, 0.0)
    before = buckets.wait(digest, 11.0)
    buckets.forget(11.0)
    assert (len(buckets), buckets.wait(digest, 11.0)) == (0, before)
