"""The loopback portal's Service Index: self-consistent, drifting, and as the real one shows it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from loopback.catalogue import HANOI_ID, Catalogue
from loopback.catalogue.index_figures import ALL_PROVINCES, Counts, units_below
from loopback.catalogue.index_points import metric, of_ratios, payment, petition, share
from loopback.evaluation import EVALUATION, HANDLERS
from loopback.evaluation_state import EvaluationState
from loopback.gateway import REPORT, REST
from loopback.run import serve

Json = dict[str, Any]
YEAR: Json = {"timeType": "year", "year": 2026, "rootDepartmentId": HANOI_ID, "currentPage": 1, "pageSize": 200}
DAYS: Json = {"fromDate": "2026-01-01", "toDate": "2026-12-31", "rootDepartmentId": HANOI_ID, "pageSize": 200}


@pytest.fixture
def state() -> EvaluationState:
    return EvaluationState(today=date(2026, 10, 10))


def ask(state: EvaluationState, interface: str, asked: Json = YEAR, **changes: Any) -> Json:
    return HANDLERS[f"{EVALUATION}/{interface}"](state, {**asked, **changes})


def national(state: EvaluationState) -> list[Json]:
    rows: list[Json] = ask(state, "service-results", {"timeType": "year", "year": 2026})["evaluation"]
    return rows


def test_there_are_34_provinces_with_their_own_codes_and_hanoi_is_last(state: EvaluationState) -> None:
    rows = national(state)
    assert len({row["departmentCode"] for row in rows}) == len({row["departmentId"] for row in rows}) == 34
    assert rows[-1]["departmentId"] == HANOI_ID
    assert {unit.code for unit in ALL_PROVINCES} == {row["departmentCode"] for row in rows}


def test_the_same_seed_and_moment_show_the_same_figures(state: EvaluationState) -> None:
    again = EvaluationState(today=state.today)
    assert [ask(state, name) for name in trees()] == [ask(again, name) for name in trees()]
    assert national(EvaluationState(seed=7, today=state.today)) != national(state)


def trees() -> Iterator[str]:
    yield from ("dvc-progress-tree", "provide-online-tree", "formality-online-payment-tree")


def test_a_later_moment_shows_more_of_a_closed_month(state: EvaluationState) -> None:
    month = {**YEAR, "timeType": "month", "month": 3}
    before = ask(state, "dvc-progress-tree", month)["parent"]["totalReceived"]
    state.moment += 1
    assert ask(state, "dvc-progress-tree", month)["parent"]["totalReceived"] > before


def test_a_province_is_the_sum_of_its_units_and_a_year_of_its_months(state: EvaluationState) -> None:
    tree = ask(state, "dvc-progress-tree")
    assert tree["parent"]["totalReceived"] == sum(child["totalReceived"] for child in tree["children"])
    months = [ask(state, "dvc-progress-tree", timeType="month", month=month) for month in range(1, 10)]
    assert sum(one["parent"]["totalReceived"] for one in months) < tree["parent"]["totalReceived"]
    quarter = ask(state, "dvc-progress-tree", timeType="quarter", quarter=3)["parent"]["totalReceived"]
    assert quarter == sum(one["parent"]["totalReceived"] for one in months[6:9])


def test_the_overdue_of_a_child_is_a_remainder(state: EvaluationState) -> None:
    for child in ask(state, "dvc-progress-tree")["children"]:
        assert child["totalOverdue"] == child["totalReceived"] - child["totalOnTime"]


@pytest.mark.parametrize(
    ("interface", "asked"),
    [("transparency", YEAR), ("dossier-digitized", YEAR), ("handling-satisfaction", DAYS)],
)
def test_the_points_of_a_group_are_the_sum_of_its_rounded_metrics(
    state: EvaluationState, interface: str, asked: Json
) -> None:
    answer = ask(state, interface, asked)
    for unit in (answer["overview"], *answer["evaluation"]):
        points = sum(Decimal(str(metric["score"] or 0)) for metric in unit["metrics"])
        assert Decimal(str(unit["totalScore"])) == points
        assert unit["totalMaxScore"] == sum(metric["maxScore"] for metric in unit["metrics"])


def test_every_unit_inherits_what_its_province_published(state: EvaluationState) -> None:
    answer = ask(state, "transparency")
    for unit in answer["evaluation"]:
        assert unit["metrics"][:3] == answer["overview"]["metrics"][:3]


def test_an_idle_unit_has_nulls_zeros_and_full_points_each_where_the_real_one_has(state: EvaluationState) -> None:
    """Null in transparency and digitisation, zero in the trees, full points for petitions that never came."""
    sync = ask(state, "transparency")["evaluation"][0]["metrics"][3]
    assert (sync["score"], sync["dataQualityStatus"]) == (None, "NO_NATIONAL_REPORT_DATA")
    assert ask(state, "dossier-digitized")["evaluation"][0]["metrics"][0]["score"] is None
    assert ask(state, "dvc-progress-tree")["children"][0]["ratio"] == 0
    assert ask(state, "handling-satisfaction", DAYS)["evaluation"][0]["totalScore"] == 12


def test_the_national_table_is_made_of_the_interfaces_figures(state: EvaluationState) -> None:
    """Digitisation and satisfaction agree to the cent; transparency is made from displayed percentages."""
    row = national(state)[-1]
    groups = row["groupScores"]
    assert groups["MDSH"] == ask(state, "dossier-digitized")["overview"]["totalScore"]
    assert groups["MDHL"] == ask(state, "handling-satisfaction", DAYS)["overview"]["totalScore"]
    assert groups["CLGQ"] == ask(state, "provide-online-tree")["parent"]["totalScore"]
    assert groups["TTTT"] == ask(state, "formality-online-payment-tree")["parent"]["totalScore"]
    own = ask(state, "transparency")["overview"]["totalScore"]
    assert abs(Decimal(str(groups["CKMB"])) - Decimal(str(own))) <= Decimal("0.02")
    assert sum(Decimal(str(score)) for score in groups.values()) == Decimal(str(row["totalScore"]))


def test_the_arithmetic_is_that_of_real_answers() -> None:
    """Hà Nội, 10 October 2026; Tây Ninh's tie of 6/48; Phú Thọ's payment."""
    assert metric(1, 48, 6).score == Decimal("0.12")
    assert metric(65, 80, 4).score == Decimal("3.25")
    assert metric(0, 0, 6).score is None
    assert petition(0, 0, 6).score == 6
    assert of_ratios([metric(0, 79, 6), metric(65, 80, 4), metric(78, 80, 2), metric(9, 9, 6)]) == Decimal("11.20")
    assert payment(share(82913, 98459), share(93, 310), share(56, 310)) == Decimal("6.25")


def test_counts_can_be_set_for_a_test(state: EvaluationState) -> None:
    state.counts_of["H26"] = Counts(received=10, on_time=7)
    assert ask(state, "dvc-progress-tree")["parent"]["totalScore"] == 14


@pytest.mark.parametrize(
    "changes",
    [
        {"timeType": "month", "month": 10},
        {"timeType": "quarter", "quarter": 5},
        {"year": 2027},
        {"timeType": "week"},
        {"year": "2026"},
        {"pageSize": 201},
    ],
)
def test_what_the_portal_cannot_answer_it_refuses(state: EvaluationState, changes: Json) -> None:
    with pytest.raises(ValueError, match=r"."):
        ask(state, "transparency", **changes)


def test_codes_below_a_province_begin_with_its_own() -> None:
    for province in ALL_PROVINCES:
        units = units_below(province.code)
        assert all(unit.code.startswith(f"{province.code}.") for unit in units)
        assert len({unit.old_id for unit in units} | {province.old_id}) == len(units) + 1


async def test_the_gateway_answers_strings_and_has_an_error_page_with_status_200(catalogue: Catalogue) -> None:
    asked = {"type": "ref", "service": REPORT, "p_nam": "2025", "p_tinh_id": 0, "pageIndex": 1, "pageSize": 100}
    async with serve(catalogue, gateway=True) as systems, aiohttp.ClientSession() as session:
        url = systems.gateway_url + REST
        async with session.post(url, data={"params": str(asked).replace("'", '"')}) as answer:
            rows = await answer.json(content_type=None)
        async with session.post(url, data={"params": '{"service":"nonsense"}'}) as answer:
            assert answer.status == 200
            assert (await answer.text()).startswith("<!DOCTYPE html>")
    assert len(rows) == 34
    assert {type(value) for row in rows for value in row.values()} == {str}
    assert rows[-1]["ID"] == "389181"
    assert not any(row[key].endswith(("0", ".")) and "." in row[key] for row in rows for key in ("CKMB", "TONG_SCORE"))
