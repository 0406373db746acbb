"""End dates that were moved back: what one dossier's sightings say together, and none of them alone.

In: the sightings of one dossier, oldest first. Out: an observation, or None. Pure.
Settlement systems can "reset" overdue dossiers: the end is set back to the due date, and late becomes on time on both
sides. Today's states agree then; only who has looked before can know.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from syncd.reconcile.mismatches import MismatchKind, Observation
from syncd.records.dates import HO_CHI_MINH
from syncd.records.dossiers import Dossier

FIELD = "finished"
ENTRY_LAG = timedelta(hours=1)
"""A dossier that ends is seen as running for a while: search indexes lag, and people type later."""


class Sighting(Struct, frozen=True):
    """A dossier as it was seen at an instant."""

    at: datetime
    dossier: Dossier


def is_late(dossier: Dossier, at: datetime) -> bool:
    """Whether the dossier ended after its due date, or still ran after it at this instant; without one it is not."""
    if dossier.due is None:
        return False
    return (dossier.finished or at) > dossier.due


def is_running_late(dossier: Dossier, at: datetime) -> bool:
    """Whether the dossier is overdue at this instant and has not ended."""
    return dossier.finished is None and is_late(dossier, at)


def rewriting(sightings: Sequence[Sighting], entry_lag: timedelta = ENTRY_LAG) -> Observation | None:
    """What contradicts the end that the dossier has now.

    It was seen late, and now its end lies before an instant at which it still ran (by more than ``entry_lag``), or
    before an end that it was seen to have.
    """
    if not sightings or sightings[-1].dossier.finished is None:
        return None
    now = sightings[-1].dossier
    against = [one for one in sightings[:-1] if is_late(one.dossier, one.at) and _contradicts(one, now, entry_lag)]
    return _observation(against[-1], now) if against else None


def _contradicts(before: Sighting, now: Dossier, entry_lag: timedelta) -> bool:
    if now.finished is None:
        return False
    if before.dossier.finished is None:
        return now.finished < before.at - entry_lag
    return now.finished < before.dossier.finished


def _observation(before: Sighting, now: Dossier) -> Observation:
    ended = before.dossier.finished
    seen = f"kết thúc {_written(ended)}" if ended else f"{_written(before.at)} chưa kết thúc"
    return Observation(
        kind=MismatchKind.END_DATE_REWRITTEN,
        code=now.procedure_code,
        local_code=now.number,
        city_key=now.number,
        field=FIELD,
        portal_value=f"trước: {seen}",
        city_value=f"sau: kết thúc {_written(now.finished)}",
        name=f"hạn trả {_written(now.due)}",
        agency_code=now.unit_code,
        agency_name=now.unit_name,
    )


def _written(instant: datetime | None) -> str:
    return instant.astimezone(HO_CHI_MINH).isoformat(timespec="minutes") if instant else "không có"
