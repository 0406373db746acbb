"""Where the daemon listens, over real sockets."""

from __future__ import annotations

import asyncio
import socket
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiohttp import ClientSession, UnixConnector, web

from syncd.config import load
from syncd.errors import ConfigurationError
from syncd.listening import HEARING, Doors, ListenError, Wish, check_passed, listen, place

PAIR = """
[[pairs]]
name = "a"
applies = { agency = "H26" }
[pairs.portal]
adapter = "national-portal"
[pairs.city]
adapter = "file"
"""


def app() -> web.Application:
    async def hello(_request: web.Request) -> web.Response:
        return web.Response(text="xin chào")

    made = web.Application()
    made.router.add_get("/", hello)
    return made


async def ask(address: str, path: str | None = None) -> str:
    connector = UnixConnector(path) if path else None
    async with ClientSession(connector=connector) as client, client.get(address) as answer:
        return await answer.text()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
async def test_it_listens_where_it_is_told(host: str) -> None:
    async with AsyncExitStack() as stack:
        doors = Doors()
        taken = await doors.take(stack, "desk", Wish(host, 0, "[desk] listen"))
        await doors.serve(stack, app(), "desk", taken)
        assert {await ask(f"http://{place(one.getsockname())}/") for one in taken} == {"xin chào"}


async def test_an_address_that_is_taken_is_told_with_the_key_that_says_it() -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ListenError, match=rf"the desk cannot listen on \[::1\]:{port}: .*set \[desk\] listen"):
            await listen(Wish("::1", port, "[desk] listen", "the desk "))


async def test_whoever_comes_between_two_daemons_waits_and_is_served(tmp_path: Path) -> None:
    """The passed sockets stay with systemd: a connection made after the first has left is the second's."""
    place = str(tmp_path / "desk.sock")
    with socket.create_server(("127.0.0.1", 0)) as kept, socket.socket(socket.AF_UNIX) as local:
        local.bind(place)
        local.listen()
        url = f"http://127.0.0.1:{kept.getsockname()[1]}/"
        async with AsyncExitStack() as stack:
            first = Doors({"desk": [kept.dup(), local.dup()]})
            await first.serve(stack, app(), "desk", await first.take(stack, "desk", Wish("x", 1, "")))
            assert (await ask(url), await ask("http://desk/", place)) == ("xin chào", "xin chào")
            await first.leave_open()
            waiting = [asyncio.create_task(ask(url)), asyncio.create_task(ask("http://desk/", place))]
            await asyncio.wait(waiting, timeout=0.1)
            assert not any(one.done() for one in waiting)
        async with AsyncExitStack() as stack:
            second = Doors({"desk": [kept.dup(), local.dup()]})
            await second.serve(stack, app(), "desk", await second.take(stack, "desk", Wish("x", 1, "")))
            assert await asyncio.gather(*waiting) == ["xin chào", "xin chào"]


async def test_who_was_let_in_last_is_still_heard() -> None:
    """The connection is there, its question comes while the daemon already leaves."""
    with socket.create_server(("127.0.0.1", 0)) as kept:
        async with AsyncExitStack() as stack:
            doors = Doors({"desk": [kept.dup()]})
            await doors.serve(stack, app(), "desk", await doors.take(stack, "desk", Wish("x", 1, "")))
            reader, writer = await asyncio.open_connection(*kept.getsockname()[:2])
            await asyncio.sleep(0)
            question = b"GET / HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n"
            asyncio.get_running_loop().call_later(HEARING / 5, writer.write, question)
            await doors.leave_open()
        assert (await reader.read()).startswith(b"HTTP/1.1 200 ")
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize(
    ("address", "written"),
    [
        (("127.0.0.1", 80), "127.0.0.1:80"),
        (("::1", 80, 0, 0), "[::1]:80"),
        ("/run/syncd/hue.sock", "unix:/run/syncd/hue.sock"),
        (b"\0hidden", "unix:hidden"),
    ],
)
def test_places_are_written_as_people_do(address: object, written: str) -> None:
    assert place(address) == written


def test_a_passed_socket_that_nobody_would_serve_is_a_bad_configuration(tmp_path: Path) -> None:
    file = tmp_path / "syncd.toml"
    file.write_text(PAIR, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="no desk is configured"):
        check_passed({"desk": []}, load(file))
    with pytest.raises(ConfigurationError, match=r"called 'syncd\.socket' .set FileDescriptorName=desk"):
        check_passed({"syncd.socket": []}, load(file))
    check_passed({"endpoints": []}, load(file))
