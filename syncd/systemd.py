"""The few words that a service says to systemd, without a library: readiness, status, watchdog, reload, stop.

In: the environment that systemd set. Out: datagrams on the notification socket, or nothing at all outside systemd.
Source: sd_notify(3), sd_watchdog_enabled(3), systemd.exec(5) "Credentials".
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

STATUS_LENGTH = 400
MICROSECONDS = 1_000_000


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
