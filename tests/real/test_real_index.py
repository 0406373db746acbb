"""Real figures of the Service Index, read in place, are computed again exactly to the second decimal."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from syncd.publication.index.arithmetic import percentage
from syncd.publication.index.comparison import ranks
from syncd.publication.index.indicators import GROUPS, SCORED
from syncd.publication.index.recomputation import Recomputed, line_of, recompute, recompute_unit
from syncd.publication.index.scoring import score_counts
from syncd.records.figures import Figure, Group, IndexUnit, Indicator, UnitLevel

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("SYNCD_SHARED", ROOT.parent / "shared"))
FOLDER = SHARED / "data" / "index-2026-10"
OLDER = SHARED / "data" / "index-2025-10" / "report-2025-10-15.xlsx"

pytestmark = pytest.mark.skipif(
    not (FOLDER.exists() and OLDER.exists()), reason=f"the real index figures are absent: {FOLDER}, {OLDER}"
)

SHORT = {
    "CKMB": Group.TRANSPARENCY,
    "TDGQ": Group.PROGRESS,
    "ONLINE": Group.ONLINE,
    "TTTT": Group.PAYMENT,
    "MDSH": Group.DIGITISATION,
    "MDHL": Group.SATISFACTION,
}
CONTENT = {**SHORT, "CLGQ": Group.ONLINE}
PAYMENT = {
    Indicator.PAYMENT_USED: ("totalDossierOnlineFormalityPaymentSuccess", "totalFeeFormality"),
    Indicator.PAYMENT_ONLINE: ("totalDossierOnlinePaymentSuccess", "totalDossierFinancialObligation"),
}
SUMMED = {Group.PROGRESS, Group.DIGITISATION, Group.SATISFACTION}


def _exact(path: Path) -> Any:
    """JSON with every number as the digits that stand there."""
    return json.loads(path.read_bytes(), parse_float=Decimal)


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def _figures(province: dict[str, Any]) -> Iterator[Figure]:
    unit = province["departmentCode"]
    yield Figure(unit=unit, group=Group.TOTAL, score=_number(province["totalScore"]))
    for short, score in province["groupScores"].items():
        yield Figure(unit=unit, group=SHORT[short], score=_number(score))
    for name, part in province["componentIndicators"].items():
        yield from _members(unit, SHORT[name.partition("_")[0]], part)


def _members(unit: str, group: Group, part: dict[str, Any]) -> Iterator[Figure]:
    for metric in part.get("metrics", ()):
        yield Figure(
            unit=unit,
            group=group,
            code=metric["code"],
            numerator=metric["numerator"],
            denominator=metric["denominator"],
            ratio=_number(metric["ratio"]),
            score=_number(metric["score"]),
            maximum=_number(metric["maxScore"]),
        )
    if group is Group.PROGRESS:
        yield _progress(unit, part, "score", "maxScore")
    if group is Group.PAYMENT:
        for one, (numerator, denominator) in PAYMENT.items():
            yield Figure(unit=unit, group=group, code=one, numerator=part[numerator], denominator=part[denominator])


def _progress(unit: str, part: dict[str, Any], score: str, maximum: str) -> Figure:
    return Figure(
        unit=unit,
        group=Group.PROGRESS,
        code=Indicator.PROCESSED_ON_TIME,
        numerator=part["totalOnTime"],
        denominator=part["totalReceived"],
        ratio=_number(part["ratio"]),
        score=_number(part[score]),
        maximum=_number(part[maximum]),
    )


@cache
def _provinces() -> dict[str, Recomputed]:
    provinces = _exact(FOLDER / "provinces.json")["provinces"]
    return recompute(figure for province in provinces for figure in _figures(province))


def test_every_published_score_of_an_indicator_is_reproduced() -> None:
    """150 scores of ten provinces: 140 from counts, ten of certified copies from their ratio; none differs."""
    lines = [line for unit in _provinces().values() for line in unit.lines if line.figure.score is not None]
    assert [line for line in lines if line.score != line.figure.score] == []
    kinds = Counter(line.figure.numerator is not None for line in lines)
    assert (len(_provinces()), kinds[True], kinds[False]) == (10, 140, 10)


def test_every_displayed_ratio_is_reproduced() -> None:
    """160 percentages: those of the 140 scores, and of the 20 petition figures that are shown only."""
    figures = [line.figure for unit in _provinces().values() for line in unit.lines]
    shown = [
        (one.ratio, percentage(one.numerator, one.denominator))
        for one in figures
        if one.ratio is not None and one.numerator is not None and one.denominator is not None
    ]
    assert [pair for pair in shown if pair[0] != pair[1]] == []
    assert len(shown) == 160


def test_every_group_whose_inputs_are_there_is_reproduced() -> None:
    """Forty groups: thirty as sums of rounded scores, ten of the national table from displayed ratios."""
    checked: Counter[Group] = Counter()
    for unit in _provinces().values():
        for group in SUMMED:
            assert unit.scores.groups[group] == unit.table.groups[group] == unit.published[group]
        assert unit.table.groups[Group.TRANSPARENCY] == unit.published[Group.TRANSPARENCY], unit.unit
        checked.update(group for group in GROUPS if group not in unit.table.borrowed)
    assert checked == dict.fromkeys([Group.TRANSPARENCY, *SUMMED], 10)


def test_one_province_tells_the_two_ways_of_totalling_apart() -> None:
    """Thanh Hóa: its own scores of transparency add up to 8.48, the national table shows 8.49."""
    apart = {
        unit.unit: (str(unit.scores.groups[Group.TRANSPARENCY]), str(unit.table.groups[Group.TRANSPARENCY]))
        for unit in _provinces().values()
        if unit.scores.groups != unit.table.groups
    }
    assert apart == {"H56": ("8.48", "8.49")}


def test_every_total_is_the_sum_of_its_groups() -> None:
    """Ten totals; online services (no counts) and payment (one of three not counted) stand as published."""
    totals = {unit.unit: (unit.table.total, unit.published[Group.TOTAL]) for unit in _provinces().values()}
    assert all(ours == portal for ours, portal in totals.values())
    assert len(totals) == 10
    assert {unit.table.borrowed for unit in _provinces().values()} == {frozenset({Group.ONLINE, Group.PAYMENT})}


def test_what_payment_leaves_to_its_uncounted_indicator_is_possible() -> None:
    """Ten remainders between 0 and the indicator's two points, none a contradiction."""
    rests = [unit.basis.rest[Group.PAYMENT] for unit in _provinces().values()]
    assert len(rests) == 10
    assert all(0 < rest < SCORED[Indicator.PAYMENT_INTEGRATED].maximum for rest in rests)
    assert not any(unit.misfits for unit in _provinces().values())


def test_the_on_time_tree_of_phu_tho_is_reproduced_unit_by_unit() -> None:
    """August 2026: the province and its 163 units; one of them stands exactly on a tie and is rounded up."""
    data = _exact(FOLDER / "phu-tho-2026-08.dvc-progress-tree.json")["data"]
    parent = _progress("H44", data["parent"], "totalScore", "totalMaxScore")
    children = [_progress(one["departmentCode"], one, "score", "maxScore") for one in data["children"]]
    lines = [line_of(figure) for figure in (parent, *children)]
    assert [line for line in lines if line.score != line.figure.score] == []
    assert len(lines) == 164
    assert sum(one.denominator == 0 for one in children) == 2
    ties = [one for one in children if (one.numerator, one.denominator) == (29, 32)]
    assert [one.score for one in ties] == [Decimal("18.13")]


def test_the_province_of_phu_tho_is_not_the_mean_of_its_units() -> None:
    """Its counts are those of its units, added up, and its score is that of the counts: 15.68. The mean is 16.62."""
    data = _exact(FOLDER / "phu-tho-2026-08.dvc-progress-tree.json")["data"]
    assert all(
        sum(one[key] for one in data["children"]) == data["parent"][key] for key in ("totalReceived", "totalOnTime")
    )
    mean = sum(one["score"] for one in data["children"]) / len(data["children"])
    assert (round(mean, 2), data["parent"]["totalScore"]) == (Decimal("16.62"), Decimal("15.68"))


def test_the_online_services_of_phu_tho_are_reproduced() -> None:
    """August 2026: 8.83 of 12 from the counts of the province alone."""
    parent = _exact(FOLDER / "phu-tho-2026-08.provide-online-tree.json")["data"]["parent"]
    counts = {
        Indicator.ONLINE_PROVIDED: (parent["partialCount"] + parent["fullCount"], parent["authorityCount"]),
        Indicator.ONLINE_USED: (parent["onlineDossierCount"], parent["onlineServiceTotal"]),
        Indicator.ONLINE_SUBMITTED: (parent["channelOnlineSum"], parent["channelTotalSum"]),
    }
    figures = [
        Figure(unit="H44", group=Group.ONLINE, code=one, numerator=count[0], denominator=count[1])
        for one, count in counts.items()
    ]
    assert recompute_unit("H44", figures).scores.groups[Group.ONLINE] == parent["totalScore"] == Decimal("8.83")


def _older(sheet: str) -> list[dict[str, str]]:
    header, *lines = CalamineWorkbook.from_path(str(OLDER)).get_sheet_by_name(sheet).to_python()
    return [dict(zip(map(str, header), map(str, line), strict=True)) for line in lines]


@pytest.mark.parametrize(("sheet", "units"), [("Điểm năm", 34), ("Điểm tháng", 34), ("Sở Ban", 15), ("Xã Phường", 102)])
def test_every_total_of_the_older_report_is_the_sum_of_its_groups(sheet: str, units: int) -> None:
    """185 totals of October 2025, of provinces, departments and communes."""
    lines = _older(sheet)
    assert len(lines) == units
    for line in lines:
        rest = {CONTENT[key]: Decimal(score) for key, score in line.items() if key in CONTENT}
        assert score_counts({}, rest=rest).total == Decimal(line["TONG_SCORE"]), line["TEN"]


def test_the_places_of_the_older_report_are_those_of_its_totals() -> None:
    """All 34 of the year; in the month one province shares a total with the one above it, and so its place."""
    apart = {}
    for sheet in ("Điểm năm", "Điểm tháng"):
        lines = _older(sheet)
        units = [IndexUnit(id=line["ID"], name=line["TEN"], level=UnitLevel.PROVINCE) for line in lines]
        places = ranks(units, {line["ID"]: Decimal(line["TONG_SCORE"]) for line in lines})
        for line in lines:
            if places[line["ID"]] != int(line["ROW_STT"]):
                apart[sheet, line["MA_COQUAN"]] = (places[line["ID"]], line["ROW_STT"])
    assert apart == {("Điểm tháng", "H44"): (15, "16")}
