"""The Office's registers about the invented catalogue, as spreadsheets export them.

In: a catalogue. Out: legal documents, publication decisions and assignments as CSV with Vietnamese titles.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from io import StringIO
from random import Random

from loopback.catalogue.agencies import HANOI, HANOI_DEPARTMENTS
from loopback.catalogue.drafts import SPECIFIC, STANDARD, Draft
from loopback.catalogue.fields import FIELDS_OF_WORK
from loopback.catalogue.laws import Law, local_law, ministry_law, national_laws

SIGNED = re.compile(r"\d+/QĐ-")
"""Numbers of decisions that were really signed; those of test records look otherwise."""

FORGOTTEN = 9
"""Every so many local documents, one is not in the register: its date is unknown, and so is the deadline."""

WHOLE_NUMBERS: Mapping[str, str] = {"Nghị định 45/2020": "45/2020/NĐ-CP"}
"""What the Office writes where the portal cites a document without its whole number."""


DECISION = ("Số, ký hiệu", "Ngày ký", "Cơ quan ban hành", "Thẩm quyền", "Mã TTHC", "Hình thức")
LEADS = (14, 10, 8, 6, 6, 5, 3, -4, -12, None)
"""Days from the city's list decision until the circular is in force; None: there is no list decision."""


def registers(drafts: Iterable[Draft]) -> Mapping[str, bytes]:
    """File name → content: ``legal-documents.csv``, ``decisions.csv``, ``assignments.csv``."""
    drafts = list(drafts)
    own = [one for one in drafts if one.kind == SPECIFIC and one.publisher.code.startswith(HANOI.code)]
    local = {law.number: law for draft in own if (law := local_law(draft)) is not None}
    carried = _by_decision(one for one in drafts if one.kind == STANDARD and one.concerns_hanoi and one.public)
    circulars = [ministry_law(some[0].decision) for some in carried.values()]
    known = [law for at, law in enumerate(sorted(local.values())) if at % FORGOTTEN != FORGOTTEN - 1]
    return {
        "legal-documents.csv": _csv(
            ("Số, ký hiệu", "Trích yếu", "Ngày ký", "Ngày hiệu lực", "Trình tự rút gọn"),
            [_law(law) for law in (*national_laws(), *known, *circulars)],
        ),
        "decisions.csv": _csv(
            (*DECISION, "Căn cứ", "Quyết định của Bộ"),
            [*_decisions(own), *_lists(carried.values())],
        ),
        "assignments.csv": _csv(("Loại", "Giá trị", "Mã đơn vị", "Đơn vị"), _assignments()),
    }


def _law(law: Law) -> list[str]:
    number = WHOLE_NUMBERS.get(law.number, law.number)
    return [number, law.title, _day(law.signed), _day(law.effective), "có" if law.shortened else "không"]


def _decisions(own: Sequence[Draft]) -> list[list[str]]:
    """The decisions that were really signed: those of test records are not among them."""
    return [
        [number, _day(first.decision.day), first.publisher.name, _authority(first), _codes(some), "mới", "", ""]
        for number, some in sorted(_by_decision(own).items())
        for first in some[:1]
    ]


def _by_decision(drafts: Iterable[Draft]) -> dict[str, list[Draft]]:
    found: dict[str, list[Draft]] = {}
    for draft in drafts:
        if SIGNED.match(draft.decision.number) and draft.decision.day is not None:
            found.setdefault(draft.decision.number, []).append(draft)
    return found


def _lists(carried: Iterable[Sequence[Draft]]) -> Iterator[list[str]]:
    """The city's list decisions (danh mục) after those of ministries: most in time, some late, some not signed yet."""
    for number, some in enumerate(carried, start=3001):
        decision = some[0].decision
        law = ministry_law(decision)
        lead = Random(f"list {decision.id}").choice(LEADS)
        if lead is not None and _codes(some):
            signed = law.effective - timedelta(days=lead)
            cells = (HANOI.name, "tỉnh", _codes(some), "sửa đổi, bổ sung", law.number, decision.number)
            yield [f"{number}/QĐ-UBND", _day(signed), *cells]


def _codes(some: Iterable[Draft]) -> str:
    return "; ".join(one.code for one in some if len(one.code) == len("1.000000"))


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
