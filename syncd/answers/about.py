"""Whose publications are asked about and by which rules, now and at any past instant.

In: what is configured; what the ledger remembers of it. Out: `About` as it was in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy.orm import Session

from syncd.ledger.configurations import in_force, remember_configuration
from syncd.reconcile.scope import Scope, said_of_scope, scope_said

COURSE = "publication"


class About(Struct, frozen=True, kw_only=True):
    """Whose publications are asked about: a pair's sides, the city's code, what it must carry, how days count."""

    pair: str
    unit: str
    scope: Scope
    complete_since: date | None = None
    makeup_days_count: bool = True


def remember_rules(session: Session, about: About, *, at: datetime, actor: str) -> None:
    """Remember that publications are judged so from ``at`` on."""
    said = {
        "applies": said_of_scope(about.scope),
        "complete_since": None if about.complete_since is None else about.complete_since.isoformat(),
        "makeup_days_count": about.makeup_days_count,
    }
    remember_configuration(session, course=COURSE, content=said, at=at, actor=actor)


def as_said(about: About, said: Mapping[str, Any]) -> About:
    """The same city, by the scope and the rules that were remembered."""
    since = said["complete_since"]
    return replace(
        about,
        scope=scope_said(said["applies"]),
        complete_since=None if since is None else date.fromisoformat(since),
        makeup_days_count=said["makeup_days_count"],
    )


def do_makeup_days_count(session: Session, at: datetime, *, today: bool) -> bool:
    """Whether a weekend day that is made up for was a working day at ``at``; ``today``: where nobody remembers."""
    known = in_force(session, COURSE, at)
    return today if known is None else bool(known.content["makeup_days_count"])
