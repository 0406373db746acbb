"""What is known of one publication: one procedure in one decision of one authority, as of an instant.

In: what the ledger and the Office's registers say. Out: immutable facts, and the words in which they are judged.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from syncd.records.procedure import Kind


class Authority(StrEnum):
    """Who must sign (Decree 63/2010 art. 13): a minister (13.1), the province's chair (13.2), a tasked body (13.3)."""

    MINISTRY = "ministry"
    PROVINCE = "province"
    TASKED = "tasked"


class LegalDocument(Struct, frozen=True, kw_only=True, gc=False):
    """A legal document (văn bản quy phạm pháp luật) that procedures rest on, as the Office's register knows it.

    ``shortened``: issued by the shortened procedure (trình tự, thủ tục rút gọn).
    """

    number: str
    name: str = ""
    signed: date | None = None
    effective: date | None = None
    shortened: bool = False


class Publication(Struct, frozen=True, kw_only=True, gc=False):
    """One procedure in one publication decision that one authority has signed, or must sign.

    ``decision`` is the canonical number, empty where none is known; then ``is_known_unsigned`` says whether that is
    knowledge (a register that is complete says so) or ignorance. ``bases`` are the legal documents whose dates are
    known, ``unknown_bases`` the numbers of those cited without dates; ``is_basis_named``: a register names them as the
    ones that made the decision necessary, else they are all that the record cites, older ones included.
    ``first_public`` and ``latest_public`` are the clicks on "Công khai" that were seen; ``is_known_hidden`` says that
    its absence from the public is knowledge.
    ``is_complete``: whether component parts a to g are there (art. 8.2), None where that cannot be told.
    ``is_shown``: whether the portal shows the procedure to the public now (Đang công khai), or its last state did.
    """

    code: str
    authority: Authority
    name: str = ""
    kind: Kind | None = None
    action: str = ""
    decision: str = ""
    issuer: str = ""
    signed: date | None = None
    is_known_unsigned: bool = False
    ministry_decision: str = ""
    ministry_signed: date | None = None
    bases: tuple[LegalDocument, ...] = ()
    unknown_bases: tuple[str, ...] = ()
    is_basis_named: bool = False
    first_public: datetime | None = None
    latest_public: datetime | None = None
    is_known_hidden: bool = False
    is_shown: bool = False
    is_complete: bool | None = None
    missing_parts: tuple[str, ...] = ()
    publisher_code: str = ""
    executing_agencies: tuple[str, ...] = ()
    field_code: str = ""
    field_name: str = ""


class Step(StrEnum):
    """What has a deadline: signing the decision (công bố), making it public (công khai)."""

    SIGN = "sign"
    PUBLISH = "publish"


class Mode(StrEnum):
    """By whose reading: the law's, or the portal's scoring note. They are reported side by side, never merged."""

    LEGAL = "legal"
    PORTAL = "portal"


class Status(StrEnum):
    """How a step stands against its deadline. ``due``: not done, still in time; ``overdue``: not done, too late."""

    ON_TIME = "on_time"
    LATE = "late"
    DUE = "due"
    OVERDUE = "overdue"
    UNMEETABLE = "unmeetable"
    UNKNOWN = "unknown"


class Counting(StrEnum):
    """The unit in which days are counted."""

    CALENDAR = "calendar"
    WORKING = "working"


class Deadline(Struct, frozen=True, kw_only=True, gc=False):
    """One step under one reading. ``days`` is how late it is or was, in the rule's unit: negative while there is time.

    ``rule`` is the id of the rule applied (empty: none applies). ``reason`` says, for people, why the status is unknown
    or unmeetable, or what is odd. ``unofficial``: years counted through that have no official calendar yet.
    """

    step: Step
    mode: Mode
    status: Status
    rule: str = ""
    day: date | None = None
    days: int | None = None
    counting: Counting = Counting.CALENDAR
    reason: str = ""
    unofficial: tuple[int, ...] = ()


class Attribution(Struct, frozen=True, gc=False):
    """The unit that answers, and why it is that one: ``executing agency``, ``field``, ``assignment`` or ``none``."""

    unit_code: str
    unit_name: str
    why: str


class Judgement(Struct, frozen=True, kw_only=True, gc=False):
    """One publication judged: four deadlines (sign and publish, legal and portal), and the two statuses they sum to."""

    publication: Publication
    deadlines: tuple[Deadline, ...]
    legal: Status
    portal: Status

    def deadline(self, step: Step, mode: Mode) -> Deadline:
        """The deadline of this step under this reading."""
        return next(one for one in self.deadlines if one.step is step and one.mode is mode)
