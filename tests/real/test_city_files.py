"""The real lists of three cities through the file side: every row is read, every code verbatim.

The lists are read in place, from ``SYNCD_SHARED`` or ``../shared`` beside the checkout, and are never copied.
"""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest

from adapters.file import FileAdapter, FileSettings
from syncd.records.codes import root
from syncd.records.procedure import Procedure
from syncd.sides.adapter import Record, Wanted
from syncd.sides.reading import Evidence, prove

SHARED = Path(os.environ.get("SYNCD_SHARED", Path(__file__).parents[3] / "shared"))
CITY = SHARED / "data" / "city"
DONG_NAI = sorted((CITY / "dong-nai-H19").glob("*.json"))

pytestmark = pytest.mark.skipif(not CITY.is_dir(), reason=f"the real lists are not there: {CITY}")


def side(path: str, columns: dict[str, Any], **settings: Any) -> FileAdapter:
    checked = FileSettings.model_validate({"adapter": "file", "path": path, "columns": columns} | settings)
    return FileAdapter(checked, CITY)


async def read(adapter: FileAdapter) -> dict[str, Procedure]:
    """Every record of a whole reading, in canonical form, by key."""
    evidence = Evidence()
    rows = [one async for page in adapter.list_records(evidence) for one in page]
    assert prove(evidence).whole, prove(evidence).reasons
    found = {key: adapter.canonical(Record(key, raw)) for key, raw in rows}
    assert len(found) == len(rows)
    return found


def lines(path: str) -> list[dict[str, str]]:
    with (CITY / path).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def entries(path: Path) -> Any:
    return json.loads(path.read_bytes())


@pytest.mark.parametrize("path", DONG_NAI, ids=[path.stem for path in DONG_NAI])
async def test_every_version_of_dong_nai_s_list_is_read_without_loss(path: Path) -> None:
    columns = {"local_code": "maTTHC", "name": "tieuDe"}
    found = await read(side(f"dong-nai-H19/{path.name}", columns, array="items"))
    records = entries(path)["items"]
    assert [one.local_code for one in found.values()] == [record["maTTHC"] for record in records]
    assert [one.name for one in found.values()] == [record["tieuDe"] for record in records]


async def test_nghe_an_s_list_is_read_without_loss() -> None:
    columns = {"local_code": "_code", "name": "_title", "field_name": "field", "executing_agencies": "dept"}
    adapter = side("nghe-an-H41/tracking-list.json", columns)
    found = await read(adapter)
    records = entries(CITY / "nghe-an-H41" / "tracking-list.json")
    assert [one.local_code for one in found.values()] == [record["_code"] for record in records]
    assert [one.executing_agencies for one in found.values()] == [(record["dept"],) for record in records]
    national = root(records[0]["_code"]) or ""
    (answer,) = await adapter.read_again([Wanted(None, national)])
    assert records[0]["_code"] in [record.key for record in answer.records]


async def test_vinh_bao_s_procedures_are_read_without_loss() -> None:
    """One row has several decisions; many have no link to the portal."""
    columns = {
        "code": "ma",
        "name": "ten",
        "field_name": "linhVuc",
        "portal_id": "formalityId",
        "decision_number": "decision_numbers",
        "state": {
            "column": "status",
            "values": {row["status"]: "public" for row in lines("hai-phong-vinh-bao/procedures.first-rows.csv")},
        },
        "published_at": "active_date",
    }
    found = await read(side("hai-phong-vinh-bao/procedures.first-rows.csv", columns))
    rows = lines("hai-phong-vinh-bao/procedures.first-rows.csv")
    assert [(one.code, one.name) for one in found.values()] == [(row["ma"], row["ten"]) for row in rows]
    assert [one.portal_id or "" for one in found.values()] == [row["formalityId"] for row in rows]
    assert [one.published_at is not None for one in found.values()] == [bool(row["active_date"]) for row in rows]


@pytest.mark.parametrize(
    ("name", "code", "more"),
    [
        (
            "changes-by-decision.csv",
            "Mã TTHC",
            {"decision_number": "Số quyết định", "decision_date": "Ngày quyết định"},
        ),
        ("joined-with-portal-2026-07.csv", "code", {"name": "july_name", "decision_number": "july_decision"}),
        ("decisions.csv", "decisionNo", {"decision_date": "decisionDate", "field_name": "field"}),
    ],
)
async def test_vinh_bao_s_other_lists_are_read_without_loss(name: str, code: str, more: dict[str, str]) -> None:
    """One procedure comes under several decisions: the second time its key ends in ``#2``."""
    found = await read(side(f"hai-phong-vinh-bao/{name}", {"code": code} | more))
    rows = lines(f"hai-phong-vinh-bao/{name}")
    assert [one.code for one in found.values()] == [row[code] for row in rows]
    assert [key.partition("#")[0] for key in found] == [row[code] for row in rows]
