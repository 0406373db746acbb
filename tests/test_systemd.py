"""What is said to systemd, on a real socket."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from syncd.errors import ConfigurationError
from syncd.systemd import Notifier, credentials_folder, passed_sockets, watchdog_period

FIRST = 900
"""A descriptor far above those in use."""


@pytest.fixture(params=["path", "abstract"])
def listener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    """A notification socket, and its name as NOTIFY_SOCKET has it."""
    name = f"@syncd-test-{os.getpid()}-{tmp_path.name}" if request.param == "abstract" else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind("\0" + name[1:] if name.startswith("@") else name)
        listener.settimeout(5)
        yield listener, name


def test_each_word_arrives_as_one_datagram(listener: tuple[socket.socket, str]) -> None:
    ear, name = listener
    notifier = Notifier.from_environment({"NOTIFY_SOCKET": name})
    assert notifier.ready("2 pairs\nfine")
    assert notifier.status("Đang đọc")
    assert notifier.watchdog()
    assert notifier.reloading(1_500_000)
    assert notifier.stopping("after SIGTERM")
    assert [ear.recv(4096).decode() for _ in range(5)] == [
        "READY=1\nSTATUS=2 pairs fine",
        "STATUS=Đang đọc",
        "WATCHDOG=1",
        "RELOADING=1\nMONOTONIC_USEC=1500",
        "STOPPING=1\nSTATUS=after SIGTERM",
    ]


def test_a_status_cannot_say_anything_but_a_status(listener: tuple[socket.socket, str]) -> None:
    ear, name = listener
    Notifier(name).status("x\nWATCHDOG=1")
    assert ear.recv(4096) == b"STATUS=x WATCHDOG=1"


@pytest.mark.parametrize("environment", [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "vsock:2:1"}])
def test_outside_systemd_nothing_is_said(environment: dict[str, str]) -> None:
    assert Notifier.from_environment(environment) == Notifier(None)
    assert Notifier(None).watchdog()


def test_a_socket_that_is_gone_is_reported_and_not_raised(tmp_path: Path) -> None:
    assert not Notifier(str(tmp_path / "gone")).watchdog()


def test_the_watchdog_period_is_taken_for_this_process_alone() -> None:
    assert watchdog_period({"WATCHDOG_USEC": "30000000"}) == 30
    assert watchdog_period({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"}, pid=7) == 30
    assert watchdog_period({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"}, pid=8) is None
    assert [watchdog_period({"WATCHDOG_USEC": text}) for text in ("", "0", "x")] == [None, None, None]


def test_credentials_lie_where_systemd_says() -> None:
    assert credentials_folder({"CREDENTIALS_DIRECTORY": "/run/credentials/syncd.service"}) == Path(
        "/run/credentials/syncd.service"
    )
    assert credentials_folder({}) is None


@pytest.fixture
def listening() -> Iterator[list[socket.socket]]:
    """An IPv4 and an IPv6 socket on descriptors that follow each other, as systemd passes them."""
    with (
        socket.create_server(("127.0.0.1", 0)) as four,
        socket.create_server(("::1", 0), family=socket.AF_INET6) as six,
    ):
        os.dup2(four.fileno(), FIRST)
        os.dup2(six.fileno(), FIRST + 1)
        yield [four, six]
    for descriptor in (FIRST, FIRST + 1):
        with suppress(OSError):
            os.close(descriptor)


def test_passed_sockets_come_by_their_names_and_are_not_handed_on(listening: list[socket.socket]) -> None:
    given = {"LISTEN_FDS": "2", "LISTEN_PID": "7", "LISTEN_FDNAMES": "desk:desk"}
    passed = passed_sockets(given, pid=7, first=FIRST)
    assert [one.getsockname() for one in passed["desk"]] == [one.getsockname() for one in listening]
    assert [one.get_inheritable() for one in passed["desk"]] == [False, False]
    for one in passed["desk"]:
        one.close()


def test_sockets_of_another_program_are_left_alone() -> None:
    assert passed_sockets({"LISTEN_FDS": "1", "LISTEN_PID": "7"}, pid=8) == {}
    assert passed_sockets({}, pid=8) == {}
    assert passed_sockets({"LISTEN_FDS": "x", "LISTEN_PID": "8"}, pid=8) == {}


def test_what_does_not_listen_is_a_bad_configuration(tmp_path: Path) -> None:
    asked = {"LISTEN_FDS": "1", "LISTEN_PID": "7", "LISTEN_FDNAMES": "desk"}
    with (tmp_path / "file").open("wb") as file, pytest.raises(ConfigurationError, match="'desk' is no socket"):
        passed_sockets(asked, pid=7, first=file.fileno())
    with socket.socket() as idle, pytest.raises(ConfigurationError, match="'desk' does not listen"):
        passed_sockets(asked, pid=7, first=idle.fileno())
