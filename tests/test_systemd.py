"""What is said to systemd, on a real socket."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from syncd.systemd import Notifier, credentials_folder, watchdog_period

DEPLOY = Path(__file__).parents[1] / "deploy"


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


def test_the_unit_is_hardened_well() -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed")
    checked = subprocess.run(
        [analyze, "security", "--offline=true", "--threshold=12", str(DEPLOY / "syncd.service")],
        capture_output=True,
        text=True,
        check=False,
    )
    if "nrecognized option" in checked.stderr:
        pytest.skip("this systemd-analyze cannot check a file offline")
    assert checked.returncode == 0, checked.stdout[-300:] + checked.stderr


def test_the_unit_gives_the_daemon_longer_than_it_promises_to_need() -> None:
    unit = (DEPLOY / "syncd.service").read_text(encoding="utf-8")
    assert "TimeoutStopSec=15s" in unit
    assert "RestartPreventExitStatus=78" in unit
    assert "Type=notify\n" in unit
