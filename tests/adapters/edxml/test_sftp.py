"""An SFTP drop, on a real server: its key must be the known one, and nothing is left open."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

asyncssh = pytest.importorskip("asyncssh", reason="the extra sftp is not installed: pip install 'syncd[sftp]'")

from adapters.edxml.sftp import SftpSource  # noqa: E402
from loopback.documents import package, write_folder  # noqa: E402
from syncd.errors import ConfigurationError  # noqa: E402
from syncd.sides.reading import Evidence, Ground, ReadingVerdict  # noqa: E402
from tests.adapters.edxml.worlds import Said, around, listed, paper, reader, settings, small_book  # noqa: E402

PASSWORD = "mat-khau"


class Accounts(asyncssh.SSHServer):  # type: ignore[name-defined,misc]
    """One account, with a password or a key."""

    def __init__(self, admitted: str) -> None:
        self._admitted = admitted

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("doisoat", PASSWORD)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: Any) -> bool:
        return username == "doisoat" and key.export_public_key().decode() == self._admitted


@dataclass(slots=True)
class Drop:
    """A running server: the folder that it shows, its port, its key, and a client's key."""

    folder: Path
    port: int
    host_key: Any
    client_key: Any
    known_hosts: Path

    def trust(self, key: Any) -> None:
        public = key.export_public_key().decode()
        self.known_hosts.write_text(f"[127.0.0.1]:{self.port} {public}", encoding="utf-8")


@asynccontextmanager
async def serving(tmp_path: Path, shown: Any = asyncssh.SFTPServer) -> AsyncIterator[Drop]:
    folder = tmp_path / "drop"
    write_folder(small_book(), folder / "van-ban-di")
    host, client = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    admitted = client.export_public_key().decode()
    server = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[host],
        server_factory=lambda: Accounts(admitted),
        sftp_factory=lambda chan: shown(chan, chroot=str(folder).encode()),
    )
    made = Drop(folder / "van-ban-di", server.get_port(), host, client, tmp_path / "known_hosts")
    made.trust(host)
    try:
        yield made
    finally:
        server.close()
        await server.wait_closed()


@pytest.fixture
async def drop(tmp_path: Path) -> AsyncIterator[Drop]:
    async with serving(tmp_path) as made:
        yield made


def table(drop: Drop, **place: Any) -> dict[str, Any]:
    """The place as an operator would write it."""
    return {
        "host": "127.0.0.1",
        "port": drop.port,
        "username": "doisoat",
        "path": "/van-ban-di",
        "known_hosts": str(drop.known_hosts),
        "password_secret": "sftp",
        **place,
    }


async def read(drop: Drop, *, secret: str = PASSWORD, **place: Any) -> Said:
    async with reader(around(secrets={"sftp": secret}), sftp=table(drop, **place)) as made:
        return await listed(made)


async def test_the_whole_book_is_read_with_a_password(drop: Drop) -> None:
    said = await read(drop)
    assert said.proof.verdict is ReadingVerdict.WHOLE, said.proof
    assert [one.key for one in said.decisions] == sorted(small_book().decisions)
    assert said.proof.counted == len(small_book().sent)


async def test_the_whole_book_is_read_with_a_key(drop: Drop) -> None:
    key = drop.client_key.export_private_key().decode()
    said = await read(drop, secret=key, password_secret=None, private_key_secret="sftp")
    assert len(said.decisions) == len(small_book().decisions)


async def test_a_server_with_another_key_is_never_spoken_to(drop: Drop) -> None:
    """Not the password, not the list: the connection ends before either."""
    drop.trust(asyncssh.generate_private_key("ssh-ed25519"))
    said = await read(drop)
    assert said.decisions == ()
    assert "the server's host key is not the known one" in said.proof.reasons[0]
    assert "compare the key with the server's operator" in said.proof.reasons[0]


async def test_without_a_file_of_known_keys_nobody_is_trusted(drop: Drop) -> None:
    with pytest.raises(ConfigurationError, match="there is no file"):
        await read(drop, known_hosts="nowhere")


async def test_an_empty_file_of_known_keys_trusts_nobody(drop: Drop) -> None:
    drop.known_hosts.write_text("", encoding="utf-8")
    assert "host key is not the known one" in (await read(drop)).proof.reasons[0]


async def test_a_wrong_password_is_told_without_it(drop: Drop) -> None:
    said = await read(drop, secret="sai-mat-khau")
    assert "the server refuses the account" in said.proof.reasons[0]
    assert "sai-mat-khau" not in str(said.proof)


async def test_what_is_no_key_is_told_without_it(drop: Drop) -> None:
    said = await read(drop, secret="khong-phai-khoa", password_secret=None, private_key_secret="sftp")
    assert "the private key cannot be used" in said.proof.reasons[0]
    assert "khong-phai" not in str(said.proof)


async def test_a_path_that_is_not_there_says_so(drop: Drop) -> None:
    assert "there is no such path" in (await read(drop, path="/nowhere")).proof.reasons[0]


async def test_a_server_that_is_not_there_says_so(drop: Drop, unused_tcp_port: int) -> None:
    drop.trust(drop.host_key)
    said = await read(drop, port=unused_tcp_port)
    assert said.proof.grounds[0] is Ground.FAILURE
    assert "the server cannot be reached" in said.proof.reasons[0]


async def test_a_broken_package_and_a_link_are_told(drop: Drop) -> None:
    (drop.folder / "broken.edxml").write_bytes(b"<edXML>")
    (drop.folder / "link.edxml").symlink_to("/etc/passwd")
    said = await read(drop)
    assert (said.finding("unreadable"), said.finding("links_left_out")) == (1, 1)
    assert said.proof.verdict is ReadingVerdict.PARTIAL


async def test_a_package_over_the_cap_is_not_read_to_its_end(drop: Drop) -> None:
    (drop.folder / "large.edxml").write_bytes(package(paper(subject="A" * 300_000)))
    async with reader(around(secrets={"sftp": PASSWORD}), sftp=table(drop), max_package_bytes=200_000) as made:
        said = await listed(made)
    assert said.finding("unreadable") == 1


async def test_a_check_connects_and_lists(drop: Drop) -> None:
    async with reader(around(secrets={"sftp": PASSWORD}), sftp=table(drop)) as made:
        assert "packages and archives in /van-ban-di" in await made.check()


async def test_a_reading_that_is_cancelled_leaves_no_task_and_no_connection(drop: Drop) -> None:
    begun = asyncio.Event()

    async def reading() -> None:
        chosen = settings(sftp=table(drop))
        assert chosen.sftp is not None
        source = SftpSource(chosen.sftp, chosen, around(secrets={"sftp": PASSWORD}))
        async with aclosing(source.read(Evidence())) as batches:
            async for _ in batches:
                begun.set()
                await asyncio.Event().wait()

    before = asyncio.all_tasks()
    task = asyncio.create_task(reading())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert {one for one in asyncio.all_tasks() - before if "client" in repr(one).lower()} == set()


async def test_the_library_is_quiet(drop: Drop, caplog: pytest.LogCaptureFixture) -> None:
    """It would log every connection; what it logs nobody here has judged."""
    caplog.set_level(logging.DEBUG, logger="root")
    await read(drop)
    assert [one for one in caplog.records if one.name.startswith("asyncssh") and one.levelno < logging.WARNING] == []
    assert threading.active_count() < 50


@pytest.mark.parametrize("content", [b"@foo host ssh-ed25519 AAAA\n", b"\xff\xfe\n"], ids=["marker", "no text"])
async def test_a_file_of_known_keys_that_is_none_says_so(drop: Drop, content: bytes) -> None:
    drop.known_hosts.write_bytes(content)
    with pytest.raises(ConfigurationError, match="cannot be used") as caught:
        await read(drop)
    assert caught.value.path == "known_hosts"


async def test_a_folder_deeper_than_the_limit_is_named(drop: Drop) -> None:
    (drop.folder / "a" / "b").mkdir(parents=True)
    said = await read(drop, depth=1)
    assert said.proof.reasons == ("1 folders or files are left out: a/b: deeper than depth = 1",)


async def test_a_name_that_is_no_text_is_shown_as_its_bytes(drop: Drop) -> None:
    (drop.folder / os.fsdecode(b"quy\xe9t.edxml")).write_bytes(package(paper()))
    said = await read(drop)
    assert said.proof.whole, said.proof
    assert said.proof.counted == len(small_book().sent) + 1


class Reticent(asyncssh.SFTPServer):  # type: ignore[name-defined,misc]
    """A server that shows no permissions, which the protocol allows."""

    async def scandir(self, path: bytes) -> AsyncIterator[Any]:
        async for entry in super().scandir(path):
            entry.attrs = asyncssh.SFTPAttrs(size=entry.attrs.size, mtime=entry.attrs.mtime, atime=entry.attrs.atime)
            yield entry


async def test_entries_whose_kind_the_server_does_not_show_are_named(tmp_path: Path) -> None:
    async with serving(tmp_path, Reticent) as made:
        said = await read(made)
    assert (said.decisions, said.proof.whole) == ((), False)
    assert "left out: " in said.proof.reasons[0]
    assert "the server does not say whether it is a file or a folder" in said.proof.reasons[0]
