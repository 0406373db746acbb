"""The older gateway's public catalogue: the search, publication decisions with what each does, lists, the workbook.

In: what the portal holds. Out: rows whose values are all strings, each with the total (``AMOUNT``); the rows of a
decision carry no code; dates have hyphens; codes of agencies come in two generations. Internal procedures are not
shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from io import BytesIO
from typing import Any, Final

from xlsxwriter import Workbook

from loopback.catalogue.agencies import MINISTRIES
from loopback.catalogue.city_side import LEVEL_WORDS
from loopback.catalogue.drafts import INTERNAL
from loopback.catalogue.index_figures import ALL_PROVINCES
from loopback.catalogue.portal_side import VIETNAM, Json, PortalRecord
from loopback.portal import PortalState

EXPORT: Final = "/jsp/tthc/export/export_exel_list_tthc.jsp"
TITLES: Final = (
    "STT",
    "Mã TTHC",
    "Tên TTHC",
    "Lĩnh vực",
    "Đối tượng",
    "Cơ quan công khai",
    "Cấp thực hiện",
    "Tình trạng",
    "QĐ Công bố",
)
OLD_CODES: Final = frozenset({"G01", "G02", "G12", "G15", "G18", "G21", "H37"})
"""Agencies that the list still shows with their code of before Decision 20/2020."""

CREATED: Final = datetime(2026, 7, 17, tzinfo=VIETNAM)
"""A workbook of the same records has the same bytes."""

Row = dict[str, str]
Rows = list[Row]


@dataclass(slots=True)
class GatewayBook:
    """The catalogue as the gateway shows it. ``amount_off``: every ``AMOUNT`` is wrong by so many. ``turns_pages``: it
    heeds ``pageIndex``. ``nested``: rows come inside ``data``."""

    portal: PortalState
    amount_off: int = 0
    turns_pages: bool = True
    nested: bool = False

    def shown(self) -> list[PortalRecord]:
        """What everybody may see, by code."""
        records = self.portal.records.values()
        public = (record for record in records if record.public and record.detail["type"] != INTERNAL)
        return sorted(public, key=lambda record: (record.code, record.id))

    def wrapped(self, rows: Rows) -> Rows | dict[str, Rows]:
        return {"data": rows} if self.nested else rows

    def paged(self, rows: Iterable[Row], asked: Json) -> Rows:
        """One page; every row has the total and its place."""
        every = list(rows)
        page, size = int(asked.get("pageIndex", 1)), int(asked.get("recordPerPage", 10))
        first = (page - 1) * size if self.turns_pages else 0
        amount = str(len(every) + self.amount_off)
        return [
            {**row, "AMOUNT": amount, "ROW_STT": str(place)}
            for place, row in enumerate(every[first : first + size], first + 1)
        ]


@lru_cache(maxsize=100_000)
def number_of(text: str) -> str:
    """A number of the older generation, made from an identity of the newer one."""
    return str(int.from_bytes(blake2b(text.encode(), digest_size=5).digest()))


def decision_number(record: PortalRecord) -> str:
    """The number of the decision that a record shows; one that shows another text or date is another decision."""
    shown = record.detail["procedureProposal"]
    return number_of(f"{shown['id']} {shown['proposalNumber']} {shown['decisionDate']}")


def decision_day(shown: Json) -> str:
    """The decision's date as ``09-12-2025``, in Việt Nam; "" where there is none."""
    moment = shown["decisionDate"]
    if isinstance(moment, int):
        return f"{datetime.fromtimestamp(moment / 1000, VIETNAM):%d-%m-%Y}"
    return str(moment or "").replace("/", "-")


def _procedures(book: GatewayBook, asked: Json) -> Rows:
    return book.paged(map(_procedure, _found(book, str(asked.get("keyword", "")))), asked)


def _found(book: GatewayBook, keyword: str) -> list[PortalRecord]:
    """The search is fuzzy: part of a code, or any word of a name."""
    words = keyword.casefold().split()
    return [
        record
        for record in book.shown()
        if not words
        or keyword.strip() in record.code
        or any(word in str(record.detail["name"]).casefold() for word in words)
    ]


def _procedure(record: PortalRecord) -> Row:
    detail = record.detail
    return {
        "ID": number_of(record.id),
        "PROCEDURE_CODE": record.code,
        "PROCEDURE_NAME": detail["name"],
        "PUBLISHED_AGENCY": detail["departmentPromulgateName"],
        "IMPLEMENTATION_AGENCY": "; ".join(_executors(detail)),
        "FIELD_NAME": detail["categoriesDetails"][0]["name"],
        "QDCBID": decision_number(record),
    }


def _executors(detail: Json) -> list[str]:
    return [one["name"] for one in detail["departmentsExecuting"] or detail["unitGroupsExecuting"] if one]


def _decisions(book: GatewayBook, asked: Json) -> Rows:
    """Newest first."""
    found = {decision_number(record): record.detail["procedureProposal"] for record in book.portal.records.values()}
    keyword = str(asked.get("keyword", "")).casefold()
    rows = [_decision(number, shown) for number, shown in found.items()]
    rows = [row for row in rows if keyword in row["CODE"].casefold()]
    rows.sort(key=lambda row: (row["PUBLISHING_DATE"].split("-")[::-1], row["CODE"], row["ID"]), reverse=True)
    return book.paged(rows, asked)


def _decision(number: str, shown: Json) -> Row:
    agency = shown["issuingAgency"]
    gap = "         \n" if int(number) % 6 == 0 else " "
    return {
        "ID": number,
        "CODE": shown["proposalNumber"],
        "NAME": f"Về việc công bố Danh mục thủ tục hành chính{gap}được sửa đổi, bổ sung",
        "PUBLISHING_DATE": decision_day(shown),
        "AGENCY_NAME": agency["name"],
        "AGENCY_ID": number_of(agency["id"]),
    }


def _decided(state: str) -> Callable[[GatewayBook, Json], Rows]:
    """The procedures of one decision that are new, amended or rescinded: numbers and names, never a code."""

    def answer(book: GatewayBook, asked: Json) -> Rows:
        records = sorted(book.portal.records.values(), key=lambda record: record.id)
        mine = [one for one in records if decision_number(one) == str(asked["id"]) and one.detail["state"] == state]
        return book.paged(map(_decided_row, mine), asked)

    return answer


def _decided_row(record: PortalRecord) -> Row:
    return {
        "ID": number_of(record.id),
        "PROCEDURE_NAME": record.detail["name"],
        "PUBLISHED_AGENCY": record.detail["departmentPromulgateName"],
        "PUBLISHED_AGENCY_ID": number_of(record.detail["departmentPromulgateId"]),
    }


def _fields_of_decision(book: GatewayBook, asked: Json) -> Rows:
    mine = (record for record in book.portal.records.values() if decision_number(record) == str(asked["id"]))
    fields = {one["id"]: one["name"] for record in mine for one in record.detail["categoriesDetails"][:1]}
    return [{"ID": number_of(id_), "NAME": name} for id_, name in fields.items()]


def _agencies(_book: GatewayBook, _asked: Json) -> Rows:
    """Every ministry and province; one name with stray spaces, one that two agencies bear."""
    ministries = [(number_of(one.id), one.code, one.name) for one in MINISTRIES.values()]
    offices = [("9022", "G22", "Văn phòng Chính phủ"), ("9099", "G99", "Văn phòng Chính phủ")]
    provinces = [(unit.old_id, unit.code, unit.name) for unit in ALL_PROVINCES]
    return [
        {"ID": id_, "AGENCY_NAME": _spaced(name, code), "NAME": _spaced(name, code), "CODE": _old(code)}
        for id_, code, name in (*ministries, *offices, *provinces)
    ]


def _spaced(name: str, code: str) -> str:
    return name.replace(" và ", "  và  ") if code == "G06" else name


def _old(code: str) -> str:
    return f"000.00.00.{code}" if code in OLD_CODES else code


def _fields(book: GatewayBook, _asked: Json) -> Rows:
    """Each with the ministry behind it in brackets."""
    seen: dict[str, str] = {}
    for record in book.shown():
        field = record.detail["categoriesDetails"][0]
        ministry = MINISTRIES[field["code"].split("-")[0]]
        seen[field["id"]] = f"{field['name']}({ministry.name})"
    return [{"ID": number_of(id_), "FIELD_NAME": name} for id_, name in seen.items()]


def workbook(book: GatewayBook, keyword: str) -> bytes:
    """The list as a workbook: a banner of merged cells, an empty row, the header, the rows."""
    written = BytesIO()
    with Workbook(written, {"in_memory": True}) as file:
        file.set_properties({"created": CREATED})
        sheet = file.add_worksheet("Danh sách TTHC")
        sheet.merge_range(0, 0, 0, len(TITLES) - 1, "DANH SÁCH THỦ TỤC HÀNH CHÍNH")
        sheet.write_row(2, 0, TITLES)
        for place, record in enumerate(_found(book, keyword), 1):
            sheet.write_row(2 + place, 0, [str(place), *_cells(record.detail)])
    return written.getvalue()


def _cells(detail: dict[str, Any]) -> list[str]:
    return [
        detail["code"],
        detail["name"],
        detail["categoriesDetails"][0]["name"],
        "; ".join(one["name"] for one in detail["subjectTypesDetails"]),
        detail["departmentPromulgateName"],
        "; ".join(word for flag, word in LEVEL_WORDS.items() if detail[flag]),
        "Đã công khai",
        detail["procedureProposal"]["proposalNumber"],
    ]


PUBLIC_SERVICES: Final[dict[str, Callable[[GatewayBook, Json], Rows]]] = {
    "procedure_advanced_search_service_v2": _procedures,
    "decision_publishment_advanced_search_service_v2": _decisions,
    "get_procedures_by_dp_id_service_v2": _decided("ACTIVE"),
    "get_modified_procedures_by_dp_id_service_v2": _decided("UPDATED"),
    "get_rescinded_procedures_by_dp_id_service_v2": _decided("INACTIVE"),
    "get_fields_by_dp_id_services_v2": _fields_of_decision,
    "get_list_agency_service_v2": _agencies,
    "procedure_get_list_field_service_v2": _fields,
}
