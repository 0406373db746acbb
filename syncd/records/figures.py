"""Figures of the People and Business Service Index (Bộ chỉ số phục vụ người dân, doanh nghiệp), as a source gives them.

In: what one interface said of some units in one period. Out: immutable figures. ``None`` means that the source gives
none, which is never zero.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from msgspec import Struct


class Group(StrEnum):
    """The six groups in which points are shown; the last one is their sum."""

    TRANSPARENCY = "transparency"
    PROGRESS = "progress"
    ONLINE = "online"
    PAYMENT = "payment"
    DIGITISATION = "digitisation"
    SATISFACTION = "satisfaction"
    TOTAL = "total"


class Indicator(StrEnum):
    """Indicators by the portal's code where it has one; `WHOLE` stands for the group itself."""

    WHOLE = ""
    PUBLISH_ON_TIME = "PUBLISH_ON_TIME"
    PUBLIC_UPDATE_ON_TIME = "PUBLIC_UPDATE_ON_TIME"
    PUBLIC_CONTENT_FULL = "PUBLIC_CONTENT_FULL"
    DOSSIER_SYNC = "DOSSIER_SYNC"
    PROCESSED_ON_TIME = "PROCESSED_ON_TIME"
    ONLINE_PROVIDED = "ONLINE_PROVIDED"
    ONLINE_USED = "ONLINE_USED"
    ONLINE_SUBMITTED = "ONLINE_SUBMITTED"
    PAYMENT_INTEGRATED = "PAYMENT_INTEGRATED"
    PAYMENT_USED = "PAYMENT_USED"
    PAYMENT_ONLINE = "PAYMENT_ONLINE"
    ORIGINAL_RESULT_AVAILABLE = "ORIGINAL_RESULT_AVAILABLE"
    DOSSIER_DIGITISED = "SO_HOA_GIAY_TO_GIAI_QUYET"
    ELECTRONIC_CERTIFIED_COPY = "ELECTRONIC_CERTIFIED_COPY"
    REUSED_DIGITIZED_DATA = "REUSED_DIGITIZED_DATA"
    SYNCED_WITH_STORAGE = "SYNCED_WITH_DVCQG_PERSONAL_STORAGE"
    CITIZEN_DATA_DOSSIER = "CITIZEN_DATA_CONNECTED_DOSSIER"
    CITIZEN_DATA_FORMALITY = "CITIZEN_DATA_CONNECTED_FORMALITY"
    PETITION_CLASSIFICATION = "PETITION_CLASSIFICATION"
    PETITION_ON_TIME = "PETITION_PROCESSING_ON_TIME"
    PETITION_SATISFACTION = "PETITION_HANDLING_SATISFACTION"
    DOSSIER_SATISFACTION = "DOSSIER_RECEIVING_SATISFACTION"


class Figure(Struct, frozen=True, kw_only=True, gc=False):
    """One indicator (or a whole group) of one unit: counts, percentage, points and the most points there are.

    ``unit`` is the source's id of the unit. ``code`` is an `Indicator` value, or the source's own code where the
    project knows none (kept, never scored). ``flags`` are the source's own remarks on quality.
    """

    unit: str
    group: Group
    code: str = ""
    numerator: int | None = None
    denominator: int | None = None
    ratio: Decimal | None = None
    score: Decimal | None = None
    maximum: Decimal | None = None
    flags: tuple[str, ...] = ()


class UnitLevel(StrEnum):
    """Where a unit of the index stands."""

    NATION = "nation"
    PROVINCE = "province"
    DEPARTMENT = "department"
    COMMUNE = "commune"
    OTHER = "other"


class IndexUnit(Struct, frozen=True, kw_only=True, gc=False):
    """A unit that figures are given for; ``code`` (``H26.17``) is empty where the source gives its id alone.

    ``rank`` is its place among the units of its level, where the source says so or its order by total points says it.
    """

    id: str
    name: str
    level: UnitLevel
    code: str = ""
    rank: int | None = None


class IndexTable(Struct, frozen=True, kw_only=True):
    """What one interface said in one answer (all its pages)."""

    endpoint: str
    units: tuple[IndexUnit, ...]
    figures: tuple[Figure, ...]
