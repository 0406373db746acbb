"""Every way in which a side cannot be reached, made for real over the loopback, is named and comes with a remedy."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from aiohttp import web

from syncd.care.doctor.findings import Finding, Level
from syncd.care.doctor.reaching import Way, check_way
from syncd.sides.http import HttpSettings
from tests.sides.server import SECRETS, serving


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return tmp_path / "ca.pem"


def tls(leaf: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)
    return context


def utc_now() -> datetime:
    return datetime.now(UTC)


async def examined(url: str, **settings: object) -> list[Finding]:
    known = HttpSettings.model_validate({"base_url": url, **settings})
    return await check_way(Way("ha-noi.portal", known, Path(), SECRETS.__getitem__, utc_now))


def the_wrong_one(found: list[Finding]) -> Finding:
    """What is wrong: one thing, the last one, with a remedy."""
    assert [one.level for one in found].count(Level.WRONG) == 1, found
    (one,) = [each for each in found if each.level is Level.WRONG]
    assert one.action
    return one


async def fine(_: web.Request) -> web.Response:
    return web.Response(headers={"Date": utc_now().strftime("%a, %d %b %Y %H:%M:%S GMT")})


async def test_a_side_that_is_well_is_well_at_every_step(authority: trustme.CA, ca_file: Path) -> None:
    async with serving(fine, tls(authority.issue_cert("localhost"))) as url:
        found = await examined(url, ca_file=ca_file)
    assert [one.check for one in found] == ["dns", "tcp", "tls", "http", "clock"]
    assert {one.level for one in found} == {Level.OK}


async def test_a_name_that_nobody_knows() -> None:
    one = the_wrong_one(await examined("https://nowhere.invalid"))
    assert (one.check, one.words) == ("dns", "nowhere.invalid was not found")


async def test_a_port_that_refuses(unused_tcp_port: int) -> None:
    one = the_wrong_one(await examined(f"http://127.0.0.1:{unused_tcp_port}"))
    assert one.check == "tcp"
    assert "no connection to 127.0.0.1" in one.words


async def test_a_port_that_refuses_where_the_environment_names_a_proxy(
    unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The daemon takes no proxy from the environment; whoever expects that is told."""
    monkeypatch.setenv("HTTPS_PROXY", "http://user:canary@proxy.example:3128")
    one = the_wrong_one(await examined(f"http://127.0.0.1:{unused_tcp_port}"))
    assert "set `proxy` of the side" in one.action
    assert "canary" not in str(one)


async def test_an_authority_that_nobody_knows(authority: trustme.CA) -> None:
    one_more = authority.create_child_ca().issue_cert("localhost")
    async with serving(fine, tls(one_more)) as url:
        one = the_wrong_one(await examined(url))
    assert (one.check, one.words) == ("tls", "the side's certificate is of an authority that is not trusted here")
    assert "ca_file" in one.action


async def test_a_certificate_that_has_expired(authority: trustme.CA, ca_file: Path) -> None:
    expired = authority.issue_cert("localhost", not_after=datetime(2020, 1, 1, tzinfo=UTC))
    async with serving(fine, tls(expired)) as url:
        one = the_wrong_one(await examined(url, ca_file=ca_file))
    assert (one.check, one.words) == ("tls", "the side's certificate has expired")


async def test_a_certificate_that_ends_soon(authority: trustme.CA, ca_file: Path) -> None:
    soon = authority.issue_cert("localhost", not_after=utc_now() + timedelta(days=5, hours=1))
    async with serving(fine, tls(soon)) as url:
        one = the_wrong_one(await examined(url, ca_file=ca_file))
    assert one.check == "tls"
    assert "in 5 days" in one.words


async def test_a_certificate_for_another_host(authority: trustme.CA, ca_file: Path) -> None:
    async with serving(fine, tls(authority.issue_cert("dichvucong.example"))) as url:
        one = the_wrong_one(await examined(url, ca_file=ca_file))
    assert (one.check, one.words) == ("tls", "the side's certificate is for another host name")


async def test_an_intermediate_that_is_not_sent(authority: trustme.CA, ca_file: Path, tmp_path: Path) -> None:
    leaf = authority.create_child_ca().issue_cert("localhost")
    (tmp_path / "alone.pem").write_bytes(leaf.private_key_pem.bytes() + leaf.cert_chain_pems[0].bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "alone.pem")
    async with serving(fine, context) as url:
        one = the_wrong_one(await examined(url, ca_file=ca_file))
    assert one.check == "tls"
    assert "an intermediate is missing" in one.words


async def test_a_client_certificate_that_is_wanted_and_not_set(authority: trustme.CA, ca_file: Path) -> None:
    """TLS 1.3 shows it only after the handshake, as a hang-up."""
    context = tls(authority.issue_cert("localhost"))
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    async with serving(fine, context) as url:
        one = the_wrong_one(await examined(url, ca_file=ca_file))
    assert one.check == "tls"
    assert "wants a client certificate, and none is set" in one.words


async def test_a_client_certificate_that_is_not_accepted(authority: trustme.CA, ca_file: Path, tmp_path: Path) -> None:
    trustme.CA().issue_cert("syncd@city.example").private_key_and_cert_chain_pem.write_to_path(tmp_path / "other.pem")
    context = tls(authority.issue_cert("localhost"))
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    async with serving(fine, context) as url:
        one = the_wrong_one(await examined(url, ca_file=ca_file, client_certificate=tmp_path / "other.pem"))
    assert "does not accept our client certificate" in one.words


async def test_a_certificate_file_that_cannot_be_read(authority: trustme.CA, tmp_path: Path) -> None:
    async with serving(fine, tls(authority.issue_cert("localhost"))) as url:
        one = the_wrong_one(await examined(url, ca_file=tmp_path / "gone.pem"))
    assert one.check == "tls"
    assert "gone.pem cannot be used" in one.words


async def test_plain_http_where_tls_was_expected() -> None:
    async with serving(fine) as url:
        one = the_wrong_one(await examined(url.replace("http://", "https://")))
    assert one.check == "tls"


@pytest.mark.parametrize(("ahead", "words"), [(600, "600 s ahead of"), (-601, "601 s behind")])
async def test_a_clock_that_is_wrong(ahead: int, words: str) -> None:
    their = datetime(2026, 11, 25, tzinfo=UTC)

    async def dated(_: web.Request) -> web.Response:
        return web.Response(headers={"Date": their.strftime("%a, %d %b %Y %H:%M:%S GMT")})

    async with serving(dated) as url:
        settings = HttpSettings(base_url=url)
        way = Way("ha-noi.portal", settings, Path(), SECRETS.__getitem__, lambda: their + timedelta(seconds=ahead))
        one = the_wrong_one(await check_way(way))
    assert one.check == "clock"
    assert words in one.words
    assert "timedatectl" in one.action


@asynccontextmanager
async def answering(said: bytes) -> AsyncIterator[str]:
    """A server that says these bytes to whoever asks, then hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize("base_url", ["https://city.example", "http://city.example"])
async def test_a_proxy_that_wants_us_to_sign_in(base_url: str) -> None:
    async with answering(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n") as proxy:
        one = the_wrong_one(await examined(base_url, proxy=proxy))
    assert (one.check, one.words) == ("proxy", "it wants us to sign in (407)")
    assert "proxy_password_secret" in one.action


async def test_a_proxy_that_does_not_admit_the_side() -> None:
    async with answering(b"HTTP/1.1 403 Forbidden\r\n\r\n") as proxy:
        one = the_wrong_one(await examined("https://city.example", proxy=proxy))
    assert one.words == "it refuses the tunnel to city.example:443 (403)"


async def test_a_proxy_that_is_not_there(unused_tcp_port: int) -> None:
    one = the_wrong_one(await examined("https://city.example", proxy=f"http://127.0.0.1:{unused_tcp_port}"))
    assert one.check == "tcp"


@pytest.mark.parametrize("said", [b"SSH-2.0-OpenSSH\r\n\r\n", b"", b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000])
async def test_what_is_not_http(said: bytes) -> None:
    async with answering(said) as url:
        one = the_wrong_one(await examined(url))
    assert one.check == "http"


async def test_a_side_that_says_nothing_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syncd.care.doctor.reaching.STEP", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        one = the_wrong_one(await examined(f"http://127.0.0.1:{silent.getsockname()[1]}"))
    assert one.words.startswith("no answer within")


@pytest.fixture
def unused_tcp_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
