"""Client certificates whose key is a secret, certificates that are renewed while the client runs, proxies, IPv6."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import structlog
import trustme
from aiohttp import web
from pydantic import ValidationError

from syncd.sides.errors import UnreachableError
from syncd.sides.http import HttpClient, HttpSettings
from tests.sides.server import SECRETS, answers, json_answer, serving


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return tmp_path / "ca.pem"


def mutual(authority: trustme.CA, name: str = "localhost") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


@asynccontextmanager
async def client(url: str, secrets: dict[str, str] | None = None, **settings: object) -> AsyncIterator[HttpClient]:
    known = HttpSettings.model_validate({"base_url": url, "attempts": 1, "requests_per_second": 10_000, **settings})
    made = HttpClient("portal", known, secret=(SECRETS | (secrets or {})).__getitem__)
    try:
        yield made
    finally:
        await made.close()


async def ask(asked: HttpClient) -> bytes:
    return await asked.json("GET", "/x", operation="read", safe=True)


def put(path: Path, *blobs: trustme.Blob) -> None:
    """Write a file anew; its stamp is another although the clock may not have moved."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_bytes(b"".join(blob.bytes() for blob in blobs))
    os.utime(path, ns=(before + 1, before + 1))


async def test_the_key_may_be_a_secret_that_no_file_holds(authority: trustme.CA, ca_file: Path, tmp_path: Path) -> None:
    identity = authority.issue_cert("syncd@city.example")
    put(tmp_path / "client.pem", *identity.cert_chain_pems)
    secrets = {"client-key": identity.private_key_pem.bytes().decode()}
    settings = {"ca_file": ca_file, "client_certificate": tmp_path / "client.pem", "client_key_secret": "client-key"}
    async with serving(answers(json_answer()), mutual(authority)) as url, client(url, secrets, **settings) as asked:
        assert await ask(asked) == b'{"x":1}'


async def test_a_renewed_certificate_is_used_for_new_connections_and_a_broken_one_is_not_taken(
    authority: trustme.CA, ca_file: Path, tmp_path: Path
) -> None:
    """Renewed while running; then a half finished renewal (the key is another's): the last good one goes on."""
    seen: list[str] = []
    file = tmp_path / "client.pem"

    async def who(request: web.Request) -> web.Response:
        assert request.transport is not None
        subject = dict(pair[0] for pair in request.transport.get_extra_info("peercert")["subject"])
        seen.append(subject["organizationalUnitName"])
        answer = web.json_response({"x": 1})
        answer.force_close()
        return answer

    first, second = (authority.issue_cert("syncd@city.example", organization_unit_name=one) for one in ("one", "two"))
    put(file, first.private_key_pem, *first.cert_chain_pems)
    async with (
        serving(who, mutual(authority)) as url,
        client(url, ca_file=ca_file, client_certificate=file) as asked,
    ):
        await ask(asked)
        put(file, second.private_key_pem, *second.cert_chain_pems)
        await ask(asked)
        put(file, first.private_key_pem, *second.cert_chain_pems)
        with structlog.testing.capture_logs() as lines:
            await ask(asked)
            await ask(asked)
    assert seen == ["one", "two", "two", "two"]
    assert [line["event"] for line in lines] == ["certificate_not_taken"], "said once"


async def test_a_new_authority_is_trusted_once_its_file_is_there(authority: trustme.CA, tmp_path: Path) -> None:
    """The side has a certificate of another authority; the operator replaces ``ca_file``, and no restart is needed."""
    file = tmp_path / "ca.pem"
    put(file, trustme.CA().cert_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    async with serving(answers(json_answer()), context) as url, client(url, ca_file=file) as asked:
        with pytest.raises(UnreachableError, match="not trusted"):
            await ask(asked)
        put(file, authority.cert_pem)
        assert await ask(asked) == b'{"x":1}'


@pytest.fixture
def six() -> str:
    if not socket.has_ipv6:
        pytest.skip("no IPv6 in this Python")
    with socket.socket(socket.AF_INET6) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            pytest.skip("no IPv6 on the loopback of this machine")
    return "::1"


@pytest.mark.parametrize("is_tls", [False, True])
async def test_a_side_is_reached_over_ipv6(six: str, authority: trustme.CA, ca_file: Path, is_tls: bool) -> None:
    app = web.Application()
    app.router.add_get("/x", answers(json_answer()))
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, six, 0, ssl_context=mutual_not(authority, six) if is_tls else None)
        await site.start()
        url = f"http{'s' if is_tls else ''}://[::1]:{runner.addresses[0][1]}"
        async with client(url, ca_file=ca_file) as asked:
            assert await ask(asked) == b'{"x":1}'
    finally:
        await runner.cleanup()


def mutual_not(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


@asynccontextmanager
async def proxy() -> AsyncIterator[tuple[str, list[str]]]:
    """A proxy that tunnels for whoever signs in as ``office``, and writes down what it was told."""
    told: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        told.append(head)
        if "Proxy-Authorization: Basic b2ZmaWNlOm3huq10LWto4bqpdQ==" not in head:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        else:
            host, _, port = head.split()[1].rpartition(":")
            there, back = await asyncio.open_connection(host, int(port))
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            await asyncio.gather(pipe(reader, back), pipe(there, writer))
        writer.close()

    async def pipe(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while chunk := await source.read(65536):
                sink.write(chunk)
                await sink.drain()
        except ConnectionError:
            pass
        finally:
            sink.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", told


async def test_a_proxy_that_wants_a_sign_in_gets_the_secret(authority: trustme.CA, ca_file: Path) -> None:
    signed_in = {"proxy_user": "office", "proxy_password_secret": "password"}
    async with serving(answers(json_answer()), mutual_not(authority, "localhost")) as url, proxy() as (address, told):
        async with client(url, ca_file=ca_file, proxy=address, **signed_in) as asked:
            assert await ask(asked) == b'{"x":1}'
        async with client(url, ca_file=ca_file, proxy=address) as asked:
            with pytest.raises(UnreachableError, match="the proxy refused"):
                await ask(asked)
    assert [head.split()[0] for head in told] == ["CONNECT", "CONNECT"]


async def test_a_plain_question_signs_in_at_the_proxy_as_well() -> None:
    seen: list[str] = []

    async def both(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Proxy-Authorization", ""))
        return web.json_response({"x": 1})

    signed_in = {"proxy_user": "office", "proxy_password_secret": "password"}
    async with serving(both) as address, client("http://city.example", proxy=address, **signed_in) as asked:
        assert await ask(asked) == b'{"x": 1}'
    assert seen == ["Basic b2ZmaWNlOm3huq10LWto4bqpdQ=="]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"client_key_secret": "k"}, "need client_certificate"),
        ({"client_certificate": "c", "client_key": "k", "client_key_secret": "k"}, "exclude each other"),
        ({"proxy_user": "u", "proxy_password_secret": "p"}, "needs proxy"),
        ({"proxy": "http://p:3128", "proxy_user": "u"}, "belong together"),
    ],
)
def test_keys_that_do_not_go_together_are_refused(settings: dict[str, str], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        HttpSettings.model_validate({"base_url": "https://a.example", **settings})
