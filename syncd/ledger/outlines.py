"""What judging the publication of a procedure needs of one version, without its long texts: its outline.

In: a canonical procedure that is to be written down; or the two forms of it that a row has. Out: the bytes of its
outline; or the outline, and what is cited, from those bytes. Rows older than the column give them from the whole form.
"""

from __future__ import annotations

from datetime import date, datetime
from operator import attrgetter
from zlib import decompressobj

from msgspec import Struct

from syncd.ledger.packing import decode_struct, encode_struct, unpack, unpack_struct
from syncd.publication.completeness import missing_parts
from syncd.records.procedure import FIELDS, Document, Fee, Method, Procedure, Step


def _left_out(*names: str) -> dict[str, str]:
    """Names under which nothing is written: such a field keeps its default, and its text is passed over."""
    return {name: f"-{name}" for name in names}


LEFT_OUT = ("portal_id", "steps", "methods", "documents", "subjects", "results", "requirements", "online_level")
KEPT = tuple(name for name in FIELDS if name not in LEFT_OUT)
_KEPT = attrgetter(*KEPT)


class Outline(Procedure, frozen=True, kw_only=True, gc=False, omit_defaults=True, rename=_left_out(*LEFT_OUT)):
    """A procedure without the fields of `LEFT_OUT`, which are always None; all others are the record's own.

    ``missing_parts`` are those of the whole record, as they were told when it was written down (see
    `syncd.publication.completeness`); None where they cannot be told.
    """

    portal_id: str | None = None
    steps: tuple[Step, ...] | None = None
    methods: tuple[Method, ...] | None = None
    documents: tuple[Document, ...] | None = None
    subjects: tuple[str, ...] | None = None
    results: tuple[str, ...] | None = None
    requirements: str | None = None
    online_level: str | None = None
    missing_parts: tuple[str, ...] | None = None


class Cited(Struct, frozen=True, gc=False):
    """The part of an older version that still matters."""

    decision_number: str | None = None
    decision_date: date | None = None
    published_at: datetime | None = None


def outline_of(procedure: Procedure) -> Outline:
    """The outline of a whole procedure."""
    kept = dict(zip(KEPT, _KEPT(procedure), strict=True))
    return Outline(missing_parts=missing_parts(procedure), **kept)


def encode_outline(procedure: Procedure) -> bytes:
    """The outline of a whole procedure as the ledger keeps it: JSON, not compressed.

    Compressed it would be half as long; but an answer about the past reads every one of them.
    """
    return encode_struct(outline_of(procedure))


def outline_in(outline: bytes | None, canonical: bytes | None, *, with_missing_parts: bool = True) -> Outline | None:
    """The outline that a version's row gives; None for a version that could not be read.

    ``canonical`` counts only where there is no ``outline``; without ``with_missing_parts`` it is read in a third of
    the time, and `Outline.missing_parts` is None.
    """
    if outline is not None:
        return decode_struct(outline, Outline)
    if canonical is None:
        return None
    return outline_of(unpack_struct(canonical, _Told)) if with_missing_parts else unpack_struct(canonical, Outline)


def cited_in(outline: bytes | None, canonical: bytes | None) -> Cited:
    """What a version's row cites, that has either."""
    return decode_struct(outline, Cited) if outline is not None else _cited_at_the_beginning(canonical or b"")


class _NamedDocument(Document, frozen=True, gc=False, rename=_left_out("code", "case", "originals", "copies")):
    """A paper by its name alone."""

    code: str = ""
    case: str = ""
    originals: int | None = None
    copies: int | None = None


class _FreeMethod(Method, frozen=True, gc=False, rename=_left_out("fees")):
    """A way of handing in with its time limit and note, without its fees."""

    fees: tuple[Fee, ...] = ()


class _Told(Procedure, frozen=True, kw_only=True, gc=False, rename=_left_out("results", "requirements")):
    """A procedure as far as its outline goes by it; quicker to decode than a whole one."""

    methods: tuple[_FreeMethod, ...] | None = None
    documents: tuple[_NamedDocument, ...] | None = None
    results: tuple[str, ...] | None = None
    requirements: str | None = None


OPENING = 1024
AFTER_CITED = b',"steps":'


def _cited_at_the_beginning(packed: bytes) -> Cited:
    """From the first kilobyte of the canonical form where that is enough: unpacking it whole would cost the most.

    The fields stand before the steps in every packed procedure, and no text can hold the mark: its quotes are escaped.
    """
    opening = decompressobj().decompress(packed, OPENING)
    end = opening.find(AFTER_CITED)
    return decode_struct(opening[:end] + b"}" if end > 0 else unpack(packed), Cited)
