"""Lags: how long changes took from the portal to the city's system. The grace time is learnt from them.

In: pairs of instants. Out: seconds, newest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.ledger.tables import LAGS


class Lag(Struct, frozen=True):
    """One change that the portal showed first and the city later."""

    code: str
    field: str
    portal_changed_at: datetime
    city_changed_at: datetime

    @property
    def seconds(self) -> float:
        return (self.city_changed_at - self.portal_changed_at).total_seconds()


def record_lags(session: Session, *, pair: str, lags: Sequence[Lag]) -> None:
    """Write lags down."""
    if lags:
        rows = [
            {
                "pair": pair,
                "code": lag.code,
                "field": lag.field,
                "portal_changed_at": lag.portal_changed_at,
                "city_changed_at": lag.city_changed_at,
                "seconds": lag.seconds,
            }
            for lag in lags
        ]
        session.execute(sa.insert(LAGS), rows)


def recent_lags(session: Session, pair: str, limit: int) -> list[float]:
    """The newest lags of a pair, in seconds."""
    newest = sa.select(LAGS.c.seconds).where(LAGS.c.pair == pair).order_by(LAGS.c.id.desc()).limit(limit)
    return list(session.scalars(newest))
