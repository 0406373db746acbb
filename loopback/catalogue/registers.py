"""The Office's registers about the invented catalogue, as spreadsheets export them.

In: a catalogue. Out: legal documents, publication decisions and assignments as CSV with Vietnamese titles.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import StringIO

from loopback.catalogue.agencies import HANOI, HANOI_DEPARTMENTS
from loopback.catalogue.drafts import SPECIFIC, Draft
from loopback.catalogue.fields import FIELDS_OF_WORK
from loopback.catalogue.laws import Law, local_law, national_laws

FORGOTTEN = 9
"""Every so many local documents, one is not in the register: its date is unknown, and so is the deadline."""

WHOLE_NUMBERS: Mapping[str, str] = {"Nghị định 45/2020": "45/2020/NĐ-CP"}
"""What the Office writes where the portal cites a document without its whole number."""


def registers(drafts: Iterable[Draft]) -> Mapping[str, bytes]:
    """File name → content: ``legal-documents.csv``, ``decisions.csv``, ``assignments.csv``."""
    own = [one for one in drafts if one.kind == SPECIFIC and one.publisher.code.startswith(HANOI.code)]
    local = {law.number: law for draft in own if (law := local_law(draft)) is not None}
    known = [law for at, law in enumerate(sorted(local.values())) if at % FORGOTTEN != FORGOTTEN - 1]
    return {
        "legal-documents.csv": _csv(
            ("Số, ký hiệu", "Trích yếu", "Ngày ký", "Ngày hiệu lực", "Trình tự rút gọn"),
            [_law(law) for law in (*national_laws(), *known)],
        ),
        "decisions.csv": _csv(
            ("Số, ký hiệu", "Ngày ký", "Cơ quan ban hành", "Thẩm quyền", "Mã TTHC", "Hình thức"), _decisions(own)
        ),
        "assignments.csv": _csv(("Loại", "Giá trị", "Mã đơn vị", "Đơn vị"), _assignments()),
    }


def _law(law: Law) -> list[str]:
    number = WHOLE_NUMBERS.get(law.number, law.number)
    return [number, law.title, _day(law.signed), _day(law.effective), "có" if law.shortened else "không"]


def _decisions(own: Sequence[Draft]) -> list[list[str]]:
    """The decisions that were really signed: those of test records are not among them."""
    by_number: dict[str, list[Draft]] = {}
    for draft in own:
        if "/QĐ-" in draft.decision.number:
            by_number.setdefault(draft.decision.number, []).append(draft)
    return [
        [number, _day(first.decision.day), first.publisher.name, _authority(first), "; ".join(codes), "mới"]
        for number, some in sorted(by_number.items())
        for first, codes in [(some[0], [one.code for one in some])]
    ]


def _authority(draft: Draft) -> str:
    """A number (``…/QĐ-TTPVHCC``) does not say whether the city decided or its centre, which was tasked."""
    return "tỉnh" if draft.publisher.code == HANOI.code else "được giao"


def _assignments() -> list[list[str]]:
    """Each field of work belongs to the department that its procedures name."""
    return [
        ["lĩnh vực", field.name, unit.code, unit.name]
        for field in FIELDS_OF_WORK
        if (unit := HANOI_DEPARTMENTS.get(field.department)) is not None
    ]


def _day(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day is not None else ""


def _csv(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([titles, *rows])
    return b"\xef\xbb\xbf" + text.getvalue().encode()
