"""What a pair's portal remembers of publication decisions, through the procedures that name them.

In: a session, a pair, an instant. Out: what it tells, with the procedures that cannot be believed then: those whose
content was not read or is not readable, and those that flap back to an older decision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from syncd.ledger.decisions import PORTAL, KnownReading, Said, unreadable_records
from syncd.ledger.publications import DecisionSeen, Shown, shown
from syncd.ledger.readings import first_whole_at, last_reading, last_whole
from syncd.ledger.showings import showings
from syncd.ledger.spans import last_change
from syncd.ledger.tables import VERSIONS
from syncd.reconcile.decided import flapped
from syncd.reconcile.decisions_told import Current, Telling
from syncd.records.codes import CODES_APART, root
from syncd.records.dates import local_date
from syncd.records.decisions import parse_number
from syncd.records.procedure import Kind
from syncd.records.publication_decision import Decision

OF_PROCEDURES = frozenset({"number", "signed", "issuer_code", "issuer_name", "codes", "published"})
"""What a pair's portal says of a decision, through the procedures that name it."""
UNREAD = "unread"
"""The finding of a whole reading that names what is there and could not be read: key and code of each."""


def latest_of_pair(session: Session, pair: str, now: datetime) -> datetime:
    """Now, or the last instant that a pair's portal was written down for, where the clock was ahead then."""
    of_side = (VERSIONS.c.pair == pair, VERSIONS.c.side == PORTAL)
    newest = last_reading(session, pair, PORTAL)
    known = (last_change(session, VERSIONS, *of_side), newest.ended_at if newest else None)
    return max([now, *(one for one in known if one is not None)])


def memory_of(
    session: Session, pair: str, fresh_for: timedelta, now: datetime
) -> tuple[tuple[Decision, ...], Said, datetime] | str:
    """What a pair's portal shows now, what it can say, and when it was read; or why it says nothing."""
    at = latest_of_pair(session, pair, now)
    reading, newest = last_whole(session, pair, PORTAL, as_of=at), last_reading(session, pair, PORTAL, as_of=at)
    first = first_whole_at(session, pair, PORTAL)
    if reading is None or first is None or newest is None:
        return f"the portal of the pair {pair} was never read whole"
    if newest.id != reading.id:
        return f"the newest reading of the portal of the pair {pair} is {newest.verdict}"
    if now - reading.ended_at > fresh_for:
        return f"the last whole reading of the portal of the pair {pair} is older than {fresh_for}"
    records = shown(session, pair=pair, side=PORTAL, at=at, with_missing_parts=False)
    unread = _unread(session, pair, at)
    decisions, gone, maybe = named_by(records, at, unread.keys())
    said = Said(
        carries=OF_PROCEDURES,
        since=local_date(first) + timedelta(days=1),
        unreadable=sum(not code for code in unread.values()),
        rests_on=reading.id,
    )
    return tuple(one for one in decisions if one.key not in gone | maybe), said, reading.ended_at


def remembered_by(session: Session, pair: str, reading: KnownReading, at: datetime) -> Telling:
    """What a pair's portal tells of decisions as of an instant, with what of it cannot be believed."""
    records = shown(session, pair=pair, side=PORTAL, at=at, with_missing_parts=False)
    unread = _unread(session, pair, at)
    unclear = unread | _flapping(session, pair, records, at)
    decisions, gone, maybe = named_by(records, at, unclear.keys())
    return Telling(
        decisions=decisions,
        carries=reading.said.carries,
        gone=gone,
        since=reading.said.since,
        is_sure=all(unread.values()),
        current={one.code: _current(one) for one in sorted(records, key=lambda one: one.is_shown_now)},
        unclear=frozenset(unclear.values()),
        maybe_shown=maybe,
    )


def _unread(session: Session, pair: str, at: datetime) -> dict[str, str]:
    """The codes of records that are there and whose present content is not known, by key; an empty one: not known."""
    reading = last_whole(session, pair, PORTAL, as_of=at)
    found = unreadable_records(session, pair=pair, side=PORTAL, at=at)
    for finding in reading.proof.findings if reading else ():
        if finding.kind == UNREAD:
            found |= {key: code for key, _, code in (one.partition(CODES_APART) for one in finding.examples)}
    return {key: root(code.strip()) or code.strip() for key, code in found.items()}


def _flapping(session: Session, pair: str, records: Iterable[Shown], at: datetime) -> dict[str, str]:
    """The codes of records that show an older decision again, by key, while that is not believed."""
    every = list(records)
    several = [one for one in every if len(one.decisions) > 1]
    if not several:
        return {}
    publishes = any(one.procedure is not None and one.procedure.published_at is not None for one in every)
    wanted = sorted({one.code for one in several})
    known = showings(session, pair, PORTAL, wanted, publication_known=publishes, as_of=at)
    codes = {code for code, several in known.items() if any(flapped(one, at) for one in several)}
    return {one.key: one.code for one in several if one.code in codes}


def named_by(
    records: Iterable[Shown], at: datetime, unclear: Container[str] = ()
) -> tuple[tuple[Decision, ...], frozenset[str], frozenset[str]]:
    """The decisions that records have ever named, each once; the keys of those that none names now, and of those that
    only records may name of which it cannot be told what they show (``unclear``: their keys).

    Records of one decision may name two issuers, one below the other: it is the higher one's.
    """
    several: defaultdict[str, list[tuple[Shown, DecisionSeen]]] = defaultdict(list)
    for record in records:
        for seen in record.decisions:
            if seen.number:
                several[_key(record, seen)].append((record, seen))
    made = {key: _named_decision(key, named, at, unclear) for key, named in sorted(several.items())}
    unnamed = {key for key, (_, is_now) in made.items() if not is_now}
    maybe = {key for key in unnamed if any(record.key in unclear for record, _ in several[key])}
    return tuple(one for one, _ in made.values()), frozenset(unnamed - maybe), frozenset(maybe)


def _key(record: Shown, seen: DecisionSeen) -> str:
    issuer = _issuer(record).partition(".")[0]
    return "|".join((parse_number(seen.number).canonical, seen.signed.isoformat() if seen.signed else "", issuer))


def _issuer(record: Shown) -> str:
    return (record.procedure.publisher_code or "") if record.procedure else ""


def _named_decision(
    key: str, named: Sequence[tuple[Shown, DecisionSeen]], at: datetime, unclear: Container[str]
) -> tuple[Decision, bool]:
    now = [record for record, seen in named if record.key not in unclear and _names_now(record, seen, at)]
    highest = min((record for record, _ in named), key=lambda record: (len(_issuer(record)), _issuer(record)))
    clicks = [seen.first_public for _, seen in named if seen.first_public is not None]
    decision = Decision(
        key=key,
        number=named[0][1].number,
        signed=named[0][1].signed,
        issuer_code=_issuer(highest) or None,
        issuer_name=highest.procedure.publisher_name if highest.procedure else None,
        codes=tuple(sorted({record.code for record in now})),
        published=local_date(min(clicks)) if clicks else None,
    )
    return decision, bool(now)


def _names_now(record: Shown, seen: DecisionSeen, at: datetime) -> bool:
    """Whether a record that the public can see names a decision now."""
    said = record.procedure
    is_newest = said is not None and (said.decision_number or "", said.decision_date) == (seen.number, seen.signed)
    return record.is_shown_now and seen.last_seen >= at and is_newest


def _current(record: Shown) -> Current:
    said = record.procedure
    if said is None or not record.is_shown_now:
        return Current(None)
    is_citys = None if said.kind is None else said.kind is Kind.SPECIFIC
    return Current(said.decision_date, is_citys, parse_number(said.decision_number or "").canonical)
