"""Whoever leaves a download leaves nothing behind: no file, no open handle, and others still get theirs."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from yarl import URL

from syncd.desk import handing
from syncd.records.roles import Role
from tests.desk.conftest import Browser, Build, House
from tests.desk.furnished import furnished

SMALL = 512


@pytest.fixture
async def office(build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A desk over a city with a past, whose temporary files are in a folder that can be looked at."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return await furnished(build)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[handing.Made]:
    """Every document that was made, as it was handed to whoever sends it."""
    found: list[handing.Made] = []
    making = handing._made

    async def remembered(*given: Any) -> handing.Made:
        found.append(await making(*given))
        return found[-1]

    monkeypatch.setattr(handing, "_made", remembered)
    return found


def left() -> list[str]:
    """The temporary files that are still there."""
    return [path.name for path in Path(tempfile.gettempdir()).iterdir()]


async def asked(browser: Browser) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection with little room, on which a document was asked for."""
    form = urlencode({"csrf": browser.token or await browser.fresh_token(), "form": "docx"})
    cookies = browser.client.cookie_jar.filter_cookies(URL(browser.base))
    lines = (
        "POST /documents/publications HTTP/1.1",
        f"Host: {URL(browser.base).authority}",
        f"Cookie: {'; '.join(f'{one.key}={one.value}' for one in cookies.values())}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(form)}",
    )
    plug = socket.socket()
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
    plug.setblocking(False)
    await asyncio.get_running_loop().sock_connect(plug, ("127.0.0.1", URL(browser.base).port))
    reader, writer = await asyncio.open_connection(sock=plug, limit=SMALL)
    writer.write(("\r\n".join(lines) + "\r\n\r\n" + form).encode())
    await writer.drain()
    return reader, writer


async def closed(opened: list[handing.Made], number: int = 1) -> None:
    """Wait until so many documents were made and are closed."""
    for _ in range(2_000):
        if len(opened) >= number and all(one.file.closed for one in opened):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"of {number}, {len(opened)} were made and not all are closed")


async def test_who_leaves_while_it_is_sent_leaves_nothing(
    office: House, opened: list[handing.Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file had no name any more, and its handle is closed."""
    monkeypatch.setattr(handing, "CHUNK", SMALL)
    browser = await office.signed_in(Role.REVIEWER)
    reader, writer = await asked(browser)
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    assert not opened[0].file.closed
    writer.transport.abort()
    await closed(opened)
    assert left() == []


async def test_who_leaves_while_it_is_made_leaves_nothing(
    office: House, opened: list[handing.Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And takes no turn from those who ask after."""
    go, begun, making = asyncio.Event(), asyncio.Semaphore(0), handing.make

    async def waiting(*given: Any) -> Any:
        begun.release()
        await go.wait()
        return await making(*given)

    monkeypatch.setattr(handing, "make", waiting)
    browser = await office.signed_in(Role.REVIEWER)
    connections = [await asked(browser) for _ in range(handing.AT_ONCE)]
    for _ in connections:
        await begun.acquire()
    for _, writer in connections:
        writer.transport.abort()
    go.set()
    form = {"form": "csv", "csrf": browser.token}
    async with browser.client.post(f"{browser.base}/documents/publications", data=form) as response:
        assert response.status == 200
        assert len(await response.read()) > 100
    await closed(opened, handing.AT_ONCE + 1)
    assert left() == []
