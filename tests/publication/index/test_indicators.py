"""The tables of indicators and groups agree with one another, and with the contract's codes."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from syncd.publication.index.indicators import GROUPS, MEMBERS, RULES, SCORED, TOTAL, rule_of
from syncd.records.figures import Group, Indicator


def test_the_maxima_of_the_members_make_the_maximum_of_each_group() -> None:
    """18, 20, 12, 10, 22 and 18 points: 100 together."""
    assert [int(group.maximum) for group in GROUPS.values()] == [18, 20, 12, 10, 22, 18]
    assert sum(group.maximum for group in GROUPS.values()) == TOTAL.maximum == 100
    assert {group: sum(SCORED[one].maximum for one in members) for group, members in MEMBERS.items()} == {
        group: row.maximum for group, row in GROUPS.items()
    }


def test_every_indicator_of_the_contract_has_one_row() -> None:
    """No code stands twice; `WHOLE` is no indicator; only 5.1 and 2.2 give no points."""
    codes = Counter(code for rule in RULES for code in (rule.code, *rule.aliases))
    assert set(codes.values()) == {1}
    assert set(Indicator) - {Indicator.WHOLE} <= set(codes)
    assert [rule.number for rule in RULES if not rule.is_scored] == ["2.2", "5.1"]


def test_rows_stand_in_the_portals_order_and_are_named() -> None:
    """Numbers rise within the table; both names, the source and a threshold above 0 are there."""
    numbers = [rule.number for rule in RULES if rule.number]
    assert numbers == sorted(numbers)
    assert all(rule.name and rule.english and rule.source for rule in RULES)
    assert {rule.threshold for rule in RULES} == {Decimal(1), Decimal("0.8"), Decimal("0.5"), Decimal("0.9")}
    assert all((rule.maximum > 0) is rule.is_scored for rule in RULES)


def test_only_transparency_is_totalled_from_ratios_and_only_its_first_three_are_inherited() -> None:
    """1.1 to 1.3 are the province's; 1.4 is each unit's own."""
    assert [row.group for row in GROUPS.values() if row.table_from_ratios] == [Group.TRANSPARENCY]
    assert [rule.number for rule in RULES if rule.is_inherited] == ["1.1", "1.2", "1.3"]


def test_a_rule_is_found_by_code_and_alias_and_an_unknown_code_finds_none() -> None:
    """The two halves of 5.1 are one rule; copies have no number and are named by their code."""
    assert rule_of("PETITION_CLASSIFICATION_STAFF") is rule_of("PETITION_CLASSIFICATION_TTHC")
    copies = rule_of("ELECTRONIC_CERTIFIED_COPY")
    assert copies is not None
    assert copies.label == "ELECTRONIC_CERTIFIED_COPY"
    assert rule_of("") is None
    assert rule_of("NEW_IN_2027") is None
