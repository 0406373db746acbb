"""Documents written down as packages of the e-document exchange format, with the quirks that real ones have.

In: a `Paper` and a `Form`. Out: the bytes of one package. The layout follows QCVN 102:2016; every value is invented.
"""

from __future__ import annotations

from base64 import encodebytes
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import Final
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

Unit = tuple[str, str]
"""Code and name."""


class Space(StrEnum):
    """Namespaces that packages come in."""

    QCVN = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
    EDOC = "http://www.e-doc.vn/Schema/"
    GOV = "http://edxml.gov.vn/schema"


SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"


@dataclass(frozen=True, slots=True)
class Form:
    """How a package is written. ``junk`` stands before its declaration; ``backwards``: elements in the other order;
    ``nulls``: "null" where nothing is known; ``cid``: content ids have their prefix; ``plain``: attachments are not
    packed into a ZIP; ``soap``: in an envelope of SOAP."""

    space: Space = Space.QCVN
    soap: bool = False
    junk: str = ""
    backwards: bool = False
    nulls: bool = False
    cid: bool = True
    plain: bool = False


PLAIN: Final = Form()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One document, or with ``status`` a message about one. Days are ``yyyy/MM/dd``, moments ``yyyy/MM/dd HH:mm:ss``.

    ``business``: 0 new, 1 revoke, 2 update, 3 replace; ``about``: ids of the documents that it is about.
    """

    sender: Unit
    at: str
    document_id: str = ""
    number: str = ""
    notation: str = ""
    promulgated: str = ""
    type: str = "2"
    type_name: str = "Quyết định"
    subject: str = ""
    signer: str = ""
    due: str = ""
    steering: str = "1"
    task: str = ""
    receivers: tuple[Unit, ...] = ()
    business: int = 0
    about: tuple[str, ...] = ()
    status: str = ""
    answers: tuple[Unit, ...] = ()
    attachments: tuple[tuple[str, bytes], ...] = ()


def package(paper: Paper, form: Form = PLAIN) -> bytes:
    """One package."""
    trace = "" if paper.status else _trace(paper, form)
    header = _block("MessageHeader", [*(_status(paper) if paper.status else _message(paper, form))], form) + trace
    head = f'{form.junk}<?xml version="1.0" encoding="UTF-8"?>\n'
    body = _block("edXMLBody", [f'<edXML:edXMLManifest version="1.0">{_manifest(paper, form)}</edXML:edXMLManifest>'])
    encoded = _block("AttachmentEncoded", _attachments(paper, form)) if paper.attachments else ""
    if form.soap:
        inner = f"<soap-env:Header>{header}</soap-env:Header><soap-env:Body>{body}</soap-env:Body>"
        root = f'<soap-env:Envelope xmlns:soap-env="{SOAP}" xmlns:edXML="{form.space}">{inner}{encoded}'
        return f"{head}{root}</soap-env:Envelope>".encode()
    inner = _block("edXMLEnvelope", [_block("edXMLHeader", [header]), body])
    return f'{head}<edXML xmlns:edXML="{form.space}">{inner}{encoded}</edXML>'.encode()


def _leaf(name: str, text: str, form: Form = PLAIN) -> str:
    return f"<edXML:{name}>{escape(text) or ('null' if form.nulls else '')}</edXML:{name}>"


def _block(name: str, inner: list[str], form: Form = PLAIN) -> str:
    return f"<edXML:{name}>{''.join(reversed(inner) if form.backwards else inner)}</edXML:{name}>"


def _unit(name: str, unit: Unit, form: Form = PLAIN) -> str:
    return _block(
        name,
        [
            _leaf("OrganId", unit[0]),
            _leaf("OrganizationInCharge", unit[1]),
            _leaf("OrganName", unit[1]),
            _leaf("Email", "", form),
        ],
        form,
    )


def _message(paper: Paper, form: Form) -> list[str]:
    return [
        _unit("From", paper.sender, form),
        *(_unit("To", one, form) for one in paper.receivers),
        _leaf("DocumentId", paper.document_id, form),
        _block("Code", [_leaf("CodeNumber", paper.number, form), _leaf("CodeNotation", paper.notation, form)], form),
        _block("PromulgationInfo", [_leaf("Place", "Hà Nội"), _leaf("PromulgationDate", paper.promulgated)], form),
        _block("DocumentType", [_leaf("Type", paper.type), _leaf("TypeName", paper.type_name, form)], form),
        _leaf("Subject", paper.subject, form),
        _leaf("Content", paper.subject, form),
        _block(
            "SignerInfo",
            [_leaf("Competence", "KT."), _leaf("Position", "Phó Chủ tịch"), _leaf("FullName", paper.signer, form)],
        ),
        _leaf("DueDate", paper.due, form),
        _block("ResponseForTask", [_leaf("TaskCode", paper.task)]) if paper.task else "",
        _leaf("SteeringType", paper.steering),
    ]


def _status(paper: Paper) -> list[str]:
    return [
        *(
            _block("ResponseFor", [_leaf("OrganId", unit[0]), _leaf("DocumentId", about)])
            for unit, about in zip(paper.answers, paper.about, strict=True)
        ),
        _unit("From", paper.sender),
        _block("StaffInfo", [_leaf("Department", "Văn thư"), _leaf("Staff", "Nguyễn Văn A")]),
        _leaf("StatusCode", paper.status),
        _leaf("Description", ""),
        _leaf("Timestamp", paper.at),
    ]


def _trace(paper: Paper, form: Form) -> str:
    hop = _block("TraceHeader", [_leaf("OrganId", paper.sender[0]), _leaf("Timestamp", paper.at)])
    about = paper.about if paper.business in (1, 2) else (paper.document_id,)
    inner = [
        *(_leaf("DocumentId", one, form) for one in about[:1]),
        _leaf("BussinessDocType", str(paper.business)),
        _leaf("BussinessDocReason", "", form),
        _leaf("Paper", "0"),
    ]
    if paper.business == 3:
        replaced = [_block("ReplacementInfo", [_leaf("DocumentId", one)]) for one in paper.about]
        inner.append(_block("ReplacementInfoList", replaced))
    return _block("TraceHeaderList", [hop, _block("Bussiness", inner, form)], form)


def _content_id(at: int, form: Form) -> str:
    return f"{'cid:' if form.cid else ''}{200 + at}"


def _manifest(paper: Paper, form: Form) -> str:
    return "".join(
        _block("Reference", [_leaf("ContentId", _content_id(at, form)), _leaf("AttachmentName", name)])
        for at, (name, _) in enumerate(paper.attachments)
    )


def _attachments(paper: Paper, form: Form) -> list[str]:
    return [
        _block(
            "Attachment",
            [
                _leaf("ContentId", _content_id(at, form)),
                _leaf("AttachmentName", name),
                _leaf("ContentType", "application/octet-stream" if form.plain else "application/zip"),
                _leaf("ContentTransferEncoded", encodebytes(content if form.plain else packed(name, content)).decode()),
            ],
            form,
        )
        for at, (name, content) in enumerate(paper.attachments)
    ]


def packed(name: str, content: bytes) -> bytes:
    """A ZIP with one entry, ``<uuid>.<ext>``, the same bytes for the same content."""
    return zipped({f"{uuid5(NAMESPACE_URL, name)}.{name.rpartition('.')[2]}": content})


def zipped(entries: dict[str, bytes]) -> bytes:
    """A ZIP, the same bytes for the same entries."""
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            entry = ZipInfo(name, (2026, 7, 17, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, content)
    return written.getvalue()


WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word_file(paragraphs: list[str]) -> bytes:
    """A .docx with these paragraphs; each is cut into two runs, as word processors do."""
    runs = (
        f"<w:p><w:r><w:t>{escape(text[: len(text) // 2])}</w:t></w:r>"
        f"<w:r><w:rPr><w:b/></w:rPr><w:t>{escape(text[len(text) // 2 :])}</w:t></w:r></w:p>"
        for text in paragraphs
    )
    document = f'<?xml version="1.0"?><w:document xmlns:w="{WORD}"><w:body>{"".join(runs)}</w:body></w:document>'
    types = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    return zipped({"[Content_Types].xml": types.encode(), "word/document.xml": document.encode()})
