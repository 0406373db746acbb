"""A PostgreSQL of a test's own, that can be stopped in every way, started again, and followed by a standby.

In: the server's programs. Out: `Server`. Commits are as durable as in production, but for the disk's own cache.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.postgresql import as_unprivileged, free_port, programs

SETTINGS = ("fsync=off", "synchronous_commit=on", "max_connections=60", "wal_level=replica", "hot_standby=on")


@dataclass(frozen=True)
class Server:
    """One server. ``folder`` is its own; ``port`` stays the same over restarts."""

    programs: Path
    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql://syncd@127.0.0.1:{self.port}/postgres"

    @property
    def store(self) -> Path:
        return self.folder / "store"

    def make(self) -> None:
        self.run("initdb", "-D", self.store, "-U", "syncd", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")

    def follow(self, primary: Server) -> None:
        """Become a standby of this primary."""
        self.run("pg_basebackup", "-D", self.store, "-d", primary.url, "-R", "-X", "stream", "-c", "fast", "--no-sync")

    def start(self, *more: str) -> None:
        listen = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder}"
        options = " ".join([listen, *(f"-c {one}" for one in (*SETTINGS, *more))])
        self.control("-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        """``immediate`` is a crash: no session ends by itself, and the log is replayed at the next start."""
        self.control("-m", mode, "-w", "stop")

    def let_in(self, network: str, address: str) -> None:
        """Listen at another address of this machine as well, and trust those who come from there."""
        with (self.store / "pg_hba.conf").open("a", encoding="utf-8") as rules:
            rules.write(f"host all all {network} trust\n")
        self.stop("fast")
        self.start(f"listen_addresses=127.0.0.1,{address}")

    def promote(self) -> None:
        self.control("-w", "promote")

    def is_up(self) -> bool:
        return subprocess.run(self._command("pg_ctl", "-D", self.store, "status"), **_QUIET).returncode == 0

    def control(self, *arguments: str) -> None:
        self.run("pg_ctl", "-D", self.store, *arguments)

    def run(self, program: str, *arguments: str | Path) -> None:
        subprocess.run(self._command(program, *arguments), check=True, cwd=self.folder, **_QUIET)

    def _command(self, program: str, *arguments: str | Path) -> list[str]:
        return as_unprivileged([str(self.programs / program), *(str(one) for one in arguments)])


_QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


@contextmanager
def server(*, follows: Server | None = None) -> Iterator[Server]:
    """A running server. Skips where there are no server programs."""
    found = programs()
    if found is None:
        pytest.skip("no PostgreSQL server programs here: install Debian's postgresql")
    folder = Path(tempfile.mkdtemp(prefix="syncd-pg-"))
    if os.getuid() == 0:
        os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
    one = Server(found, folder, free_port())
    try:
        one.make() if follows is None else one.follow(follows)
        one.start()
        yield one
    finally:
        if one.is_up():
            one.stop()
        shutil.rmtree(folder, ignore_errors=True)
