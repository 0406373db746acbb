"""The few words that a service says to systemd, without a library: readiness, status, watchdog, reload, stop.

In: the environment that systemd set. Out: datagrams on the notification socket, or nothing at all outside systemd; the
sockets that it passed. Source: sd_notify(3), sd_watchdog_enabled(3), sd_listen_fds(3), systemd.exec(5) "Credentials".
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from syncd.errors import ConfigurationError

STATUS_LENGTH = 400
MICROSECONDS = 1_000_000
FIRST_PASSED = 3
MOST_PASSED = 64
UNNAMED = "unknown"
"""What sd_listen_fds_with_names(3) calls a socket without a name."""


@dataclass(frozen=True, slots=True)
class Notifier:
    """Speaks to the notification socket at ``address``; silent where that is None. No method raises.

    Each returns whether systemd could be told (True as well where nobody listens).
    """

    address: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Notifier:
        """Take the address from ``NOTIFY_SOCKET``; a path or an abstract name (``@…``), else nobody listens."""
        address = (os.environ if environment is None else environment).get("NOTIFY_SOCKET", "")
        return cls(address if address.startswith(("/", "@")) else None)

    def ready(self, status: str) -> bool:
        return self._send("READY=1", _status(status))

    def status(self, text: str) -> bool:
        return self._send(_status(text))

    def watchdog(self) -> bool:
        return self._send("WATCHDOG=1")

    def reloading(self, monotonic: int | None = None) -> bool:
        """``monotonic``: CLOCK_MONOTONIC in nanoseconds (default: now). Must be followed by `ready`."""
        nanoseconds = time.clock_gettime_ns(time.CLOCK_MONOTONIC) if monotonic is None else monotonic
        return self._send("RELOADING=1", f"MONOTONIC_USEC={nanoseconds // 1000}")

    def stopping(self, status: str) -> bool:
        return self._send("STOPPING=1", _status(status))

    def _send(self, *lines: str) -> bool:
        if self.address is None:
            return True
        target = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
                channel.setblocking(False)
                channel.sendto("\n".join(lines).encode("utf-8", "backslashreplace"), target)
        except OSError:
            return False
        return True


def _status(text: str) -> str:
    return "STATUS=" + " ".join(text.split())[:STATUS_LENGTH]


def watchdog_period(environment: Mapping[str, str] | None = None, *, pid: int | None = None) -> float | None:
    """Seconds within which systemd wants to hear `Notifier.watchdog`, or None where it keeps no watchdog on us."""
    given = os.environ if environment is None else environment
    period, owner = given.get("WATCHDOG_USEC", ""), given.get("WATCHDOG_PID", "")
    if not period.isdecimal() or int(period) == 0:
        return None
    if owner and owner != str(os.getpid() if pid is None else pid):
        return None
    return int(period) / MICROSECONDS


def credentials_folder(environment: Mapping[str, str] | None = None) -> Path | None:
    """Where systemd has put the credentials of this service (``LoadCredential=``), or None."""
    folder = (os.environ if environment is None else environment).get("CREDENTIALS_DIRECTORY", "")
    return Path(folder) if folder else None


def passed_sockets(
    environment: Mapping[str, str] | None = None, *, pid: int | None = None, first: int = FIRST_PASSED
) -> dict[str, list[socket.socket]]:
    """The listening sockets that systemd has opened for us (socket activation), by ``FileDescriptorName=``.

    Empty where there are none, or where they are meant for another program. They are not handed on to children.
    Raises `ConfigurationError` for what is not a listening stream socket.
    """
    given = os.environ if environment is None else environment
    count = given.get("LISTEN_FDS", "")
    if given.get("LISTEN_PID", "") != str(os.getpid() if pid is None else pid) or not count.isdecimal():
        return {}
    names = given.get("LISTEN_FDNAMES", "").split(":")
    found: dict[str, list[socket.socket]] = {}
    for offset in range(min(int(count), MOST_PASSED)):
        name = names[offset] if offset < len(names) and names[offset] else UNNAMED
        found.setdefault(name, []).append(_passed(first + offset, name))
    return found


def _passed(descriptor: int, name: str) -> socket.socket:
    try:
        passed = socket.socket(fileno=descriptor)
    except OSError as error:
        raise _useless(name, f"is no socket ({error.strerror})") from error
    if passed.type != socket.SOCK_STREAM or not passed.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        passed.detach()
        raise _useless(name, "does not listen for connections")
    passed.set_inheritable(False)
    return passed


def _useless(name: str, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"what systemd passes as {name!r} {why}", action="use ListenStream= with Accept=no in the socket unit"
    )
