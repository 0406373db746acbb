"""The ledger: everything remembered — passes, readings, versions, mismatches and who changed what.

In: plain functions of a session, run by `Ledger` in one transaction each. Out: plain frozen structs.
Each subject has its module: passes, readings, heads, versions, mismatches, waivers, lags, settings, audit; and for the
desk accounts, sessions, tokens, work, causes, re-reads, saved views, notices.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from syncd.ledger.database import Ledger, open_ledger
from syncd.ledger.errors import (
    LedgerBusyError,
    LedgerDamagedError,
    LedgerError,
    LedgerFullError,
    LedgerUnreachableError,
    OutcomeUnknownError,
    SchemaNewerError,
    SchemaOlderError,
)
from syncd.ledger.schema import Schema, SchemaState, schema_state, upgrade

__all__ = [
    "Ledger",
    "LedgerBusyError",
    "LedgerDamagedError",
    "LedgerError",
    "LedgerFullError",
    "LedgerUnreachableError",
    "OutcomeUnknownError",
    "Schema",
    "SchemaNewerError",
    "SchemaOlderError",
    "SchemaState",
    "Session",
    "open_ledger",
    "schema_state",
    "upgrade",
]
