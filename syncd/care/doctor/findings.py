"""What a check finds, and how checks are run: each alone, each within its time.

In: checks. Out: findings; a check that takes too long or fails unexpectedly is a finding as well.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from enum import StrEnum
from typing import TypeVar

from msgspec import Struct

from syncd.errors import SyncdError
from syncd.redaction import redact_text

LIMIT = 12.0
"""Seconds that one check may take; all run at the same time."""
LONGEST = 300
T = TypeVar("T")


class Level(StrEnum):
    """``wrong`` wants somebody to do something; ``note`` is worth knowing."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


class Finding(Struct, frozen=True):
    """One line: what was looked at, of what, what was found, and what to do about it."""

    check: str
    subject: str
    level: Level
    words: str
    action: str = ""


Check = Callable[[], Awaitable[Iterable[Finding]]]


def ok(check: str, subject: str, words: str) -> Finding:
    return Finding(check, subject, Level.OK, _clean(words))


def note(check: str, subject: str, words: str, action: str = "") -> Finding:
    return Finding(check, subject, Level.NOTE, _clean(words), _clean(action))


def wrong(check: str, subject: str, words: str, action: str) -> Finding:
    return Finding(check, subject, Level.WRONG, _clean(words), _clean(action))


def of_error(check: str, subject: str, error: Exception) -> Finding:
    """What an error says."""
    if isinstance(error, SyncdError):
        return wrong(check, subject, error.message, error.action)
    if isinstance(error, TimeoutError):
        return wrong(check, subject, f"no answer within {LIMIT:.0f} s", "look at what it waits for")
    if isinstance(error, OSError):
        return wrong(check, subject, error.strerror or str(error), f"see {error.filename}" if error.filename else "")
    return wrong(check, subject, f"{type(error).__name__}: {error}", "nobody expected this: report it")


async def run(name: str, check: Check) -> list[Finding]:
    """Run one check."""
    try:
        async with asyncio.timeout(LIMIT):
            return list(await check())
    except Exception as error:
        return [of_error(name, "", error)]


async def in_thread(work: Callable[[], T]) -> T:
    """Run what blocks in a thread that nobody waits for at the end: a resolver that hangs cannot hold up the report."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    def carry_out() -> None:
        result, failed = None, None
        try:
            result = work()
        except BaseException as error:
            failed = error
        with suppress(RuntimeError):  # the loop may be gone
            loop.call_soon_threadsafe(settle, result, failed)

    threading.Thread(target=carry_out, name="doctor", daemon=True).start()
    return await done


def _clean(text: str) -> str:
    return " ".join(redact_text(text).split())[:LONGEST]
