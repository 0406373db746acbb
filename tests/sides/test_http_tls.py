"""TLS and mutual TLS, with real certificates made for the test."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme

from syncd.errors import ConfigurationError
from syncd.sides.errors import UnreachableError
from tests.sides.server import answers, asking, json_answer, serving


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return tmp_path / "ca.pem"


@pytest.fixture
def identity(authority: trustme.CA, tmp_path: Path) -> Path:
    authority.issue_cert("syncd@city.example").private_key_and_cert_chain_pem.write_to_path(tmp_path / "client.pem")
    return tmp_path / "client.pem"


def server_tls(authority: trustme.CA, *, mutual: bool = False) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    if mutual:
        authority.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


async def test_a_private_authority_is_trusted_where_it_is_named(authority: trustme.CA, ca_file: Path) -> None:
    """``ca_file`` admits the side's own authority."""
    async with serving(answers(json_answer()), server_tls(authority)) as url, asking(url, ca_file=ca_file) as side:
        assert await side.ask() == b'{"x":1}'


async def test_an_unknown_authority_is_refused(authority: trustme.CA) -> None:
    """Verification is always on, and the error says what to look at."""
    async with serving(answers(json_answer()), server_tls(authority)) as url, asking(url, attempts=1) as side:
        with pytest.raises(UnreachableError, match=r"not trusted.*check ca_file"):
            await side.ask()


async def test_mutual_tls_works_with_a_client_certificate(authority: trustme.CA, ca_file: Path, identity: Path) -> None:
    """A file that holds both key and certificate is enough."""
    async with (
        serving(answers(json_answer()), server_tls(authority, mutual=True)) as url,
        asking(url, ca_file=ca_file, client_certificate=identity) as side,
    ):
        assert await side.ask() == b'{"x":1}'


async def test_a_missing_client_certificate_is_named_as_the_likely_cause(authority: trustme.CA, ca_file: Path) -> None:
    """Under TLS 1.3 the refusal looks like a mere hang-up; the message says what it is."""
    async with (
        serving(answers(json_answer()), server_tls(authority, mutual=True)) as url,
        asking(url, ca_file=ca_file, attempts=1) as side,
    ):
        with pytest.raises(UnreachableError, match="check the client certificate"):
            await side.ask()


@pytest.mark.parametrize("key", ["ca_file", "client_certificate"])
async def test_files_that_cannot_be_used_are_configuration_errors(key: str, tmp_path: Path) -> None:
    """Missing files and files that hold no certificate are told before anything is asked."""
    (tmp_path / "no.pem").write_text("nothing")
    for name in ("missing.pem", "no.pem"):
        async with asking("https://localhost:1", attempts=1, **{key: tmp_path / name}) as side:
            with pytest.raises(ConfigurationError, match=name) as caught:
                await side.ask()
        assert caught.value.path == key
