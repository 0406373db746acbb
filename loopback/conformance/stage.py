"""The stage on which checks play: the subject, its truth, and the proxy or the copied files that stand between.

In: a subject. Out: adapters that speak to the proxy (or read the copies), built as the daemon builds them but for
waiting: what a retry would wait for is not waited for.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from loopback.conformance.chains import Chain
from loopback.conformance.places import Place
from loopback.conformance.proxy import Mood, Plan, Proxy
from loopback.conformance.reading import Run, Truth, listing
from loopback.conformance.wire import Act
from loopback.conformance.words import NotApplicableError, Subject
from syncd.sides.adapter import AdapterSettings, ReadingAdapter, Surroundings
from syncd.sides.http import HttpClient, HttpSettings
from syncd.sides.reading import Evidence, prove

OWN_HEADER: Final = "X-Conformance-Key"
OWN_SECRET: Final = "conformance-key"  # noqa: S105 - its name
NO_ROAD: Final[dict[str, Any]] = dict.fromkeys(
    (
        "proxy",
        "proxy_user",
        "proxy_password_secret",
        "ca_file",
        "client_certificate",
        "client_key",
        "client_key_secret",
        "client_key_password_secret",
    )
)
"""What leads to the system and not to the proxy."""

HURRIED: Final[dict[str, Any]] = {
    "requests_per_second": 100_000,
    "attempts": 2,
    "breaker_failures": 1000,
    "read_timeout": 15.0,
    "total_timeout": 30.0,
}
PATIENCE: Final = 10.0
"""Seconds until what was let go of must really be gone."""


async def at_once(_seconds: float) -> None:
    """Wait for nothing but the others."""
    await asyncio.sleep(0)


@dataclass(slots=True)
class Stage:
    """See the module. ``told``: every secret that was handed out. ``proxy`` or ``places``: what is read."""

    subject: Subject
    workspace: Path
    proxy: Proxy | None = None
    places: tuple[Place, ...] = ()
    chains: tuple[Chain, ...] = ()
    truth: Truth = field(default_factory=lambda: Truth(Run(prove(Evidence()), ())))
    told: set[str] = field(default_factory=set, repr=False)
    own_secret: str = field(default_factory=lambda: f"kit-{secrets.token_hex(12)}", repr=False)

    @property
    def last_whole(self) -> int | None:
        """How many records the reading before had, where that alone can tell that some are missing.

        A system that declares totals must be found out without it: the first reading has none before it.
        """
        tells = any(chain.totals for chain in self.chains)
        return None if tells else len(self.truth.records) or None

    @property
    def before_system(self) -> Proxy:
        """The proxy. Raises `NotApplicableError` where the adapter does not speak HTTP."""
        if self.proxy is None:
            raise NotApplicableError("the adapter does not speak HTTP through the shared client")
        return self.proxy

    def secret(self, name: str) -> str:
        """Reads a secret, and remembers that it was told."""
        text = self.own_secret if name == OWN_SECRET else self.subject.secret(name)
        self.told.add(text)
        return text

    def settings(self, **changes: Any) -> AdapterSettings:
        """The subject's settings, led to the proxy or to the copies."""
        if self.proxy is None:
            return self.subject.settings(**{one.key: one.copied for one in self.places}, **changes)
        own = {**self.subject.table.get("secret_headers", {}), OWN_HEADER: OWN_SECRET}
        led = {**self.proxy.addresses(), "secret_headers": own}
        return self.subject.settings(**{**NO_ROAD, **HURRIED, **led, **changes})

    def surroundings(self, sleep: Callable[[float], Any] = at_once) -> Surroundings:
        """What the daemon would hand over."""
        folder = self.subject.folder if self.proxy is not None else self.workspace

        def http(label: str, settings: HttpSettings) -> HttpClient:
            return HttpClient(label, settings, secret=self.secret, sleep=sleep, folder=folder)

        return Surroundings("conformance", folder, self.secret, http, self.subject.departments)

    @asynccontextmanager
    async def adapter(self, **changes: Any) -> AsyncIterator[ReadingAdapter]:
        """The adapter, closed afterwards."""
        made = self.build(**changes)
        try:
            yield made
        finally:
            await made.close()

    def build(self, *, sleep: Callable[[float], Any] = at_once, **changes: Any) -> ReadingAdapter:
        """The adapter; nothing is connected yet."""
        build = self.subject.definition.build
        if build is None:
            raise NotApplicableError("the adapter makes no side of a pair")
        return build(self.settings(**changes), self.surroundings(sleep))

    async def run(
        self, plan: Plan | None = None, *, times: int | None = None, **changes: Any
    ) -> tuple[Run, ReadingAdapter]:
        """List everything while the proxy follows a plan; the adapter is closed, and can still translate."""
        if self.proxy is not None:
            self.proxy.set(Mood(plan or {}, times))
        async with self.adapter(**changes) as adapter:
            return await listing(adapter, self.last_whole, self.truth.records), adapter

    async def run_everywhere(self, act: Act, **changes: Any) -> tuple[Run, ReadingAdapter]:
        """List everything while every answer is spoiled in the same way."""
        self.before_system.set(Mood(everywhere=act))
        async with self.adapter(**changes) as adapter:
            return await listing(adapter, self.last_whole, self.truth.records), adapter
