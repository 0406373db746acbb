"""From the portal's evaluation answers (Service Index) to figures; pure.

In: the pages of one interface, as sent. Out: an `IndexTable` whose numbers are the portal's own, digit for digit; nulls
stay None, quality flags and unknown codes are kept. `ShapeError` with a path for everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

from msgspec import Raw, UnsetType

from adapters.national_portal.evaluation_wire import (
    Answer,
    C,
    Metric,
    MetricPage,
    MetricUnit,
    OnlineParent,
    P,
    PaymentUnit,
    ProgressUnit,
    ResultUnit,
    Tree,
    TreeUnit,
)
from adapters.service_index import Place
from syncd.records.figures import Figure, Group, IndexUnit, Indicator, UnitLevel
from syncd.sides.http import decode

LEVELS = {
    "PROVINCE": UnitLevel.PROVINCE,
    "PROVINCIAL_DEPARTMENT": UnitLevel.DEPARTMENT,
    "COMMUNE_PEOPLE_COMMITTEE": UnitLevel.COMMUNE,
}
"""By ``departmentType``."""

BELOW = {"PROVINCE": UnitLevel.DEPARTMENT, "COMMUNE": UnitLevel.COMMUNE}
"""By ``level`` of a tree's child: PROVINCE there means a department, at the province's level."""


class Input(NamedTuple):
    """An indicator of a tree, and the keys whose counts it is made of: several are added up."""

    indicator: Indicator
    numerator: tuple[str, ...]
    denominator: str


Inputs = tuple[Input, ...]

PROGRESS_INPUTS = (Input(Indicator.PROCESSED_ON_TIME, ("total_on_time",), "total_received"),)
ONLINE_INPUTS = (
    Input(Indicator.ONLINE_PROVIDED, ("partial_count", "full_count"), "authority_count"),
    Input(Indicator.ONLINE_USED, ("online_dossier_count",), "online_service_total"),
    Input(Indicator.ONLINE_SUBMITTED, ("channel_online_sum",), "channel_total_sum"),
)
PAYMENT_INPUTS = (
    Input(Indicator.PAYMENT_INTEGRATED, ("total_fee_dossier_formality",), "total_fee_formality"),
    Input(Indicator.PAYMENT_USED, ("total_dossier_online_formality_payment_success",), "total_fee_formality"),
    Input(Indicator.PAYMENT_ONLINE, ("total_dossier_online_payment_success",), "total_dossier_financial_obligation"),
)


class Found(NamedTuple):
    """What one page says: of the unit that it is about, and of the units below."""

    head: list[IndexUnit]
    head_figures: list[Figure]
    units: list[IndexUnit]
    figures: list[Figure]


def metric_page(group: Group) -> Callable[[bytes, str], Found]:
    """The reader of a page whose units have metrics by code."""

    def read(page: bytes, where: str) -> Found:
        data = decode(page, Answer[MetricPage], where=where).data
        place = Place(where, "$.data.overview")
        found = Found([_typed(data.overview, place)], list(_metrics(data.overview, group, place)), [], [])
        for at, unit in enumerate(data.evaluation):
            place = Place(where, f"$.data.evaluation[{at}]")
            found.units.append(_typed(unit, place))
            found.figures.extend(_metrics(unit, group, place))
        return found

    return read


def unit_of(line: MetricUnit | TreeUnit | ResultUnit, level: UnitLevel, place: Place) -> IndexUnit:
    rank = line.rank if isinstance(line, ResultUnit) else None
    return IndexUnit(
        id=place.key(line.department_id, "departmentId"),
        name=place.name(line.department_name, "departmentName"),
        level=level,
        code=place.key(line.department_code, "departmentCode") if line.department_code else "",
        rank=place.count(rank, "rank"),
    )


def _typed(unit: MetricUnit, place: Place) -> IndexUnit:
    return unit_of(unit, LEVELS.get(unit.department_type, UnitLevel.OTHER), place)


def _metrics(unit: MetricUnit, group: Group, place: Place) -> Iterator[Figure]:
    yield Figure(
        unit=unit.department_id,
        group=group,
        ratio=place.number(unit.ratio, "ratio"),
        score=place.number(unit.total_score, "totalScore"),
        maximum=place.number(unit.total_max_score, "totalMaxScore"),
    )
    for at, metric in enumerate(unit.metrics):
        yield _metric(unit.department_id, metric, group, place.at(f"metrics[{at}]"))


def _metric(unit: str, metric: Metric, group: Group, place: Place) -> Figure:
    status = metric.data_quality_status
    return Figure(
        unit=unit,
        group=group,
        code=place.key(metric.code, "code"),
        numerator=place.count(metric.numerator, "numerator"),
        denominator=place.count(metric.denominator, "denominator"),
        ratio=place.number(metric.ratio, "ratio"),
        score=place.number(metric.score, "score"),
        maximum=place.number(metric.max_score, "maxScore"),
        flags=(place.key(status, "dataQualityStatus"),) if status else (),
    )


def progress_page(page: bytes, where: str) -> Found:
    tree = decode(page, Answer[Tree[ProgressUnit, ProgressUnit]], where=where).data
    return _tree(tree, Group.PROGRESS, (PROGRESS_INPUTS, PROGRESS_INPUTS), where)


def online_page(page: bytes, where: str) -> Found:
    """Counts are given for the parent alone."""
    tree = decode(page, Answer[Tree[OnlineParent, TreeUnit]], where=where).data
    return _tree(tree, Group.ONLINE, (ONLINE_INPUTS, ()), where)


def payment_page(page: bytes, where: str) -> Found:
    tree = decode(page, Answer[Tree[PaymentUnit, PaymentUnit]], where=where).data
    return _tree(tree, Group.PAYMENT, (PAYMENT_INPUTS, PAYMENT_INPUTS), where)


def _tree(tree: Tree[P, C], group: Group, inputs: tuple[Inputs, Inputs], where: str) -> Found:
    """``inputs``: what the parent's counts mean, and what a child's do."""
    place = Place(where, "$.data.parent")
    head = unit_of(tree.parent, of_code(tree.parent.department_code), place)
    found = Found([head], list(_branch(tree.parent, group, inputs[0], place)), [], [])
    for at, child in enumerate(tree.children):
        place = Place(where, f"$.data.children[{at}]")
        found.units.append(unit_of(child, BELOW.get(child.level or "", UnitLevel.OTHER), place))
        found.figures.extend(_branch(child, group, inputs[1], place))
    return found


def of_code(code: str | None) -> UnitLevel:
    """A code without a dot (``H26``) is a province's; what else such a unit is, its code does not say."""
    return UnitLevel.PROVINCE if code and "." not in code else UnitLevel.OTHER


def _branch(unit: TreeUnit, group: Group, inputs: Inputs, place: Place) -> Iterator[Figure]:
    whole = Figure(
        unit=unit.department_id,
        group=group,
        ratio=place.number(unit.ratio, "ratio"),
        score=_either(unit.total_score, "totalScore", unit.score, "score", place),
        maximum=_either(unit.total_max_score, "totalMaxScore", unit.max_score, "maxScore", place),
    )
    yield whole
    for each in inputs:
        yield _input(unit, each, whole, place)


def _either(one: Raw | UnsetType, field: str, other: Raw | UnsetType, also: str, place: Place) -> Decimal | None:
    """Some units have the one key, some the other."""
    return place.number(one, field) if isinstance(other, UnsetType) else place.number(other, also)


def _input(unit: TreeUnit, asked: Input, whole: Figure, place: Place) -> Figure:
    """An indicator's counts. Progress is its group's only one: the portal's points and percentage are its own."""
    parts = [place.count(getattr(unit, field), _camel(field)) for field in asked.numerator]
    known = [part for part in parts if part is not None]
    is_alone = whole.group is Group.PROGRESS
    return Figure(
        unit=whole.unit,
        group=whole.group,
        code=asked.indicator,
        numerator=sum(known) if len(known) == len(parts) else None,
        denominator=place.count(getattr(unit, asked.denominator), _camel(asked.denominator)),
        ratio=whole.ratio if is_alone else None,
        score=whole.score if is_alone else None,
        maximum=whole.maximum if is_alone else None,
    )


def _camel(field: str) -> str:
    first, *rest = field.split("_")
    return first + "".join(word.capitalize() for word in rest)
