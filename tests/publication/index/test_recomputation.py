"""Published figures computed again: beside the portal's, with what is borrowed, misfit or missing named."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from syncd.publication.index.recomputation import line_of, recompute, recompute_unit
from syncd.publication.index.scoring import Count
from syncd.records.figures import Figure, Group, Indicator
from tests.publication.index.units import HA_NOI, HA_NOI_SCORES, copies, counted, ha_noi, wholes


def test_ha_noi_is_computed_again_from_what_the_portal_published() -> None:
    """Four groups from counts; payment lacks one indicator and online all three, so they stand as published."""
    unit = recompute(ha_noi())["H26"]
    assert {**unit.scores.groups, Group.TOTAL: unit.scores.total} == HA_NOI_SCORES == unit.published
    assert unit.table.total == Decimal("55.23")
    assert unit.scores.borrowed == {Group.ONLINE, Group.PAYMENT}
    assert unit.basis.rest[Group.PAYMENT] == Decimal("0.53")
    assert unit.missing == (
        "online: 3.1 (no counts), 3.2 (no counts), 3.3 (no counts); taken from the published score",
        "payment: 3.5a (no counts); taken from the published score",
    )


def test_a_changed_count_moves_a_group_that_is_partly_borrowed() -> None:
    """All dossiers paid online: the group gains 6 - 3.22, although one of its indicators is not counted."""
    basis = recompute(ha_noi())["H26"].basis
    gain = basis.with_counts({Indicator.PAYMENT_ONLINE: Count(427521, 427521)}).scores() - basis.scores()
    assert gain.groups[Group.PAYMENT] == gain.total == Decimal("2.78")


def test_units_are_kept_apart() -> None:
    """Figures of several units may come in any order."""
    figures = [*counted("a", {Indicator.PROCESSED_ON_TIME: Count(653, 654)}), *ha_noi()]
    figures += counted("b", {Indicator.PROCESSED_ON_TIME: Count(726, 741)})
    units = recompute(figures)
    assert [units[one].scores.groups[Group.PROGRESS] for one in ("a", "b", "H26")] == [
        Decimal("19.97"),
        Decimal("19.60"),
        Decimal("14.81"),
    ]


def test_a_missing_group_makes_the_total_unknown_and_is_named() -> None:
    """No published score of online services, and no counts."""
    unit = recompute_unit("H26", [one for one in ha_noi() if one.group is not Group.ONLINE])
    assert unit.scores.total is None
    assert unit.missing[0].startswith("online: 3.1 (no counts)")
    assert unit.missing[0].endswith("no published score to take")


def test_without_any_figure_everything_is_unknown() -> None:
    """Six groups, all named."""
    unit = recompute_unit("H26", [])
    assert set(unit.scores.groups.values()) == {None}
    assert len(unit.missing) == 6


def test_a_null_score_of_nothing_of_nothing_counts_as_zero_and_a_null_count_does_not() -> None:
    """Phú Thọ, August: the portal shows null for 1.1 and counts 0. A count that is null is unknown."""
    null = Figure(unit="H44", group=Group.TRANSPARENCY, code=Indicator.PUBLISH_ON_TIME, numerator=0, denominator=0)
    line = line_of(null)
    assert (line.is_null, line.score, line.portal) == (True, Decimal(0), Decimal(0))
    unknown = line_of(replace(null, numerator=None))
    assert (unknown.is_null, unknown.score, unknown.portal, unknown.missing) == (False, None, None, "no numerator")


def test_petitions_without_any_are_full_and_not_null() -> None:
    """0 of 0 gives 6, and the portal shows the 6."""
    figure = Figure(unit="x", group=Group.SATISFACTION, code=Indicator.PETITION_ON_TIME, numerator=0, denominator=0)
    assert (line_of(figure).is_null, line_of(figure).score) == (False, Decimal(6))


def test_a_code_that_the_project_does_not_know_is_kept_and_never_scored() -> None:
    """Nor does it touch the group."""
    figure = Figure(unit="H26", group=Group.PROGRESS, code="NEW_IN_2027", numerator=1, denominator=2, score=Decimal(3))
    unit = recompute_unit("H26", [*ha_noi(), figure])
    line = next(one for one in unit.lines if one.figure is figure)
    assert (line.rule, line.score, line.missing) == (None, None, "a code that the project knows no formula of")
    assert unit.scores.total == Decimal("55.23")


def test_another_maximum_than_the_formulas_gives_no_score() -> None:
    """The portal's formula has changed then; the reason is told."""
    counts = {Indicator.PROCESSED_ON_TIME: Count(1, 2)}
    unit = recompute_unit("x", [replace(one, maximum=Decimal(25)) for one in counted("x", counts)])
    assert unit.scores.groups[Group.PROGRESS] is None
    assert unit.missing[0] == "2.1: the portal's maximum is 25, the formula's 20"


def test_copies_without_a_ratio_are_unknown() -> None:
    """Then digitisation stands with its published score, or not at all."""
    figures = [*counted("H26", HA_NOI), copies("H26", None)]
    assert recompute_unit("H26", figures).scores.groups[Group.DIGITISATION] is None
    figures += wholes("H26", HA_NOI_SCORES)
    assert recompute_unit("H26", figures).basis.rest[Group.DIGITISATION] == 2


def test_a_published_score_that_contradicts_its_indicators_is_named_and_not_taken() -> None:
    """Payment of 9.00 would leave 4.84 points to an indicator of 2; of 4.00 it would leave less than nothing."""
    for score in ("9.00", "4.00"):
        unit = recompute_unit("H26", [*counted("H26", HA_NOI), *wholes("H26", {Group.PAYMENT: Decimal(score)})])
        assert unit.scores.groups[Group.PAYMENT] is None
        assert unit.misfits == {Group.PAYMENT: f"its published score {score} does not fit those of its indicators"}
        assert f"payment: {unit.misfits[Group.PAYMENT]}" in unit.missing


def test_of_two_figures_of_one_indicator_or_group_the_first_counts() -> None:
    """Two interfaces of one minute disagree now and then."""
    figures = [
        *counted("x", {Indicator.PROCESSED_ON_TIME: Count(1, 2)}),
        *counted("x", {Indicator.PROCESSED_ON_TIME: Count(1, 4)}),
        *wholes("x", {Group.ONLINE: Decimal(9)}),
        *wholes("x", {Group.ONLINE: Decimal(8)}),
    ]
    unit = recompute_unit("x", figures)
    assert (unit.scores.groups[Group.PROGRESS], unit.scores.groups[Group.ONLINE]) == (Decimal(10), Decimal(9))


def test_a_published_score_that_is_no_number_is_not_taken() -> None:
    """Nor does it break anything."""
    unit = recompute_unit("x", wholes("x", {Group.ONLINE: Decimal("NaN")}))
    assert unit.scores.groups[Group.ONLINE] is None
