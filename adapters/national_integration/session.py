"""The session that every call of the integration API carries: logged in once, shared, renewed.

In: a way to log in, and a clock (monotonic seconds). Out: the session's text. Calls that run at once share one login;
one that is cancelled leaves the login to the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Session:
    """``mark`` is the secret text; ``since`` when it was given."""

    mark: str = field(repr=False)
    since: float


class Sessions:
    """Holds the one session. ``lifetime``: seconds after which it is renewed before it is used; ``trusted``: seconds
    during which a refusal is believed, since a session so young cannot have ended.
    """

    def __init__(
        self, login: Callable[[], Awaitable[str]], *, clock: Callable[[], float], lifetime: float, trusted: float
    ) -> None:
        self._login = login
        self._clock = clock
        self._lifetime = lifetime
        self._trusted = trusted
        self._held: Session | None = None
        self._turn = asyncio.Lock()

    async def current(self) -> Session:
        """The session, logged in where there is none or where it has grown old. Raises `SideError`."""
        held = self._held
        if held is not None and self._age(held) < self._lifetime:
            return held
        return await self.renewed(held)

    async def renewed(self, refused: Session | None) -> Session:
        """A session other than ``refused``: the one that another call has got meanwhile, else a new one."""
        async with self._turn:
            if self._held is None or self._held is refused:
                self._held = None
                begun = self._clock()
                self._held = Session(await self._login(), begun)
            return self._held

    def may_have_ended(self, session: Session) -> bool:
        """Whether a refusal may be the end of this session rather than an answer."""
        return self._age(session) >= self._trusted

    def _age(self, session: Session) -> float:
        return self._clock() - session.since
