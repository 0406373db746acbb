"""What the queue is read from, kept in step with the mismatches and with which unit they were given to.

In: mismatches just written, or ids whose work changed. Out: their rows in `mismatch_listing`; folded search text.
A search finds "thường trú" by "thuong tru", and a procedure by any form of its code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from syncd.ledger.rows import chunks, upsert
from syncd.ledger.tables import MISMATCHES
from syncd.ledger.tables_desk import MISMATCH_WORK
from syncd.ledger.tables_listing import MISMATCH_LISTING
from syncd.reconcile.lifecycle import OPEN
from syncd.reconcile.mismatches import Severity
from syncd.records.codes import root
from syncd.records.collation import sort_key
from syncd.records.text import fold

RANKS = {severity.value: rank for rank, severity in enumerate(Severity)}
OPEN_STATES = frozenset(state.value for state in OPEN)
LONGEST_NAME = 80
LONGEST_KEY = 240
LONGEST_VALUE = 60
LONGEST_TEXT = 250
LONGEST_SEARCH = 900

_UNSAFE = re.compile("[\\\\\x00\ud800-\udfff]")
_CODE_WITHOUT_DOT = re.compile(r"\d{7}", re.ASCII)


class Listed(Protocol):
    """What a row is made of."""

    @property
    def id(self) -> str: ...
    @property
    def pair(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def local_code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def field(self) -> str: ...
    @property
    def difference(self) -> str: ...
    @property
    def portal_value(self) -> str: ...
    @property
    def city_value(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def agency_code(self) -> str: ...
    @property
    def agency_name(self) -> str: ...
    @property
    def first_seen(self) -> datetime: ...
    @property
    def last_changed(self) -> datetime: ...


def list_again(session: Session, mismatches: Sequence[Listed]) -> None:
    """Write the rows of these mismatches anew."""
    for some in chunks(mismatches):
        upsert(session, MISMATCH_LISTING, [listing_row(one) for one in some])
        _regroup(session, [one.id for one in some])


def regroup(session: Session, ids: Sequence[str]) -> None:
    """Bring ``unit`` in step after the Office gave mismatches to a unit, or took them back."""
    for some in chunks(ids):
        own = sa.func.substr(MISMATCHES.c.agency_code, 1, LONGEST_NAME)
        of_record = sa.select(own).where(MISMATCHES.c.id == MISMATCH_LISTING.c.id).scalar_subquery()
        session.execute(sa.update(MISMATCH_LISTING).where(MISMATCH_LISTING.c.id.in_(some)).values(unit=of_record))
        _regroup(session, some)


def _regroup(session: Session, ids: Sequence[str]) -> None:
    work = MISMATCH_WORK.c
    given = sa.select(work.mismatch_id).where(work.unit != "", work.mismatch_id.in_(ids))
    unit = sa.select(work.unit).where(work.mismatch_id == MISMATCH_LISTING.c.id).scalar_subquery()
    session.execute(sa.update(MISMATCH_LISTING).where(MISMATCH_LISTING.c.id.in_(given)).values(unit=unit))


def listing_row(one: Listed) -> dict[str, Any]:
    """The row of one mismatch; the unit is the record's."""
    return {
        "id": one.id,
        "is_open": one.state in OPEN_STATES,
        "severity_rank": RANKS[one.severity],
        "state": one.state,
        "severity": one.severity,
        "kind": one.kind,
        "field": clipped(one.field, LONGEST_NAME),
        "unit": clipped(one.agency_code, LONGEST_NAME),
        "pair": clipped(one.pair, LONGEST_NAME),
        "difference": clipped(one.difference, LONGEST_NAME),
        "code": clipped(one.code or one.local_code, LONGEST_NAME),
        "first_seen": one.first_seen,
        "last_changed": one.last_changed,
        "name_key": sort_key(one.name)[:LONGEST_KEY],
        "search": search_text(one),
    }


def search_text(one: Listed) -> str:
    """Everything that somebody may search a mismatch by, folded; of the values only short ones, such as numbers."""
    codes = (one.code, one.local_code, root(one.local_code) or "", one.agency_code)
    values = (value for value in (one.portal_value, one.city_value) if len(value) <= LONGEST_VALUE)
    said = dict.fromkeys((one.name[:LONGEST_TEXT], *codes, one.agency_name[:LONGEST_TEXT], *values, one.id))
    return clipped(" ".join(filter(None, (fold(text) for text in said))), LONGEST_SEARCH)


def search_words(text: str) -> tuple[str, ...]:
    """What must stand in the search text, each of them: folded words, codes by their national root."""
    return tuple(dict.fromkeys(clipped(fold(_national(word)), LONGEST_SEARCH) for word in text.split() if fold(word)))


def _national(word: str) -> str:
    """``1.004222`` of ``1.004222.000.00.00.H26`` and of ``1004222``."""
    if _CODE_WITHOUT_DOT.fullmatch(word):
        return f"{word[0]}.{word[1:]}"
    return root(word.upper()) or word


def clipped(text: str, most: int) -> str:
    """No more bytes than an index row of either database has room for; nothing that a database would escape."""
    safe = _UNSAFE.sub(" ", text)
    return safe if len(safe) * 4 <= most else safe.encode()[:most].decode(errors="ignore")
