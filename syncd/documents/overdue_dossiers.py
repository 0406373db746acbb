"""Overdue dossiers: by unit (Phụ lục I) and one by one (Phụ lục II), in the layout that cities print.

In: the city's tallies, its list of overdue dossiers. Out: a letter with two annexes. Nothing of an applicant is there,
because the ledger keeps nothing of one. Letters of apology are counted by nobody yet: their column stays open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from syncd.documents.columns import Cell, Column
from syncd.documents.content import Annex, Content, Letter, Paragraph, Row, Style
from syncd.documents.offices import DECREE_118, City, ask_for_action, city_of, letter_head
from syncd.documents.speech import UNKNOWN, as_of_words, clock, counted, period_words
from syncd.documents.wanted import Sources, Wanted
from syncd.ledger.dossiers import dossiers_as_of, dossiers_read_at, tallies_as_of
from syncd.ledger.publications import shown
from syncd.reconcile.end_dates import is_late, is_running_late
from syncd.records.dates import local_date
from syncd.records.dossiers import Dossier, Tally
from syncd.records.periods import Period

TOTAL: Final = "TỔNG CỘNG"
COUNTS: Final = ("received", "finished_on_time", "finished_late", "running_late", "overdue_ever")
BY_UNIT: Final[tuple[Column, ...]] = (
    Column("at", "STT", "No.", Cell.WHOLE, 5),
    Column("unit_name", "Đơn vị", "Unit", width=30),
    Column("unit_code", "Mã đơn vị", "Unit code", width=11),
    Column("received", "Tiếp nhận", "Received", Cell.WHOLE, 10),
    Column("finished_on_time", "Giải quyết đúng hạn", "Finished on time", Cell.WHOLE, 10),
    Column("finished_late", "Giải quyết quá hạn", "Finished late", Cell.WHOLE, 10),
    Column("running_late", "Đang giải quyết quá hạn", "Running late", Cell.WHOLE, 10),
    Column("share", "Tỷ lệ quá hạn (%)", "Share late (%)", Cell.POINTS, 9),
    Column("overdue_ever", "Quá hạn lũy kế", "Ever overdue", Cell.WHOLE, 9),
    Column("listed", "Hồ sơ tại Phụ lục II", "Listed", Cell.WHOLE, 9),
    Column("apologies", "Thư xin lỗi", "Letters of apology", Cell.WHOLE, 9),
)
LIST: Final[tuple[Column, ...]] = (
    Column("at", "STT", "No.", Cell.WHOLE, 5),
    Column("unit_name", "Đơn vị", "Unit", width=24),
    Column("field", "Lĩnh vực", "Field", width=16),
    Column("code", "Mã TTHC", "Procedure", width=11),
    Column("name", "Tên TTHC", "Procedure's name", width=34),
    Column("number", "Mã hồ sơ", "Dossier", width=22),
    Column("received", "Ngày nhận", "Received", Cell.INSTANT, 13),
    Column("due", "Ngày hẹn trả", "Due", Cell.DATE, 11),
    Column("finished", "Ngày kết thúc xử lý", "Finished", Cell.DATE, 11),
    Column("days", "Số ngày quá hạn", "Days overdue", Cell.WHOLE, 8),
    Column("state", "Trạng thái", "State", width=16),
)


class Overdue(NamedTuple):
    """What is known of overdue dossiers. ``read_at``: when the lists were read, None where none ever was by then.

    ``counted``: tallies by unit's code; ``counted_at``: when they were read.
    """

    listed: tuple[Row, ...]
    counted: dict[str, Tally]
    read_at: datetime | None
    counted_at: datetime | None

    @property
    def is_read(self) -> bool:
        return self.read_at is not None


def overdue_of(session: Session, sources: Sources, period: Period, wanted: Wanted) -> Overdue:
    """Lists and tallies of all tables of dossiers, as of the instant, within the unit."""
    at = wanted.as_of
    dossiers = [one for name in sources.dossiers for one in dossiers_as_of(session, pair=name, at=at)]
    kept = [one for one in dossiers if is_late(one, at) and _is_within(one.unit_code, wanted.within)]
    names = _names(session, sources, at) if kept else {}
    tallies = [tallies_as_of(session, pair=name, side="city", period=period, at=at) for name in sources.dossiers]
    known = [one for one in tallies if one is not None]
    read = [dossiers_read_at(session, pair=name, at=at) for name in sources.dossiers]
    return Overdue(
        listed=tuple(_rows(kept, names, at)),
        counted={
            one.unit_code: one
            for _, each in known
            for one in each.tallies
            if one.unit_code != sources.unit and _is_within(one.unit_code, wanted.within)
        },
        read_at=min((one for one in read if one is not None), default=None) if None not in read else None,
        counted_at=min((when for when, _ in known), default=None),
    )


def _is_within(code: str, within: str | None) -> bool:
    return within is None or code == within or code.startswith(f"{within}.")


def _names(session: Session, sources: Sources, at: datetime) -> dict[str, tuple[str, str]]:
    """Name and field of each procedure that the portal had shown by then, by code."""
    if not sources.portal_pair:
        return {}
    records = shown(session, pair=sources.portal_pair, side="portal", at=at)
    return {one.code: (one.procedure.name or "", one.procedure.field_name or "") for one in records if one.procedure}


def _rows(dossiers: Iterable[Dossier], names: dict[str, tuple[str, str]], at: datetime) -> Iterator[Row]:
    ordered = sorted(dossiers, key=lambda one: (one.unit_code, one.due or at, one.number))
    for number, one in enumerate(ordered, start=1):
        name, field = names.get(one.procedure_code, ("", ""))
        yield {
            "at": number,
            "unit_name": one.unit_name or one.unit_code,
            "unit_code": one.unit_code,
            "field": field,
            "code": one.procedure_code,
            "name": name,
            "number": one.number,
            "received": one.received,
            "due": one.due and local_date(one.due),
            "finished": one.finished and local_date(one.finished),
            "days": (local_date(one.finished or at) - local_date(one.due)).days if one.due else None,
            "state": "Đang giải quyết, quá hạn" if is_running_late(one, at) else "Đã giải quyết, quá hạn",
            "is_running": is_running_late(one, at),
        }


def overdue_dossiers(session: Session, wanted: Wanted, sources: Sources) -> Content:
    """The letter that asks for overdue dossiers to be settled and apologised for."""
    period = wanted.sure_period
    found = overdue_of(session, sources, period, wanted)
    city = city_of(wanted.letter)
    rows = by_unit(found)
    notes = (
        f"Số liệu tổng hợp: kỳ {period_words(period)}, đọc từ hệ thống của {city.name}"
        f"{f' lúc {clock(found.counted_at)}' if found.counted_at else f': {UNKNOWN}'}.",
        "Tỷ lệ quá hạn là tỷ lệ hồ sơ giải quyết quá hạn và đang giải quyết quá hạn trên số hồ sơ tiếp nhận.",
        "Cột thư xin lỗi do đơn vị báo cáo.",
    )
    listing = (
        f"Danh sách: {f'đọc lúc {clock(found.read_at)}' if found.read_at else UNKNOWN}. Số ngày quá hạn tính theo "
        "ngày lịch."
    )
    annexes = (
        Annex(
            "Theo đơn vị",
            "Danh sách các cơ quan, đơn vị giải quyết thủ tục hành chính quá hạn",
            BY_UNIT,
            rows,
            total_of(rows),
            notes,
        ),
        Annex(
            "Danh sách hồ sơ",
            "Danh sách hồ sơ giải quyết thủ tục hành chính quá hạn",
            LIST,
            found.listed,
            notes=(listing,),
        ),
    )
    return Content(annexes, _letter(found, city, wanted))


def by_unit(found: Overdue) -> list[Row]:
    """One row for each unit that is counted or has a dossier listed; those with most late ones first."""
    listed = Counter(row["unit_code"] for row in found.listed)
    names = {row["unit_code"]: row["unit_name"] for row in found.listed}
    rows = [
        _unit_row(code, found.counted.get(code), names.get(code, ""), listed[code] if found.is_read else None)
        for code in {*found.counted, *listed}
    ]
    late = [row for row in rows if row["listed"] or row["finished_late"] or row["running_late"] or row["overdue_ever"]]
    ordered = sorted(late, key=lambda row: (-(row["listed"] or 0), -(row["running_late"] or 0), row["unit_code"]))
    return [{"at": number, **row} for number, row in enumerate(ordered, start=1)]


def _unit_row(code: str, tally: Tally | None, name: str, listed: int | None) -> Row:
    counts: dict[str, Any] = {count: getattr(tally, count) if tally else None for count in COUNTS}
    return {
        "unit_code": code,
        "unit_name": (tally.unit_name if tally else "") or name or code,
        **counts,
        "share": _share(counts),
        "listed": listed,
        "apologies": None,
    }


def _share(counts: dict[str, Any]) -> Decimal | None:
    """Late ones of those received, in per cent; None where any of the three is unknown."""
    received, late, running = (counts[name] for name in ("received", "finished_late", "running_late"))
    if not received or late is None or running is None:
        return None
    return Decimal(100 * (late + running)) / Decimal(received)


def total_of(rows: Iterable[Row]) -> Row:
    """The sum below all; a column in which any unit is unknown has no sum."""
    several = list(rows)
    sums: dict[str, Any] = {
        name: sum(row[name] for row in several) if several and all(row[name] is not None for row in several) else None
        for name in (*COUNTS, "listed")
    }
    return {"at": "", "unit_name": TOTAL, "unit_code": "", **sums, "share": _share(sums), "apologies": None}


def _letter(found: Overdue, city: City, wanted: Wanted) -> Letter:
    running = sum(bool(row["is_running"]) for row in found.listed)
    finished = len(found.listed) - running
    figures = (
        f"- Hồ sơ đang giải quyết đã quá hạn: {counted(running if found.is_read else None, 'hồ sơ')}",
        f"- Hồ sơ đã giải quyết quá hạn đang theo dõi: {counted(finished if found.is_read else None, 'hồ sơ')};",
        "- Kết quả theo đơn vị tại Phụ lục I; danh sách hồ sơ tại Phụ lục II.",
    )
    tasks = (
        "a) Giải quyết dứt điểm các hồ sơ tại Phụ lục II; báo cáo rõ nguyên nhân quá hạn của từng hồ sơ.",
        "b) Thực hiện xin lỗi bằng văn bản đối với 100% hồ sơ quá hạn, nêu rõ lý do và hẹn lại thời gian trả kết "
        "quả; gửi văn bản xin lỗi đến tổ chức, cá nhân và cập nhật trên Hệ thống thông tin giải quyết thủ tục "
        "hành chính.",
        "c) Làm rõ trách nhiệm của tập thể, cá nhân; xử lý nghiêm trường hợp để hồ sơ quá hạn nhiều lần. Không "
        "điều chỉnh ngày kết thúc xử lý của hồ sơ sau khi đã quá hạn.",
        f"d) Báo cáo kết quả thực hiện (kèm số lượng thư xin lỗi đã gửi) về Văn phòng Ủy ban nhân dân {city.name} "
        "để tổng hợp.",
    )
    body = (
        Paragraph(
            f"Thực hiện {DECREE_118}, qua theo dõi việc tiếp nhận, giải quyết hồ sơ thủ tục hành chính trên Hệ "
            "thống thông "
            f"tin giải quyết thủ tục hành chính {city.name}, {city.committee} thông báo và yêu cầu như sau:"
        ),
        Paragraph("1. Tình hình hồ sơ quá hạn", Style.HEADING),
        Paragraph(figures[0], footnote=as_of_words(wanted.as_of)),
        *map(Paragraph, figures[1:]),
        Paragraph("2. Yêu cầu đối với các đơn vị có hồ sơ quá hạn", Style.HEADING),
        *map(Paragraph, tasks),
        Paragraph(ask_for_action(city)),
    )
    subject = "xử lý hồ sơ giải quyết thủ tục hành chính quá hạn và thực hiện xin lỗi tổ chức, cá nhân"
    return Letter(subject=subject, body=body, **letter_head(city))
