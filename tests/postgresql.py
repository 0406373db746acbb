"""A real PostgreSQL for tests: a throw-away cluster, and an empty database for each test.

In: the server's programs, wherever they are installed, or SYNCD_TEST_POSTGRESQL_URL. Out: addresses.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

GIVEN = "SYNCD_TEST_POSTGRESQL_URL"
SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=50")


def programs() -> Path | None:
    """The folder with ``initdb`` and ``postgres``."""
    places = [Path(found).resolve().parent for name in ("initdb",) if (found := shutil.which(name))]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    places += sorted(Path("/usr/local").glob("pgsql*/bin"), reverse=True)
    return next((one for one in places if (one / "initdb").exists() and (one / "postgres").exists()), None)


def as_unprivileged(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root."""
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *command] if os.getuid() == 0 else command


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgresql_cluster() -> Iterator[str]:
    """The address of a running cluster's maintenance database. Skips where there are no server programs."""
    if given := os.environ.get(GIVEN):
        yield given
        return
    found = programs()
    if found is None:
        pytest.skip(f"no PostgreSQL server programs here: install Debian's postgresql or set {GIVEN}")
    folder = Path(tempfile.mkdtemp(prefix="syncd-pg-"))
    if os.getuid() == 0:
        os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
    try:
        yield from _running(found, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _running(found: Path, folder: Path) -> Iterator[str]:
    store, port = folder / "cluster", free_port()
    quiet = {"check": True, "cwd": folder, "stdout": subprocess.DEVNULL}
    initdb = [str(found / "initdb"), "-D", str(store), "-U", "syncd", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
    subprocess.run(as_unprivileged(initdb), **quiet)  # type: ignore[call-overload]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} " + " ".join(f"-c {one}" for one in SETTINGS)
    control = [str(found / "pg_ctl"), "-D", str(store), "-w", "-l", str(folder / "log")]
    subprocess.run(as_unprivileged([*control, "-o", options, "start"]), **quiet)  # type: ignore[call-overload]
    try:
        yield f"postgresql://syncd@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(as_unprivileged([*control, "-m", "immediate", "stop"]), **quiet)  # type: ignore[call-overload]


@pytest.fixture
def postgresql_url(postgresql_cluster: str) -> Iterator[str]:
    """The address of an empty database of its own."""
    name = f"syncd_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgresql_cluster, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield postgresql_cluster.rpartition("/")[0] + f"/{name}"
    with psycopg.connect(postgresql_cluster, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
