"""The words of the portal's evaluation interfaces (Service Index), as strict types.

In: nothing. Out: structs for decoding. Keys not named here are skipped; a wrong type is an error with its path. Scores
and ratios stay raw, so that no float ever stands between the portal's digits and ours.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from msgspec import UNSET, Raw, Struct, UnsetType

from adapters.national_portal.wire import Pagination

T = TypeVar("T")


class Answer(Struct, Generic[T]):
    """An answer whose envelope said OK."""

    data: T


class Line(Struct, rename="camel"):
    """A unit as every interface names it; the national overview has neither id nor code."""

    department_name: str
    department_id: str | None = None
    department_code: str | None = None


class Outline(Struct, rename="camel"):
    """What every interface shares: whom it is about, the units below, and the page where there are pages."""

    overview: Line | None = None
    parent: Line | None = None
    evaluation: list[Line] | None = None
    children: list[Line] | None = None
    pagination: Pagination | None = None

    @property
    def head(self) -> Line | None:
        return self.overview or self.parent

    @property
    def below(self) -> list[Line]:
        return (self.evaluation if self.evaluation is not None else self.children) or []


class Metric(Struct, rename="camel"):
    """All keys are always there; any value may be null."""

    code: str
    numerator: int | None
    denominator: int | None
    ratio: Raw
    score: Raw
    max_score: Raw
    data_quality_status: str | None = None


class MetricUnit(Struct, rename="camel"):
    """A unit of ``transparency``, ``handling-satisfaction``, ``dossier-digitized``."""

    department_id: str
    department_name: str
    department_type: str
    total_score: Raw
    total_max_score: Raw
    ratio: Raw
    metrics: list[Metric]
    department_code: str | None = None


class MetricPage(Struct, rename="camel"):
    overview: MetricUnit
    evaluation: list[MetricUnit]


class TreeUnit(Struct, rename="camel"):
    """What units of all three trees share; some name their points ``score``, some ``totalScore``."""

    department_id: str
    department_name: str
    ratio: Raw
    department_code: str | None = None
    level: str | None = None
    total_score: Raw | UnsetType = UNSET
    score: Raw | UnsetType = UNSET
    total_max_score: Raw | UnsetType = UNSET
    max_score: Raw | UnsetType = UNSET


class ProgressUnit(TreeUnit, kw_only=True, rename="camel"):
    total_received: int | None
    total_on_time: int | None


class OnlineParent(TreeUnit, kw_only=True, rename="camel"):
    """Counts are given for the parent alone."""

    authority_count: int | None
    partial_count: int | None
    full_count: int | None
    online_dossier_count: int | None
    online_service_total: int | None
    channel_online_sum: int | None
    channel_total_sum: int | None


class PaymentUnit(TreeUnit, kw_only=True, rename="camel"):
    """Older answers lack ``totalFeeDossierFormality``."""

    total_dossier_online_payment_success: int | None
    total_dossier_financial_obligation: int | None
    total_dossier_online_formality_payment_success: int | None
    total_fee_formality: int | None
    total_fee_dossier_formality: int | None = None


P = TypeVar("P", bound=TreeUnit)
C = TypeVar("C", bound=TreeUnit)


class Tree(Struct, Generic[P, C]):
    parent: P
    children: list[C]


class Ray(Struct, rename="camel"):
    """One ray of the national radar: a group's points in the whole country."""

    code: str
    score: Raw
    max_score: Raw
    ratio: Raw


class Overview(Struct, rename="camel"):
    """The whole country (no code), or the province whose units follow."""

    department_name: str
    total_score: Raw
    total_max_score: Raw
    ratio: Raw
    department_code: str | None = None


class ResultUnit(Struct, rename="camel"):
    """A row of ``service-results``: a province with its groups, or a unit of one with its total alone."""

    department_id: str
    department_name: str
    total_score: Raw
    ratio: Raw
    department_code: str | None = None
    child_group: str | None = None
    rank: int | None = None
    group_scores: dict[str, Raw] | None = None


class ResultPage(Struct, rename="camel"):
    overview: Overview
    evaluation: list[ResultUnit]
    radar: list[Ray] = []
