"""Real answers of the Service Index, read in place, translate completely, digit for digit."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from adapters.national_portal.index import QUESTIONS, PortalIndex
from adapters.national_report.index import SERVICE, ReportIndex
from syncd.records.figures import Figure, Group, IndexTable, Indicator, UnitLevel
from tests.adapters.test_index_answers import pure
from tests.adapters.test_national_report import report

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("SYNCD_SHARED", ROOT.parent / "shared")) / "data"
ANSWERS = SHARED / "index-2026-10"
WORKBOOK = SHARED / "index-2025-10" / "report-2025-10-15.xlsx"

pytestmark = pytest.mark.skipif(not ANSWERS.exists(), reason=f"the real index answers are absent: {ANSWERS}")

Json = dict[str, Any]
HANOI = "019d2be3-6a86-70a8-a0af-76e986804225"
METRIC_GROUPS = {
    "transparency": ("CKMB_CongKhaiMinhBach", Group.TRANSPARENCY),
    "dossier-digitized": ("MDSH_SoHoaHoSo", Group.DIGITISATION),
    "handling-satisfaction": ("MDHL_MucDoHaiLong", Group.SATISFACTION),
}


def exactly(text: str) -> Any:
    """JSON with its numbers as they are written."""
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def provinces() -> list[Json]:
    """The ten provinces; their figures are the portal's, what is around them is the collector's."""
    found: list[Json] = json.loads((ANSWERS / "provinces.json").read_text("utf-8"))["provinces"]
    return found


def enveloped(data: Json) -> bytes:
    return json.dumps({"code": "OK", "data": data, "message": "OK"}, ensure_ascii=False).encode()


def of_unit(table: IndexTable, unit: str) -> dict[str, Figure]:
    return {one.code: one for one in table.figures if one.unit == unit}


@pytest.fixture
def index() -> PortalIndex:
    return pure()


def test_the_progress_tree_of_phu_tho_is_complete(index: PortalIndex) -> None:
    """The province and its 163 units, each with the portal's own counts and points."""
    page = (ANSWERS / "phu-tho-2026-08.dvc-progress-tree.json").read_bytes()
    table = index.figures("dvc-progress-tree", [page])
    sent = exactly(page.decode())["data"]
    assert len(table.units) == 164
    assert table.units[0].level is UnitLevel.PROVINCE
    for line in (sent["parent"], *sent["children"]):
        told = of_unit(table, line["departmentId"])
        done = told[Indicator.PROCESSED_ON_TIME]
        assert (done.numerator, done.denominator) == (line["totalOnTime"], line["totalReceived"])
        assert str(told[""].score) == str(line.get("score", line.get("totalScore")))
        assert str(done.ratio) == str(line["ratio"])
    assert {unit.level for unit in table.units[1:]} == {UnitLevel.DEPARTMENT, UnitLevel.COMMUNE}


def test_the_online_tree_of_phu_tho_is_complete(index: PortalIndex) -> None:
    page = (ANSWERS / "phu-tho-2026-08.provide-online-tree.json").read_bytes()
    table = index.figures("provide-online-tree", [page])
    told = of_unit(table, "019d2be3-6a88-732b-8b17-b68020c8553a")
    assert len(table.units) == 164
    assert len(table.figures) == 164 + 3
    counts = {code: (one.numerator, one.denominator) for code, one in told.items()}
    assert counts == {
        "": (None, None),
        Indicator.ONLINE_PROVIDED: (52, 56),
        Indicator.ONLINE_USED: (406, 1968),
        Indicator.ONLINE_SUBMITTED: (150956, 152595),
    }
    assert (told[""].score, told[""].maximum) == (Decimal("8.83"), Decimal(12))


@pytest.mark.parametrize("endpoint", list(METRIC_GROUPS))
def test_every_metric_of_ten_provinces_is_told_digit_for_digit(index: PortalIndex, endpoint: str) -> None:
    """The rows are the portal's; the page around them is put back as the interface sends it."""
    name, group = METRIC_GROUPS[endpoint]
    rows = [_metric_row(one, name) for one in provinces()]
    page = enveloped({"overview": rows[0], "evaluation": rows[1:]})
    table = index.figures(endpoint, [page])
    assert {one.group for one in table.figures} == {group}
    for row in exactly(page.decode())["data"]["evaluation"]:
        told = of_unit(table, row["departmentId"])
        assert str(told[""].score) == str(row["totalScore"])
        for metric in row["metrics"]:
            one = told[metric["code"]]
            sent = [metric[key] for key in ("numerator", "denominator", "ratio", "score", "maxScore")]
            assert [one.numerator, one.denominator, one.ratio, one.score, one.maximum] == sent
            assert one.flags == tuple(filter(None, [metric.get("dataQualityStatus")]))


def _metric_row(province: Json, name: str) -> Json:
    component = province["componentIndicators"][name]
    unit = {key: province[key] for key in ("departmentId", "departmentName", "departmentCode")}
    points = {"totalScore": component["score"], "totalMaxScore": component["maxScore"], "ratio": component["ratio"]}
    return {**unit, "departmentType": "PROVINCE", **points, "metrics": component["metrics"]}


def test_payment_of_ten_provinces_keeps_its_counts_and_says_none_where_there_is_none(index: PortalIndex) -> None:
    rows = [
        {**province["componentIndicators"]["TTTT_ThanhToanTrucTuyen"], "departmentCode": province["departmentCode"]}
        | {key: province[key] for key in ("departmentId", "departmentName")}
        for province in provinces()
    ]
    table = index.figures("formality-online-payment-tree", [enveloped({"parent": rows[0], "children": rows[1:]})])
    hanoi = of_unit(table, HANOI)
    assert (hanoi[Indicator.PAYMENT_ONLINE].numerator, hanoi[Indicator.PAYMENT_ONLINE].denominator) == (229394, 427521)
    assert (hanoi[Indicator.PAYMENT_USED].numerator, hanoi[Indicator.PAYMENT_USED].denominator) == (125, 331)
    assert hanoi[Indicator.PAYMENT_INTEGRATED].numerator is None
    assert hanoi[""].score == Decimal("4.69")


def test_the_national_rows_keep_totals_and_groups(index: PortalIndex) -> None:
    """The collector renamed CLGQ to ONLINE; put back, the ten rows are the portal's."""
    rows = []
    for province in provinces():
        groups = {"CLGQ" if key == "ONLINE" else key: score for key, score in province["groupScores"].items()}
        rows.append({**province, "groupScores": groups})
    overview = {"departmentName": "Cả nước", "totalScore": 62.59, "totalMaxScore": 100, "ratio": 62.59}
    table = index.figures("service-results", [enveloped({"overview": overview, "evaluation": rows})])
    hanoi = {one.group: one.score for one in table.figures if one.unit == HANOI}
    assert hanoi[Group.TOTAL] == Decimal("55.23")
    assert hanoi[Group.ONLINE] == Decimal("9.23")
    assert next(unit.rank for unit in table.units if unit.id == HANOI) == 34


def test_no_interface_is_without_a_real_or_rebuilt_answer() -> None:
    """The units below a province are the one shape that no stored answer shows with its groups."""
    shown = {*METRIC_GROUPS, "dvc-progress-tree", "provide-online-tree", "formality-online-payment-tree"}
    assert set(QUESTIONS) - shown == {"service-results", "service-results-units"}


@pytest.mark.parametrize(("sheet", "count"), [("Điểm năm", 34), ("Điểm tháng", 34), ("Sở Ban", 15), ("Xã Phường", 102)])
def test_the_older_reports_rows_translate_completely(sheet: str, count: int) -> None:
    """All values are strings; the six groups make the total to a cent."""
    if not WORKBOOK.exists():
        pytest.skip(f"the older index report is absent: {WORKBOOK}")
    header, *rows = CalamineWorkbook.from_path(WORKBOOK).get_sheet_by_name(sheet).to_python()
    sent = [dict(zip(map(str, header), row, strict=True)) for row in rows]
    older: ReportIndex = report("http://127.0.0.1:9")
    table = older.figures(SERVICE, [json.dumps(sent).encode()])
    assert len(table.units) == count
    for row in sent:
        scores = {one.group: one.score or Decimal(0) for one in table.figures if one.unit == row["ID"]}
        total = scores.pop(Group.TOTAL)
        assert str(total) == row["TONG_SCORE"]
        assert abs(sum(scores.values()) - total) <= Decimal("0.011")
    if count == 34:
        assert [str(unit.rank) for unit in table.units] == [row["ROW_STT"] for row in sent]
