"""One package of the national e-document exchange format (QCVN 102:2016), as far as decisions and tasks need it.

In: what `opening` reads out of XML. Out: immutable values; nothing of persons but the signer. "" means "not said".
"""

from __future__ import annotations

from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import NamedTuple

from msgspec import Struct

from syncd.records.publication_decision import Attachment


class Kind(StrEnum):
    """What a package is: a document, or a message about what became of one."""

    DOCUMENT = "document"
    STATUS = "status"


class Business(IntEnum):
    """``BussinessDocType``: what a document does."""

    NEW = 0
    REVOKE = 1
    UPDATE = 2
    REPLACE = 3


class Party(Struct, frozen=True):
    """Who sends or receives: the code as written, and the name."""

    code: str = ""
    name: str = ""


class Reference(Struct, frozen=True):
    """A document as another one names it: by its id, else by issuer, number and day."""

    document_id: str = ""
    organ: str = ""
    number: str = ""
    day: date | None = None


class Oddity(NamedTuple):
    """Something that is odd about a package and does not spoil it: a bounded kind, and what was seen."""

    kind: str
    seen: str


class Package(Struct, frozen=True, kw_only=True):
    """One package. ``name`` says which one it is for people; ``mark`` is a digest of its bytes.

    ``number`` is whole (``3584/QĐ-UBND``), ``notation`` its second part. ``about``: the documents that it is about: of
    a status message, of a recall or an update, of a replacement. ``at``: when its sender let it go, local time.
    ``codes``: the procedures that its text lists, None where that is not known. ``held``: the number of attachments,
    those included that are named and are not there.
    """

    name: str
    mark: str
    kind: Kind = Kind.DOCUMENT
    business: Business = Business.NEW
    document_id: str = ""
    sender: Party = Party()
    receivers: tuple[Party, ...] = ()
    number: str = ""
    notation: str = ""
    signed: date | None = None
    type_name: str = ""
    subject: str = ""
    signer: str = ""
    due: date | None = None
    steering: str = ""
    task: str = ""
    status: str = ""
    about: tuple[Reference, ...] = ()
    at: datetime | None = None
    attachments: tuple[Attachment, ...] = ()
    held: int = 0
    codes: tuple[str, ...] | None = None
    oddities: tuple[Oddity, ...] = ()


class Unread(NamedTuple):
    """A package that could not be read: which one, and why."""

    name: str
    reason: str


Read = Package | Unread
