"""The lines of a capture: what crossed the wall between a system and us, one entry a line, as JSON.

In: exchanges, or readings of systems that do not speak HTTP. Out: bytes of one line; and back, strictly. An HTTP
exchange is kept under the adapter, so that its parsing can be debugged; everything else at the adapter's own wall.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from hashlib import blake2b

import msgspec
from msgspec import Struct

from syncd.records.agencies import Agency
from syncd.sides.adapter import Record
from syncd.sides.capture.errors import NotCapturedError, Said
from syncd.sides.reading import Evidence, Finding

LONGEST_LINE = 256 * 1024 * 1024


class Content(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Bytes, readable where they are UTF-8. ``left_out``: they could not be cleaned, and are not here."""

    text: str = ""
    base64: str = ""
    left_out: bool = False

    @classmethod
    def of(cls, content: bytes) -> Content:
        try:
            return cls(text=content.decode("utf-8"))
        except UnicodeDecodeError:
            return cls(base64=b64encode(content).decode())

    def content(self) -> bytes:
        """Raises `ValueError` for what is no Base64, and `NotCapturedError` for what was left out."""
        if self.left_out:
            raise NotCapturedError("what could not be cleaned", where="capture")
        return b64decode(self.base64, validate=True) if self.base64 else self.text.encode("utf-8", "surrogatepass")


class Question(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What was asked over HTTP, cleaned. ``client`` numbers the adapter's HTTP clients."""

    method: str
    path: str
    query: list[tuple[str, str]] = []
    body: str = ""
    client: int = 0

    @property
    def key(self) -> bytes:
        return blake2b(msgspec.json.encode(self), digest_size=16).digest()


class Exchange(Struct, frozen=True, tag="exchange", omit_defaults=True, forbid_unknown_fields=True):
    """One question and its answer. ``body`` None: it could not be cleaned and was left out."""

    question: Question
    status: int
    headers: dict[str, str]
    body: Content | None


class Failure(Struct, frozen=True, tag="failure", omit_defaults=True, forbid_unknown_fields=True):
    """One question that got no answer."""

    question: Question
    error: Said


class Seen(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a listing added to its evidence since the entry before."""

    pages: int = 0
    listed: int = 0
    closed: bool = False
    totals: tuple[int, ...] = ()
    snapshots: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    doubts: tuple[str, ...] = ()

    def tell(self, evidence: Evidence) -> None:
        evidence.pages += self.pages
        evidence.listed += self.listed
        evidence.closed = evidence.closed or self.closed
        evidence.totals.extend(self.totals)
        evidence.snapshots.extend(self.snapshots)
        evidence.findings.extend(self.findings)
        evidence.doubts.extend(self.doubts)


class Shown(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One record as the adapter hands it over."""

    key: str
    raw: Content
    detail: Content | None = None

    def record(self) -> Record:
        return Record(self.key, self.raw.content(), None if self.detail is None else self.detail.content())


class Page(Struct, frozen=True, tag="page", omit_defaults=True, forbid_unknown_fields=True):
    """One page of the listing."""

    seen: Seen
    records: tuple[Shown, ...] = ()


class End(Struct, frozen=True, tag="end", omit_defaults=True, forbid_unknown_fields=True):
    """The end of the listing; ``error`` is what ended it early."""

    seen: Seen
    error: Said | None = None


class Detail(Struct, frozen=True, tag="detail", omit_defaults=True, forbid_unknown_fields=True):
    """The detail of one record, or why there is none."""

    key: str
    detail: Content | None = None
    error: Said | None = None


class Again(Struct, frozen=True, tag="again", omit_defaults=True, forbid_unknown_fields=True):
    """One point read."""

    key: str | None
    code: str
    records: tuple[Shown, ...] = ()
    error: Said | None = None


class Agencies(Struct, frozen=True, tag="agencies", omit_defaults=True, forbid_unknown_fields=True):
    """The units that the side knows."""

    agencies: tuple[Agency, ...] = ()
    error: Said | None = None


Entry = Exchange | Failure | Page | End | Detail | Again | Agencies
_DECODER: msgspec.json.Decoder[Entry] = msgspec.json.Decoder(Entry)


def line(entry: Entry) -> bytes:
    return msgspec.json.encode(entry) + b"\n"


def read_line(content: bytes) -> Entry:
    """Raises `msgspec.MsgspecError`, `ValueError` and `RecursionError` for what is no entry."""
    return _DECODER.decode(content)


def name_of(entry: Entry) -> bytes:
    """What the entry answers: entries of the same name answer the same question, one after another."""
    match entry:
        case Exchange() | Failure():
            return entry.question.key
        case Page() | End():
            return b"listing"
        case Detail():
            return detail_name(entry.key)
        case Again():
            return again_name(entry.key, entry.code)
        case Agencies():
            return b"agencies"


def detail_name(key: str) -> bytes:
    return _name("detail", key)


def again_name(key: str | None, code: str) -> bytes:
    return _name("again", "" if key is None else f"={key}", code)


def _name(*parts: str) -> bytes:
    return blake2b(msgspec.json.encode(parts), digest_size=16).digest()
