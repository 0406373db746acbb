"""The portal's records as the integration API writes them: upper-case keys, every leaf a text, and its odd values.

In: a record of the portal. Out: ``LayThuTuc`` and ``LayQDCB`` in their shapes. Fees come as "không", "" or "50.000",
time limits as words where they are none, a paper once for each of its files.
"""

from __future__ import annotations

from itertools import groupby
from typing import Final

from loopback.catalogue.portal_side import Json, PortalRecord
from loopback.rest_gateway import decision_day, decision_number, number_of

KINDS: Final = {"STANDARD": "1", "SPECIFIC": "2", "STANDARD_INTERNAL": "3"}
LEVELS: Final = {"isMinistry": "0", "isProvince": "1", "isWard": "3", "isOtherAgency": "9"}
CHANNELS: Final = {"DIRECT": "1", "ONLINE": "2", "POSTAL": "3"}
UNITS: Final = {
    "WORKING_DAY": "Ngày làm việc",
    "DAY": "Ngày",
    "HOUR": "Giờ",
    "MONTH": "Tháng",
    "YEAR": "Năm",
    "OTHER": "Khác",
}
DONG: Final = frozenset({"Đồng", "Việt Nam Đồng", "VND", "VNĐ"})
FEES: Final = {"FEE": "1'", "SERVICE_FEE": "2'", "PRICE_LEVEL": "3"}
"""With the stray quote that real clients compare with."""


def listed(record: PortalRecord) -> Json:
    """A row of ``LayDanhSachTTHC``."""
    return {"MATTHC": record.code, "TENTTHC": record.detail["name"]}


def procedure(record: PortalRecord) -> Json:
    """``result[0]`` of ``LayThuTuc``: the 28 keys of the record."""
    detail = record.detail
    executing = detail["departmentsExecuting"] or [one for one in detail["unitGroupsExecuting"] if one]
    return {
        "ID": number_of(record.id),
        "MATTHC": record.code,
        "TENTTHC": detail["name"],
        "MACOQUANCONGBO": detail["departmentPromulgateCode"],
        "LOAITTHC": KINDS[detail["type"]],
        "TRANGTHAI": "1" if record.public else "2",
        "IDQUYETDINHCONGBO": decision_number(record),
        "YEUCAU": detail["requirementsAndConditions"],
        **dict.fromkeys(("TUKHOA", "MOTA", "MOTADOITUONGTHUCHIEN", "MOTACOQUANTHAMQUYEN", "DIACHITIEPNHAN"), ""),
        "MOTACOQUANTHUCHIEN": "",
        "LINHVUCTHUCHIEN": [
            {"MALINHVUC": one["code"], "TENLINHVUC": one["name"]} for one in detail["categoriesDetails"]
        ],
        "CAPTHUCHIEN": [{"CAPTHUCHIEN": number, "TENCAP": ""} for flag, number in LEVELS.items() if detail[flag]],
        "TRINHTUTHUCHIEN": [
            {"TRUONGHOP": case, "TRINHTU": [{"TENTRINHTU": one["description"]} for one in steps]}
            for case, steps in groupby(detail["executionSteps"], lambda one: one["name"])
        ],
        "CACHTHUCTHUCHIEN": [_method(one) for one in detail["executionMethods"]],
        "THANHPHANHOSO": [_papers(one) for one in detail["executionCases"]],
        "KETQUATHUCHIEN": [
            {"MAKETQUA": one["code"], "TENKETQUA": one["name"], "TENTEP": "", "URL": ""}
            for one in detail["resultsDetails"]
        ],
        "CANCUPHAPLY": [{"SOVANBAN": one["code"], "TENVANBAN": one["name"]} for one in detail["legalBasisesDetails"]],
        "COQUANTHUCHIEN": [{"MADONVI": one.get("code", ""), "TENDONVI": one["name"]} for one in executing],
        "COQUANCOTHAMQUYEN": [],
        "COQUANDUOCUYQUYEN": "",
        "COQUANPHOIHOP": None,
        "DOITUONGTHUCHIEN": [
            {"MADOITUONG": one["code"], "TENDOITUONG": one["name"]} for one in detail["subjectTypesDetails"]
        ],
        "TTHCLIENQUAN": "",
        "TTHCLIENTHONG": "",
    }


def _method(line: Json) -> Json:
    return {
        "KENH": CHANNELS[line["submissionMethod"]],
        "THOIGIAN": [
            {
                "THOIGIANGIAIQUYET": "" if line["processingTime"] is None else str(line["processingTime"]),
                "DONVITINH": UNITS[line["processingTimeUnit"]],
                "MOTA": line.get("description") or "",
                "PHILEPHI": [_fee(one) for one in line["fees"]],
            }
        ],
    }


def _fee(line: Json) -> Json:
    currency = line.get("currencyName") or "Đồng"
    return {
        "MAPHILEPHI": FEES[line["type"]],
        "SOTIEN": money(line["value"]) if currency in DONG else str(line["value"]),
        "DONVI": currency,
        "MOTA": line.get("description") or "",
        "TENTEP": "",
        "URL": "",
    }


def money(value: int | None) -> str:
    """``không``, ``50.000``, or nothing where there is no number."""
    if value is None:
        return ""
    return f"{value:,}".replace(",", ".") if value else "không"


def _papers(case: Json) -> Json:
    """The first paper with a code has two files, and so comes twice."""
    rows = [_paper(one, "mau-1.docx") for one in case["profileComponents"]]
    again = [_paper(one, "mau-2.docx") for one in case["profileComponents"][:1] if one["code"]]
    return {"TRUONGHOP": case["name"], "GIAYTO": rows[:1] + again + rows[1:]}


def _paper(one: Json, file: str) -> Json:
    return {
        "MAGIAYTO": one["code"],
        "TENGIAYTO": one["name"],
        "TENMAUDON": file,
        "URL": f"https://csdl.example/{file}",
        "SOBANCHINH": str(one["originalQty"]),
        "SOBANSAO": str(one["copyQty"]),
        "MA_KQ_THAYTHE": "",
    }


def decision(record: PortalRecord) -> Json:
    """``LayQDCB``; its date has slashes."""
    shown = record.detail["procedureProposal"]
    return {
        "SOQUYETDINH": shown["proposalNumber"],
        "NGAYQUYETDINH": decision_day(shown).replace("-", "/"),
        "TRICHYEU": "Về việc công bố thủ tục hành chính",
    }
