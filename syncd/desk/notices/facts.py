"""What one digest is written from, asked of the ledger; and what became overdue between two instants.

In: a channel, where its last digest ended, until when this one tells. Out: `Facts`, the same whenever they are asked
for, because everything in them is as of that instant.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from syncd.answers.belonging import belongs
from syncd.answers.digests import OverdueStep, Told, overdue_dossiers, overdue_steps, told
from syncd.answers.publications import AGENCIES, agencies_of
from syncd.desk.notices.channels import Channel
from syncd.documents.wanted import Sources
from syncd.ledger import Ledger
from syncd.ledger.notices import DigestMark
from syncd.ledger.registers import register_as_of
from syncd.records.dossiers import Dossier


@dataclass(frozen=True, slots=True)
class Overdue:
    """What is overdue at one instant."""

    steps: tuple[OverdueStep, ...] = ()
    dossiers: tuple[Dossier, ...] = ()

    def since(self, before: Overdue, within: str | None) -> Overdue:
        """What is overdue now and was not before, of one unit and those below it."""
        steps = {one.key for one in before.steps}
        dossiers = {(one.number, one.unit_code) for one in before.dossiers}
        return Overdue(
            tuple(one for one in self.steps if one.key not in steps and belongs(one.unit, within)),
            tuple(
                one
                for one in self.dossiers
                if (one.number, one.unit_code) not in dossiers and belongs(one.unit_code, within)
            ),
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What one digest tells. ``unit``: the code, ``unit_name``: its name where it is known."""

    unit: str
    unit_name: str
    since: datetime
    until: datetime
    told: Told
    overdue: Overdue

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (any(self.told.counts.values()) or self.overdue.steps or self.overdue.dossiers)


@dataclass(slots=True)
class Asking:
    """The questions of one round: what is overdue at an instant is worked out once for all channels."""

    ledger: Ledger
    sources: Sources
    _overdue: dict[datetime, Overdue] = field(default_factory=dict)

    async def facts(self, channel: Channel, mark: DigestMark, until: datetime) -> Facts:
        """What the digest of a channel tells after its mark."""
        before, now = await self.overdue(mark.marked_at), await self.overdue(until)
        found = await self.ledger.read(told, after=mark.last_event_id, until=until, within=channel.within)
        return Facts(
            unit=channel.unit,
            unit_name=await self.ledger.read(unit_name, channel.unit, until),
            since=mark.marked_at,
            until=until,
            told=found,
            overdue=now.since(before, channel.within),
        )

    async def overdue(self, at: datetime) -> Overdue:
        """Everything that is overdue at an instant."""
        if at not in self._overdue:
            self._overdue[at] = await self.ledger.read(overdue, self.sources, at)
        return self._overdue[at]


def overdue(session: Session, sources: Sources, at: datetime) -> Overdue:
    """What is overdue at an instant, as it was known then."""
    about = sources.about
    return Overdue(
        overdue_steps(session, about, at) if about is not None else (),
        overdue_dossiers(session, sources.dossiers, at),
    )


def unit_name(session: Session, unit: str, at: datetime) -> str:
    """The name of a unit; empty where it is not known."""
    if not unit:
        return ""
    agencies = agencies_of(register_as_of(session, AGENCIES, at) or {})
    return next((one.name for one in agencies if one.code == unit), "")
