"""Charts: right lengths, every number said, nothing that the policy forbids, nothing that colour alone tells."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.desk.charts.bars import Part, bar
from syncd.desk.charts.days import Day, days
from syncd.desk.charts.elements import element, percent
from syncd.desk.charts.freshness import freshness
from syncd.desk.charts.patterns import PATTERNS, TONE_OF, definitions, fill
from syncd.desk.charts.sparkline import sparkline
from syncd.desk.charts.trend import Point, trend

EVIL = '"><script>alert(1)</script>'


def shapes(svg: str, name: str) -> list[ET.Element]:
    """The elements of one name; the SVG must be well-formed."""
    return list(ET.fromstring(svg).iter(name))  # noqa: S314 - our own output


def test_the_parts_of_a_bar_follow_one_another() -> None:
    drawn = shapes(bar([Part(1, "bad"), Part(0, "quiet"), Part(3, "warn")], 8, "4"), "rect")
    assert [(one.get("x"), one.get("width")) for one in drawn] == [("0%", "12.5%"), ("12.5%", "37.5%")]
    assert [one.get("fill") for one in drawn] == [fill("bad"), fill("warn")]


@pytest.mark.parametrize(
    "svg",
    [
        bar([Part(1, "bad", EVIL)], 1, EVIL),
        days([Day(EVIL, 1, 1, EVIL, EVIL)], title=EVIL, desc=EVIL, name="d"),
        trend([Point(EVIL, Decimal(1), EVIL)], title=EVIL, desc=EVIL, name="t"),
        sparkline([1, 2], EVIL),
        freshness(timedelta(1), None, EVIL),
        element("text", EVIL, class_=EVIL),
    ],
)
def test_no_text_becomes_markup(svg: str) -> None:
    assert "<script" not in svg
    assert " style=" not in svg
    assert EVIL in "".join(ET.fromstring(svg).itertext())  # noqa: S314 - our own output


def test_every_tone_has_a_pattern_of_its_own() -> None:
    """What tells severities apart is not the colour."""
    drawn = [str(marks) for marks in PATTERNS.values()]
    assert len(set(drawn)) == len(drawn)
    names = re.findall(r'id="([^"]+)"', definitions())
    assert {f"url(#{name})" for name in names} == {fill(tone) for tone in PATTERNS}
    assert len({TONE_OF[one] for one in TONE_OF}) == 3


def test_a_trend_breaks_where_nothing_is_known_and_says_so() -> None:
    """An unknown value is neither zero nor skipped."""
    points = [Point("1", Decimal(2), "2"), Point("2", None), Point("3", Decimal(4), "4"), Point("4", Decimal(3), "3")]
    svg = trend(points, title="t", desc="d", name="n")
    assert len([one for one in shapes(svg, "line") if one.get("class") == "line"]) == 1
    assert len(shapes(svg, "circle")) == 3
    assert [one.text for one in shapes(svg, "text")] == ["1", "2", "2", "?", "3", "4", "4", "3"]
    heights = [float(one.get("cy", "")) for one in shapes(svg, "circle")]
    assert heights[1] < heights[2] < heights[0]


def test_a_trend_of_one_value_stands_in_the_middle() -> None:
    one, other = shapes(trend([Point("1", Decimal(2)), Point("2", Decimal(2))], title="t", desc="", name="n"), "circle")
    assert one.get("cy") == other.get("cy")


def test_a_chart_is_named_and_described_for_those_who_hear_it() -> None:
    svg = ET.fromstring(trend([], title="Points", desc="none", name="n"))  # noqa: S314 - our own output
    assert (svg.get("role"), svg.get("aria-labelledby"), svg.get("aria-describedby")) == ("img", "n-title", "n-desc")
    assert [one.get("id") for one in svg][:2] == ["n-title", "n-desc"]


def test_days_go_up_and_down_from_one_line() -> None:
    several = [Day("1/11", 4, 0, "4", "0"), Day("2/11", 2, 4, "2", "4")]
    up, second, down = shapes(days(several, title="t", desc="d", name="n"), "rect")
    assert float(up.get("height", "")) == 2 * float(second.get("height", ""))
    line = next(one for one in shapes(days(several, title="t", desc="d", name="n"), "line"))
    assert down.get("y") == line.get("y1")


def test_days_without_anything_draw_no_bar() -> None:
    assert shapes(days([Day("1/11", 0, 0, "0", "0")], title="t", desc="d", name="n"), "rect") == []


@pytest.mark.parametrize(
    ("age", "limit", "tone"),
    [
        (None, None, "unknown"),
        (timedelta(hours=1), None, "info"),
        (timedelta(hours=1), timedelta(hours=6), "good"),
        (timedelta(hours=7), timedelta(hours=6), "unknown"),
    ],
)
def test_what_is_too_old_or_never_read_looks_unknown(age: timedelta | None, limit: timedelta | None, tone: str) -> None:
    svg = freshness(age, limit, "t")
    assert shapes(svg, "rect")[-1].get("fill") == fill(tone)
    assert len(shapes(svg, "line")) == (limit is not None)


def test_a_sparkline_of_less_than_two_values_is_none() -> None:
    assert sparkline([None, 3, None], "t") == ""
    assert len(shapes(sparkline([1, 2, None, 3], "t"), "line")) == 1


@given(st.integers(-10, 10**9), st.integers(0, 10**9))
def test_a_share_lies_between_nothing_and_the_whole(part: int, whole: int) -> None:
    assert 0 <= Decimal(percent(part, whole).rstrip("%")) <= 100
