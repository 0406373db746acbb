"""Where one procedure stands in indicators 1.1 to 1.3, by the law's reading and by the portal's.

In: the judgements of one procedure, a period. Out: met, missed, unknown or unmeetable, once or for each event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from syncd.publication.deadlines import is_unsigned
from syncd.publication.facts import Authority, Deadline, Judgement, Mode, Publication, Status, Step
from syncd.records.dates import local_date
from syncd.records.figures import Indicator
from syncd.records.periods import Period
from syncd.records.procedure import Kind


class Standing(StrEnum):
    """Where one procedure (by the portal's reading) or one event (by the law's) stands in one indicator."""

    MET = "met"
    MISSED = "missed"
    UNKNOWN = "unknown"
    UNMEETABLE = "unmeetable"


class Stood(NamedTuple):
    """One thing that is counted once: in which indicator, how it stands, and which unit answers."""

    indicator: Indicator
    standing: Standing
    unit: str


class Reading(Struct, frozen=True, kw_only=True):
    """How it is counted.

    ``latest_signing`` switches to the letter of the portal's note on 1.2: what is not public yet is in the denominator
    where its decision was signed by that day (the period's end and 5 working days on). None, the default, is the
    reading that fits the note's aim: where the deadline lies in the period. ``only_shown``: by the portal's reading 1.1
    looks at procedures that are public now (đang công khai) and abolished ones only.
    """

    mode: Mode
    period: Period
    today: date
    latest_signing: date | None = None
    only_shown: bool = True


def is_counted(publication: Publication, mode: Mode) -> bool:
    """A ministry answers for itself; the portal counts a province's specific procedures alone."""
    if publication.authority is Authority.MINISTRY:
        return False
    return mode is Mode.LEGAL or publication.kind in (Kind.SPECIFIC, None)


def standings(rows: list[Judgement], reading: Reading, units: list[str]) -> Iterator[Stood]:
    """Everything that the judgements of one procedure count in; ``units`` answer for them, one each.

    What is counted once for several units' decisions is nobody's ("").
    """
    if reading.mode is Mode.LEGAL:
        yield from _legal(rows, reading, units)
    else:
        yield from _portal(rows, reading, units)
    if (standing := _content(rows)) is not None:
        yield Stood(Indicator.PUBLIC_CONTENT_FULL, _told(standing, rows, reading), _common(units))


def _portal(rows: list[Judgement], reading: Reading, units: list[str]) -> Iterator[Stood]:
    """Each procedure once in each indicator: missed where any decision was late."""
    for indicator, standing_of in (
        (Indicator.PUBLISH_ON_TIME, _signed_in_period),
        (Indicator.PUBLIC_UPDATE_ON_TIME, _public_in_period),
    ):
        found = {standing for row in rows if (standing := standing_of(row, reading)) is not None}
        if found:
            yield Stood(indicator, _told(_worst(found), rows, reading), _common(units))


def _signed_in_period(row: Judgement, reading: Reading) -> Standing | None:
    """1.1: decisions signed in the period about procedures that are public; unsigned ones are not counted."""
    publication = row.publication
    if reading.only_shown and not publication.is_shown and publication.action != "abolish":
        return None
    if publication.signed is None:
        return None if is_unsigned(publication) else Standing.UNKNOWN
    if publication.signed not in reading.period:
        return None
    if publication.signed > reading.today:
        return Standing.UNKNOWN
    return _STANDINGS.get(row.deadline(Step.SIGN, Mode.PORTAL).status, Standing.UNKNOWN)


def _public_in_period(row: Judgement, reading: Reading) -> Standing | None:
    """1.2: what was made public in the period (latest click), and what was still to be made public at its end."""
    publication, deadline = row.publication, row.deadline(Step.PUBLISH, Mode.PORTAL)
    if is_unsigned(publication):
        return None
    day = _day(publication.latest_public or publication.first_public)
    if day is not None and day < reading.period.first:
        return None
    if day is not None and day <= reading.period.last:
        return _STANDINGS.get(deadline.status, Standing.UNKNOWN)
    if publication.signed is None:
        return Standing.UNKNOWN if day is None else None
    if not _had_to_be_public(publication.signed, deadline, reading):
        return None
    return _STANDINGS.get(deadline.status, Standing.MISSED)


def _had_to_be_public(signed: date, deadline: Deadline, reading: Reading) -> bool:
    if reading.latest_signing is not None:
        return signed <= reading.latest_signing
    return (deadline.day or signed) <= reading.period.last


_STANDINGS: dict[Status, Standing] = {
    Status.ON_TIME: Standing.MET,
    Status.LATE: Standing.MISSED,
    Status.OVERDUE: Standing.MISSED,
    Status.UNKNOWN: Standing.UNKNOWN,
    Status.UNMEETABLE: Standing.UNMEETABLE,
}
"""A step that is due stands nowhere: it is not done, and not late."""

_WORST_FIRST = (Standing.MISSED, Standing.UNKNOWN, Standing.UNMEETABLE, Standing.MET)


def _worst(found: Iterable[Standing]) -> Standing:
    return min(found, key=_WORST_FIRST.index)


def _legal(rows: list[Judgement], reading: Reading, units: list[str]) -> Iterator[Stood]:
    """Each event for itself, in the period in which its deadline lies; what is undone counts once it is overdue."""
    for row, unit in zip(rows, units, strict=True):
        one = row.publication
        signed, click = one.signed, _day(one.first_public or one.latest_public)
        for indicator, step, days in (
            (Indicator.PUBLISH_ON_TIME, Step.SIGN, (signed,)),
            (Indicator.PUBLIC_UPDATE_ON_TIME, Step.PUBLISH, (signed, click)),
        ):
            deadline = row.deadline(step, Mode.LEGAL)
            if step is Step.PUBLISH and is_unsigned(one):
                continue
            standing = _STANDINGS.get(deadline.status)
            if standing is not None and _belongs(standing, deadline, days, reading.period):
                yield Stood(indicator, standing, unit)


def _belongs(standing: Standing, deadline: Deadline, days: Iterable[date | None], period: Period) -> bool:
    """By its deadline; what cannot be told belongs wherever one of its days lies, and everywhere if it has none."""
    if standing in (Standing.MET, Standing.MISSED):
        return deadline.day in period
    known = [day for day in (deadline.day, *days) if day is not None]
    return not known or any(day in period for day in known)


def _content(rows: list[Judgement]) -> Standing | None:
    """1.3: a stock, as of now: what the portal shows, and whether every component part is there."""
    shown = [row.publication.is_complete for row in rows if row.publication.is_shown]
    if not shown:
        return None
    told = [one for one in shown if one is not None]
    if not told:
        return Standing.UNKNOWN
    return Standing.MET if all(told) else Standing.MISSED


def _told(standing: Standing, rows: list[Judgement], reading: Reading) -> Standing:
    """By the portal's reading a procedure of unknown kind may be none of the province's own."""
    is_told = reading.mode is Mode.LEGAL or rows[0].publication.kind is not None
    return standing if is_told else Standing.UNKNOWN


def _common(units: list[str]) -> str:
    return units[0] if len(set(units)) == 1 else ""


def _day(click: datetime | None) -> date | None:
    return None if click is None else local_date(click)
