"""Random calendars, documents and publications for the properties of deadlines."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from syncd.publication.calendar import FIRST_YEAR, LAST_YEAR, WorkingCalendar
from syncd.publication.facts import Authority, LegalDocument, Publication
from syncd.records.procedure import Kind

FIRST, LAST = date(2012, 1, 1), date(2030, 12, 31)

CALENDAR = WorkingCalendar()
CALENDAR.between(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))  # filled once, so that no example pays for it

days = st.dates(FIRST, LAST)
authorities = st.sampled_from(Authority)
kinds = st.sampled_from([*Kind, None])


def noon(day: date) -> datetime:
    """An instant of a day in Hà Nội."""
    return datetime.combine(day, time(5), UTC)


@st.composite
def documents(draw: st.DrawFn) -> LegalDocument:
    """A document whose dates are known, half known or not known."""
    signed = draw(st.none() | days)
    effective = draw(st.none() | days)
    if signed and draw(st.booleans()):
        effective = signed + timedelta(days=draw(st.integers(0, 60)))
    number = f"{draw(st.integers(1, 99))}/NĐ-CP"
    return LegalDocument(number=number, signed=signed, effective=effective, shortened=draw(st.booleans()))


@st.composite
def publications(draw: st.DrawFn) -> Publication:
    """Any facts, odd ones included: signed or not, made public before, unknown, contradictory."""
    first = draw(st.none() | days)
    return Publication(
        code="1.000001",
        authority=draw(authorities),
        kind=draw(kinds),
        decision=draw(st.sampled_from(["", "1/QĐ-UBND"])),
        signed=draw(st.none() | days),
        is_known_unsigned=draw(st.booleans()),
        bases=tuple(draw(st.lists(documents(), max_size=3))),
        unknown_bases=tuple(draw(st.lists(st.sampled_from(["7/2020/TT-BTC", "9/2021/NĐ-CP"]), max_size=2))),
        first_public=noon(first) if first else None,
        latest_public=noon(first + timedelta(days=draw(st.integers(0, 90)))) if first else None,
        is_known_hidden=draw(st.booleans()),
        is_shown=draw(st.booleans()),
    )
