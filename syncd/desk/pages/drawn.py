"""The charts of the overview and of units: rows of answers put into words and drawn.

In: answers, the words of a language. Out: SVG and plain rows that templates show; every number also stands as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from gettext import NullTranslations
from typing import NamedTuple

from markupsafe import Markup

from syncd.answers.changes import Span
from syncd.answers.overview import Bar, SideState
from syncd.answers.service_index import TrendPoint
from syncd.answers.units import UnitRow
from syncd.desk.badges import BADGES
from syncd.desk.charts.bars import Part, bar
from syncd.desk.charts.days import Day, days
from syncd.desk.charts.freshness import freshness
from syncd.desk.charts.patterns import TONE_OF
from syncd.desk.charts.sparkline import sparkline
from syncd.desk.charts.trend import Point, trend
from syncd.desk.writing import HANOI, ago, number
from syncd.publication.facts import Status
from syncd.reconcile.mismatches import Severity

SEVERITIES = tuple(one.value for one in Severity)
STATUS_TONES = {
    Status.OVERDUE: "bad",
    Status.LATE: "warn",
    Status.DUE: "info",
    Status.UNKNOWN: "unknown",
    Status.ON_TIME: "good",
}


class Drawing(NamedTuple):
    """What draws: the words and the language of one page."""

    words: NullTranslations
    language: str

    def number(self, value: Decimal | int | None, places: int = 0) -> str:
        return number(value, self.language, places)

    def badge(self, family: str, value: str) -> str:
        known = BADGES[family].get(value)
        return self.words.gettext(known.text) if known else value

    def severities(self, parts: Mapping[str, int]) -> str:
        """``Critical 3 · Major 9``."""
        told = (f"{self.badge('severity', one)} {self.number(parts[one])}" for one in SEVERITIES if parts.get(one))
        return " · ".join(told)

    def by_severity(self, one: Bar, longest: int) -> Markup:
        """A bar divided by severity."""
        parts = [
            Part(one.parts.get(severity, 0), TONE_OF[severity], f"{self.badge('severity', severity)} {count}")
            for severity in SEVERITIES
            if (count := self.number(one.parts.get(severity, 0)))
        ]
        return bar(parts, longest, self.severities(one.parts) or self.number(one.count))

    def open(self, row: UnitRow, most: int) -> Markup:
        """A bar of what is open at a unit, the critical part first."""
        told = self.words.ngettext("%(num)d critical", "%(num)d critical", row.critical) % {"num": row.critical}
        parts = [Part(row.critical, "bad"), Part(row.open - row.critical, "warn")]
        return bar(parts, most, f"{self.number(row.open)} · {told}", height=10)

    def statuses(self, counts: Mapping[Status, int]) -> Markup:
        """A bar of everything that is published, divided by where it stands."""
        told = [(one, count, f"{self.badge('publication', one)} {self.number(count)}") for one, count in counts.items()]
        parts = [Part(count, STATUS_TONES[one], text) for one, count, text in told]
        return bar(parts, sum(counts.values()), " · ".join(text for *_, text in told), height=18)

    def won(self, points: Decimal | None, most: Decimal) -> Markup:
        """A bar of points that could be won; a loss has none."""
        return bar([Part(points or 0, "info")], most, self.number(points, 2))

    def age(self, side: SideState, fresh_for: timedelta | None) -> Markup:
        """How fresh the last whole reading is."""
        name = self.badge("side", side.side)
        if side.whole_at is None or side.age is None:
            return freshness(None, fresh_for, self.words.gettext("%(side)s: never read whole") % {"side": name})
        told = {"side": name, "ago": ago(side.whole_at, side.whole_at + side.age, self.words)}
        return freshness(side.age, fresh_for, self.words.gettext("%(side)s: last read whole %(ago)s") % told)

    def days(self, spans: Sequence[Span], name: str) -> Markup:
        """What was found and what ended, day by day."""
        opened, closed = sum(one.opened for one in spans), sum(one.closed for one in spans)
        words = self.words.gettext(
            "%(opened)s found, %(closed)s ended in %(days)s days; each number stands at its bar."
        )
        told = {"opened": self.number(opened), "closed": self.number(closed), "days": len(spans)}
        several = [
            Day(day_of(one), one.opened, one.closed, self.number(one.opened), self.number(one.closed)) for one in spans
        ]
        return days(several, title=self.words.gettext("Found and ended, day by day"), desc=words % told, name=name)

    def trend(self, points: Sequence[TrendPoint], name: str) -> Markup:
        """Points of the index, period by period."""
        several = [Point(period_of(one.period), one.total, self.number(one.total, 2)) for one in points]
        told = ", ".join(f"{one.label}: {one.text}" for one in several)
        return trend(several, title=self.words.gettext("Points of the Service Index"), desc=told, name=name)

    def spark(self, spans: Sequence[Span]) -> Markup:
        """How many were found, day by day, as small as a word."""
        title = self.words.gettext("Found, day by day: %(several)s")
        return sparkline(
            [one.opened for one in spans], title % {"several": ", ".join(str(one.opened) for one in spans)}
        )


def day_of(span: Span) -> str:
    """``25/11``: the day that a span lies in."""
    return f"{span.since.astimezone(HANOI) + timedelta(seconds=1):%d/%m}"


def period_of(period: str) -> str:
    """``10/26`` for a month, else as it is written."""
    year, _, month = period.partition("-")
    return f"{month}/{year[-2:]}" if month.isdigit() else period


def longest(bars: Iterable[Bar]) -> int:
    """What fills the whole width."""
    return max((one.count for one in bars), default=0)
