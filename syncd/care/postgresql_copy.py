"""PostgreSQL: a dump of one snapshot, counted against that snapshot; and a dump put in a ledger's place.

In: addresses and files. Out: files in ``pg_dump``'s custom format. A restore is one transaction: all of it or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from syncd.care.errors import CareError, UnsoundError
from syncd.care.files import private_file
from syncd.care.programs import conninfo, run, streamed
from syncd.care.proving import counted_tables
from syncd.ledger.audit_proof import Verification, verify_chain
from syncd.ledger.engines import Access, make_engine, parse, shown
from syncd.ledger.errors import ours

STOP_IT = "stop every daemon and command on this database, then try again"
COPY = re.compile(rb'^COPY (?:"?[\w]+"?\.)?"?(\w+)"? \(')
END = b"\\.\n"
OTHERS = sa.text(
    "SELECT application_name, coalesce(host(client_addr), 'this machine') FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND application_name LIKE 'syncd%' AND application_name <> 'syncd-care' LIMIT 3"
)


class Snapshot:
    """One state of the database, for as long as the block lasts: its rows, and the chain of its audit trail."""

    def __init__(self, connection: sa.Connection, name: str) -> None:
        self._connection = connection
        self.name = name

    def rows(self) -> dict[str, int]:
        return counted_tables(self._connection)

    def chain(self) -> Verification:
        return verify_chain(Session(self._connection))


@contextmanager
def snapshot(url: str) -> Iterator[Snapshot]:
    """Hold one state of the database. Raises the ledger errors."""
    engine = make_engine(parse(url), Access.READ)
    try:
        with ours(shown(parse(url))), engine.connect() as connection:
            yield Snapshot(connection, str(connection.scalar(sa.text("SELECT pg_export_snapshot()"))))
    finally:
        engine.dispose()


def dump(url: str, part: Path, held: Snapshot) -> None:
    """Write one state of the database into ``part``. Raises `CareError`."""
    private_file(part)
    address = parse(url)
    arguments = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={held.name}", f"--file={part}"]
    run("pg_dump", address, [*arguments, f"--dbname={conninfo(address)}"])


def rows_in(part: Path, url: str) -> dict[str, int]:
    """How many rows of each table a dump holds: all of it is unpacked. Raises `UnsoundError` for one that cannot be."""
    try:
        with streamed("pg_restore", parse(url), ["--data-only", "--file=-", str(part)]) as output:
            return _counted(output)
    except CareError as error:
        raise UnsoundError(f"{part} is damaged: {error.message}", action="take another backup") from None


def _counted(output: IO[bytes]) -> dict[str, int]:
    rows: dict[str, int] = {}
    table = ""
    for line in output:
        if table and line == END:
            table = ""
        elif table:
            rows[table] += 1
        elif begun := COPY.match(line):
            table = begun[1].decode()
            rows[table] = 0
    return rows


def put_in_place(url: str, dumped: Path, keep_aside: Callable[[], Path]) -> Path | None:
    """Replace what the database holds by a dump; returns the backup of what it held, None where it held nothing.

    Raises `CareError` while another syncd is connected.
    """
    is_empty = _require_alone(url)
    aside = None if is_empty else keep_aside()
    address = parse(url)
    options = ["--clean", "--if-exists", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    run("pg_restore", address, [*options, f"--dbname={conninfo(address)}", str(dumped)])
    return aside


def _require_alone(url: str) -> bool:
    """Raises `CareError` while another syncd is connected; returns whether the database holds nothing."""
    engine = make_engine(parse(url), Access.READ)
    try:
        with ours(shown(parse(url))), engine.connect() as connection:
            others = [f"{name} from {where}" for name, where in connection.execute(OTHERS)]
            is_empty = not sa.inspect(connection).get_table_names()
    finally:
        engine.dispose()
    if others:
        raise CareError(f"{shown(parse(url))} is in use: {', '.join(others)}", action=STOP_IT)
    return is_empty
