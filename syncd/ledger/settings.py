"""Values that the ledger keeps for the program itself.

In: a name. Out: its value; the secret seed of raw fingerprints is made on first use and never changes after.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from syncd.ledger.audit import note
from syncd.ledger.rows import upsert
from syncd.ledger.tables import SETTINGS

SEED = "fingerprint_seed"


def setting(session: Session, name: str) -> str | None:
    """One value, or None."""
    return session.execute(sa.select(SETTINGS.c.value).where(SETTINGS.c.name == name)).scalar()


def set_setting(session: Session, name: str, value: str, *, now: datetime, actor: str) -> None:
    """Remember one value. The audit row names it and does not show it."""
    upsert(session, SETTINGS, [{"name": name, "value": value}])
    note(session, at=now, actor=actor, action="setting", name=name)


def fingerprint_seed(
    session: Session, *, now: datetime, actor: str, draw: Callable[[], int] = lambda: secrets.randbits(64)
) -> int:
    """The secret 64-bit seed of raw fingerprints: nobody can prepare two records with one hash without knowing it."""
    known = setting(session, SEED)
    if known is not None:
        return int(known)
    seed = draw()
    set_setting(session, SEED, str(seed), now=now, actor=actor)
    return seed
