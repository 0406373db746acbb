"""Points of indicators, groups and totals: published breakdowns, rounding traps, nothing of nothing, the unknown."""

from __future__ import annotations

from decimal import Decimal

import pytest

from syncd.publication.index.indicators import SCORED
from syncd.publication.index.scoring import LARGEST, Basis, Count, fault, score, score_counts
from syncd.records.figures import Group, Indicator
from tests.publication.index.units import HA_NOI, Counts

UPDATED, FULL, SIGNED = Indicator.PUBLIC_UPDATE_ON_TIME, Indicator.PUBLIC_CONTENT_FULL, Indicator.PUBLISH_ON_TIME
SYNCED, ON_TIME = Indicator.DOSSIER_SYNC, Indicator.PROCESSED_ON_TIME
COPIES = Indicator.ELECTRONIC_CERTIFIED_COPY


@pytest.mark.parametrize(
    ("indicator", "numerator", "denominator", "expected"),
    [
        (SIGNED, 0, 79, "0"),
        (UPDATED, 65, 80, "3.25"),
        (FULL, 78, 80, "1.95"),
        (SYNCED, 859324, 859324, "6"),
        (ON_TIME, 788612, 1065150, "14.81"),
        (Indicator.PAYMENT_ONLINE, 229394, 427521, "3.22"),
        (Indicator.PAYMENT_USED, 125, 331, "0.94"),
        (Indicator.ORIGINAL_RESULT_AVAILABLE, 536776, 1065150, "3.02"),
        (Indicator.DOSSIER_DIGITISED, 164908, 1065150, "0.62"),
        (Indicator.REUSED_DIGITIZED_DATA, 344455, 1065150, "0.81"),
        (Indicator.SYNCED_WITH_STORAGE, 7727, 1065150, "0.03"),
        (Indicator.CITIZEN_DATA_DOSSIER, 412784, 1065150, "0.78"),
        (Indicator.CITIZEN_DATA_FORMALITY, 500, 1327, "0.75"),
        (Indicator.DOSSIER_SATISFACTION, 785199, 1065150, "4.91"),
        (Indicator.PETITION_ON_TIME, 1000, 4506, "1.33"),
        (Indicator.PETITION_SATISFACTION, 791, 4506, "1.05"),
        (UPDATED, 45, 52, "3.46"),
        (SIGNED, 2, 39, "0.31"),
        (SIGNED, 1, 47, "0.13"),
        (UPDATED, 43, 47, "3.66"),
        (ON_TIME, 358660, 405424, "17.69"),
        (ON_TIME, 540748, 670009, "16.14"),
        (ON_TIME, 200568, 248677, "16.13"),
        (ON_TIME, 653, 654, "19.97"),
        (ON_TIME, 726, 741, "19.60"),
        (SIGNED, 1, 48, "0.12"),
        (ON_TIME, 29, 32, "18.13"),
    ],
)
def test_an_indicator_scores_what_the_portal_published(
    indicator: Indicator, numerator: int, denominator: int, expected: str
) -> None:
    """Hà Nội line by line, then Đồng Tháp, Đồng Nai, Gia Lai, Quảng Ngãi, and the ties."""
    assert score(indicator, numerator, denominator) == Decimal(expected)


@pytest.mark.parametrize(
    ("place", "counts", "expected"),
    [
        ("Hà Nội", [(0, 79), (65, 80), (78, 80), (859324, 859324)], "11.20"),
        ("Đồng Tháp", [(0, 52), (45, 52), (52, 52), (1, 1)], "11.46"),
        ("Đồng Nai", [(2, 39), (39, 39), (39, 39), (1, 1)], "12.31"),
        ("Quảng Ngãi", [(0, 48), (0, 49), (51, 51), (1, 1)], "8.00"),
        ("Gia Lai, departments of culture and of science", [(1, 47), (43, 47), (47, 47), (1, 1)], "11.79"),
        ("Phú Thọ, August: two are 0 of 0", [(0, 0), (0, 0), (87, 89), (138744, 138744)], "7.96"),
        ("Phú Thọ, its Office: three are 0 of 0", [(0, 0), (0, 0), (87, 89), (0, 0)], "1.96"),
        ("Hải Phòng", [(0, 62), (57, 74), (59, 59), (614012, 614012)], "11.08"),
    ],
)
def test_transparency_is_what_the_portal_published(place: str, counts: list[tuple[int, int]], expected: str) -> None:
    """The sum of rounded scores; 0 of 0 counts as 0, and the maximum stays."""
    given = {one: Count(*count) for one, count in zip((SIGNED, UPDATED, FULL, SYNCED), counts, strict=True)}
    assert score_counts(given).groups[Group.TRANSPARENCY] == Decimal(expected), place


def test_ha_noi_adds_up_to_its_published_groups() -> None:
    """Digitisation 8.01, satisfaction 7.29 (the exact sum would round to 7.30); with the rest published: 55.23."""
    rest = {Group.ONLINE: Decimal("9.23"), Group.PAYMENT: Decimal("0.53")}
    scores = score_counts(HA_NOI, {COPIES: Decimal(2)}, rest)
    assert scores.groups == {
        Group.TRANSPARENCY: Decimal("11.20"),
        Group.PROGRESS: Decimal("14.81"),
        Group.ONLINE: Decimal("9.23"),
        Group.PAYMENT: Decimal("4.69"),
        Group.DIGITISATION: Decimal("8.01"),
        Group.SATISFACTION: Decimal("7.29"),
    }
    assert scores.total == Decimal("55.23")
    assert scores.borrowed == {Group.ONLINE, Group.PAYMENT}


@pytest.mark.parametrize(
    ("place", "groups", "total"),
    [
        ("Đồng Tháp", "11.46 17.69 8.84 6.42 9.72 14.67", "68.80"),
        ("Đồng Nai", "12.31 16.14 9.25 7.43 10.03 12.32", "67.48"),
        ("Hải Phòng", "11.08 17.77 9.14 6.94 10.69 11.56", "67.18"),
        ("Hà Tĩnh", "8.76 16.48 8.69 6.20 8.79 8.28", "57.20"),
        ("Quảng Ngãi", "8.00 16.13 7.01 6.26 9.00 9.60", "56.00"),
        ("Gia Lai, department of culture", "11.79 19.97 6.72 8.61 14.18 18.00", "79.27"),
        ("Gia Lai, department of science", "11.79 19.60 6.49 6.13 11.00 18.00", "73.01"),
        ("Thái Nguyên, August 2025, online services and payment in one", "15.67 19.31 17.49 0 17.86 16.64", "86.97"),
        ("Hà Nội, March 2025", "8.3 15.2 3.1 4.7 10.1 16.9", "58.3"),
    ],
)
def test_the_total_is_the_sum_of_the_groups(place: str, groups: str, total: str) -> None:
    """Published groups alone give the published total; each is named as borrowed."""
    order = (Group.TRANSPARENCY, Group.PROGRESS, Group.ONLINE, Group.PAYMENT, Group.DIGITISATION, Group.SATISFACTION)
    scores = score_counts({}, rest=dict(zip(order, map(Decimal, groups.split()), strict=True)))
    assert scores.total == Decimal(total), place
    assert scores.borrowed == set(order)


@pytest.mark.parametrize(
    ("place", "provided", "used", "submitted", "expected"),
    [
        ("year", (52, 89), (516, 1884), (589496, 597894), "8.56"),
        ("August", (52, 56), (406, 1968), (150956, 152595), "8.83"),
        ("one procedure", (52, 89), (1, 1), (165096, 165139), "11.46"),
    ],
)
def test_online_services_of_phu_tho(
    place: str, provided: tuple[int, int], used: tuple[int, int], submitted: tuple[int, int], expected: str
) -> None:
    """Partial and full services of the authority's, services with dossiers, dossiers submitted online."""
    counts = (provided, used, submitted)
    online = (Indicator.ONLINE_PROVIDED, Indicator.ONLINE_USED, Indicator.ONLINE_SUBMITTED)
    given = {one: Count(*count) for one, count in zip(online, counts, strict=True)}
    assert score_counts(given).groups[Group.ONLINE] == Decimal(expected), place


def test_nothing_of_nothing_is_what_each_rule_says() -> None:
    """Petitions give full points, everything else counts 0; the maximum never shrinks."""
    full = {Indicator.PETITION_ON_TIME, Indicator.PETITION_SATISFACTION}
    assert {one: score(one, 0, 0) for one in SCORED} == {one: Decimal(6 if one in full else 0) for one in SCORED}


def test_satisfaction_without_petitions_and_with_nine_in_ten_content_is_eighteen() -> None:
    """As published for two departments of Gia Lai."""
    counts = {
        Indicator.PETITION_ON_TIME: Count(0, 0),
        Indicator.PETITION_SATISFACTION: Count(0, 0),
        Indicator.DOSSIER_SATISFACTION: Count(90, 100),
    }
    assert score_counts(counts).groups[Group.SATISFACTION] == 18


@pytest.mark.parametrize(
    ("numerator", "denominator", "words"),
    [
        (None, None, "no counts"),
        (None, 0, "no numerator"),
        (5, None, "no denominator"),
        (5, 0, "impossible counts: 5 of 0"),
        (-1, 5, "impossible counts: -1 of 5"),
        (1, -5, "impossible counts: 1 of -5"),
        (1, 10**400, f"impossible counts: 1 of more than {LARGEST}"),
    ],
)
def test_what_is_missing_or_impossible_gives_no_score_and_a_reason(
    numerator: int | None, denominator: int | None, words: str
) -> None:
    """Unknown is never zero."""
    assert score(ON_TIME, numerator, denominator) is None
    assert fault(SCORED[ON_TIME], numerator, denominator) == words


def test_a_ratio_serves_only_where_the_portal_gives_no_counts() -> None:
    """Copies are scored from it; anything else is not guessed from a rounded percentage."""
    assert score(COPIES, None, None, Decimal("62.5")) == Decimal("1.25")
    assert score(COPIES, None, None, None) is None
    assert score(ON_TIME, None, None, Decimal(100)) is None


@pytest.mark.parametrize("ratio", ["NaN", "Infinity", "-1", "100.01"])
def test_an_impossible_ratio_gives_no_score(ratio: str) -> None:
    """It is named, not capped."""
    assert score(COPIES, None, None, Decimal(ratio)) is None
    assert fault(SCORED[COPIES], None, None, Decimal(ratio)) == f"impossible ratio: {ratio}"


@pytest.mark.parametrize("indicator", [Indicator.WHOLE, Indicator.PETITION_CLASSIFICATION])
def test_what_is_shown_only_has_no_score(indicator: Indicator) -> None:
    """Groups as a whole and the classification of petitions."""
    assert score(indicator, 1, 2) is None


def test_a_missing_group_makes_the_total_unknown_and_is_named() -> None:
    """Each indicator that lacks is named with its reason, by group."""
    scores = score_counts(HA_NOI, {COPIES: Decimal(2)}, {Group.PAYMENT: Decimal("0.53")})
    assert scores.total is None
    assert scores.groups[Group.ONLINE] is None
    assert scores.missing == {
        Group.ONLINE: "3.1 (no counts), 3.2 (no counts), 3.3 (no counts); no published score to take",
        Group.PAYMENT: "3.5a (no counts); taken from the published score",
    }


def test_an_impossible_count_is_never_covered_by_a_published_score() -> None:
    """The rest of the group belongs to other indicators; the group is unknown, and the reason is told."""
    counts = {**HA_NOI, Indicator.PAYMENT_USED: Count(3, 0)}
    scores = score_counts(counts, rest={Group.PAYMENT: Decimal("0.53")})
    assert scores.groups[Group.PAYMENT] is None
    assert "3.5b (impossible counts: 3 of 0)" in scores.missing[Group.PAYMENT]


def test_the_gain_of_mending_is_the_difference_of_two_states() -> None:
    """Signing 12 more of Hà Nội's decisions on time: 6 x 12 / 79, and nothing else moves."""
    mended: Counts = {**HA_NOI, SIGNED: Count(12, 79)}
    gain = score_counts(mended) - score_counts(HA_NOI)
    assert gain.indicators[SIGNED] == gain.groups[Group.TRANSPARENCY] == gain.total == Decimal("0.91")
    assert {group for group, points in gain.groups.items() if points} == {Group.TRANSPARENCY}


def test_a_gain_is_unknown_where_only_one_of_the_two_states_is_known() -> None:
    """It is not the whole score of the known one."""
    known = {ON_TIME: Count(1, 2)}
    gain = score_counts(known) - score_counts({})
    assert (gain.indicators[ON_TIME], gain.groups[Group.PROGRESS], gain.total) == (None, None, None)
    assert gain.groups[Group.ONLINE] == 0


def test_other_counts_replace_those_of_a_basis_and_drop_a_rest_that_held_them() -> None:
    """A published remainder holds what was not counted; once some of it is counted, the remainder is unknown."""
    rest = {Group.ONLINE: Decimal(9), Group.PAYMENT: Decimal("0.53")}
    basis = Basis(counts=HA_NOI, given={COPIES: Decimal(2)}, rest=rest)
    mended = basis.with_counts({SIGNED: Count(79, 79), Indicator.ONLINE_USED: Count(1, 2)})
    assert mended.scores().groups[Group.TRANSPARENCY] == Decimal("17.20")
    assert mended.scores().groups[Group.ONLINE] is None
    assert mended.scores().groups[Group.PAYMENT] == Decimal("4.69")
    assert basis.scores().groups[Group.ONLINE] == 9


def test_the_national_table_scores_transparency_from_displayed_ratios() -> None:
    """Thanh Hóa: 8.48 as the sum, 8.49 in the table; Thái Nguyên: 8.11 and 8.10. All other groups are the same."""
    thanh_hoa = {SIGNED: Count(2, 89), UPDATED: Count(9, 103), FULL: Count(99, 99), SYNCED: Count(412363, 412363)}
    thai_nguyen = {SIGNED: Count(1, 57), UPDATED: Count(0, 59), FULL: Count(54, 54), SYNCED: Count(224083, 224083)}
    bases = [Basis(counts={**HA_NOI, **counts}, given={}, rest={}) for counts in (thanh_hoa, thai_nguyen)]
    assert [str(one.scores().groups[Group.TRANSPARENCY]) for one in bases] == ["8.48", "8.11"]
    assert [str(one.table_scores().groups[Group.TRANSPARENCY]) for one in bases] == ["8.49", "8.10"]
    for basis in bases:
        others = basis.scores().groups.keys() - {Group.TRANSPARENCY}
        assert all(basis.scores().groups[one] == basis.table_scores().groups[one] for one in others)


def test_the_national_table_counts_nothing_of_nothing_like_everyone() -> None:
    """0 of 0 has no displayed ratio; it counts 0 there as well."""
    basis = Basis(
        counts={SIGNED: Count(0, 0), UPDATED: Count(0, 0), FULL: Count(87, 89), SYNCED: Count(0, 0)}, given={}, rest={}
    )
    assert basis.table_scores().groups[Group.TRANSPARENCY] == Decimal("1.96")
