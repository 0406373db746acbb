"""The canonical publication record of an administrative procedure (thủ tục hành chính).

In: values that an adapter took from one system. Out: one immutable record that every room understands.
``None`` always means "this side does not say"; an empty string or tuple means "this side says: nothing".
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct


class Kind(StrEnum):
    """Who published it: the state for everybody, one agency for itself, or for internal use."""

    STANDARD = "standard"
    SPECIFIC = "specific"
    INTERNAL = "internal"


class State(StrEnum):
    """Whether the public may see and use it."""

    PUBLIC = "public"
    WITHDRAWN = "withdrawn"
    UNPUBLISHED = "unpublished"


class Level(StrEnum):
    """The level of government that carries it out (cấp thực hiện)."""

    MINISTRY = "ministry"
    PROVINCE = "province"
    COMMUNE = "commune"
    OTHER = "other"


class Channel(StrEnum):
    """How a dossier is handed in (cách thức thực hiện)."""

    DIRECT = "direct"
    ONLINE = "online"
    POSTAL = "postal"


class Unit(StrEnum):
    """The unit of a time limit; working days and calendar days are never converted into one another."""

    HOUR = "hour"
    DAY = "day"
    WORKING_DAY = "working_day"
    MONTH = "month"
    YEAR = "year"
    OTHER = "other"


class Duration(Struct, frozen=True, gc=False):
    """A time limit (thời hạn giải quyết): an exact quantity in a unit; ``quantity`` None where there is only text."""

    quantity: Decimal | None
    unit: Unit
    text: str = ""


class Fee(Struct, frozen=True, gc=False):
    """A fee or charge (phí, lệ phí) in whole đồng; ``amount`` is None where the side gives no number."""

    kind: str
    amount: int | None
    note: str = ""


class Method(Struct, frozen=True):
    """One way of handing in, with its time limit and fees."""

    channel: Channel
    duration: Duration | None = None
    fees: tuple[Fee, ...] = ()
    note: str = ""


class Step(Struct, frozen=True, gc=False):
    """One step of the order of work (trình tự thực hiện), in the order in which it is done."""

    text: str
    case: str = ""


class Document(Struct, frozen=True, gc=False):
    """One paper of the dossier (thành phần hồ sơ) in one case."""

    name: str
    code: str = ""
    case: str = ""
    originals: int | None = None
    copies: int | None = None


class LegalBasis(Struct, frozen=True, gc=False):
    """One legal document that the procedure rests on (căn cứ pháp lý)."""

    number: str
    name: str = ""


class Procedure(Struct, frozen=True, kw_only=True):
    """The canonical publication record; identified by ``code``.

    ``code`` is the portal's code, verbatim on its side (never trimmed: ``" 1.014325"`` and ``"1.014325"`` are two
    procedures) and as far as the city's own words give it on the city side (see `syncd.records.codes`).
    ``applied_departments`` are the portal's ids of the departments that must carry it, where the portal says so.
    """

    code: str
    local_code: str | None = None
    portal_id: str | None = None
    name: str | None = None
    kind: Kind | None = None
    state: State | None = None
    field_code: str | None = None
    field_name: str | None = None
    publisher_code: str | None = None
    publisher_name: str | None = None
    levels: tuple[Level, ...] | None = None
    executing_agencies: tuple[str, ...] | None = None
    decision_number: str | None = None
    decision_date: date | None = None
    published_at: datetime | None = None
    steps: tuple[Step, ...] | None = None
    methods: tuple[Method, ...] | None = None
    documents: tuple[Document, ...] | None = None
    subjects: tuple[str, ...] | None = None
    results: tuple[str, ...] | None = None
    legal_bases: tuple[LegalBasis, ...] | None = None
    requirements: str | None = None
    online_level: str | None = None
    applied_departments: tuple[str, ...] | None = None


FIELDS: tuple[str, ...] = Procedure.__struct_fields__
