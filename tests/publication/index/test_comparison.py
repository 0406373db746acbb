"""The rows of ``syncd index``: the portal's figure, the recomputed one, ours; and trend, ranks, drift."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from syncd.publication.index.comparison import IndexRow, drift, ranks, rows, trend
from syncd.publication.index.indicators import GROUPS, RULES
from syncd.publication.index.scoring import Count
from syncd.records.figures import Figure, Group, IndexUnit, Indicator, UnitLevel
from tests.publication.index.units import counted, ha_noi, table, wholes

AT = datetime(2026, 10, 10, 7, tzinfo=UTC)
THANH_HOA = {
    Indicator.PUBLISH_ON_TIME: Count(2, 89),
    Indicator.PUBLIC_UPDATE_ON_TIME: Count(9, 103),
    Indicator.PUBLIC_CONTENT_FULL: Count(99, 99),
    Indicator.DOSSIER_SYNC: Count(412363, 412363),
}


def row_of(found: tuple[IndexRow, ...], group: Group, code: str = "", endpoint: str | None = None) -> IndexRow:
    one, *more = [row for row in found if (row.group, row.code) == (group, code) and endpoint in (None, row.endpoint)]
    assert not more
    return one


def test_each_group_is_followed_by_its_indicators_and_the_total_comes_last() -> None:
    """In the portal's order; what is shown only and was not given has no row."""
    found = rows("H26", [table("all", ha_noi())], {})
    assert [row.group for row in found if not row.code] == [*GROUPS, Group.TOTAL]
    assert [row.number for row in found if row.code] == [rule.number for rule in RULES if rule.is_scored]
    assert found[-1].group is Group.TOTAL
    assert [row.code for row in found[:5]] == ["", *(rule.code for rule in RULES[:4])]


def test_an_indicator_shows_the_portals_figure_and_ours_side_by_side() -> None:
    """Counts of both, both scores, what the portal's own counts give, and how much ours is more."""
    figures = [replace(one, score=Decimal("3.20")) if one.numerator == 65 else one for one in ha_noi()]
    row = row_of(
        rows("H26", [table("all", figures)], {Indicator.PUBLIC_UPDATE_ON_TIME: Count(70, 80)}),
        Group.TRANSPARENCY,
        Indicator.PUBLIC_UPDATE_ON_TIME,
    )
    assert (row.numerator, row.denominator, row.portal, row.recomputed) == (65, 80, Decimal("3.20"), Decimal("3.25"))
    assert (row.own_numerator, row.own_denominator, row.own, row.difference) == (
        70,
        80,
        Decimal("3.50"),
        Decimal("0.30"),
    )
    assert (row.number, row.name, row.maximum, row.missing) == (
        "1.2",
        "Tỷ lệ TTHC cập nhật, công khai đúng hạn",
        Decimal(4),
        "",
    )


def test_a_group_and_the_total_by_our_counts_take_the_portals_where_we_count_nothing() -> None:
    """Ours counts 12 decisions signed on time that the portal does not: 0.91 points, up to the total."""
    found = rows("H26", [table("all", ha_noi())], {Indicator.PUBLISH_ON_TIME: Count(12, 79)})
    group, total = row_of(found, Group.TRANSPARENCY), row_of(found, Group.TOTAL)
    assert (group.portal, group.recomputed, group.own) == (Decimal("11.20"), Decimal("11.20"), Decimal("12.11"))
    assert (total.portal, total.recomputed, total.own) == (Decimal("55.23"), Decimal("55.23"), Decimal("56.14"))
    assert group.difference == total.difference == Decimal("0.91")
    assert row_of(found, Group.PROGRESS).own is None


def test_a_borrowed_group_is_not_passed_off_as_recomputed() -> None:
    """It says what is missing; the total that rests on it says so too."""
    found = rows("H26", [table("all", ha_noi())], {})
    payment, total = row_of(found, Group.PAYMENT), row_of(found, Group.TOTAL)
    assert (payment.portal, payment.recomputed) == (Decimal("4.69"), None)
    assert payment.missing == "3.5a (no counts); taken from the published score"
    assert total.missing.count("taken from the published score") == 2


def test_each_endpoint_has_a_row_totalled_in_its_own_way() -> None:
    """Thanh Hóa: 8.48 where the indicators are, 8.49 in the national table; the indicators themselves come once."""
    tables = [
        table("service-results", wholes("H56", {Group.TRANSPARENCY: Decimal("8.49")})),
        table("transparency", counted("H56", THANH_HOA) + wholes("H56", {Group.TRANSPARENCY: Decimal("8.48")})),
    ]
    found = rows("H56", tables, {})
    for endpoint, score in (("transparency", "8.48"), ("service-results", "8.49")):
        row = row_of(found, Group.TRANSPARENCY, endpoint=endpoint)
        assert row.portal == row.recomputed == Decimal(score)
    assert row_of(found, Group.TRANSPARENCY, Indicator.DOSSIER_SYNC).endpoint == "transparency"


def test_what_the_portal_does_not_give_is_a_row_that_says_so() -> None:
    """Unknown, with no zero anywhere; our own count stands beside it."""
    found = rows("H26", [], {Indicator.PUBLISH_ON_TIME: Count(1, 2)})
    assert {(row.portal, row.recomputed, row.difference, row.endpoint) for row in found} == {(None, None, None, "")}
    assert all(row.missing.startswith("the portal gives no figure") for row in found)
    assert row_of(found, Group.TRANSPARENCY, Indicator.PUBLISH_ON_TIME).own == 3
    assert row_of(found, Group.TRANSPARENCY).own is None


def test_a_null_score_of_the_portal_is_compared_as_the_zero_it_counts_as() -> None:
    """It is still shown as null."""
    code = Indicator.PUBLISH_ON_TIME
    figures = [Figure(unit="H44", group=Group.TRANSPARENCY, code=code, numerator=0, denominator=0)]
    row = row_of(rows("H44", [table("transparency", figures)], {code: Count(1, 2)}), Group.TRANSPARENCY, code)
    assert (row.portal, row.recomputed, row.own, row.difference) == (None, Decimal(0), Decimal(3), Decimal(3))


def test_an_impossible_count_of_ours_is_named_as_ours() -> None:
    """The portal's side stays as it is."""
    found = rows("H26", [table("all", ha_noi())], {Indicator.PUBLISH_ON_TIME: Count(3, 0)})
    row, group = row_of(found, Group.TRANSPARENCY, Indicator.PUBLISH_ON_TIME), row_of(found, Group.TRANSPARENCY)
    assert (row.recomputed, row.own, row.missing) == (Decimal(0), None, "ours: impossible counts: 3 of 0")
    assert (group.recomputed, group.own) == (Decimal("11.20"), None)
    assert group.missing == "ours: 1.1 (impossible counts: 3 of 0); no published score to take"


def test_below_the_province_the_first_three_indicators_are_marked_as_inherited() -> None:
    """The portal shows each department its province's 1.1 to 1.3."""
    tables = [table("transparency", counted("H21.17", THANH_HOA), UnitLevel.DEPARTMENT)]
    assert [row.number for row in rows("H21.17", tables, {}) if row.is_inherited] == ["1.1", "1.2", "1.3"]
    assert not any(row.is_inherited for row in rows("H26", [table("all", ha_noi())], {}))


def test_unknown_codes_flags_and_shown_only_figures_are_kept() -> None:
    """They have rows of their own without a score of ours."""
    new = Figure(unit="x", group=Group.TRANSPARENCY, code="NEW", score=Decimal(1), flags=("TEMP",))
    kinds = [
        Figure(unit="x", group=Group.SATISFACTION, code=f"PETITION_CLASSIFICATION_{one}", numerator=1, denominator=2)
        for one in ("TTHC", "STAFF")
    ]
    found = rows("x", [table("any", [new, *kinds])], {})
    row = row_of(found, Group.TRANSPARENCY, "NEW")
    assert (row.name, row.portal, row.recomputed, row.flags) == ("NEW", Decimal(1), None, ("TEMP",))
    assert [(one.code, one.recomputed) for one in found if one.number == "5.1"] == [
        ("PETITION_CLASSIFICATION_TTHC", None),
        ("PETITION_CLASSIFICATION_STAFF", None),
    ]


def test_a_published_score_that_contradicts_its_indicators_says_so_in_its_row() -> None:
    """And in no other."""
    figures = [
        one if one.group is not Group.PAYMENT or one.code else replace(one, score=Decimal(9)) for one in ha_noi()
    ]
    found = rows("H26", [table("all", figures)], {})
    assert [row.group for row in found if "does not fit" in row.missing] == [Group.PAYMENT]
    assert row_of(found, Group.TOTAL).recomputed is None


def test_a_trend_counts_from_the_last_known_score() -> None:
    """In the order of the instants; an unknown score has no change, and makes none."""
    days = [AT + timedelta(days=one) for one in range(4)]
    scores = [Decimal("61.18"), Decimal("58.69"), None, Decimal("60.99")]
    steps = trend(reversed(list(zip(days, scores, strict=True))))
    assert [step.at for step in steps] == days
    assert [step.delta for step in steps] == [None, Decimal("-2.49"), None, Decimal("2.30")]


def test_drift_is_the_first_reading_and_every_change() -> None:
    """Khánh Hòa: nothing of nothing until the fifth, then 44 of 44; a return to the old value is a change as well."""
    days = [AT + timedelta(days=one) for one in range(6)]
    scores = [None, None, Decimal(6), Decimal("6.00"), Decimal(5), Decimal(6)]
    assert drift(reversed(list(zip(days, scores, strict=True)))) == (
        (days[0], None),
        (days[2], Decimal(6)),
        (days[4], Decimal(5)),
        (days[5], Decimal(6)),
    )


def unit(one: str, level: UnitLevel = UnitLevel.PROVINCE) -> IndexUnit:
    return IndexUnit(id=one, name=one, level=level)


def test_equal_totals_share_the_better_place_among_units_of_their_level() -> None:
    """A unit without a total has no place, and takes none from others."""
    units = [*map(unit, "abcde"), unit("f", UnitLevel.COMMUNE)]
    totals = {
        "a": Decimal(60),
        "b": Decimal("68.80"),
        "c": Decimal("60.00"),
        "d": None,
        "e": Decimal(50),
        "f": Decimal(1),
    }
    assert ranks(units, totals) == {"b": 1, "a": 2, "c": 2, "e": 4, "f": 1}


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.decimals(0, 100, places=2)))
def test_a_place_is_one_more_than_the_number_of_better_units(totals: dict[str, Decimal]) -> None:
    """For all totals."""
    places = ranks(map(unit, "abcdefgh"), totals)
    assert places == {one: 1 + sum(other > total for other in totals.values()) for one, total in totals.items()}
