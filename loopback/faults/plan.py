"""Which answers go wrong: by a plan, or by a header of the request.

In: rules (which path, which request, how often), or ``X-Loopback-Fault: name`` for use by hand. Out: a middleware that
lets the system answer and then spoils the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from loopback.faults.occasion import Drip, Occasion, body_of
from loopback.faults.table import FAULTS, known

HEADER: Final = "X-Loopback-Fault"
MOST_PATHS: Final = 64


@dataclass(slots=True)
class Rule:
    """One fault that waits: on paths that contain ``path``, from the ``nth`` such request on, ``times`` times (None:
    for ever). ``asked`` narrows it to requests whose body or query contains these words. ``hits`` counts."""

    fault: str
    path: str = ""
    nth: int = 1
    times: int | None = 1
    asked: str = ""
    seen: int = 0
    hits: int = 0

    def strikes(self, path: str, asked: str) -> bool:
        """Whether it strikes this request; counts it."""
        if self.path not in path or self.asked not in asked:
            return False
        self.seen += 1
        if self.seen < self.nth or (self.times is not None and self.hits >= self.times):
            return False
        self.hits += 1
        return True


@dataclass(slots=True)
class FaultPlan:
    """Which answers go wrong; ``drip`` paces the slow ones. ``pages``: the first and latest answer sent, by path."""

    rules: list[Rule] = field(default_factory=list)
    drip: Drip = field(default_factory=Drip)
    pages: dict[str, list[bytes]] = field(default_factory=dict)

    def add(self, fault: str, *, path: str = "", nth: int = 1, times: int | None = 1, asked: str = "") -> Rule:
        """Switch a fault on. Raises `KeyError` for a name that is not in `FAULTS`."""
        rule = Rule(known(fault), path, nth, times, asked)
        self.rules.append(rule)
        return rule

    def clear(self) -> None:
        """Switch every fault off."""
        self.rules.clear()

    def remember(self, path: str, answer: web.Response) -> None:
        """Keep the first and the latest successful answer of a path, for faults that repeat one."""
        if answer.status < 300 and (path in self.pages or len(self.pages) < MOST_PATHS):
            self.pages[path] = [*self.pages.get(path, [])[:1], body_of(answer)]

    def struck(self, path: str, asked: str) -> tuple[str, int] | None:
        """The fault that strikes this request, with its count so far."""
        for rule in self.rules:
            if rule.strikes(path, asked):
                return rule.fault, rule.hits
        return None


def faults_middleware(plan: FaultPlan) -> Middleware:
    """The middleware that spoils answers as ``plan`` says."""

    @web.middleware
    async def spoil(request: web.Request, handler: Handler) -> web.StreamResponse:
        by_hand = request.headers.get(HEADER)
        if by_hand and by_hand not in FAULTS:
            return web.Response(status=400, text=f"no fault is called {by_hand!r}: {', '.join(sorted(FAULTS))}\n")
        asked = request.query_string + (await request.read()).decode("utf-8", "replace")
        answer = await handler(request)
        struck = (by_hand, 1) if by_hand else plan.struck(request.path, asked)
        if not isinstance(answer, web.Response):
            return answer
        before = plan.pages.get(request.path, [])
        occasion = Occasion(request, answer, struck[1] if struck else 0, list(before), plan.drip)
        plan.remember(request.path, answer)
        return await FAULTS[struck[0]].act(occasion) if struck else answer

    return spoil
