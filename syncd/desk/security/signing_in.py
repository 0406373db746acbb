"""Signing in by password: limits first, then the same work for everybody, known or not.

In: a login, a password, an address. Out: the user, or how long to wait, or neither. No word on which of the two was
wrong; the login is not logged, because people type passwords there.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import structlog
from aiohttp import web
from sqlalchemy.orm import Session

from syncd.desk.routes import DESK
from syncd.desk.security.places import network_of
from syncd.desk.security.sessions import GUARD
from syncd.ledger.accounts import User, password_hash_of, renew_hash, user_by_login
from syncd.records import passwords

AT_ONCE = 2
"""Passwords checked at the same time: each takes 32 MiB and a core for some 0.2 s."""
MOST_WAITING = 50
LONGEST_LOGIN = 100
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Hashing:
    """Slow hashing in threads, a few at once; beyond `MOST_WAITING` callers are sent away (503)."""

    _free: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _waiting: int = 0

    async def check(self, password: str, hash_text: str | None) -> passwords.Checked:
        """`passwords.check`, in its turn."""
        async with self._turn():
            return await asyncio.to_thread(passwords.check, password, hash_text)

    async def hashed(self, password: str) -> str:
        """`passwords.hashed`, in its turn."""
        async with self._turn():
            return await asyncio.to_thread(passwords.hashed, password)

    def _turn(self) -> _Turn:
        return _Turn(self)

    async def enter(self) -> None:
        """Wait for a turn."""
        if self._waiting >= MOST_WAITING:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "10"})
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1

    def leave(self) -> None:
        """Let the next one in."""
        self._free.release()


class _Turn:
    def __init__(self, hashing: Hashing) -> None:
        self._hashing = hashing

    async def __aenter__(self) -> None:
        await self._hashing.enter()

    async def __aexit__(self, *_error: object) -> None:
        self._hashing.leave()


HASHING = web.AppKey("hashing", Hashing)


@dataclass(frozen=True, slots=True)
class Tried:
    """One try: the user where it was right, else None; ``wait`` in seconds where it was one too many."""

    user: User | None = None
    wait: int = 0


async def try_password(request: web.Request, login: str, password: str) -> Tried:
    """One try at a login. Costs the same for a login that is not there."""
    guard, desk = request.app[GUARD], request.app[DESK]
    login, address = login[:LONGEST_LOGIN], guard.address(request)
    if wait := guard.limits.take(login, network_of(address), desk.clock()):
        log.warning("sign_in_limited", address=address, wait=wait)
        return Tried(wait=wait)
    user, hash_text = await desk.ledger.read(_account, login)
    checked = await request.app[HASHING].check(password, hash_text)
    if not checked.is_right or user is None or hash_text is None:
        log.info("sign_in_refused", address=address)
        return Tried()
    guard.limits.give_back(login, network_of(address), desk.clock())
    if checked.needs_upgrade:
        await _renew(request, user, password, hash_text)
    return Tried(user)


def _account(session: Session, login: str) -> tuple[User | None, str | None]:
    return user_by_login(session, login), password_hash_of(session, login)


async def _renew(request: web.Request, user: User, password: str, old: str) -> None:
    desk = request.app[DESK]
    new = await request.app[HASHING].hashed(password)
    await desk.ledger.write(renew_hash, user_id=user.id, old=old, new=new, now=desk.clock(), actor=f"user:{user.login}")
