"""The monthly letter that announces the Service Index (as Hà Nội's 193/UBND-KSTTHC of 17/01/2025 did).

In: the index of the city and of its units, late publications, overdue dossiers. Out: a letter with two annexes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from syncd.answers.publications import judged, rows_of
from syncd.answers.service_index import IndexAnswer, index_answer
from syncd.documents.columns import Cell, Column
from syncd.documents.content import STRONG, Annex, Content, Letter, Paragraph, Row, Style
from syncd.documents.index_by_unit import annex as units_annex
from syncd.documents.index_by_unit import units_of_index
from syncd.documents.offices import (
    BASIS_APOLOGY,
    BASIS_INDEX,
    BASIS_PUBLICATION,
    City,
    ask_for_action,
    city_of,
    letter_head,
)
from syncd.documents.overdue_dossiers import Overdue, overdue_of
from syncd.documents.speech import (
    UNKNOWN,
    as_of_words,
    change,
    change_words,
    counted,
    moved_words,
    period_words,
    points_of,
)
from syncd.documents.wanted import Sources, Wanted
from syncd.publication.index.comparison import IndexRow
from syncd.publication.index.indicators import GROUPS
from syncd.records.dates import local_date
from syncd.records.figures import Group
from syncd.records.periods import Period, PeriodKind

WEAK: Final = Decimal("0.6")
"""A group below this share of its points is named as weak."""
COMPONENTS: Final[tuple[Column, ...]] = (
    Column("number", "Số", "No.", width=6),
    Column("name", "Chỉ số thành phần", "Indicator", width=44),
    Column("numerator", "Tử số", "Numerator", Cell.WHOLE, 12),
    Column("denominator", "Mẫu số", "Denominator", Cell.WHOLE, 12),
    Column("portal", "Điểm", "Points", Cell.POINTS, 8),
    Column("maximum", "Tối đa", "Maximum", Cell.POINTS, 8),
    Column("change", "So kỳ trước", "Change", Cell.CHANGE, 9),
)


def announcement(session: Session, wanted: Wanted, sources: Sources) -> Content:
    """The letter, the components of the city's index, and the index by unit."""
    period = wanted.sure_period
    now = _answer(session, sources, period, wanted)
    before = _answer(session, sources, period.previous, wanted)
    units = units_of_index(session, root=sources.root, period=period, at=wanted.as_of, within=wanted.within)
    city = city_of(wanted.letter)
    overdue = overdue_of(session, sources, Period.of(local_date(wanted.as_of), PeriodKind.MONTH), wanted)
    body = (
        Paragraph(
            f"Thực hiện {BASIS_INDEX}; {city.committee} thông báo kết quả Bộ chỉ số {period_words(period)} "
            f"và yêu cầu các đơn vị thực hiện một số nội dung sau:"
        ),
        Paragraph(f"1. Kết quả Bộ chỉ số {period_words(period)}", Style.HEADING),
        _total(now, before, period, city, wanted),
        *_groups(now, before, period),
        *_weak(now),
        Paragraph("2. Tồn tại trong công bố, công khai và giải quyết thủ tục hành chính", Style.HEADING),
        *_late(session, wanted, sources),
        _overdue(overdue),
        Paragraph("3. Nhiệm vụ của các đơn vị", Style.HEADING),
        *_tasks(city),
        Paragraph(ask_for_action(city)),
    )
    letter = Letter(
        subject=f"thông báo kết quả Bộ chỉ số phục vụ người dân, doanh nghiệp {period_words(period)} và các giải pháp "
        f"khắc phục, cải thiện kết quả Bộ chỉ số",
        body=body,
        **letter_head(city),
    )
    return Content((_components(now, before, period), units_annex(units, period)), letter)


def _answer(session: Session, sources: Sources, period: Period, wanted: Wanted) -> IndexAnswer:
    return index_answer(session, root=sources.root, period=period, unit=None, at=wanted.as_of, own={})


def _score(answer: IndexAnswer, group: Group, code: str = "") -> Decimal | None:
    scores = (row.portal for row in answer.rows if row.group is group and row.code == code)
    return next((score for score in scores if score is not None), None)


def _total(now: IndexAnswer, before: IndexAnswer, period: Period, city: City, wanted: Wanted) -> Paragraph:
    score = _score(now, Group.TOTAL)
    moved = change_words(score, _score(before, Group.TOTAL), period.previous)
    rank = f"xếp hạng {now.rank.place}/{now.rank.of} tỉnh, thành phố" if now.rank else f"xếp hạng: {UNKNOWN}"
    text = f"- Tổng số điểm {city.name} đạt được {period_words(period)}: {points_of(score, Decimal(100))}"
    return Paragraph(f"{text}{f' ({moved})' if moved else ''}, {rank}", footnote=as_of_words(wanted.as_of))


def _groups(now: IndexAnswer, before: IndexAnswer, period: Period) -> Iterator[Paragraph]:
    yield Paragraph(
        f"- Các nhóm chỉ số, so với {period_words(period.previous)} (các chỉ số thành phần tại Phụ lục I, kết quả của "
        f"từng đơn vị tại Phụ lục II):"
    )
    for group, rule in GROUPS.items():
        score = _score(now, group)
        moved = moved_words(score, _score(before, group))
        end = "." if rule is [*GROUPS.values()][-1] else ";"
        yield Paragraph(f"+ {rule.name}: {points_of(score, rule.maximum)}{f' ({moved})' if moved else ''}{end}")


def _weak(now: IndexAnswer) -> Iterator[Paragraph]:
    """The groups that reach least of their points: what the city must work on."""
    scores = {rule: _score(now, group) for group, rule in GROUPS.items()}
    weak = [rule.name for rule, score in scores.items() if score is not None and score / rule.maximum < WEAK]
    if weak:
        yield Paragraph(f"- Nhóm chỉ số đạt dưới {WEAK:.0%} số điểm tối đa: {'; '.join(weak)}.")


def _late(session: Session, wanted: Wanted, sources: Sources) -> Iterator[Paragraph]:
    """How many publications are late, by the law's reading and by the portal's: two figures, never one."""
    found = judged(session, sources.about, wanted.as_of) if sources.about else None
    if found is None or not found.is_read:
        yield Paragraph(f"- Công bố, công khai thủ tục hành chính: {UNKNOWN}.")
        return
    rows = rows_of(found, unit=wanted.within)
    late, overdue = (sum(row.status == status for row in rows) for status in ("late", "overdue"))
    of_portal = sum(row.portal_status in ("late", "overdue") for row in rows)
    yield Paragraph(
        f"- Công bố, công khai thủ tục hành chính: theo quy định của pháp luật có {counted(late, 'lượt')} thực hiện "
        f"chậm và {counted(overdue, 'lượt')} đã quá hạn nhưng chưa thực hiện; theo cách tính của Cổng Dịch vụ công "
        f"quốc gia có {counted(of_portal, 'lượt')} chậm, quá hạn (trong tổng số {counted(len(rows), 'lượt')} theo dõi)."
    )


def _overdue(overdue: Overdue) -> Paragraph:
    if not overdue.is_read:
        return Paragraph(f"- Hồ sơ quá hạn: {UNKNOWN}.")
    running = [one for one in overdue.listed if one["is_running"]]
    units = {one["unit_code"] for one in running}
    return Paragraph(
        f"- Hồ sơ đang giải quyết đã quá hạn: {counted(len(running), 'hồ sơ')} tại "
        f"{counted(len(units), 'đơn vị')}; hồ sơ đã giải "
        f"quyết quá hạn đang theo dõi: {counted(len(overdue.listed) - len(running), 'hồ sơ')}."
    )


def _tasks(city: City) -> Iterable[Paragraph]:
    return map(
        Paragraph,
        (
            f"a) {city.departments}: rà soát các thủ tục hành chính thuộc phạm vi quản lý, tham mưu Chủ tịch Ủy "
            "ban nhân "
            f"dân {city.name} công bố chậm nhất trước 05 ngày tính đến ngày văn bản quy phạm pháp luật có hiệu lực thi "
            f"hành; công khai trên Cơ sở dữ liệu quốc gia về thủ tục hành chính trong thời hạn 05 ngày làm việc kể từ "
            f"ngày ký quyết định công bố ({BASIS_PUBLICATION}); xử lý dứt điểm các trường hợp chậm, quá hạn nêu trên.",
            "b) Các đơn vị có hồ sơ quá hạn: giải quyết dứt điểm; thực hiện xin lỗi bằng văn bản đối với 100% hồ "
            "sơ quá "
            f"hạn, nêu rõ lý do và hẹn lại thời gian trả kết quả {BASIS_APOLOGY}; làm rõ trách nhiệm và xử lý "
            "nghiêm cá "
            f"nhân để xảy ra chậm trễ nhiều lần.",
            f"c) {city.communes}: tập trung nâng kết quả các nhóm chỉ số đạt thấp; đẩy mạnh nộp hồ sơ và thanh "
            "toán trực "
            f"tuyến, số hóa hồ sơ, trả kết quả điện tử và tái sử dụng dữ liệu đã số hóa.",
            f"d) Văn phòng Ủy ban nhân dân {city.name}: theo dõi, đôn đốc, tổng hợp kết quả thực hiện, báo cáo Chủ "
            "tịch "
            f"Ủy ban nhân dân {city.name}.",
        ),
    )


def _components(now: IndexAnswer, before: IndexAnswer, period: Period) -> Annex:
    rows = [_component(row, before) for row in _each_once(now.rows)]
    return Annex(
        sheet="Chỉ số thành phần",
        title=f"Các chỉ số thành phần của Bộ chỉ số {period_words(period)}",
        columns=COMPONENTS,
        rows=rows,
        notes=() if now.read else (f"Bộ chỉ số {period_words(period)}: {UNKNOWN} tại thời điểm trên.",),
    )


def _each_once(rows: Sequence[IndexRow]) -> list[IndexRow]:
    """Each indicator once: the first interface that gives points for it."""
    found: dict[tuple[str, str], IndexRow] = {}
    for row in rows:
        key = (row.group, row.code)
        if key not in found or (found[key].portal is None and row.portal is not None):
            found[key] = row
    return list(found.values())


def _component(row: IndexRow, before: IndexAnswer) -> Row:
    return {
        "number": row.number,
        "name": row.name,
        "numerator": row.numerator if row.code else "",
        "denominator": row.denominator if row.code else "",
        "portal": row.portal,
        "maximum": row.maximum,
        "change": change(row.portal, _score(before, row.group, row.code)),
        STRONG: not row.code,
    }
