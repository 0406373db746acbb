"""The examples of deploy/proxy, run for real: people sign in through nginx and Caddy, and live changes come at once."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa
import trustme

from syncd.desk.security.places import is_within, visitor_address
from syncd.ledger.tables_desk import SESSIONS
from syncd.records.roles import Role
from tests.desk.conftest import PASSWORD, House, building, empty_ledger

__all__ = ["empty_ledger"]
EXAMPLES = Path(__file__).parents[2] / "deploy" / "proxy"
MAIN = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    {site}
}}
"""
GLOBAL = "grace_period 1s\n\tadmin off\n\tauto_https disable_redirects\n\tstorage file_system {folder}/store\n"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def nginx(folder: Path, port: int, desk: int) -> list[str]:
    """The example with our ports and names; the server that only redirects listens somewhere else."""
    site = (EXAMPLES / "nginx.conf").read_text(encoding="utf-8")
    changed = {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl", "listen [::]:443 ssl http2;": "",
        "listen 80;": f"listen 127.0.0.1:{free_port()};", "listen [::]:80;": "",
        "/etc/ssl/syncd": str(folder), "desk.example.gov.vn": "localhost", "127.0.0.1:9615": f"127.0.0.1:{desk}",
    }  # fmt: skip
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, site=replaced(site, changed)), encoding="utf-8")
    return ["-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]


def caddy(folder: Path, port: int, desk: int) -> list[str]:
    site = (EXAMPLES / "Caddyfile").read_text(encoding="utf-8")
    changed = {
        "\ndesk.example.gov.vn {": f"\nhttps://localhost:{port} {{\n\tbind 127.0.0.1",
        "/etc/ssl/syncd": str(folder), "127.0.0.1:9615": f"127.0.0.1:{desk}",
        "grace_period 5s\n": GLOBAL.format(folder=folder),
    }  # fmt: skip
    (folder / "Caddyfile").write_text(replaced(site, changed), encoding="utf-8")
    return ["run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


def replaced(text: str, changed: dict[str, str]) -> str:
    for old, new in changed.items():
        assert old in text, f"the example says nothing of {old!r}"
        text = text.replace(old, new)
    return text


Configured = Callable[[Path, int, int], list[str]]
PROXIES: dict[str, tuple[Configured, str]] = {
    "nginx": (nginx, "apt-get install nginx-light"),
    "caddy": (caddy, "apt-get install caddy"),
}


@contextmanager
def running(name: str, folder: Path, port: int, desk: int) -> Iterator[None]:
    configured, remedy = PROXIES[name]
    program = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if program is None:
        pytest.skip(f"{name} is not installed here ({remedy})")
    environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin"}
    with (
        (folder / "said").open("wb") as said,
        subprocess.Popen(
            [program, *configured(folder, port, desk)], stdout=said, stderr=said, env=environment
        ) as child,
    ):
        try:
            yield
        finally:
            child.kill()


@asynccontextmanager
async def behind(name: str, ledger: Path, folder: Path) -> AsyncIterator[tuple[str, House, ssl.SSLContext]]:
    """A desk behind a proxy; yields the address that people use."""
    authority = trustme.CA()
    leaf = authority.issue_cert("localhost")
    (folder / "fullchain.pem").write_bytes(b"".join(one.bytes() for one in leaf.cert_chain_pems))
    (folder / "key.pem").write_bytes(leaf.private_key_pem.bytes())
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    port = free_port()
    url = f"https://localhost:{port}"
    async with building(ledger, folder) as build:
        house: House = await build(public_url=url, trusted_proxies=1)
        with running(name, folder, port, int(house.base.rpartition(":")[2])):
            await answering(url, trust, folder)
            yield url, house, trust


async def answering(url: str, trust: ssl.SSLContext, folder: Path) -> None:
    """Wait until the proxy takes connections."""
    port = int(url.rpartition(":")[2])
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trust, server_hostname="localhost")
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.transport.abort()
            return
    pytest.fail((folder / "said").read_text())


@pytest.mark.parametrize("name", list(PROXIES))
async def test_people_sign_in_through_it_and_live_changes_come_at_once(
    name: str, empty_ledger: Path, tmp_path: Path
) -> None:
    """The cookie is for https and this host alone; what a visitor says about his own address is not believed."""
    async with behind(name, empty_ledger, tmp_path) as (url, house, trust):
        await house.user(Role.REVIEWER, "hoa", password=PASSWORD)
        connector = aiohttp.TCPConnector(ssl=trust)
        forged = {"X-Forwarded-For": "203.0.113.9", "Accept-Language": "en"}
        async with aiohttp.ClientSession(connector=connector, headers=forged) as client:
            browser = await house.browser()
            browser.base, browser.client, plain = url, client, browser.client
            await browser.get("/sign-in")
            answer = await browser.post("/sign-in", {"login": "hoa", "password": PASSWORD}, headers={"Origin": url})
            assert answer.status == 303
            (cookie,) = [one for one in answer.headers.getall("Set-Cookie") if "syncd-session" in one]
            assert cookie.startswith("__Host-syncd-session=")
            assert "Secure" in cookie
            assert "HttpOnly" in cookie
            assert "Strict-Transport-Security" in answer.headers
            addresses = await house.ledger.read(lambda session: list(session.scalars(sa.select(SESSIONS.c.address))))
            assert addresses == ["127.0.0.1"]
            async with asyncio.timeout(10), client.get(f"{url}/live") as stream:
                assert stream.headers["Content-Type"].startswith("text/event-stream")
                assert await stream.content.readuntil(b"\n\n") == b"retry: 5000\n\n"
                house.live.pass_ended("ha-noi")
                assert b"pass:ha-noi" in await stream.content.readuntil(b"\n\n")
            async with client.post(f"{url}/sign-in", data=b"x" * 200_000) as large:
                assert large.status in (413, 502), "nginx says what it is; Caddy breaks the question off"
            assert plain is not client


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        ("127.0.0.1", "198.51.100.1"),
        ("::1", "198.51.100.1"),
        ("::ffff:127.0.0.1", "198.51.100.1"),
        ("10.1.2.3", "198.51.100.1"),
        ("192.0.2.9", "192.0.2.9"),
        ("2001:db8::9", "2001:db8::9"),
        ("", "198.51.100.1"),
        (None, "198.51.100.1"),
    ],
)
def test_only_our_own_proxy_is_believed(peer: str | None, expected: str) -> None:
    """A stranger who reaches the desk past the proxy cannot choose his address; a Unix socket has its own guard."""
    networks = ("127.0.0.0/8", "::1/128", "10.1.2.0/24")
    assert visitor_address(peer, ["198.51.100.1"], 1, networks) == expected


def test_what_is_no_address_is_in_no_network() -> None:
    assert not is_within("proxy.example", ("0.0.0.0/0",))


async def test_who_comes_past_the_proxy_cannot_choose_an_address(empty_ledger: Path, tmp_path: Path) -> None:
    """The desk sees a peer that is not the proxy: the limit of sign-ins counts that one, not what it forwards."""
    async with building(empty_ledger, tmp_path) as build:
        house: House = await build(trusted_proxies=1, proxy_networks=("192.0.2.1",))
        await house.user(Role.REVIEWER, "hoa", password=PASSWORD)
        browser = await house.browser(**{"X-Forwarded-For": "203.0.113.9"})
        await browser.get("/sign-in")
        assert (await browser.post("/sign-in", {"login": "hoa", "password": PASSWORD})).status == 303
        addresses = await house.ledger.read(lambda session: list(session.scalars(sa.select(SESSIONS.c.address))))
    assert addresses == ["127.0.0.1"]
