"""The pace at which one host is asked, shared by every client of the running loop.

In: a host and a rate. Out: a turn, evenly spaced: one every 1/rate seconds, so that a host never sees a burst.
Two clients that name different rates for one host both keep to the slower one.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from aiolimiter import AsyncLimiter


@dataclass(slots=True)
class Pace:
    """The pace of one host; the limiter is replaced when a client asks for a slower one."""

    rate: float
    limiter: AsyncLimiter = field(init=False)

    def __post_init__(self) -> None:
        self.limiter = AsyncLimiter(1, 1 / self.rate)

    def slow_to(self, rate: float) -> None:
        if rate < self.rate:
            self.rate = rate
            self.limiter = AsyncLimiter(1, 1 / rate)

    async def turn(self) -> None:
        """Wait for the next turn. Waiters are served in the order in which they came."""
        await self.limiter.acquire()


_paces: dict[asyncio.AbstractEventLoop, dict[str, Pace]] = {}


def pace_of(host: str, rate: float) -> Pace:
    """The one pace of ``host`` (with its port) in the running loop. Loops that are closed are forgotten."""
    for loop in [loop for loop in _paces if loop.is_closed()]:
        del _paces[loop]
    hosts = _paces.setdefault(asyncio.get_running_loop(), {})
    pace = hosts.setdefault(host, Pace(rate))
    pace.slow_to(rate)
    return pace
