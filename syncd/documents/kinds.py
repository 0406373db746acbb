"""The kinds of documents, as a table; and how one is made.

In: a kind, what is wanted, a ledger. Out: a file. A past instant gives the same bytes again.
Adding a kind is one row here and one module that knows its figures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from syncd.documents import speech
from syncd.documents.announcement import announcement
from syncd.documents.content import Annex, Content
from syncd.documents.csv_files import write_csv
from syncd.documents.letter import Stamp, write_letter
from syncd.documents.listings import index_sheet, publications
from syncd.documents.mismatch_list import mismatch_list
from syncd.documents.obstacles import sync_obstacles
from syncd.documents.overdue_dossiers import overdue_dossiers
from syncd.documents.publication_results import publication_results
from syncd.documents.uncollected import uncollected
from syncd.documents.wanted import MEDIA_TYPES, Document, DocumentFormat, Sources, Wanted
from syncd.documents.workbook import Sheet, write_workbook
from syncd.errors import SyncdError
from syncd.ledger import Ledger
from syncd.records.dates import HO_CHI_MINH, local_date
from syncd.records.periods import Period, PeriodKind
from syncd.records.roles import Capability

Builder = Callable[[Session, Wanted, Sources], Content]
DOCX, XLSX, CSV = DocumentFormat.DOCX, DocumentFormat.XLSX, DocumentFormat.CSV


class UnknownDocumentError(SyncdError):
    """There is no such document, not in this format, or nothing that it could be made from."""

    slug = "unknown_document"
    staff = "Không có loại tài liệu này, hoặc không có ở định dạng này."


class Kind(NamedTuple):
    """One kind. ``letter_needs``: what somebody must be able to do to get it as a letter; tables need `EXPORT` alone.

    ``period``: the period that it takes by itself (None: none), from the local date of the instant. ``sources``: the
    parts of the configuration without which there is nothing to tell.
    """

    name: str
    build: Builder
    vietnamese: str
    english: str
    formats: tuple[DocumentFormat, ...] = (DOCX, XLSX, CSV)
    letter_needs: Capability = Capability.EXPORT
    period: Callable[[date], Period] | None = None
    sources: tuple[str, ...] = ()

    def needs(self, form: DocumentFormat) -> Capability:
        """What somebody must be able to do to make it in this format."""
        return self.letter_needs if form is DOCX else Capability.EXPORT


def _last_month(day: date) -> Period:
    return Period.of(day, PeriodKind.MONTH).previous


def _this_month(day: date) -> Period:
    return Period.of(day, PeriodKind.MONTH)


def _this_year(day: date) -> Period:
    return Period.of(day, PeriodKind.YEAR)


KINDS: Final[dict[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind(
            "index-announcement",
            announcement,
            "Thông báo kết quả Bộ chỉ số",
            "Monthly announcement of the Service Index",
            letter_needs=Capability.REPORT,
            period=_last_month,
            sources=("root",),
        ),
        Kind(
            "publication-results",
            publication_results,
            "Kết quả công bố, công khai TTHC",
            "Results of signing and making public",
            letter_needs=Capability.REPORT,
            sources=("about",),
        ),
        Kind(
            "overdue-dossiers",
            overdue_dossiers,
            "Hồ sơ quá hạn",
            "Overdue dossiers",
            letter_needs=Capability.REPORT,
            period=_this_month,
            sources=("dossiers",),
        ),
        Kind(
            "sync-obstacles",
            sync_obstacles,
            "Vướng mắc đồng bộ với Cổng DVCQG",
            "Synchronisation obstacles, for the portal's operator",
            letter_needs=Capability.REPORT,
        ),
        Kind("mismatches", mismatch_list, "Danh sách sai lệch", "Mismatches"),
        Kind(
            "publications",
            publications,
            "Theo dõi công bố, công khai TTHC",
            "Publications against their deadlines",
            sources=("about",),
        ),
        Kind(
            "index",
            index_sheet,
            "Bộ chỉ số của đơn vị",
            "Service Index of one unit",
            period=_this_year,
            sources=("root",),
        ),
    )
}
"""Every kind, by name."""


def build(session: Session, kind: str, wanted: Wanted, sources: Sources, folder: Path) -> Document:
    """Make a document in ``folder``; to be run by a ledger, whose one transaction is the state that it shows.

    Raises `UnknownDocumentError`, and `OSError` where the file cannot be written.
    """
    found = kind_of(kind, wanted.form, sources)
    day = local_date(wanted.as_of)
    asked = replace(wanted, period=wanted.period or (found.period(day) if found.period else None))
    document = _named(found, asked, folder)
    with uncollected():
        _write(session, found, asked, sources, document.path)
    return document


def _write(session: Session, kind: Kind, wanted: Wanted, sources: Sources, path: Path) -> None:
    """Everything that it takes is gone when it returns (see `uncollected`)."""
    WRITERS[wanted.form](path, kind.vietnamese, kind.build(session, wanted, sources), wanted)


async def make(ledger: Ledger, kind: str, wanted: Wanted, sources: Sources, folder: Path) -> Document:
    """`build` in a thread of the ledger: the loop goes on meanwhile."""
    return await ledger.read(build, kind, wanted, sources, folder)


def kind_of(name: str, form: DocumentFormat, sources: Sources) -> Kind:
    """The kind of this name. Raises `UnknownDocumentError` where there is none that can be made."""
    found = KINDS.get(name)
    if found is None:
        raise UnknownDocumentError(f"there is no document {name[:40]!r}", action=f"known are {', '.join(KINDS)}")
    if form not in found.formats:
        raise UnknownDocumentError(f"{name} is not made as {form}", action=f"choose {', '.join(found.formats)}")
    for part in found.sources:
        if not getattr(sources, part):
            raise UnknownDocumentError(f"there is nothing to make {name} from", action=SET_UP[part])
    return found


SET_UP: Final[dict[str, str]] = {
    "about": "add [publication] to the configuration",
    "root": "add [index] to the configuration",
    "dossiers": "add [[dossiers]] to the configuration",
}


def _named(kind: Kind, wanted: Wanted, folder: Path) -> Document:
    period = wanted.period
    moment = wanted.as_of.astimezone(HO_CHI_MINH)
    of = f" {speech.period_words(period).replace('/', '-')}" if period else ""
    unit = f" {wanted.within}" if wanted.within and wanted.within.replace(".", "").isalnum() else ""
    name = f"{kind.vietnamese}{of}{unit} (tính đến {moment:%d-%m-%Y %Hh%M}).{wanted.form}"
    plain = f"{kind.name}{f'-{period}' if period else ''}{unit.replace(' ', '-')}-{moment:%Y%m%dT%H%M}.{wanted.form}"
    return Document(folder / plain, name, plain, MEDIA_TYPES[wanted.form])


def _docx(path: Path, title: str, content: Content, wanted: Wanted) -> None:
    write_letter(path, title, content, Stamp(wanted.letter, wanted.as_of, wanted.number, wanted.dated))


def _xlsx(path: Path, _title: str, content: Content, wanted: Wanted) -> None:
    write_workbook(path, [_sheet(annex) for annex in content.annexes], as_of=wanted.as_of)


def _sheet(annex: Annex) -> Sheet:
    return Sheet(annex.sheet, annex.title, annex.columns, annex.rows, annex.total, " ".join(annex.notes))


def _csv(path: Path, _title: str, content: Content, wanted: Wanted) -> None:
    annex = content.annexes[content.list_at]
    write_csv(path, annex.columns, annex.rows, as_of=wanted.as_of)


WRITERS: Final[dict[DocumentFormat, Callable[[Path, str, Content, Wanted], None]]] = {
    DOCX: _docx,
    XLSX: _xlsx,
    CSV: _csv,
}
