"""What sound systems send, small: where fuzzing begins."""

from __future__ import annotations

import json
from functools import cache
from io import BytesIO
from typing import Any

from openpyxl import Workbook


def encoded(*values: object) -> tuple[bytes, ...]:
    return tuple(json.dumps(value, ensure_ascii=False).encode() for value in values)


def texts(*values: str) -> tuple[bytes, ...]:
    return tuple(value.encode() for value in values)


@cache
def workbook(*cells: tuple[str, str]) -> bytes:
    """One row, with its titles."""
    book, content = Workbook(), BytesIO()
    assert book.active is not None
    book.active.append([title for title, _ in cells])
    book.active.append([text for _, text in cells])
    book.save(content)
    return content.getvalue()


ENTRY = {"id": "a", "code": "1.000001", "name": "Tên", "state": "ACTIVE", "departmentId": "b", "applied": ["c"]}
DETAIL: dict[str, Any] = {
    "id": "a", "code": "1.000001", "name": "Tên", "state": "ACTIVE", "type": "STANDARD", "isProvince": True,
    "categoriesDetails": [{"code": "G01-A", "name": "Lĩnh vực"}], "departmentPromulgateCode": "H26",
    "departmentPromulgateName": "UBND", "procedureProposal": {"proposalNumber": "1/QĐ", "decisionDate": 1764000000000},
}  # fmt: skip
MAPI = {"MATTHC": "1.000001", "TENTTHC": "Tên", "CAPTHUCHIEN": [{"CAPTHUCHIEN": "1"}], "TRANGTHAI": "1"}
GATEWAY_ROW = {
    "ID": "1",
    "PROCEDURE_CODE": "1.000001",
    "PROCEDURE_NAME": "Tên",
    "AMOUNT": "1",
    "PUBLISHED_AGENCY": "UBND",
    "IMPLEMENTATION_AGENCY": "A;B",
}
SERVICE = {"serviceInfoId": 1, "serviceCode": "1.000001.H26", "serviceName": "T&amp;n", "active": "true"}
IGATE_ROW = {"id": "6852c2f06d65221a70e5b26b", "code": "1.000001.H26", "name": [{"languageId": 228, "name": "Tên"}]}
EDXML = (
    b'<?xml version="1.0"?><edXMLEnvelope><edXMLHeader><MessageHeader><Code><CodeNumber>1</CodeNumber></Code>'
    b"</MessageHeader></edXMLHeader></edXMLEnvelope>"
)
DATES = texts(
    "03/09/2026", "2026-09-03", "3-9-2026", "31/02/2026", "2026-09-03T00:00:00+07:00", "ngày 3 tháng 9 năm 2026"
)

MESSAGE = json.dumps({"result": []})
EXPORT = {"Mã TTHC": "1.000001", "Đối tượng": "Công dân", "Cấp thực hiện": "Cấp tỉnh", "Tình trạng": "Công khai"}
ROW = {
    "code": "1.000001",
    "local_code": "1.000001.H26",
    "name": "Tên",
    "decision_date": "03/09/2026",
    "levels": "Cấp tỉnh",
}
SCORES = ("CKMB", "TDGQ", "CLGQ", "TTTT", "MDSH", "MDHL", "TONG_SCORE")
REPORT = {"data": [{"ID": "1", "TEN": "UBND", "MA_COQUAN": "H26", "LOAI_COQUAN": "1", **dict.fromkeys(SCORES, "9.5")}]}
