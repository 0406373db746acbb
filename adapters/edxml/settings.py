"""What an operator may set about the documents of a city: where packages lie, and which are publication decisions.

In: one source's TOML table. Out: `EdxmlSettings`, checked. Secrets are named here, never written here.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from adapters.edxml.choosing import Words
from adapters.edxml.opening import MEBIBYTE, Caps
from syncd.sides.adapter import AdapterSettings
from syncd.sides.http import HttpSettings

Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^\S+$")]
Word = Annotated[str, Field(min_length=1, max_length=200)]
Where = Annotated[str, Field(max_length=200, pattern=r"^(/[A-Za-z0-9_.~-]+)+$")]
Suffixes = tuple[Annotated[str, Field(pattern=r"^\.[A-Za-z0-9]{1,10}$")], ...]
DEFAULT = Words()


class Place(BaseModel):
    """Base of the tables of places: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FolderPlace(Place):
    """A folder with packages, and with archives (.zip) of packages."""

    path: Annotated[str, Field(min_length=1, max_length=4096)]
    suffixes: Suffixes = (".edxml", ".xml")
    depth: int = Field(default=4, ge=0, le=16)
    max_archive_bytes: int = Field(default=1024 * MEBIBYTE, ge=1024, le=16 * 1024 * MEBIBYTE)
    max_unpacked_bytes: int = Field(default=8 * 1024 * MEBIBYTE, ge=1024, le=256 * 1024 * MEBIBYTE)


class SftpPlace(Place):
    """The same on an SFTP server whose host key is in ``known_hosts``, a file in the form of OpenSSH."""

    host: Name
    port: int = Field(default=22, ge=1, le=65535)
    username: Name
    path: Annotated[str, Field(min_length=1, max_length=4096)] = "."
    known_hosts: Path
    private_key_secret: Name | None = None
    private_key_password_secret: Name | None = None
    password_secret: Name | None = None
    suffixes: Suffixes = (".edxml", ".xml")
    depth: int = Field(default=4, ge=0, le=16)
    max_archive_bytes: int = Field(default=1024 * MEBIBYTE, ge=1024, le=16 * 1024 * MEBIBYTE)
    max_unpacked_bytes: int = Field(default=8 * 1024 * MEBIBYTE, ge=1024, le=256 * 1024 * MEBIBYTE)
    timeout: float = Field(default=60.0, gt=0, le=3600)

    @model_validator(mode="after")
    def _one_credential(self) -> Self:
        if (self.private_key_secret is None) == (self.password_secret is None):
            raise ValueError("set exactly one of private_key_secret and password_secret")
        if self.private_key_password_secret is not None and self.private_key_secret is None:
            raise ValueError("private_key_password_secret needs private_key_secret beside it")
        return self


class Which(StrEnum):
    """Which documents of a list are opened."""

    CANDIDATES = "candidates"
    ALL = "all"


class ListName(StrEnum):
    """The lists of the axis: documents that were sent, those that were received, and received messages about them."""

    SENT = "sent"
    RECEIVED = "received"
    ANSWERS = "answers"


class AxisPlace(HttpSettings):
    """The document axis (VXP), asked as its client library does."""

    system_id: Name
    key_secret: Name
    lists: tuple[ListName, ...] = Field(default=(ListName.SENT,), min_length=1)
    open: Which = Which.CANDIDATES
    page_size: int | None = Field(default=None, ge=10, le=10_000)
    unpaged: bool = False
    sent_path: Where = "/getSentEdocList"
    received_path: Where = "/getReceivedEdocList"
    document_path: Where = "/getEdoc"
    sent_id: Name = "senderDocId"
    received_id: Name = "docId"
    version: Name = "3.0.201608"
    concurrency: int = Field(default=4, ge=1, le=16)

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        if self.page_size is not None and self.unpaged:
            raise ValueError("set page_size or unpaged, not both: a list comes in pages or whole")
        return self


class LinkPlace(HttpSettings):
    """The link between a settlement system and the document system of Tân Dân."""

    unit: Name
    top: int = Field(default=1000, ge=1, le=100_000)
    shared: bool = False
    list_path: Where = "/LayDanhSachGoiTinVanBan"
    document_path: Where = "/LayGoiTinVanBan"
    concurrency: int = Field(default=4, ge=1, le=16)


class EdxmlSettings(AdapterSettings):
    """Publication decisions as the city's document-management system holds them: signed, numbered, sent.

    Set exactly one place, a table of its own:

    ```toml
    [decisions.documents]
    adapter = "edxml"
    since = 2026-03-27                       # the system shows nothing that was signed before

    folder = { path = "/srv/edxml" }         # packages (.edxml) and archives (.zip) of them, subfolders included

    [decisions.documents.sftp]               # or: the same on a server; needs the extra "sftp"
    host = "sftp.example.gov.vn"
    username = "doisoat"
    path = "van-ban-di"
    known_hosts = "known_hosts"              # the server's key, as ssh-keyscan writes it; any other key is refused
    private_key_secret = "sftp-key"          # or password_secret

    [decisions.documents.axis]               # or: the national document axis (VXP)
    base_url = "https://vxp.example.gov.vn/vxp"
    system_id = "…"
    key_secret = "vxp-key"
    lists = ["sent", "answers"]              # what was sent, what receivers answer; "received": what others sent
    page_size = 500                          # or unpaged = true, where every list comes whole in one answer

    [decisions.documents.link]               # or: the city's link of Tân Dân
    base_url = "https://qlvb.example.gov.vn/api"
    secret_headers = { Authorization = "qlvb-token" }
    unit = "H26"                             # maDonViCha
    ```

    Reads packages of QCVN 102:2016 and of the older namespaces, with or without SOAP. It carries number, signed,
    issuer_code, issuer_name, signer, abstract, codes, state, successor and attachments; never published, which only
    the portal knows. The link has no recalls and no successors. Attachments are decoded as a stream and hashed, never
    kept. ``codes`` are those that the texts of the attachments list (.docx, .txt, .xml); they are not known where any
    attachment is a picture of a text (PDF) or none lists codes. ``partial_texts``: take what the readable ones list.

    A document is a publication decision when its notation begins with one of ``notations`` (without one: its type with
    one of ``types``), each group of ``subjects`` has a word in its subject, and none of ``others`` is in it. The number
    of the type is not asked, for systems disagree about it. ``units``: the newer code of a unit by its older one, where
    the rule (``000.00.17.H26`` is ``H26.17``) does not tell it.

    Recalls, updates and replacements (types of business 1 to 3) and status messages 13, 15 and 16 are applied in the
    order of their time, whatever the order of files. A recall counts from when it is asked for; with ``refusals`` one
    that only refusals (16) answered no longer counts: inferred from the meaning of the codes. Only the issuer, or a
    unit above or below it, can send a document again or recall it; an answer (15, 16) counts only from a unit that
    received the document, or from one below it. A recall of a document that was never seen is a finding.

    A reading is whole when every package could be read and nothing changed meanwhile: the folder looks the same after
    it, and the lists of the axis come twice with the same rows (and as many as they declare, where they declare a
    total). A list of the axis is at its end where a page is empty or the declared total is met; one that has neither
    pages nor a total is believed only with ``unpaged``, and an empty list of documents never. Folders deeper than
    ``depth`` and what is no plain file leave a reading in doubt; archives inside archives are unreadable packages, and
    so is an archive whose packages unpack to more than ``max_unpacked_bytes``. ``max_unreadable``: so many packages
    may be unreadable for good without spoiling it; each is a finding, and no absence is confirmed while there are any.
    Nothing is ever acknowledged: ``updateStatus`` and ``CapNhatTrangThaiVanBan`` do not exist here. Where somebody else
    acknowledges packages of the link, they vanish from it: say ``shared = true``, and no reading of it is whole.

    Findings: unreadable (packages), nameless, no_number, no_date, impossible_date, days_differ (id against
    promulgation), odd_number, number_from_id, attachment_unread, attachment_missing (the manifest names more than are
    held: no codes are known), contradicting_documents (two contents of one id), untimed (an event without a time counts
    as the last word), foreign_event (a stranger's document under the same id, a stranger's recall, an answer of who
    never received it), recall_refused, recall_of_unseen, update_of_unseen, replacement_of_unseen, answer_of_unseen,
    links_left_out; of the link: signed_not_issued, refused_by_signer, trace_only, unknown_result. Each has examples
    that name the package or the decision.

    Tasks by unit (``[tasks.source]``) are counted only where ``steering_is_task = true`` declares that every receiver
    of a steering document (``SteeringType`` 2) has a task in it and answers 06 when it has finished; the format says
    neither, and a unit that never answers would seem late. A task is given on the day of signing and is due on
    ``DueDate``; a receiver that refused the document (02) has none; one without a code has it under its name. The place
    must hold what receivers answer.

    Inferred, not documented anywhere, and therefore settings: that a document of the sent list is opened by its
    ``senderDocId`` (``sent_id``); paging of lists by pageIndex and pageSize, which is only asked for where
    ``page_size`` is set; that ``top`` bounds the link's list. ``open = "candidates"`` opens only documents whose title
    and notation are those of a publication decision or speak of a recall, update or replacement; ``all`` opens each.
    """

    folder: FolderPlace | None = None
    sftp: SftpPlace | None = None
    axis: AxisPlace | None = None
    link: LinkPlace | None = None
    since: date | None = None
    subjects: tuple[tuple[Word, ...], ...] = Field(default=DEFAULT.subjects, min_length=1)
    others: tuple[Word, ...] = DEFAULT.others
    types: tuple[Word, ...] = DEFAULT.types
    notations: tuple[Word, ...] = DEFAULT.notations
    units: dict[str, Word] = Field(default_factory=dict)
    refusals: bool = True
    steering_is_task: bool = False
    partial_texts: bool = False
    max_unreadable: int = Field(default=0, ge=0, le=1_000_000)
    max_packages: int = Field(default=500_000, ge=1, le=10_000_000)
    max_package_bytes: int = Field(default=64 * MEBIBYTE, ge=1024, le=1024 * MEBIBYTE)
    max_attachment_bytes: int = Field(default=64 * MEBIBYTE, ge=1024, le=1024 * MEBIBYTE)
    max_attachments: int = Field(default=100, ge=1, le=10_000)

    @property
    def words(self) -> Words:
        return Words(self.subjects, self.others, self.types, self.notations)

    @property
    def caps(self) -> Caps:
        return Caps(self.max_attachment_bytes, self.max_attachments, self.partial_texts)

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        places = [name for name in ("folder", "sftp", "axis", "link") if getattr(self, name) is not None]
        if len(places) != 1:
            raise ValueError(f"set exactly one of folder, sftp, axis and link; set are {', '.join(places) or 'none'}")
        return self
