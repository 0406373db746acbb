"""Everything about one mismatch, on one page.

In: an id, whose mismatches are seen. Out: both values with marks, evidence, history, the work on it; None for an id
that is not there or belongs to others. Beside it: its publication, and the points that mending it brings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.answers.belonging import is_within
from syncd.answers.evidence import PORTAL, SideEvidence, side_evidence
from syncd.answers.impact import ImpactRow
from syncd.answers.marks import Tokens, marked
from syncd.answers.publications import Judged, PublicationRow
from syncd.answers.publications import row_of as publication_row
from syncd.answers.queue_rows import QueueRow, rows_of
from syncd.ledger.audit import AuditEntry, audit_of
from syncd.ledger.decisions import DOCUMENTS
from syncd.ledger.mismatches import Mismatch, MismatchEvent, history
from syncd.ledger.rereads import Reread, rereads_of
from syncd.ledger.rows import columns
from syncd.ledger.tables import MISMATCHES
from syncd.ledger.tables_listing import MISMATCH_LISTING
from syncd.ledger.waivers import Waiver, active_waivers
from syncd.ledger.work import Comment, Work, comments_of, work_of
from syncd.reconcile.mismatches import KINDS, OF_DECISIONS, KindRow, MismatchKind

MOST_OTHERS = 20
COMMENTED = "commented"


class Moment(Struct, frozen=True, kw_only=True):
    """One line of the history. ``source``: ``event`` (of the mismatch), ``work`` (of people) or ``comment``.

    ``what`` is the event or the action; ``before`` and ``after`` say what the work was and is.
    """

    at: datetime
    actor: str
    source: str
    what: str
    from_state: str = ""
    to_state: str = ""
    text: str = ""
    portal_value: str = ""
    city_value: str = ""
    before: Mapping[str, Any] = {}
    after: Mapping[str, Any] = {}


class OneMismatch(Struct, frozen=True, kw_only=True):
    """One mismatch with all that is known about it. ``unit``: whose it is; ``others``: open ones of the same code."""

    mismatch: Mismatch
    unit: str
    wording: KindRow
    portal_tokens: Tokens
    city_tokens: Tokens
    portal: SideEvidence
    city: SideEvidence
    history: tuple[Moment, ...]
    work: Work
    waiver: Waiver | None
    reread: Reread | None
    others: tuple[QueueRow, ...]


def one_mismatch(
    session: Session, mismatch_id: str, *, within: str | None, now: datetime, portal_url: str = PORTAL
) -> OneMismatch | None:
    """Everything about one mismatch; None where there is none that may be seen."""
    listing = MISMATCH_LISTING.c
    wanted = sa.select(listing.unit).where(listing.id == mismatch_id, *is_within(listing.unit, within))
    unit = session.scalar(wanted)
    row = session.execute(sa.select(*columns(MISMATCHES, Mismatch)).where(MISMATCHES.c.id == mismatch_id)).first()
    if unit is None or row is None:
        return None
    known = Mismatch(**row._mapping)  # noqa: SLF001
    ours, theirs = marked(known.portal_value, known.city_value)
    return OneMismatch(
        mismatch=known,
        unit=unit,
        wording=KINDS[MismatchKind(known.kind)],
        portal_tokens=ours,
        city_tokens=theirs,
        portal=_evidence(session, known, "portal", now, portal_url),
        city=_evidence(session, known, "city", now, portal_url),
        history=timeline_of(
            history(session, [mismatch_id]), audit_of(session, mismatch_id), comments_of(session, mismatch_id)
        ),
        work=work_of(session, [mismatch_id]).get(mismatch_id, Work(mismatch_id)),
        waiver=_waiver(session, known, now),
        reread=next(iter(rereads_of(session, mismatch_id)), None),
        others=_others(session, known, within, now),
    )


def _evidence(session: Session, known: Mismatch, side: str, now: datetime, portal_url: str) -> SideEvidence:
    is_documents = side == "city" and known.kind in OF_DECISIONS
    return side_evidence(
        session,
        pair=known.pair,
        side=DOCUMENTS if is_documents else side,
        key=getattr(known, f"{side}_key"),
        version_id=getattr(known, f"{side}_version_id"),
        reading_id=getattr(known, f"{side}_reading_id"),
        at=now,
        portal_url=portal_url,
    )


def _waiver(session: Session, known: Mismatch, now: datetime) -> Waiver | None:
    same = (known.subject, known.values_digest)
    several = (one for one in active_waivers(session, known.pair, now) if (one.subject, one.values_digest) == same)
    return max(several, key=attrgetter("expires_at"), default=None)


def _others(session: Session, known: Mismatch, within: str | None, now: datetime) -> tuple[QueueRow, ...]:
    """Open mismatches of the same procedure; none where it has no code."""
    if not known.code:
        return ()
    listing = MISMATCH_LISTING.c
    same = sa.select(MISMATCHES.c.id).where(MISMATCHES.c.pair == known.pair, MISMATCHES.c.code == known.code)
    wanted = sa.select(listing.id).where(listing.id.in_(same), listing.is_open.is_(True), listing.id != known.id)
    ordered = wanted.where(*is_within(listing.unit, within)).order_by(listing.severity_rank, listing.id)
    return rows_of(session, list(session.scalars(ordered.limit(MOST_OTHERS))), now)


def timeline_of(
    events: Iterable[MismatchEvent], entries: Iterable[AuditEntry], comments: Iterable[Comment]
) -> tuple[Moment, ...]:
    """Everything that happened, oldest first; what happened at one instant in the order of the sources."""
    moments = [*_of_events(events), *_of_entries(entries), *_of_comments(comments)]
    return tuple(sorted(moments, key=attrgetter("at")))


def _of_events(events: Iterable[MismatchEvent]) -> Iterator[Moment]:
    for one in events:
        yield Moment(
            at=one.at,
            actor=one.actor,
            source="event",
            what=one.event,
            from_state=one.from_state or "",
            to_state=one.to_state,
            portal_value=one.mismatch.portal_value,
            city_value=one.mismatch.city_value,
        )


def _of_entries(entries: Iterable[AuditEntry]) -> Iterator[Moment]:
    """The trail of people's work; comments stand there as well and are told by themselves."""
    for one in entries:
        if one.action != COMMENTED:
            before, after = (_mapping(one.detail.get(name)) for name in ("before", "after"))
            rest = {name: value for name, value in one.detail.items() if name not in ("before", "after")}
            yield Moment(
                at=one.at, actor=one.actor, source="work", what=one.action, before=before, after={**rest, **after}
            )


def _mapping(value: object) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}


def _of_comments(comments: Iterable[Comment]) -> Iterator[Moment]:
    for one in comments:
        yield Moment(at=one.at, actor=f"user:{one.author}", source="comment", what=COMMENTED, text=one.text)


def publications_of(found: Judged, code: str) -> tuple[PublicationRow, ...]:
    """The publication decisions about one procedure with their deadlines, of everything that was judged."""
    pairs = zip(found.judgements, found.attributions, strict=True)
    return tuple(publication_row(one, by) for one, by in pairs if code and one.publication.code == code)


def points_of(impacts: Sequence[ImpactRow], mismatch_id: str) -> tuple[ImpactRow, ...]:
    """What ends this mismatch, with the points that it brings; what brings most first."""
    return tuple(one for one in impacts if mismatch_id in one.mismatches.split())
