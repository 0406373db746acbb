"""The portal's evaluation interfaces (Service Index), as they answer on a loopback address.

In: a question of one interface. Out: its answer's ``data``, in the shape and the arithmetic of the real one.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from loopback.catalogue.index_answers import (
    digitisation,
    metric_row,
    online_row,
    payment_row,
    plain,
    progress_row,
    satisfaction,
    transparency,
)
from loopback.catalogue.index_figures import ALL_PROVINCES, COMMUNE, Counts, Unit, units_below
from loopback.catalogue.index_points import Points
from loopback.catalogue.portal_side import Json
from loopback.evaluation_state import EvaluationState, Span, days_asked, root_asked, span_asked, whole_number

EVALUATION: Final = "/api/v1/reporting/evaluation"
RADAR: Final = {
    "CKMB": ("Công khai, minh bạch", 18, ("CKMB",)),
    "TDGQ": ("Tiến độ giải quyết", 20, ("TDGQ",)),
    "ONLINE_SERVICE": ("Dịch vụ trực tuyến", 22, ("CLGQ", "TTTT")),
    "MDHL": ("Mức độ hài lòng", 18, ("MDHL",)),
    "MDSH": ("Số hóa hồ sơ", 22, ("MDSH",)),
}


def _metrics(
    state: EvaluationState, asked: Json, span: Span, metrics: Callable[[Counts, Counts], dict[str, Points]], source: str
) -> Json:
    root = root_asked(asked)
    province = state.counts(root, span)

    def row(unit: Unit, place: int) -> Json:
        counts = province if unit is root else state.counts(unit, span)
        return metric_row(unit, place, metrics(counts, province))

    below = units_below(root.code)
    page = whole_number({"currentPage": 1, **asked}, "currentPage", 1, 10_000)
    size = min(whole_number({"pageSize": 10, **asked}, "pageSize", 1, 200), state.page_limit)
    shown = list(enumerate(below, 1))[(page - 1) * size : page * size]
    pagination = {"total": len(below), "currentPage": page, "pageSize": size, "totalPages": -(-len(below) // size)}
    return {
        "overview": row(root, 1),
        "evaluation": [row(unit, place) for place, unit in shown],
        "pagination": pagination,
        "source": source,
    }


def _transparency(state: EvaluationState, asked: Json) -> Json:
    answer = _metrics(state, asked, span_asked(state, asked), transparency, "reporting_766_transparency_*")
    return {**answer, "monthlyChart": []}


def _digitised(state: EvaluationState, asked: Json) -> Json:
    span, source = span_asked(state, asked), "reporting_digitized_dossiers_daily Mongo collection"
    answer = _metrics(state, asked, span, lambda counts, _province: digitisation(counts), source)
    codes = {unit.id: unit.code for unit in (root_asked(asked), *units_below(root_asked(asked).code))}
    for row in (answer["overview"], *answer["evaluation"]):
        row["departmentCode"] = codes[row["departmentId"]]
    return answer


def _satisfied(state: EvaluationState, asked: Json) -> Json:
    span, source = days_asked(state, asked), "reporting_766_satisfaction_petition_months"
    answer = _metrics(state, asked, span, lambda counts, _province: satisfaction(counts), source)
    for row in (answer["overview"], *answer["evaluation"]):
        petitions, dossiers = row["metrics"][0]["denominator"], row["metrics"][1]["denominator"]
        row |= {"totalPetitions": petitions, "classifiedPetitions": petitions}
        row |= {"totalDossiers": dossiers, "averageScore": None}
    return answer


def _tree(row: Callable[[Unit, Counts], Json]) -> Callable[[EvaluationState, Json], Json]:
    """A tree knows no pages: every child comes with every answer, whatever page is asked for."""

    def answer(state: EvaluationState, asked: Json) -> Json:
        span, root = span_asked(state, asked), root_asked(asked)
        below = units_below(root.code)
        return {
            "parent": row(root, state.counts(root, span)),
            "children": [row(unit, state.counts(unit, span)) for unit in below],
        }

    return answer


def _results(state: EvaluationState, asked: Json) -> Json:
    """The national table, best first; or the units of one province with their totals."""
    span = span_asked(state, asked)
    if "rootDepartmentId" not in asked:
        return _national(state, span)
    root = root_asked(asked)
    points = state.points((root, *units_below(root.code)), span)
    total = sum(points.pop(root).values(), Decimal(0))
    rows = [{**_result(unit, own), "childGroup": _child_group(unit)} for unit, own in points.items()]
    overview = {"departmentName": root.name, "departmentCode": root.code, **_hundred(total)}
    return {"overview": overview, "evaluation": _best_first(rows)}


def _child_group(unit: Unit) -> str:
    return "COMMUNE" if unit.kind == COMMUNE else "AGENCY"


def _national(state: EvaluationState, span: Span) -> Json:
    points = state.points(ALL_PROVINCES, span)
    rows = [{**_result(unit, own), "groupScores": _plain(own)} for unit, own in points.items()]
    mean = sum((sum(own.values(), Decimal(0)) for own in points.values()), Decimal(0)) / len(points)
    return {
        "overview": {"departmentName": "Cả nước", "departmentCode": None, **_hundred(round(mean, 2))},
        "growthPercent": 30.37,
        "radar": [_ray(code, list(points.values())) for code in RADAR],
        "evaluation": _best_first(rows),
    }


def _ray(code: str, points: list[dict[str, Decimal]]) -> Json:
    name, most, groups = RADAR[code]
    score = round(sum((own[group] for own in points for group in groups), Decimal(0)) / len(points), 2)
    ratio = round(score * 100 / most, 2)
    return {"code": code, "name": name, "score": plain(score), "maxScore": most, "ratio": plain(ratio)}


def _result(unit: Unit, points: dict[str, Decimal]) -> Json:
    total = plain(sum(points.values(), Decimal(0)))
    named = {"departmentId": unit.id, "departmentName": unit.name, "departmentCode": unit.code}
    return {**named, "totalScore": total, "ratio": total, "scoreDelta": None}


def _plain(points: dict[str, Decimal]) -> Json:
    return {group: plain(score) for group, score in points.items()}


def _hundred(total: Decimal) -> Json:
    return {"totalScore": plain(total), "totalMaxScore": 100, "ratio": plain(total)}


def _best_first(rows: list[Json]) -> list[Json]:
    return sorted(rows, key=lambda row: (-row["totalScore"], row["departmentCode"]))


HANDLERS: Final[dict[str, Callable[[EvaluationState, Json], Json]]] = {
    f"{EVALUATION}/transparency": _transparency,
    f"{EVALUATION}/handling-satisfaction": _satisfied,
    f"{EVALUATION}/dossier-digitized": _digitised,
    f"{EVALUATION}/dvc-progress-tree": _tree(progress_row),
    f"{EVALUATION}/provide-online-tree": _tree(online_row),
    f"{EVALUATION}/formality-online-payment-tree": _tree(payment_row),
    f"{EVALUATION}/service-results": _results,
}
