"""When a portal was opened in place of another, and what a click "Công khai" is then worth.

In: nothing. Out: `OPENINGS` and `reentry`. A portal that is replaced takes its records over by having them
entered again: what it calls the publication date of an older decision is the day on which that was done.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct


class Opening(Struct, frozen=True):
    """A portal's first day, where that is known from, and what to say of a click that may be a re-entry."""

    day: date
    source: str
    reason: str


OPENINGS: tuple[Opening, ...] = (
    Opening(
        date(2026, 3, 27),
        "the portal's public records of July 2026: none of 5,665 has a click before 27/03/2026, and 3,140 have one of"
        " April 2026, also where the decision was signed years before",
        "signed before the portal of 2026 opened (27/03/2026): the click may be a re-entry of what was public already",
    ),
)
"""Each portal that took the place of another, the oldest first."""


def reentry(signed: date, click: date) -> str:
    """Why a click does not say when a decision became public; empty where it does.

    It says so unless a portal opened after the signing and not after the click: then the decision may have been public
    on the portal before it. What is in time by such a click is in time all the same, since it was public by that day.
    """
    return next((one.reason for one in OPENINGS if signed < one.day <= click), "")
