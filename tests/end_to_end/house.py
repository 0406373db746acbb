"""The real daemon in a process of its own, between loopback systems of this one.

In: a configuration. Out: `Running`: its notifications, its log, its pages, its ledger, and every way to end it.
"""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families

from loopback.catalogue import HANOI_ID, Catalogue
from loopback.run import Systems
from syncd.ledger import Ledger, open_ledger
from syncd.records.codes import resolve
from tests.cli.program import command, environment
from tests.systems import small_catalogue

PATIENCE = 60.0
PASSWORD = "opencps-password"
HEAD = """\
[database]
url = "sqlite:///ledger.db"

[daemon]
listen = "127.0.0.1:0"

[log]
format = "json"
level = "{level}"
mismatch_log = "{mismatch_log}"

[secrets]
folder = "secrets"
"""
PAIR = """
[[pairs]]
name = "{name}"
interval = "{interval}"
jitter = 0
grace = "{grace}"
sweep = "{sweep}"
attempts = 1
applies = {{ departments = ["{hanoi}"] }}
equivalences = {{ codes = {{ {codes} }} }}

[pairs.portal]
adapter = "national-portal"
base_url = "{portal}"
requests_per_second = 100000
attempts = 1
breaker_failures = 1000

[pairs.city]
adapter = "opencps"
base_url = "{city}"
group_id = "{group}"
basic_user = "{user}"
basic_password_secret = "{secret}"
requests_per_second = 100000
attempts = 1
breaker_failures = 1000
"""


@lru_cache(maxsize=1)
def hamlet() -> Catalogue:
    """A few dozen procedures of the small catalogue, with some of what is planted, so that a pass takes no time."""
    whole = small_catalogue()
    rows = whole.city[:40]
    codes = {row.mapped_code or whole.equivalences.get(row.local_code) or _root(row.local_code) for row in rows}
    planted = [one for one in whole.planted if one.kind == "missing_in_city"][:5]
    changing = {event.record.code for event in whole.events}
    codes |= {one.code for one in planted} | changing
    rows += tuple(row for row in whole.city[40:] if _root(row.local_code) in changing)
    return replace(whole, portal=tuple(one for one in whole.portal if one.code in codes), city=rows)


def _root(local_code: str) -> str:
    return next(iter(resolve(local_code, {}).codes), local_code)


def head(*, level: str = "info", mismatch_log: str = "mismatches.jsonl") -> str:
    return HEAD.format(level=level, mismatch_log=mismatch_log)


def pair(
    systems: Systems,
    name: str = "ha-noi",
    *,
    interval: str = "1s",
    grace: str = "0s",
    sweep: str = "24h",
    portal: str | None = None,
    city: str | None = None,
    secret: str = PASSWORD,
) -> str:
    """One pair between these systems; ``portal`` and ``city`` lead elsewhere."""
    return PAIR.format(
        name=name,
        interval=interval,
        grace=grace,
        sweep=sweep,
        hanoi=HANOI_ID,
        codes=", ".join(f'"{local}" = "{code}"' for local, code in systems.catalogue.equivalences.items()),
        portal=portal or systems.portal_url,
        city=city or systems.opencps_url,
        group=systems.access.group_id,
        user=systems.access.username,
        secret=secret,
    )


def write(folder: Path, systems: Systems, text: str) -> Path:
    """Write configuration and secret; returns the configuration."""
    write_secret(folder, PASSWORD, systems.access.password)
    file = folder / "syncd.toml"
    file.write_text(text, encoding="utf-8")
    return file


def write_secret(folder: Path, name: str, value: str) -> None:
    place = folder / "secrets" / name
    place.parent.mkdir(mode=0o700, exist_ok=True)
    place.touch(mode=0o600)
    place.write_text(value, encoding="utf-8")


async def until(holds: Callable[[], bool | Awaitable[bool]], what: str, patience: float = PATIENCE) -> None:
    """Look again until it holds; fails with ``what`` when patience is at its end."""
    try:
        async with asyncio.timeout(patience):
            while True:
                found = holds()
                if found if isinstance(found, bool) else await found:
                    return
                await asyncio.sleep(0.03)
    except TimeoutError:
        raise AssertionError(f"waited {patience:g} s in vain: {what}") from None


@dataclass
class Running:
    """The daemon under way. ``told``: what systemd would have heard."""

    folder: Path
    process: asyncio.subprocess.Process
    ear: socket.socket
    errors: Path
    told: list[str] = field(default_factory=list)

    def heard(self, start: str) -> bool:
        """Whether systemd has been told something that begins so."""
        while True:
            try:
                self.told.append(self.ear.recv(4096).decode())
            except BlockingIOError:
                return any(one.startswith(start) for one in self.told)

    async def ready(self) -> Running:
        await until(lambda: self.heard("READY=1") or self.is_over, "READY=1")
        assert not self.is_over, self.errors.read_text(encoding="utf-8")
        return self

    @property
    def is_over(self) -> bool:
        return self.process.returncode is not None

    def logged(self, event: str = "") -> list[dict[str, Any]]:
        """What it logged: everything, or one event."""
        lines = self.errors.read_text(encoding="utf-8").splitlines()
        found = [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]
        return [one for one in found if not event or one["event"] == event]

    async def page(self, path: str) -> str:
        (started,) = self.logged("daemon_ready")
        async with ClientSession() as client, client.get(f"http://{started['listen'][0]}{path}") as answer:
            return await answer.text()

    async def metrics(self) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
        """Every series: (name, labels) → value."""
        families = text_string_to_metric_families(await self.page("/metrics"))
        return {
            (sample.name, frozenset(sample.labels.items())): sample.value for one in families for sample in one.samples
        }

    async def metric(self, name: str, **labels: str) -> float:
        """The sum of the series with these labels."""
        found = [
            value
            for (series, given), value in (await self.metrics()).items()
            if series == name and labels.items() <= dict(given).items()
        ]
        assert found, f"there is no series {name} {labels}"
        return sum(found)

    async def passes(self, pair: str = "ha-noi", outcome: str = "complete") -> int:
        return int(await self.metric("syncd_pass_duration_seconds_count", pair=pair, outcome=outcome))

    async def after_passes(self, number: int, pair: str = "ha-noi") -> None:
        """Wait for so many more complete passes."""
        wanted = await self.passes(pair) + number

        async def enough() -> bool:
            return await self.passes(pair) >= wanted

        await until(enough, f"{number} more passes of {pair}")

    def reload(self, text: str | None = None) -> None:
        if text is not None:
            (self.folder / "syncd.toml").write_text(text, encoding="utf-8")
        self.told.clear()
        self.process.send_signal(signal.SIGHUP)

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end, or kill it; returns its status."""
        if not self.is_over:
            self.process.send_signal(number)
        async with asyncio.timeout(PATIENCE):
            await self.process.wait()
        if self.ear.fileno() != -1:
            self.heard("")
            self.ear.close()
        return self.process.returncode or 0


@asynccontextmanager
async def daemon(
    folder: Path, *, inside: Sequence[str] = (), program: Sequence[str] | None = None
) -> AsyncIterator[Running]:
    """Start the daemon on the configuration of this folder; it is ended with the context.

    ``inside``: a command that runs it somewhere (``ip netns exec …``); ``program``: another one than the daemon itself.
    """
    started = [*inside, *(program or command("run", "--config", "syncd.toml"))]
    place = folder / "notify"
    place.unlink(missing_ok=True)
    ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    ear.bind(str(place))
    errors = folder / "errors.log"
    with errors.open("wb") as stream:
        process = await asyncio.create_subprocess_exec(
            *started, cwd=folder, stdin=asyncio.subprocess.DEVNULL,
            env=environment(folder, {"NOTIFY_SOCKET": str(place)}), stdout=stream, stderr=stream,
        )  # fmt: skip
    running = Running(folder, process, ear, errors)
    try:
        yield running
    finally:
        await running.stop(signal.SIGKILL)


def mismatch_lines(folder: Path, name: str = "mismatches.jsonl") -> list[dict[str, Any]]:
    """The mismatch log."""
    file = folder / name
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def ledger(folder: Path) -> Ledger:
    """The daemon's ledger, to be read beside it."""
    return open_ledger(f"sqlite:///{folder / 'ledger.db'}")


def subjects(mismatches: Iterable[Any]) -> set[tuple[str, str, str, str]]:
    """Who is open and how, without times and ids."""
    return {(one.kind, one.code or one.local_code, one.field, one.state) for one in mismatches}
