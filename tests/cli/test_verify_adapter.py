"""`syncd verify-adapter`: results and statuses; which side is meant; a real system is read once, and never written."""

from __future__ import annotations

import asyncio
import os
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from loopback.catalogue import generate
from loopback.conformance import CHECKS
from loopback.opencps import BASE, Access, OpenCpsState, opencps_app
from loopback.run import running
from tests.cli.program import ROOT, syncd
from tests.cli.town import CONFIGURATION, Town, pair

LIAR = '''\
"""A file side that touches what it reads."""
from dataclasses import replace
from adapters.file import FileAdapter, definition as honest

class Liar(FileAdapter):
    async def read_again(self, wanted):
        self._path.touch()
        return await super().read_again(wanted)

definition = replace(honest, name="liar", build=lambda settings, around: Liar(settings, around.folder))
'''
OPENCPS = """
[secrets]
folder = "secrets"

[[pairs]]
name = "site"
applies = {{ agency = "H26" }}

[pairs.portal]
adapter = "file"
path = "portal.jsonl"
columns = {{ code = "code", name = "name", kind = "kind", state = "state", levels = "levels" }}

[pairs.city]
adapter = "opencps"
base_url = "{url}"
group_id = "{access.group_id}"
basic_user = "{access.username}"
basic_password_secret = "opencps"
requests_per_second = 1000
"""


class Site(threading.Thread):
    """An OpenCPS site in a thread of its own, which counts what it is asked."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.asked: Counter[str] = Counter()
        self.methods: set[str] = set()
        self.url = ""
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._end = asyncio.Event()

    def run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        app = opencps_app(OpenCpsState(generate(seed=7, size=600)))
        app.middlewares.insert(0, self._counting())
        async with running(app) as url:
            self.url = url + BASE
            self._ready.set()
            await self._end.wait()

    def _counting(self) -> web.middleware:
        @web.middleware
        async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
            self.asked[request.path_qs] += 1
            self.methods.add(request.method)
            return await handler(request)

        return count

    def __enter__(self) -> Site:
        self.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self.join(10)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as made:
        yield made


def test_a_real_system_is_read_once_and_every_promise_is_kept(site: Site, tmp_path: Path) -> None:
    """What the lies need is replayed: the site hears of one clean reading, and of nothing but GET."""
    town = Town(tmp_path).write(head=CONFIGURATION)
    access = Access()
    town.configuration.write_text(CONFIGURATION + OPENCPS.format(url=site.url, access=access), encoding="utf-8")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "opencps").write_text(access.password)
    (tmp_path / "secrets" / "opencps").chmod(0o600)
    said = syncd("verify-adapter", "opencps", "--config", "syncd.toml", "--format", "json", folder=tmp_path)
    assert said.status == 0, said.err
    outcomes = {one["check"]: one["outcome"] for one in said.rows}
    assert list(outcomes) == list(CHECKS)
    assert outcomes["truncated-body"] == outcomes["certificate-expired"] == outcomes["secrets-kept"] == "passed"
    assert outcomes["loopback-wrong-record"] == outcomes["zip-bomb"] == "not applicable"
    assert site.methods == {"GET"}
    assert max(site.asked.values()) <= 2, site.asked
    assert access.password not in said.out + said.err


def test_a_file_is_verified_by_its_copies(town: Town) -> None:
    said = syncd("verify-adapter", "file", "--side", "portal", folder=town.folder)
    assert said.status == 0
    assert "ok     cut-file" in said.out
    assert said.out.splitlines()[-1].startswith("ha-noi.portal: ")
    assert ", 0 failed, " in said.out


def test_an_adapter_that_breaks_a_promise_ends_with_3_and_says_which(town: Town) -> None:
    """Installed beside syncd, as any plug-in is."""
    plugins = town.folder / "plugins"
    (plugins / "liar-1.dist-info").mkdir(parents=True)
    (plugins / "liar.py").write_text(LIAR)
    (plugins / "liar-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: liar\nVersion: 1\n")
    (plugins / "liar-1.dist-info" / "entry_points.txt").write_text("[syncd.adapters.v1]\nliar = liar:definition\n")
    text = town.configuration.read_text(encoding="utf-8")
    town.configuration.write_text(text.replace('adapter = "file"', 'adapter = "liar"', 1), encoding="utf-8")
    path = os.pathsep.join((str(plugins), str(ROOT)))
    said = syncd("verify-adapter", "liar", folder=town.folder, env={"PYTHONPATH": path})
    assert said.status == 3
    assert "FAILED writes-nothing           a file was written" in said.out.splitlines()
    assert "       demanded: only questions that read are asked, and no file is written" in said.out.splitlines()


def test_an_adapter_that_no_side_uses_is_a_usage_error(town: Town) -> None:
    said = syncd("verify-adapter", "opencps", folder=town.folder)
    assert said.status == 2
    assert "no side that was asked for uses 'opencps'; there are ha-noi.portal (file)" in _plain(said.err)


def test_several_sides_must_be_told_apart(tmp_path: Path) -> None:
    town = Town(tmp_path).write(pair("hue"))
    said = syncd("verify-adapter", "file", "--side", "city", folder=town.folder)
    assert said.status == 2
    assert "ha-noi.city, hue.city use 'file'; choose with --pair and --side" in _plain(said.err)


def test_a_system_that_cannot_be_read_is_one_line(town: Town) -> None:
    (town.folder / "portal.jsonl").unlink()
    said = syncd("verify-adapter", "file", "--side", "portal", folder=town.folder)
    assert said.status == 1
    assert len(said.lines) == 1
    assert "No such file or directory" in said.err


def _plain(text: str) -> str:
    """Without the frame that a usage error has."""
    return " ".join(text.replace("│", " ").split())
