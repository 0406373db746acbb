"""The recipes: what is planted, how often, in which procedures. `RECIPES` is the whole list.

In: nothing. Out: a table; each row's function touches nothing but the procedure that it is given.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from loopback.catalogue.drafts import Draft
from loopback.catalogue.garden import Garden, is_national, is_specific
from loopback.catalogue.harmless import (
    citys_own_decision,
    decision_in_other_form,
    executors_in_other_form,
    future_decision,
    mapped_by_hand,
    name_in_other_form,
    undated_decision,
    withdrawn_on_both,
)
from loopback.catalogue.scheduled import (
    decided_later,
    flapping_later,
    proposed_later,
    published_later,
    renamed_later,
    republished,
    withdrawn_later,
)
from loopback.catalogue.spoiled import (
    ambiguous_code,
    closed_in_city,
    decision_superseded,
    invalid_in_city,
    invalid_on_portal,
    missing_in_city,
    missing_on_portal,
    other_decision_day,
    other_executor,
    other_field_code,
    other_field_name,
    other_levels,
    other_publisher_name,
    pending_in_both,
    pending_on_portal,
    renamed_by_a_mark,
    renamed_by_a_stroke,
    renamed_really,
    tested_by_decision,
    tested_by_name,
    tested_in_city,
    unmapped_and_missing,
    unmapped_code,
    withdrawn_on_portal,
    wrong_portal_id,
)

Recipe = Callable[[Garden, Draft], None]


class Row(NamedTuple):
    """One row of the table: what is made, how often, of which procedures."""

    make: Recipe
    times: int
    suits: Callable[[Draft], bool] = lambda _draft: True


def _has_stroke(draft: Draft) -> bool:
    return "đ" in draft.name


def _is_single_level(draft: Draft) -> bool:
    return draft.levels in (("isProvince",), ("isWard",))


RECIPES: Final[tuple[Row, ...]] = (
    Row(missing_in_city, 5),
    Row(missing_in_city, 1, is_specific),
    Row(missing_on_portal, 4),
    Row(withdrawn_on_portal, 4, is_national),
    Row(withdrawn_on_portal, 1, is_specific),
    Row(withdrawn_on_both, 4),
    Row(republished, 3),
    Row(closed_in_city, 2),
    Row(renamed_really, 4),
    Row(renamed_by_a_mark, 3),
    Row(renamed_by_a_stroke, 2, _has_stroke),
    Row(other_field_name, 3),
    Row(other_field_code, 1, is_national),
    Row(other_publisher_name, 1, is_national),
    Row(other_executor, 3),
    Row(other_levels, 2, _is_single_level),
    Row(other_decision_day, 2),
    Row(decision_superseded, 5),
    Row(pending_in_both, 2),
    Row(pending_on_portal, 2),
    Row(undated_decision, 2),
    Row(future_decision, 1),
    Row(unmapped_code, 2),
    Row(unmapped_and_missing, 1),
    Row(mapped_by_hand, 4),
    Row(ambiguous_code, 2),
    Row(wrong_portal_id, 2),
    Row(invalid_in_city, 2),
    Row(invalid_on_portal, 1),
    Row(tested_by_name, 1),
    Row(tested_by_decision, 1, is_specific),
    Row(tested_by_decision, 1, is_national),
    Row(tested_in_city, 1),
    Row(name_in_other_form, 8),
    Row(decision_in_other_form, 8),
    Row(citys_own_decision, 6, is_national),
    Row(executors_in_other_form, 3),
    Row(withdrawn_later, 3),
    Row(renamed_later, 3),
    Row(decided_later, 3),
    Row(proposed_later, 2),
    Row(flapping_later, 2),
    Row(published_later, 2),
)
