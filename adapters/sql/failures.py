"""Failures of databases, translated at the wall.

In: an exception of SQLAlchemy or of a driver. Out: a `SideError` that says what happened without passwords.
"""

from __future__ import annotations

import re

from sqlalchemy.exc import (
    DBAPIError,
    DisconnectionError,
    InterfaceError,
    NoSuchTableError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from syncd.sides.errors import PermanentError, SideError, UnauthorisedError, UnreachableError

_REFUSED = re.compile(
    r"password authentication failed|no pg_hba\.conf entry|no password supplied|role .* does not exist|access denied"
    r"|login failed|permission denied|ORA-010(?:17|31|45)",
    re.IGNORECASE,
)
_WRONG_NAME = re.compile(r"no such (?:table|column)|syntax error|has no column|unknown column", re.IGNORECASE)
_REFUSED_STATES = ("28", "42501")

CHECK_ACCOUNT = "check the account, its right to read, and password_secret"
CHECK_SERVER = "check that the database runs and can be reached from here"
CHECK_NAMES = "check table, query and columns"


def translated(error: Exception, *, where: str, secret: str | None = None) -> SideError:
    """The same failure as one of ours. ``secret`` is cut out of the text wherever it stands."""
    said = _said(error, secret)
    if _is_refused(error, said):
        return UnauthorisedError(said, where=where, action=CHECK_ACCOUNT)
    if isinstance(error, NoSuchTableError) or _WRONG_NAME.search(said):
        return PermanentError(said, where=where, action=CHECK_NAMES)
    if isinstance(error, OperationalError | InterfaceError | DisconnectionError | PoolTimeoutError | OSError):
        return UnreachableError(said, where=where, action=CHECK_SERVER)
    return PermanentError(said, where=where, action=CHECK_NAMES)


def _is_refused(error: Exception, said: str) -> bool:
    origin = error.orig if isinstance(error, DBAPIError) else None
    state = str(getattr(origin, "sqlstate", None) or "")
    return state.startswith(_REFUSED_STATES) or bool(_REFUSED.search(said))


def _said(error: Exception, secret: str | None) -> str:
    origin = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    text = " ".join(str(origin).split())[:500] or type(error).__name__
    if isinstance(error, NoSuchTableError):
        text = f"no table {text}"
    elif isinstance(error, SQLAlchemyError) and origin is error:
        text = text.partition(" [SQL:")[0]
    return text.replace(secret, "***") if secret else text
