"""Random publications around October 2026, for tests of counts and impact.

In: nothing. Out: Hypothesis strategies, a calendar, a day.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from syncd.publication.calendar import WorkingCalendar
from syncd.publication.facts import Attribution, Authority, Judgement, LegalDocument, Publication
from syncd.publication.judging import judge_all
from syncd.records.periods import Period
from syncd.records.procedure import Kind

CALENDAR = WorkingCalendar()
TODAY = date(2026, 11, 24)
PERIODS = tuple(map(Period.parse, ("2026-11", "2026", "2026-Q4", "2026-10", "2026-12")))
UNITS = ("", "H26.3", "H26.10", "H26.14")
CODES = tuple(f"1.11542{n}" for n in range(9))

days = st.integers(0, 140).map(lambda n: date(2026, 8, 1) + timedelta(days=n))
recent = st.integers(0, 12).map(lambda n: date(2026, 11, 12) + timedelta(days=n))
clicks = (days | recent).map(lambda day: datetime.combine(day, time(5), UTC))
documents = st.builds(
    LegalDocument,
    number=st.sampled_from(("106/2026/NĐ-CP", "07/2026/TT-BCT", "12/2026/NQ-HĐND")),
    signed=st.none() | days,
    effective=st.sampled_from((date(2027, 1, 4),) * 4 + (date(2026, 11, 26), date(2026, 10, 20), None)),
    shortened=st.sampled_from((False, False, False, True)),
)


@st.composite
def publications(draw: st.DrawFn) -> Publication:
    """One publication: signed or known to be unsigned or neither, public or known to be hidden or neither."""
    signed = draw(st.none() | days | recent | recent)
    first, last = sorted((draw(clicks), draw(clicks)))
    is_public = draw(st.booleans())
    is_complete = draw(st.sampled_from((True, False, None)))
    return Publication(
        code=draw(st.sampled_from(CODES)),
        authority=draw(st.sampled_from((*(Authority.PROVINCE,) * 4, Authority.TASKED, Authority.MINISTRY))),
        kind=draw(st.sampled_from((*(Kind.SPECIFIC,) * 6, Kind.STANDARD, None))),
        action=draw(st.sampled_from(("", "new", "amend", "abolish"))),
        decision=draw(st.sampled_from(("", "12/QĐ-UBND", "13/QĐ-UBND", "14/QĐ-UBND"))),
        signed=signed,
        is_known_unsigned=signed is None and draw(st.booleans()),
        bases=tuple(draw(st.lists(documents, min_size=1, max_size=2))),
        unknown_bases=draw(st.sampled_from(((),) * 9 + (("09/2026/TT-BYT",),))),
        first_public=first if is_public else None,
        latest_public=last if is_public else None,
        is_known_hidden=not is_public and draw(st.sampled_from((True, True, False))),
        is_shown=is_public or draw(st.sampled_from((True, False, False))),
        is_complete=is_complete,
        missing_parts=("steps",) if is_complete is False else (),
    )


@st.composite
def worlds(draw: st.DrawFn) -> tuple[tuple[Publication, ...], tuple[Attribution, ...]]:
    """Several publications of a few procedures, and the units that answer for them."""
    facts = tuple(draw(st.lists(publications(), min_size=1, max_size=14)))
    units = draw(st.lists(st.sampled_from(UNITS), min_size=len(facts), max_size=len(facts)))
    return facts, tuple(Attribution(unit, f"Sở {unit}", "field" if unit else "none") for unit in units)


def judged(facts: tuple[Publication, ...]) -> tuple[Judgement, ...]:
    """As of 24 November 2026."""
    return tuple(judge_all(facts, today=TODAY, calendar=CALENDAR))
