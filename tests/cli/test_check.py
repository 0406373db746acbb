"""`syncd check`: everything is looked at, and each thing that is wrong is one line."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trustme
from aiohttp import web

from loopback.catalogue import Catalogue
from loopback.run import Systems, serve
from tests.cli.program import Said, checked, command, environment, syncd
from tests.cli.town import Town, pair
from tests.systems import small_catalogue

OPENCPS = """
[[pairs]]
name = "{name}"
applies = {{ agency = "H26" }}

[pairs.portal]
adapter = "national-portal"
base_url = "{portal}"
attempts = 1

[pairs.city]
adapter = "opencps"
base_url = "{city}"
group_id = "35166"
basic_user = "doisoat"
basic_password_secret = "{secret}"
attempts = 1
"""
DEAD = "http://127.0.0.1:9"


@pytest.fixture
def catalogue() -> Catalogue:
    return small_catalogue()


@pytest.fixture
async def systems(catalogue: Catalogue) -> AsyncIterator[Systems]:
    async with serve(catalogue) as running:
        yield running


@pytest.fixture
async def untrusted() -> AsyncIterator[str]:
    """A portal whose certificate nobody knows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    runner = web.AppRunner(web.Application())
    await runner.setup()
    site = web.TCPSite(runner, "localhost", 0, ssl_context=context)
    await site.start()
    yield f"https://localhost:{runner.addresses[0][1]}"
    await runner.cleanup()


async def check(folder: Path) -> Said:
    """Run ``syncd check`` while the systems of this loop answer it."""
    child = await asyncio.create_subprocess_exec(
        *command("check"), cwd=folder, env=environment(folder),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(60):
        out, err = await child.communicate()
    return checked(child.returncode or 0, out, err)


def secret(folder: Path, name: str, value: str) -> None:
    file = folder / "secrets" / name
    file.parent.mkdir(mode=0o700, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(value, encoding="utf-8")


def test_what_is_right_is_one_line_each(town: Town) -> None:
    said = syncd("check", folder=town.folder)
    assert (said.status, said.err) == (0, "")
    assert [line.split()[0] for line in said.out.splitlines()] == [
        "configuration", "ledger", "mismatch", "ha-noi.portal", "ha-noi.city",
    ]  # fmt: skip
    assert not (town.folder / "ledger.db").exists(), "looking makes nothing"


def test_a_mismatch_log_that_cannot_be_written_is_told(town: Town) -> None:
    town.write(head='[log]\nmismatch_log = "gone/mismatches.jsonl"\n')
    said = syncd("check", folder=town.folder)
    assert said.status == 1
    assert said.lines == [f"mismatch log   {town.folder}/gone/mismatches.jsonl: No such file or directory"]


async def test_each_side_that_is_wrong_is_one_line_and_the_others_are_looked_at(
    tmp_path: Path, systems: Systems, untrusted: str
) -> None:
    """Unreachable, a wrong password, a certificate that nobody knows, a secret that is not there, a missing file."""
    secret(tmp_path, "right", systems.access.password)
    secret(tmp_path, "wrong", "canary-of-a-password")
    Town(tmp_path).write(
        OPENCPS.format(name="good", portal=systems.portal_url, city=systems.opencps_url, secret="right"),
        OPENCPS.format(name="dead", portal=DEAD, city=systems.opencps_url, secret="wrong"),
        OPENCPS.format(name="untrusted", portal=untrusted, city=systems.opencps_url, secret="nowhere"),
        pair("gone", city="gone.csv"),
        head='[database]\nurl = "sqlite:///ledger.db"\n[secrets]\nfolder = "secrets"\n',
    )
    said = await check(tmp_path)
    assert said.status == 1
    wrong = {line.split()[0]: line for line in said.lines}
    assert set(wrong) == {"dead.portal", "dead.city", "untrusted.portal", "untrusted.city", "gone.city"}
    assert len(said.lines) == len(wrong)
    assert "check the host, the port" in wrong["dead.portal"]
    assert "401" in wrong["dead.city"]
    assert "not trusted" in wrong["untrusted.portal"]
    assert "secret 'nowhere' was not found" in wrong["untrusted.city"]
    assert "gone.csv" in wrong["gone.city"]
    assert "canary-of-a-password" not in said.out + said.err
    assert {"good.portal", "good.city", "gone.portal"} <= {line.split()[0] for line in said.out.splitlines()}
