"""Results of công bố and công khai: by unit, and what is late one by one; the law's reading beside the portal's.

In: publications judged as of an instant. Out: a letter with two annexes. The two readings are never merged.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from syncd.answers.publications import Judged, PublicationRow, judged, rows_of
from syncd.documents.columns import Cell, Column
from syncd.documents.content import Annex, Content, Letter, Paragraph, Row, Style
from syncd.documents.offices import DECREE_63, City, ask_for_action, city_of, letter_head
from syncd.documents.reasons import reason_words
from syncd.documents.speech import UNKNOWN, as_of_words, counted, period_words
from syncd.documents.wanted import Sources, Wanted
from syncd.documents.words import WHY
from syncd.publication.facts import Counting, Mode, Status, Step
from syncd.publication.rules import RULES
from syncd.records.dates import local_date
from syncd.records.periods import Period

LAW: Final = "Theo quy định của pháp luật"
PORTAL: Final = "Theo cách tính của Cổng DVCQG"
LATE: Final = frozenset({Status.LATE, Status.OVERDUE})
UNATTRIBUTED: Final = "Chưa xác định cơ quan chủ trì"
TOTAL: Final = "TỔNG CỘNG"
SHOWN: Final[tuple[tuple[Status, str, str], ...]] = (
    (Status.ON_TIME, "Đúng hạn", "On time"),
    (Status.LATE, "Chậm", "Late"),
    (Status.OVERDUE, "Quá hạn, chưa làm", "Overdue"),
    (Status.DUE, "Chưa đến hạn", "Due"),
    (Status.UNMEETABLE, "Không thể đúng hạn", "Unmeetable"),
    (Status.UNKNOWN, "Chưa có số liệu", "Unknown"),
)
READINGS: Final = (("law", LAW, "status"), ("portal", PORTAL, "portal_status"))
BY_UNIT: Final[tuple[Column, ...]] = (
    Column("at", "STT", "No.", Cell.WHOLE, 5),
    Column("unit_name", "Cơ quan chủ trì", "Unit", width=28),
    Column("unit_code", "Mã", "Code", width=9),
    Column("all", "Tổng số", "All", Cell.WHOLE, 8),
    *(
        Column(f"{reading}_{status}", title, f"{english} ({reading})", Cell.WHOLE, 8, group)
        for reading, group, _ in READINGS
        for status, title, english in SHOWN
    ),
)
LIST: Final[tuple[Column, ...]] = (
    Column("at", "STT", "No.", Cell.WHOLE, 5),
    Column("unit_name", "Cơ quan chủ trì", "Unit", width=18),
    Column("procedure", "TTHC (mã, tên)", "Procedure", width=26),
    Column("ministry", "QĐ của Bộ (số, ngày)", "Ministry's decision", width=16),
    Column("basis", "VBQPPL, ngày hiệu lực", "Legal basis (in force)", width=18),
    Column("sign_law_day", "Luật", "Sign by (law)", Cell.DATE, 11, "Hạn công bố"),
    Column("sign_portal_day", "Cổng", "Sign by (portal)", Cell.DATE, 11, "Hạn công bố"),
    Column("decision", "QĐ của Chủ tịch (số, ngày)", "City's decision", width=16),
    Column("public_law_day", "Luật", "Public by (law)", Cell.DATE, 11, "Hạn công khai"),
    Column("public_portal_day", "Cổng", "Public by (portal)", Cell.DATE, 11, "Hạn công khai"),
    Column("made_public", "Ngày công khai", "Made public", Cell.DATE, 11),
    Column("law_late", "Luật", "Days late (law)", width=15, group="Số ngày chậm"),
    Column("portal_late", "Cổng", "Days late (portal)", width=15, group="Số ngày chậm"),
    Column("reason", "Lý do", "Reason", width=22),
)


def publication_results(session: Session, wanted: Wanted, sources: Sources) -> Content:
    """The letter with both annexes; without a period, of everything that is known by then."""
    period = wanted.period
    found = judged(session, sources.about, wanted.as_of) if sources.about else None
    rows = [row for row in rows_of(found, unit=wanted.within) if _is_of(row, period)] if found else []
    late = [row for row in rows if row.status in LATE or row.portal_status in LATE]
    table = by_unit(rows)
    when = period_words(period) if period else ""
    annexes = (
        Annex(
            "Theo đơn vị",
            f"Kết quả công bố, công khai thủ tục hành chính {when}".strip(),
            BY_UNIT,
            table,
            total_of(table),
            _notes(found),
        ),
        Annex(
            "Chậm, quá hạn",
            f"Danh sách thủ tục hành chính công bố, công khai chậm, quá hạn {when}".strip(),
            LIST,
            list(_list(late)),
        ),
    )
    return Content(annexes, _letter(rows, found, city_of(wanted.letter), wanted, when))


def _is_of(row: PublicationRow, period: Period | None) -> bool:
    """Whether something happened, or had to happen, in the period: signed, made public, or a deadline by law."""
    days = (row.signed, _day(row.made_public), row.sign_law_day, row.public_law_day)
    return period is None or any(day is not None and day in period for day in days)


def _day(at: datetime | None) -> date | None:
    return None if at is None else local_date(at)


def by_unit(rows: Iterable[PublicationRow]) -> list[Row]:
    """Statuses counted by unit and reading; the unit with most late ones (by law) first, the unattributed last."""
    units: defaultdict[tuple[str, str], list[PublicationRow]] = defaultdict(list)
    for row in rows:
        units[row.unit_code, row.unit_name or (WHY["none"] if row.unit_code else UNATTRIBUTED)].append(row)
    made = [{"unit_code": code, "unit_name": name, **_counts(several)} for (code, name), several in units.items()]
    ordered = sorted(
        made, key=lambda row: (not row["unit_code"], -row["law_late"] - row["law_overdue"], row["unit_code"])
    )
    return [{"at": number, **row} for number, row in enumerate(ordered, start=1)]


def _counts(rows: Sequence[PublicationRow]) -> dict[str, Any]:
    counts: dict[str, Any] = {"all": len(rows)}
    for reading, _, name in READINGS:
        by_status = Counter(getattr(row, name) for row in rows)
        counts |= {f"{reading}_{status}": by_status[status] for status, *_ in SHOWN}
    return counts


def total_of(rows: Sequence[Row]) -> Row:
    """The sums below all."""
    names = ("all", *(f"{reading}_{status}" for reading, *_ in READINGS for status, *_ in SHOWN))
    return {"at": "", "unit_name": TOTAL, "unit_code": "", **{name: sum(row[name] for row in rows) for name in names}}


def _list(rows: Iterable[PublicationRow]) -> Iterable[Row]:
    for number, row in enumerate(rows, start=1):
        yield {
            "at": number,
            "unit_name": row.unit_name or UNATTRIBUTED,
            "procedure": "\n".join(filter(None, (row.code.strip(), row.name))),
            "ministry": _numbered(row.ministry_decision, row.ministry_signed),
            "basis": row.legal_basis,
            "sign_law_day": row.sign_law_day,
            "sign_portal_day": row.sign_portal_day,
            "decision": _numbered(row.decision, row.signed),
            "public_law_day": row.public_law_day,
            "public_portal_day": row.public_portal_day,
            "made_public": _day(row.made_public),
            "law_late": _lateness(row, "law"),
            "portal_late": _lateness(row, "portal"),
            "reason": reason_words(row.reason),
        }


def _numbered(number: str, day: date | None) -> str:
    return "\n".join(filter(None, (number, f"{day:%d/%m/%Y}" if day else "")))


CALENDAR: Final = frozenset(
    (
        rule.id,
        {Step.SIGN: "sign", Step.PUBLISH: "public"}[rule.step],
        {Mode.LEGAL: "law", Mode.PORTAL: "portal"}[rule.mode],
    )
    for rule in RULES
    if rule.counting is Counting.CALENDAR
)
"""Rules that count calendar days, with the step and the reading that they are of; all others count working days."""


def _lateness(row: PublicationRow, reading: str) -> str:
    """``Công bố: 3 ngày``, a line for each late step."""
    lines = []
    for step, name in (("sign", "Công bố"), ("public", "Công khai")):
        days = getattr(row, f"{step}_{reading}_days")
        status = getattr(row, f"{step}_{reading}_status")
        if status in LATE:
            of_rule = ((rule, step, reading) for rule in row.rules.split())
            unit = "ngày" if any(one in CALENDAR for one in of_rule) else "ngày làm việc"
            undone = ", chưa thực hiện" if status == Status.OVERDUE else ""
            lines.append(f"{name}: {days} {unit}{undone}" if days is not None else f"{name}: {UNKNOWN}")
    return "\n".join(lines)


def _notes(found: Judged | None) -> tuple[str, ...]:
    if found is None or not found.is_read:
        return (f"Chưa đọc được Cổng Dịch vụ công quốc gia tại thời điểm trên: {UNKNOWN}.",)
    absent = {
        "legal_documents": "văn bản quy phạm pháp luật",
        "decisions": "quyết định công bố",
        "assignments": "phân công",
        "calendar": "lịch làm việc",
    }
    missing = [absent[name] for name in found.absent if name in absent]
    return (f"Sổ theo dõi chưa có: {', '.join(missing)}.",) if missing else ()


def _letter(rows: Sequence[PublicationRow], found: Judged | None, city: City, wanted: Wanted, when: str) -> Letter:
    is_known = found is not None and found.is_read

    def number(name: str, *statuses: Status) -> str:
        return counted(sum(getattr(row, name) in statuses for row in rows) if is_known else None, "lượt")

    def figures(name: str) -> str:
        return "; ".join(
            f"{number(name, *statuses)} {words}"
            for words, statuses in (
                ("đúng hạn", (Status.ON_TIME,)),
                ("chậm", (Status.LATE,)),
                ("quá hạn, chưa thực hiện", (Status.OVERDUE,)),
                ("chưa đến hạn", (Status.DUE,)),
                ("chưa đủ căn cứ xác định hoặc không thể đúng hạn", (Status.UNKNOWN, Status.UNMEETABLE)),
            )
        )

    body = (
        Paragraph(
            f"Thực hiện {DECREE_63}; {city.committee} thông báo kết quả công bố, công khai thủ tục hành chính"
            f"{f' {when}' if when else ''} và yêu cầu như sau:"
        ),
        Paragraph("1. Kết quả công bố, công khai", Style.HEADING),
        Paragraph(
            f"- Tổng số theo dõi: {counted(len(rows) if is_known else None, 'lượt')} (mỗi lượt là một thủ tục hành "
            "chính trong một quyết định công bố)",
            footnote=as_of_words(wanted.as_of),
        ),
        Paragraph(f"- Theo quy định của pháp luật (Điều 15, Điều 24 Nghị định số 63/2010/NĐ-CP): {figures('status')}."),
        Paragraph(f"- Theo cách tính điểm của Cổng Dịch vụ công quốc gia: {figures('portal_status')}."),
        Paragraph(
            "Hai cách tính có thời hạn và phạm vi khác nhau, được trình bày song song và không cộng gộp. Kết quả "
            "theo đơn vị tại Phụ lục I; danh sách chậm, quá hạn tại Phụ lục II."
        ),
        Paragraph("2. Yêu cầu đối với các đơn vị", Style.HEADING),
        Paragraph(
            "a) Cơ quan chủ trì có tên tại Phụ lục II: trình công bố, công khai ngay các thủ tục hành chính đã "
            "quá hạn; báo cáo rõ nguyên nhân, trách nhiệm đối với các trường hợp chậm."
        ),
        Paragraph(
            f"b) {city.departments}: chủ động theo dõi ngày có hiệu lực của văn bản quy phạm pháp luật và quyết "
            f"định công bố của Bộ, ngành; trình Chủ tịch Ủy ban nhân dân {city.name} công bố chậm nhất trước 05 "
            "ngày tính đến ngày văn bản có hiệu lực; công khai trong thời hạn 05 ngày làm việc kể từ ngày ký."
        ),
        Paragraph(
            f"c) Văn phòng Ủy ban nhân dân {city.name}: theo dõi, đôn đốc, tổng hợp kết quả, báo cáo Chủ tịch Ủy "
            f"ban nhân dân {city.name}."
        ),
        Paragraph(ask_for_action(city)),
    )
    subject = f"thông báo kết quả công bố, công khai thủ tục hành chính {when}".strip()
    return Letter(subject=subject, body=body, **letter_head(city))
