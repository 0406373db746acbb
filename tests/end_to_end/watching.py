"""A real Prometheus and a real Alertmanager around a running daemon, and a receiver of what they tell.

In: the daemon's address, the shipped rules with their patience shortened. Out: answers to queries, delivered alerts.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import ClientSession, web

from tests.end_to_end.house import until

SHIPPED = Path(__file__).parents[2] / "deploy" / "prometheus"
PROGRAMS = {"prometheus": "prometheus", "prometheus-alertmanager": "prometheus-alertmanager"}
"""Program → its Debian package."""


def require_programs() -> None:
    """Skip where the real programs are not there."""
    absent = sorted(package for name, package in PROGRAMS.items() if shutil.which(name) is None)
    if absent:
        pytest.skip(f"not installed (Debian packages): {', '.join(absent)}")


def hasty(folder: Path) -> list[str]:
    """The shipped rules, copied with a patience of one second; not a letter of an expression is another one."""
    names = []
    for file in sorted((SHIPPED / "rules").glob("*.yml")):
        rules = yaml.safe_load(file.read_text(encoding="utf-8"))
        for rule in (rule for group in rules["groups"] for rule in group["rules"]):
            if "for" in rule:
                rule["for"] = "1s"
        (folder / file.name).write_text(yaml.safe_dump(rules), encoding="utf-8")
        names.append(file.name)
    return names


def prometheus_file(folder: Path, daemon: str, alertmanager: int) -> Path:
    """The shipped example, which scrapes and evaluates each second and knows these addresses."""
    known = yaml.safe_load((SHIPPED / "prometheus.example.yml").read_text(encoding="utf-8"))
    known["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s", "scrape_timeout": "1s"}
    known["rule_files"] = hasty(folder)
    known["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"] = [f"127.0.0.1:{alertmanager}"]
    known["scrape_configs"][0]["static_configs"][0]["targets"] = [daemon]
    file = folder / "prometheus.yml"
    file.write_text(yaml.safe_dump(known), encoding="utf-8")
    return file


def alertmanager_file(folder: Path, hook: str) -> Path:
    """The shipped example with its routes and receivers; each tells one hook, at any hour and without waiting."""
    known = yaml.safe_load((SHIPPED / "alertmanager.example.yml").read_text(encoding="utf-8"))
    del known["templates"], known["global"], known["time_intervals"]
    for route in (known["route"], *known["route"]["routes"]):
        route |= {"group_wait": "0s", "group_interval": "1s"}
        route.pop("mute_time_intervals", None)
    known["receivers"] = [
        {"name": one["name"], "webhook_configs": [{"url": f"{hook}/{one['name']}", "send_resolved": True}]}
        for one in known["receivers"]
    ]
    file = folder / "alertmanager.yml"
    file.write_text(yaml.safe_dump(known), encoding="utf-8")
    return file


@dataclass
class Watched:
    """What Prometheus knows, and what was delivered: (receiver, status, labels, annotations)."""

    address: str
    client: ClientSession
    delivered: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def ask(self, expression: str) -> list[dict[str, Any]]:
        """The answer to a query now: series with their values."""
        url = f"{self.address}/api/v1/query"
        async with self.client.post(url, data={"query": expression}) as answer:
            document = await answer.json()
        assert document["status"] == "success", (expression, document)
        found: list[dict[str, Any]] = document["data"]["result"]
        return found

    async def number(self, expression: str) -> float:
        """The one value of a query; NaN where there is none."""
        found = await self.ask(expression)
        return float(found[0]["value"][1]) if len(found) == 1 else float("nan")

    def told(self, alert: str, status: str, **labels: str) -> list[tuple[str, dict[str, Any]]]:
        """The deliveries of an alert in this state with these labels: receiver, and the alert as it was sent."""
        return [
            (receiver, one)
            for receiver, one in self.delivered
            if (one["labels"]["alertname"], one["status"]) == (alert, status)
            and labels.items() <= one["labels"].items()
        ]

    async def hears(self, alert: str, status: str, **labels: str) -> tuple[str, dict[str, Any]]:
        """Wait until an alert is delivered."""
        await until(lambda: bool(self.told(alert, status, **labels)), f"{alert} {status} {labels}", 90)
        return self.told(alert, status, **labels)[-1]


@asynccontextmanager
async def watching(folder: Path, daemon: str) -> AsyncIterator[Watched]:
    """Run both programs around a daemon until the context is left."""
    ports = free_port(), free_port()
    async with (
        ClientSession() as client,
        receiving(watched := Watched(f"http://127.0.0.1:{ports[0]}", client)) as hook,
        program(
            folder,
            "prometheus-alertmanager",
            f"--config.file={alertmanager_file(folder, hook)}",
            f"--storage.path={folder / 'alertmanager'}",
            f"--web.listen-address=127.0.0.1:{ports[1]}",
            "--cluster.listen-address=",
        ),
        program(
            folder,
            "prometheus",
            f"--config.file={prometheus_file(folder, daemon, ports[1])}",
            f"--storage.tsdb.path={folder / 'prometheus'}",
            f"--web.listen-address=127.0.0.1:{ports[0]}",
        ),
    ):
        await until(lambda: _answers(client, ports[0]), "Prometheus")
        await until(lambda: _answers(client, ports[1]), "Alertmanager")
        yield watched


async def _answers(client: ClientSession, port: int) -> bool:
    try:
        async with client.get(f"http://127.0.0.1:{port}/-/ready") as answer:
            return answer.status == 200
    except OSError:
        return False


@asynccontextmanager
async def program(folder: Path, name: str, *arguments: str) -> AsyncIterator[None]:
    """A program with its log in the folder; it is ended with the context."""
    with (folder / f"{name}.log").open("wb") as log:
        running = await asyncio.create_subprocess_exec(name, *arguments, cwd=folder, stdout=log, stderr=log)
    try:
        yield
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


@asynccontextmanager
async def receiving(watched: Watched) -> AsyncIterator[str]:
    """A webhook that keeps what it is told; the last part of the address names the receiver."""

    async def take(request: web.Request) -> web.Response:
        told = await request.json()
        watched.delivered.extend((request.match_info["receiver"], one) for one in told["alerts"])
        return web.Response()

    app = web.Application()
    app.router.add_post("/{receiver}", take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
