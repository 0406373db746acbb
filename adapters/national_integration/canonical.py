"""From a record of the integration API to the canonical one; pure. The provincial bridge shows the same records.

In: listing bytes, and the detail's bytes where there are any. Out: a `Procedure` whose texts are verbatim; `ShapeError`
with a path for everything that the protocol does not have. What a code means that nobody documents is a setting.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from adapters.national_integration.meanings import Meanings
from adapters.national_integration.methods import methods
from adapters.national_integration.wire import (
    DecisionRecord,
    Identity,
    Kept,
    ListRow,
    Paper,
    PaperCase,
    ProcedureRecord,
    Text,
    several,
    text,
)
from syncd.records.dates import parse_date
from syncd.records.procedure import Document, Kind, LegalBasis, Level, Procedure, State, Step
from syncd.sides.adapter import Record
from syncd.sides.errors import ShapeError
from syncd.sides.http import decode

LISTING = "LayDanhSachTTHC"
DETAIL = "LayThuTuc"
TRANSLATION = "1"
"""The version of the translation; raised when a release translates any record differently."""

MOST_PAPERS = 1_000_000


def canonical(record: Record, meanings: Meanings) -> Procedure:
    """Translate one record; without its detail, what only the detail says is None. Raises `ShapeError`."""
    try:
        row = decode(record.raw, ListRow, where=LISTING)
        if not record.detail:
            return Procedure(code=row.matthc, name=text(row.tentthc))
        return _of_detail(row, decode(record.detail, Kept, where=DETAIL), meanings)
    except ShapeError as error:
        error.code = error.code or _code(record.raw)
        raise


def _code(raw: bytes) -> str:
    try:
        return text(decode(raw, Identity, where="").matthc)
    except ShapeError:
        return ""


def _of_detail(row: ListRow, kept: Kept, meanings: Meanings) -> Procedure:
    record, decision = kept.procedure, kept.decision
    if record.matthc != row.matthc:
        raise ShapeError(
            f"the record of {record.matthc[:40]!r} came for {row.matthc[:40]!r}",
            where=DETAIL,
            path="$.procedure.MATTHC",
        )
    fields = _lines(record, "linhvucthuchien")
    return Procedure(
        code=record.matthc,
        portal_id=text(record.id) or None,
        name=text(record.tentthc),
        kind=_kind(record.loaitthc, meanings),
        state=_state(record.trangthai, meanings),
        field_code=text(fields[0].malinhvuc) if fields else None,
        field_name=text(fields[0].tenlinhvuc) if fields else None,
        publisher_code=text(record.macoquancongbo),
        publisher_name=kept.publisher,
        levels=tuple(_levels(record, meanings)),
        executing_agencies=_executing(record),
        decision_number=None if decision is None or decision.soquyetdinh is None else text(decision.soquyetdinh),
        decision_date=_decision_date(decision),
        steps=tuple(_steps(record)),
        methods=methods(_lines(record, "cachthucthuchien"), where=DETAIL),
        documents=tuple(_documents(record)),
        subjects=tuple(text(one.tendoituong) for one in _lines(record, "doituongthuchien")),
        results=tuple(text(one.tenketqua) for one in _lines(record, "ketquathuchien")),
        legal_bases=tuple(dict.fromkeys(_laws(record))),
        requirements=text(record.yeucau),
    )


def _lines(record: ProcedureRecord, name: str) -> list:  # type: ignore[type-arg]
    """The elements of one of the record's arrays."""
    return several(getattr(record, name), f"$.procedure.{name.upper()}", DETAIL)


def _kind(leaf: Text, meanings: Meanings) -> Kind | None:
    return meanings.kinds.get(text(leaf).strip())


def _state(leaf: Text, meanings: Meanings) -> State | None:
    """What nobody has given a meaning to is not public; silence is silence."""
    written = text(leaf).strip()
    return meanings.states.get(written, State.UNPUBLISHED) if written else None


def _levels(record: ProcedureRecord, meanings: Meanings) -> Iterator[Level]:
    for at, line in enumerate(_lines(record, "capthuchien")):
        written = text(line.capthuchien).strip()
        if written not in meanings.levels:
            raise ShapeError(
                f"{written[:40]!r} is no level of government that is known",
                where=DETAIL,
                path=f"$.procedure.CAPTHUCHIEN[{at}].CAPTHUCHIEN",
                action="say what it means under levels",
            )
        yield meanings.levels[written]


def _executing(record: ProcedureRecord) -> tuple[str, ...]:
    """The units, else the description in words."""
    units = tuple(text(one.tendonvi) for one in _lines(record, "coquanthuchien"))
    described = text(record.motacoquanthuchien)
    return units or ((described,) if described.strip() else ())


def _decision_date(decision: DecisionRecord | None) -> date | None:
    written = text(decision.ngayquyetdinh).strip() if decision else ""
    if not written:
        return None
    try:
        return parse_date(written)
    except ValueError as error:
        raise ShapeError(f"{error!s:.200}", where=DETAIL, path="$.decision.NGAYQUYETDINH") from None


def _steps(record: ProcedureRecord) -> Iterator[Step]:
    for at, case in enumerate(_lines(record, "trinhtuthuchien")):
        for line in several(case.trinhtu, f"$.procedure.TRINHTUTHUCHIEN[{at}].TRINHTU", DETAIL):
            yield Step(text(line.tentrinhtu), case=text(case.truonghop))


def _documents(record: ProcedureRecord) -> Iterator[Document]:
    """Each paper of a case once, however many files it has. One that comes with the same file again is another one."""
    for at, case in enumerate(_lines(record, "thanhphanhoso")):
        path = f"$.procedure.THANHPHANHOSO[{at}].GIAYTO"
        files: dict[Document, set[tuple[str, str]]] = {}
        for number, paper in enumerate(several(case.giayto, path, DETAIL)):
            document, file = _document(case, paper, f"{path}[{number}]"), (text(paper.tenmaudon), text(paper.url))
            known = files.setdefault(document, set())
            if not known or not document.code or file in known:
                yield document
            known.add(file)


def _document(case: PaperCase, paper: Paper, path: str) -> Document:
    return Document(
        name=text(paper.tengiayto),
        code=text(paper.magiayto),
        case=text(case.truonghop),
        originals=_count(paper.sobanchinh, f"{path}.SOBANCHINH"),
        copies=_count(paper.sobansao, f"{path}.SOBANSAO"),
    )


def _count(leaf: Text, path: str) -> int | None:
    written = text(leaf).strip()
    if not written:
        return None
    if not (written.isascii() and written.isdigit() and len(written) <= 7 and int(written) <= MOST_PAPERS):
        raise ShapeError(f"not a number of papers: {written[:40]!r}", where=DETAIL, path=path)
    return int(written)


def _laws(record: ProcedureRecord) -> Iterator[LegalBasis]:
    for line in _lines(record, "cancuphaply"):
        yield LegalBasis(text(line.sovanban), text(line.tenvanban))
