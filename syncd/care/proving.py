"""Proves a ledger: its file, its references, its schema, its rows, its audit trail, and its evidence.

In: a ledger's address. Out: a `Soundness`. Changes nothing; works on a copy as on the ledger in use.
"""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.care.errors import UnsoundError
from syncd.ledger import Ledger, SchemaState, schema_state
from syncd.ledger.audit_proof import verify_chain
from syncd.ledger.engines import Access, make_engine, parse, shown, sqlite_path
from syncd.ledger.errors import LedgerUnreachableError, ours
from syncd.ledger.packing import digest, pack, unpack
from syncd.ledger.rows import stream
from syncd.ledger.tables import VERSIONS

SHOWN = 5
FORGOTTEN = pack(b"")
"""What stands for the bytes of a version that `syncd database prune` has taken away."""
RESTORE = "restore a backup"


class Soundness(Struct, frozen=True):
    """What was proven of a ledger. ``problems`` is empty where it is sound; ``rows``: how many each table holds."""

    where: str
    schema: str
    state: SchemaState
    rows: dict[str, int]
    audit_rows: int
    audit_newest: str
    evidence: int
    problems: tuple[str, ...]

    def require(self) -> None:
        """Raises `UnsoundError` with the first problems."""
        if self.problems:
            first = "; ".join(self.problems[:SHOWN])
            raise UnsoundError(f"{self.where}: {first}", action=RESTORE)


def prove(url: str, *, evidence: bool = True) -> Soundness:
    """Prove everything. ``evidence``: also that the kept bytes of every version have the digest that it names.

    Raises the ledger errors where it cannot be opened at all.
    """
    address = parse(url)
    where, path = shown(address), sqlite_path(address)
    if path is not None and not path.is_file():
        raise LedgerUnreachableError("there is no ledger yet", where=where, action="check [database] url")
    damaged = [] if path is None else damages(path)
    if damaged:
        return Soundness(where, "", SchemaState.EMPTY, {}, 0, "", 0, tuple(damaged))
    schema, problems = schema_state(url), list[str]()
    if schema.current is None:
        problems.append("there is no ledger in it")
    audit_rows, newest, seen = 0, "", 0
    if schema.state is SchemaState.CURRENT:
        with Ledger(url) as ledger:
            chain = ledger.read_now(verify_chain)
            audit_rows, newest = chain.rows, chain.newest
            if not chain.is_whole:
                problems.append(f"the audit trail is broken after {chain.rows} rows: {chain.words}")
            if evidence:
                seen, wrong = ledger.read_now(proven_evidence)
                problems += wrong
    return Soundness(where, schema.current or "", schema.state, counts(url), audit_rows, newest, seen, tuple(problems))


def damages(path: Path) -> list[str]:
    """What SQLite itself finds wrong with a file, at most a few lines."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True)) as connection:
            connection.execute("PRAGMA query_only=ON").close()
            found = [str(row[0]) for row in connection.execute(f"PRAGMA integrity_check({SHOWN})")]
            broken = connection.execute("PRAGMA foreign_key_check").fetchmany(SHOWN)
    except sqlite3.Error as error:
        return [str(error)]
    return [*(one for one in found if one != "ok"), *(f"{one[0]} points at a {one[2]} that is gone" for one in broken)]


def counts(url: str) -> dict[str, int]:
    """How many rows each table holds, whatever the schema is."""
    engine = make_engine(parse(url), Access.READ)
    try:
        with ours(shown(parse(url))), engine.connect() as connection:
            return counted_tables(connection)
    finally:
        engine.dispose()


def counted_tables(connection: sa.Connection) -> dict[str, int]:
    """How many rows each table holds, as this connection's transaction sees them."""
    names = sorted(sa.inspect(connection).get_table_names())
    return {name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0 for name in names}


def proven_evidence(session: Session) -> tuple[int, list[str]]:
    """How many versions have the bytes whose digest they name, and which have not."""
    wrong: list[str] = []
    seen = 0
    wanted = sa.select(VERSIONS.c.id, VERSIONS.c.raw, VERSIONS.c.detail, VERSIONS.c.raw_digest)
    for number, raw, detail, known in stream(session, wanted):
        if raw == FORGOTTEN:
            continue
        seen += 1
        if known and _digest(raw, detail) != known and len(wrong) < SHOWN:
            wrong.append(f"the evidence of version {number} is not what was sent")
    return seen, wrong


def _digest(raw: bytes, detail: bytes | None) -> str:
    try:
        return digest(unpack(raw) + (b"" if detail is None else unpack(detail)))
    except zlib.error:
        return "damaged"
