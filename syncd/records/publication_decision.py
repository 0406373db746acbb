"""The canonical publication decision (quyết định công bố): the signed document that publishes procedures.

In: values that an adapter took from the portal or from a document-management system. Out: one immutable record.
``None`` always means "this source does not say"; an empty text or tuple means "this source says: nothing".
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct


class DecisionState(StrEnum):
    """What has become of it: business document types 0 and 2, 1, and 3 of the national exchange format."""

    ISSUED = "issued"
    RECALLED = "recalled"
    REPLACED = "replaced"


class Attachment(Struct, frozen=True, gc=False):
    """One attached file: hashed, never kept. ``sha256`` in hexadecimal digits, ``size`` in bytes, as it was decoded."""

    name: str
    sha256: str
    size: int


class Decision(Struct, frozen=True, kw_only=True):
    """One publication decision as one source shows it.

    ``key`` is the source's own, unique there. ``number`` is verbatim (``3584/QĐ-UBND``; see `syncd.records.decisions`).
    ``issuer_code`` is the code of the issuing unit as the source writes it (``H26``, ``000.00.00.H26``). ``codes`` are
    the portal's codes of the procedures that it publishes, amends or withdraws; None where the source does not list
    them. ``published`` is the day on which it was made public. ``successor`` is the key of what replaced it.
    ``is_publication``: False for a document that is there and was not taken for a publication decision; of such a one
    only its number and day are kept, so that nobody takes it for missing.
    """

    key: str
    number: str
    signed: date | None = None
    issuer_code: str | None = None
    issuer_name: str | None = None
    signer: str | None = None
    abstract: str | None = None
    codes: tuple[str, ...] | None = None
    published: date | None = None
    state: DecisionState = DecisionState.ISSUED
    successor: str | None = None
    attachments: tuple[Attachment, ...] = ()
    is_publication: bool = True
