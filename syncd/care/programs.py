"""PostgreSQL's own programs: found, run with the password in their environment alone, never on a command line.

In: a ledger's address, arguments. Out: what the program wrote; or an error with its first line, which holds no secret.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from sqlalchemy.engine import URL

from syncd.care.errors import CareError

PLACES = "/usr/lib/postgresql"
INSTALL = "install PostgreSQL's client programs, on Debian: apt-get install postgresql-client"
LONGEST = 300


def program(name: str) -> str:
    """Where a program is. Raises `CareError` that says what to install."""
    found = shutil.which(name)
    if found is None:
        inside = sorted(Path(PLACES).glob(f"*/bin/{name}"), key=lambda one: int(f"0{one.parts[-3].split('.')[0]}"))
        found = str(inside[-1]) if inside else None
    if found is None:
        raise CareError(f"{name} is not installed here", action=INSTALL)
    return found


def conninfo(address: URL) -> str:
    """The address as libpq reads it, without the password."""
    there = (address.host, address.port, address.database, address.query)
    return URL.create("postgresql", address.username, None, *there).render_as_string(hide_password=False)


def run(name: str, address: URL, arguments: Sequence[str]) -> None:
    """Run a program to its end. Raises `CareError`."""
    with streamed(name, address, arguments) as output:
        while output.read(1 << 16):
            pass


@contextmanager
def streamed(name: str, address: URL, arguments: Sequence[str]) -> Iterator[IO[bytes]]:
    """What a program writes, as it comes. Raises `CareError` where it ends badly."""
    environment = os.environ | {"LC_ALL": "C", "PGAPPNAME": "syncd-care", "PGCONNECT_TIMEOUT": "10"}
    if address.password is not None:
        environment["PGPASSWORD"] = str(address.password)
    with subprocess.Popen(  # noqa: S603 - our own arguments, no shell
        [program(name), *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        try:
            yield cast("IO[bytes]", child.stdout)
            said = cast("IO[bytes]", child.stderr).read(1 << 16).decode(errors="replace").strip()
        except BaseException:
            child.kill()
            raise
    if child.returncode:
        first = next((line for line in said.splitlines() if "error" in line.lower()), said.partition("\n")[0])
        raise CareError(f"{name} failed: {first[:LONGEST]}", action="see that its version is not below the server's")
