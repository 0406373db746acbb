"""From the portal's ``service-results`` to figures: the national table, and the units of one province; pure.

In: one page, as sent. Out: totals and group points as the portal gives them, and the whole country's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from adapters.national_portal.evaluation import Found, of_code, unit_of
from adapters.national_portal.evaluation_wire import Answer, Overview, Ray, ResultPage, ResultUnit
from adapters.service_index import Place
from syncd.records.figures import Figure, Group, IndexUnit, Indicator, UnitLevel
from syncd.sides.http import decode

NATION = "nation"
"""The id that stands for the whole country: the portal gives it none."""

CHILD_GROUPS = {"AGENCY": UnitLevel.DEPARTMENT, "COMMUNE": UnitLevel.COMMUNE}

GROUPS = {
    "CKMB": Group.TRANSPARENCY,
    "TDGQ": Group.PROGRESS,
    "CLGQ": Group.ONLINE,
    "TTTT": Group.PAYMENT,
    "MDSH": Group.DIGITISATION,
    "MDHL": Group.SATISFACTION,
}
JOINT = {"ONLINE_SERVICE": Group.ONLINE}
"""The national radar's online services and payment in one (22 points): kept under its own code."""


def national_page(page: bytes, where: str) -> Found:
    """The whole country, and every province with its groups. Raises `ShapeError` where a province lacks a group."""
    data = decode(page, Answer[ResultPage], where=where).data
    place = Place(where, "$.data.overview")
    nation = IndexUnit(
        id=NATION, name=place.name(data.overview.department_name, "departmentName"), level=UnitLevel.NATION
    )
    most = place.number(data.overview.total_max_score, "totalMaxScore")
    found = Found([nation], [_total(NATION, data.overview, most, place), *_rays(data.radar, where)], [], [])
    for at, row in enumerate(data.evaluation):
        place = Place(where, f"$.data.evaluation[{at}]")
        found.units.append(unit_of(row, UnitLevel.PROVINCE, place))
        found.figures.append(_total(row.department_id, row, most, place))
        found.figures.extend(_groups(row, place))
    return found


def units_page(page: bytes, where: str) -> Found:
    """The units below one province, each with its total alone; the province itself stands in the national table."""
    data = decode(page, Answer[ResultPage], where=where).data
    most = Place(where, "$.data.overview").number(data.overview.total_max_score, "totalMaxScore")
    found = Found([], [], [], [])
    for at, row in enumerate(data.evaluation):
        place = Place(where, f"$.data.evaluation[{at}]")
        level = CHILD_GROUPS.get(row.child_group or "") or of_code(row.department_code)
        found.units.append(unit_of(row, level, place))
        found.figures.append(_total(row.department_id, row, most, place))
    return found


def _total(unit: str, row: Overview | ResultUnit, most: Decimal | None, place: Place) -> Figure:
    """``most``: the table says it once for all its rows."""
    return Figure(
        unit=unit,
        group=Group.TOTAL,
        ratio=place.number(row.ratio, "ratio"),
        score=place.number(row.total_score, "totalScore"),
        maximum=most,
    )


def _groups(row: ResultUnit, place: Place) -> Iterator[Figure]:
    scores = row.group_scores or {}
    missing = [code for code in GROUPS if code not in scores]
    if missing:
        raise place.wrong(f"the points of {', '.join(missing)} are missing", "groupScores")
    for code, raw in scores.items():
        group = GROUPS.get(code)
        yield Figure(
            unit=row.department_id,
            group=group or Group.TOTAL,
            code=Indicator.WHOLE if group else place.key(code, "groupScores.*"),
            score=place.number(raw, f"groupScores.{code[:40]}"),
        )


def _rays(rays: Sequence[Ray], where: str) -> Iterator[Figure]:
    for at, ray in enumerate(rays):
        place = Place(where, f"$.data.radar[{at}]")
        group = GROUPS.get(ray.code)
        yield Figure(
            unit=NATION,
            group=group or JOINT.get(ray.code, Group.TOTAL),
            code=Indicator.WHOLE if group else place.key(ray.code, "code"),
            ratio=place.number(ray.ratio, "ratio"),
            score=place.number(ray.score, "score"),
            maximum=place.number(ray.max_score, "maxScore"),
        )
