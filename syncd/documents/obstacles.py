"""What keeps both sides from being in sync and only the portal's operator can mend: a letter with its evidence.

In: confirmed mismatches as they stood at an instant, the readings that showed them. Out: a letter with two annexes.
Every row says what was read, when, how whole the reading was, since when it is so, and the event to ask after.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy.orm import Session

from syncd.documents.columns import Cell, Column
from syncd.documents.content import Annex, Content, Letter, Paragraph, Row, Style
from syncd.documents.mismatch_list import chosen, values_of
from syncd.documents.offices import DECREE_63, DECREE_118, City, city_of
from syncd.documents.speech import as_of_words, clock, counted, whole
from syncd.documents.wanted import Sources, Wanted
from syncd.documents.words import PROOF, SEVERITY, field_words, kind_words
from syncd.ledger.evidence import readings_by_id
from syncd.ledger.mismatches import Mismatch
from syncd.ledger.readings import Reading
from syncd.reconcile.lifecycle import MismatchState
from syncd.reconcile.mismatches import KINDS, MismatchKind

OPERATOR: Final = "Cơ quan chủ quản, đơn vị vận hành Cổng Dịch vụ công quốc gia"
ASKED: Final[dict[MismatchKind, str]] = {
    MismatchKind.MISSING_ON_PORTAL: "Kiểm tra, hiển thị thủ tục trên Cổng hoặc cho biết lý do chưa tiếp nhận",
    MismatchKind.FIELD_DIFFERS: "Kiểm tra, đồng bộ lại nội dung theo quyết định công bố",
    MismatchKind.UNPUBLISHED_DECISION: "Bổ sung ngày công khai của quyết định công bố",
    MismatchKind.AMBIGUOUS_CODE: "Xác định một mã duy nhất cho mỗi thủ tục",
    MismatchKind.INVALID_RECORD: "Kiểm tra, sửa cấu trúc bản ghi mà giao diện trả về",
    MismatchKind.TEST_RECORD: "Gỡ bản ghi thử nghiệm khỏi Cổng",
    MismatchKind.TALLY_DIFFERS: "Đối soát, đồng bộ lại số liệu và trạng thái hồ sơ của đơn vị",
}
"""What the operator is asked to do, by kind. Kinds that are not here are the city's own to mend."""
CITYS_OWN: Final = frozenset({(MismatchKind.INVALID_RECORD, "city"), (MismatchKind.TEST_RECORD, "city")})
OTHERWISE: Final = "Kiểm tra, phối hợp xử lý"
BY_KIND: Final[tuple[Column, ...]] = (
    Column("at", "STT", "No.", Cell.WHOLE, 5),
    Column("kind", "Vướng mắc", "Obstacle", width=34),
    Column("severity", "Mức độ", "Severity", width=12),
    Column("number", "Số trường hợp", "Number", Cell.WHOLE, 9),
    Column("since", "Sớm nhất từ", "Oldest since", Cell.INSTANT, 14),
    Column("asked", "Đề nghị", "Asked for", width=36),
)
LIST: Final[tuple[Column, ...]] = (
    Column("at", "STT", "No.", Cell.WHOLE, 5),
    Column("procedure", "TTHC (mã, tên, đơn vị)", "Procedure, unit", width=26),
    Column("kind", "Vướng mắc", "Obstacle", width=20),
    Column("field", "Nội dung", "Field", width=12),
    Column("portal_value", "Giá trị trên Cổng", "On the portal", width=22),
    Column("city_value", "Giá trị tại Thành phố", "In the city's system", width=22),
    Column("portal_read", "Lần đọc Cổng", "Reading of the portal", width=20, group="Bằng chứng"),
    Column("city_read", "Lần đọc hệ thống Thành phố", "Reading of the city", width=20, group="Bằng chứng"),
    Column("since", "Phát hiện từ", "Since", Cell.INSTANT, 12, "Bằng chứng"),
    Column("event", "Mã sự kiện", "Event", Cell.WHOLE, 9, "Bằng chứng"),
    Column("key", "Khóa trên Cổng", "Portal's key", width=13, group="Bằng chứng"),
    Column("id", "Mã sai lệch", "Id", width=14, group="Bằng chứng"),
)


def sync_obstacles(session: Session, wanted: Wanted, _sources: Sources) -> Content:
    """The letter. Without chosen ids: every confirmed mismatch of a kind that the operator can mend."""
    found = [(event, one) for event, one in chosen(session, wanted) if wanted.chosen or is_for_operator(one)]
    ids = [number for _, one in found for number in (one.portal_reading_id, one.city_reading_id) if number is not None]
    readings = readings_by_id(session, ids)
    listed = [_row(number, event, one, readings) for number, (event, one) in enumerate(found, start=1)]
    kinds = by_kind([one for _, one in found])
    title = "vướng mắc đồng bộ dữ liệu thủ tục hành chính"
    annexes = (
        Annex("Theo loại", f"Tổng hợp {title}", BY_KIND, kinds),
        Annex(
            "Danh sách",
            f"Danh sách {title}",
            LIST,
            listed,
            notes=(
                "Lần đọc: thời điểm kết thúc, mức độ đầy đủ, số bản ghi đọc được trên số bản ghi hệ thống công bố.",
            ),
        ),
    )
    return Content(annexes, _letter(kinds, len(listed), city_of(wanted.letter), wanted))


def is_for_operator(one: Mismatch) -> bool:
    """Whether the portal's operator is the one who can mend it; what is only suspected or waived is not reported."""
    kind = MismatchKind(one.kind)
    return one.state == MismatchState.CONFIRMED and kind in ASKED and (kind, one.field) not in CITYS_OWN


def by_kind(found: Iterable[Mismatch]) -> list[Row]:
    """How many of each kind, since when; in the order of the table of kinds."""
    kinds: defaultdict[str, list[Mismatch]] = defaultdict(list)
    for one in found:
        kinds[one.kind].append(one)
    known = [kind for kind in KINDS if kind in kinds]
    return [
        {
            "at": number,
            "kind": kind_words(kind),
            "severity": SEVERITY[KINDS[kind].severity],
            "number": len(kinds[kind]),
            "since": min(one.first_seen for one in kinds[kind]),
            "asked": ASKED.get(kind, OTHERWISE),
        }
        for number, kind in enumerate(known, start=1)
    ]


def _row(number: int, event: int, one: Mismatch, readings: Mapping[int, Reading]) -> Row:
    return {
        "at": number,
        "procedure": "\n".join(filter(None, (one.code or one.local_code, one.name, _unit(one)))),
        "kind": kind_words(one.kind),
        "field": field_words(one.kind, one.field),
        **values_of(one),
        "portal_read": _read(one.portal_reading_id, readings),
        "city_read": _read(one.city_reading_id, readings),
        "since": one.first_seen,
        "event": event,
        "key": one.portal_key,
        "id": one.id,
    }


def _unit(one: Mismatch) -> str:
    return f"({one.agency_name or one.agency_code})" if one.agency_name or one.agency_code else ""


def _read(number: int | None, readings: Mapping[int, Reading]) -> str:
    """``9h00’ ngày 24/11/2026; đọc toàn bộ, 480/480 bản ghi (lần đọc 12)``."""
    one = readings.get(number) if number is not None else None
    if one is None:
        return ""
    of = f"{whole(one.counted)}/{whole(one.declared_total)}" if one.declared_total is not None else whole(one.counted)
    return f"{clock(one.ended_at)}; {PROOF.get(one.verdict, one.verdict)}, {of} bản ghi (lần đọc {one.id})"


def _letter(kinds: Sequence[Row], number: int, city: City, wanted: Wanted) -> Letter:
    found = [
        Paragraph(f"- {row['kind']}: {counted(row['number'], 'trường hợp')}{'.' if row is kinds[-1] else ';'}")
        for row in kinds
    ]
    nothing = [Paragraph("- Không có vướng mắc nào đã được xác nhận cần đề nghị xử lý.")]
    body = (
        Paragraph(
            f"Thực hiện {DECREE_63} và {DECREE_118}; qua đối soát dữ liệu thủ tục hành chính giữa Cổng Dịch vụ "
            "công quốc gia "
            f"và hệ thống của {city.name}, {city.committee} phản ánh một số vướng mắc trong đồng bộ dữ liệu như sau:"
        ),
        Paragraph("1. Vướng mắc", Style.HEADING),
        Paragraph(
            f"Có {counted(number, 'trường hợp')} đã được xác nhận qua đối chiếu lặp lại ở cả hai hệ thống",
            footnote=as_of_words(wanted.as_of),
        ),
        *(found or nothing),
        Paragraph(
            "Tổng hợp theo loại tại Phụ lục I; từng trường hợp kèm giá trị ở hai hệ thống, thời điểm đọc, mức độ "
            "đầy đủ của lần đọc và mã sự kiện tại Phụ lục II."
        ),
        Paragraph("2. Đề nghị", Style.HEADING),
        Paragraph(
            "- Kiểm tra, xử lý các trường hợp tại Phụ lục II; trường hợp nguyên nhân thuộc về hệ thống của địa "
            "phương, đề nghị cho biết cụ thể để phối hợp khắc phục."
        ),
        Paragraph(
            f"- Thông báo kết quả xử lý theo mã sự kiện để {city.committee} đối soát lại; cung cấp đầu mối kỹ "
            "thuật phối hợp."
        ),
        Paragraph(f"{city.committee} trân trọng đề nghị Quý cơ quan quan tâm, phối hợp./."),
    )
    copies = (f"Chủ tịch UBND {city.name} (để báo cáo)", "VPUB: CVP, các PCVP")
    subject = "phản ánh vướng mắc trong đồng bộ dữ liệu thủ tục hành chính với Cổng Dịch vụ công quốc gia"
    return Letter(subject=subject, to=(OPERATOR,), body=body, copies=copies)
