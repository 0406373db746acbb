"""What can go wrong with the ledger, as a small family, and the wall where database errors become ours.

In: errors of SQLAlchemy and the two drivers. Out: a sentence that says what happened, where, and what to do.
No password and no statement parameter is ever in a message.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from syncd.errors import SyncdError


class LedgerError(SyncdError):
    """The ledger did not do what was asked; nothing of the transaction was kept. ``where`` is its address."""

    slug = "ledger"
    staff = "Sổ ghi của hệ thống gặp lỗi; người vận hành đã được báo."

    def __init__(self, message: str, *, where: str = "", action: str = "") -> None:
        super().__init__(f"{where}: {message}" if where else message, action=action)
        self.where = where


class LedgerUnreachableError(LedgerError):
    """No connection to the database, or it broke."""

    slug = "ledger_unreachable"
    retriable = True


class LedgerBusyError(LedgerError):
    """Another program held the ledger's write lock for too long."""

    slug = "ledger_busy"
    retriable = True


class LedgerFullError(LedgerError):
    """The disk is full."""

    slug = "ledger_full"
    retriable = True


class LedgerDamagedError(LedgerError):
    """The file is not a database, or is damaged."""

    slug = "ledger_damaged"


class OutcomeUnknownError(LedgerUnreachableError):
    """The connection broke during the commit itself: the change may have been kept or not."""

    slug = "ledger_outcome_unknown"
    retriable = False


class SchemaOlderError(LedgerError):
    """The ledger has no schema yet or an older one than this program."""

    slug = "ledger_schema_older"


class SchemaNewerError(LedgerError):
    """The ledger was written by a newer program."""

    slug = "ledger_schema_newer"


Rule = tuple[str, type[LedgerError], str]

RULES: tuple[Rule, ...] = (
    ("SQLITE_BUSY", LedgerBusyError, "another syncd is writing; try again, or stop it"),
    ("SQLITE_LOCKED", LedgerBusyError, "another syncd is writing; try again, or stop it"),
    ("SQLITE_CANTOPEN", LedgerUnreachableError, "check that the folder exists and that this user may write there"),
    ("SQLITE_READONLY", LedgerUnreachableError, "check that this user may write the file and its folder"),
    ("SQLITE_IOERR", LedgerUnreachableError, "check the disk"),
    ("SQLITE_FULL", LedgerFullError, "free disk space; nothing was lost"),
    ("SQLITE_CORRUPT", LedgerDamagedError, "stop syncd and restore the ledger from its backup"),
    ("SQLITE_NOTADB", LedgerDamagedError, "check the path: this file is no ledger"),
    ("40001", LedgerBusyError, "try again"),
    ("40P01", LedgerBusyError, "try again"),
    ("55P03", LedgerBusyError, "another syncd is writing; try again, or stop it"),
    ("53100", LedgerFullError, "free disk space on the database server; nothing was lost"),
    ("53300", LedgerUnreachableError, "the server has no connection left; raise max_connections"),
    ("28", LedgerUnreachableError, "check the user and password of the database"),
    ("3D000", LedgerUnreachableError, "create the database first"),
    ("42P01", SchemaOlderError, "run `syncd database upgrade`"),
    ("42501", LedgerUnreachableError, "grant this user its rights on the database"),
    ("57P", LedgerUnreachableError, "the server was shutting down; try again"),
    ("25P03", LedgerUnreachableError, "try again"),
    ("08", LedgerUnreachableError, "check that the server runs and can be reached"),
)
"""Start of the driver's code (SQLite error name or SQLSTATE) → our error and what to do."""


def code_of(error: DBAPIError) -> str:
    """SQLite's error name or PostgreSQL's SQLSTATE; ``08000`` where PostgreSQL could not even be asked."""
    name = getattr(error.orig, "sqlite_errorname", None)
    state = getattr(error.orig, "sqlstate", None)
    if name or state:
        return str(name or state)
    return "08000" if error.connection_invalidated or type(error.orig).__name__ == "OperationalError" else ""


def translate(error: SQLAlchemyError, where: str) -> LedgerError:
    """Our error for theirs."""
    if isinstance(error, PoolTimeoutError):
        return LedgerBusyError("every connection is in use", where=where, action="try again")
    if not isinstance(error, DBAPIError):
        return LedgerError(f"the statement was refused: {_first_line(error)}", where=where, action="report this defect")
    code, text = code_of(error), _first_line(error.orig)
    if isinstance(error, IntegrityError):
        action = "nothing was written; report this defect"
        return LedgerError(f"the change contradicts what is remembered: {text}", where=where, action=action)
    for start, kind, action in RULES:
        if code.startswith(start):
            return kind(text, where=where, action=action)
    if "no such table" in text:
        return SchemaOlderError(text, where=where, action="run `syncd database upgrade`")
    return LedgerError(f"{text} [{code or type(error.orig).__name__}]", where=where, action="report this defect")


@contextmanager
def ours(where: str) -> Iterator[None]:
    """Translate database errors that leave this block."""
    try:
        yield
    except SQLAlchemyError as error:
        raise translate(error, where) from error


def _first_line(error: object) -> str:
    return (str(error).strip().splitlines() or [""])[0]
