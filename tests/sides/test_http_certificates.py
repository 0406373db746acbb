"""When certificates end, and how far the clocks are apart: seen where answers are read, with real certificates."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from aiohttp import web
from cryptography import x509

from syncd.sides.errors import SideError
from syncd.sides.http.certificates import end_of, end_of_file
from syncd.sides.http.statuses import ahead_of
from tests.sides.server import Handler, answers, asking, json_answer, serving
from tests.sides.test_http_tls import server_tls

NOW = datetime(2026, 11, 24, 12, 0, 0, 500_000, tzinfo=UTC)
ENDS = [
    pytest.param(datetime(2049, 12, 31, 23, 59, 58, tzinfo=UTC), id="the last year of short dates"),
    pytest.param(datetime(2051, 1, 2, 3, 4, 5, tzinfo=UTC), id="a long date"),
    pytest.param(datetime(2020, 5, 6, 7, 8, 9, tzinfo=UTC), id="long over"),
]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def pem_until(authority: trustme.CA, until: datetime) -> bytes:
    """A certificate, preceded by its key, that ends then."""
    issued = authority.issue_cert("syncd@city.example", not_before=datetime(2019, 1, 1, tzinfo=UTC), not_after=until)
    return issued.private_key_and_cert_chain_pem.bytes()


@pytest.mark.parametrize("until", ENDS)
def test_the_end_is_read_from_a_file_as_a_library_reads_it(
    authority: trustme.CA, tmp_path: Path, until: datetime
) -> None:
    content = pem_until(authority, until)
    (tmp_path / "client.pem").write_bytes(content)
    known = x509.load_pem_x509_certificates(content)[0].not_valid_after_utc
    assert end_of_file(tmp_path / "client.pem") == known.timestamp() == until.timestamp()


@pytest.mark.parametrize(
    "content", [b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", b"\xff" * 9]
)
def test_a_file_without_a_certificate_has_no_end(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "no.pem").write_bytes(content)
    assert end_of_file(tmp_path / "no.pem") is None
    assert end_of_file(tmp_path / "missing.pem") is None


def test_every_cut_of_a_certificate_is_refused_in_the_same_way(authority: trustme.CA) -> None:
    der = ssl.PEM_cert_to_DER_cert(authority.cert_pem.bytes().decode())
    for length in range(60):
        with pytest.raises((ValueError, IndexError)):
            end_of(der[:length])


async def test_a_handshake_shows_when_both_certificates_end(authority: trustme.CA, tmp_path: Path) -> None:
    """The side's from the connection, ours from the file; an attempt over plain HTTP knows neither."""
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=9)
    (tmp_path / "client.pem").write_bytes(pem_until(authority, until))
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", not_after=until - timedelta(days=1)).configure_cert(context)
    files = {"ca_file": tmp_path / "ca.pem", "client_certificate": tmp_path / "client.pem"}
    async with serving(answers(json_answer()), context) as url, asking(url, **files) as side:
        await side.ask()
        assert side.attempts[-1].server_until == (until - timedelta(days=1)).timestamp()
        assert side.attempts[-1].client_until == until.timestamp()
    async with serving(answers(json_answer())) as url, asking(url) as side:
        await side.ask()
        assert (side.attempts[-1].server_until, side.attempts[-1].client_until) == (None, None)


async def test_a_refused_handshake_shows_no_end(authority: trustme.CA) -> None:
    async with serving(answers(json_answer()), server_tls(authority)) as url, asking(url, attempts=1) as side:
        with pytest.raises(SideError):
            await side.ask()
        assert side.attempts[-1].server_until is None


def dated(seconds: float, status: int = 200) -> Handler:
    """A side whose clock is so many seconds behind ours."""

    async def answer(_request: web.Request) -> web.Response:
        said = datetime.now(UTC) - timedelta(seconds=seconds)
        date = {"Date": f"{said:%a, %d %b %Y %H:%M:%S} GMT"}
        return web.Response(status=status, text='{"x":1}', content_type="application/json", headers=date)

    return answer


@pytest.mark.parametrize("behind", [-3600, 0, 95])
async def test_an_answer_shows_how_far_the_clocks_are_apart(behind: float) -> None:
    async with serving(dated(behind)) as url, asking(url) as side:
        await side.ask()
        assert side.attempts[-1].ahead == pytest.approx(behind, abs=5)


async def test_an_answer_that_refuses_shows_it_as_well() -> None:
    async with serving(dated(600, status=500)) as url, asking(url, attempts=1) as side:
        with pytest.raises(SideError):
            await side.ask()
        assert side.attempts[-1].ahead == pytest.approx(600, abs=5)


@pytest.mark.parametrize(
    ("headers", "ahead"),
    [
        ({"Date": "Tue, 24 Nov 2026 11:59:00 GMT"}, 60),
        ({"Date": "Tue, 24 Nov 2026 11:59:00 GMT", "Age": "0"}, 60),
        ({"Date": "Tue, 24 Nov 2026 11:59:00 GMT", "Age": "60"}, None),
        ({"Date": "yesterday"}, None),
        ({}, None),
    ],
)
def test_only_a_date_that_no_cache_has_kept_is_believed(headers: dict[str, str], ahead: float | None) -> None:
    assert ahead_of(headers, lambda: NOW) == ahead
