"""Sheets that people take away as they are: publications against their deadlines, the index of one unit.

In: a session, what is wanted. Out: one table each, in the columns of `syncd.documents.sheets`, in Vietnamese words.
"""

from __future__ import annotations

from typing import Final

from msgspec import structs
from sqlalchemy.orm import Session

from syncd.answers.publication_list import PublicationFilter, chosen_rows, table_of
from syncd.answers.publications import PublicationRow, judged
from syncd.answers.service_index import index_answer
from syncd.documents.content import STRONG, Annex, Content, Row
from syncd.documents.reasons import reason_words
from syncd.documents.sheets import INDEX, PUBLICATIONS
from syncd.documents.speech import UNKNOWN, period_words
from syncd.documents.wanted import Sources, Wanted
from syncd.documents.words import AUTHORITY, PUBLICATION_KIND, STATUS, WHY
from syncd.publication.index.indicators import GROUPS, TOTAL

NAMED: Final[dict[str, dict[str, str]]] = {
    "kind": PUBLICATION_KIND,
    "authority": AUTHORITY,
    "unit_why": WHY,
    **dict.fromkeys(
        (
            "status",
            "portal_status",
            "sign_law_status",
            "sign_portal_status",
            "public_law_status",
            "public_portal_status",
        ),
        STATUS,
    ),
}
"""Columns whose values have Vietnamese words."""
PUBLICATIONS_ON_PAPER: Final = (
    "code",
    "name",
    "status",
    "unit_name",
    "legal_basis",
    "decision",
    "signed",
    "made_public",
    "sign_law_day",
    "sign_portal_day",
    "public_law_day",
    "public_portal_day",
    "portal_status",
    "reason",
)
INDEX_ON_PAPER: Final = ("number", "name", "numerator", "denominator", "portal", "recomputed", "maximum")
GROUP_NAMES: Final[dict[str, str]] = {rule.group: rule.name for rule in (*GROUPS.values(), TOTAL)}


def publications(session: Session, wanted: Wanted, sources: Sources) -> Content:
    """Publications against their deadlines: every one, or those of a filter, which then stands above them."""
    found = judged(session, sources.about, wanted.as_of) if sources.about else None
    rows = chosen_rows(table_of(found), wanted.only, within=wanted.within) if found else []
    unread = f"Chưa đọc được Cổng Dịch vụ công quốc gia tại thời điểm trên: {UNKNOWN}."
    notes = (*(() if found and found.is_read else (unread,)), *_filtered(wanted.only))
    title = "Theo dõi công bố, công khai thủ tục hành chính"
    return Content(
        (Annex("Công bố, công khai", title, PUBLICATIONS, map(_publication, rows), None, notes, PUBLICATIONS_ON_PAPER),)
    )


def _filtered(only: PublicationFilter) -> tuple[str, ...]:
    """What a list was narrowed by, so that nobody takes a part for the whole."""
    parts = (
        only.text and f"từ khóa “{only.text}”",
        only.unit and f"đơn vị {only.unit}",
        only.status and f"theo luật: {STATUS[only.status].lower()}",
        only.portal_status and f"theo Cổng: {STATUS[only.portal_status].lower()}",
        only.late and "chậm hoặc quá hạn, theo luật hoặc theo Cổng",
        only.due_within and f"đến hạn trong {only.due_within} ngày làm việc",
    )
    said = "; ".join(part for part in parts if part)
    return (f"Danh sách đã lọc: {said}.",) if said else ()


def _publication(row: PublicationRow) -> Row:
    plain = structs.asdict(row)
    named = {name: words.get(plain[name], plain[name]) for name, words in NAMED.items()}
    return plain | named | {"reason": reason_words(row.reason)}


def index_sheet(session: Session, wanted: Wanted, sources: Sources) -> Content:
    """Every group and indicator of the city, or of the unit wanted, in one period."""
    period = wanted.sure_period
    answer = index_answer(session, root=sources.root, period=period, unit=wanted.within, at=wanted.as_of, own={})
    rows = [
        structs.asdict(row)
        | {STRONG: not row.code, "group": GROUP_NAMES.get(row.group, row.group), "flags": "; ".join(row.flags)}
        for row in answer.rows
    ]
    name = f" - {answer.unit.name}" if answer.unit else ""
    notes = () if answer.read else (f"Bộ chỉ số {period_words(period)}: {UNKNOWN} tại thời điểm trên.",)
    title = f"Bộ chỉ số phục vụ người dân, doanh nghiệp {period_words(period)}{name}"
    return Content((Annex("Bộ chỉ số", title, INDEX, rows, None, notes, INDEX_ON_PAPER),))
