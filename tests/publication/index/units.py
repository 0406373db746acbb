"""Published breakdowns of units, as figures: year 2026, read 2026-10-10 (Hà Nội, a department of Gia Lai…)."""

from __future__ import annotations

from decimal import Decimal

from syncd.publication.index.indicators import SCORED
from syncd.publication.index.scoring import Count
from syncd.records.figures import Figure, Group, IndexTable, IndexUnit, Indicator, UnitLevel

Counts = dict[Indicator, Count]

DOSSIERS = 1065150
HA_NOI: Counts = {
    Indicator.PUBLISH_ON_TIME: Count(0, 79),
    Indicator.PUBLIC_UPDATE_ON_TIME: Count(65, 80),
    Indicator.PUBLIC_CONTENT_FULL: Count(78, 80),
    Indicator.DOSSIER_SYNC: Count(859324, 859324),
    Indicator.PROCESSED_ON_TIME: Count(788612, DOSSIERS),
    Indicator.PAYMENT_USED: Count(125, 331),
    Indicator.PAYMENT_ONLINE: Count(229394, 427521),
    Indicator.ORIGINAL_RESULT_AVAILABLE: Count(536776, DOSSIERS),
    Indicator.DOSSIER_DIGITISED: Count(164908, DOSSIERS),
    Indicator.REUSED_DIGITIZED_DATA: Count(344455, DOSSIERS),
    Indicator.SYNCED_WITH_STORAGE: Count(7727, DOSSIERS),
    Indicator.CITIZEN_DATA_DOSSIER: Count(412784, DOSSIERS),
    Indicator.CITIZEN_DATA_FORMALITY: Count(500, 1327),
    Indicator.DOSSIER_SATISFACTION: Count(785199, DOSSIERS),
    Indicator.PETITION_ON_TIME: Count(1000, 4506),
    Indicator.PETITION_SATISFACTION: Count(791, 4506),
}
HA_NOI_SCORES = {
    Group.TRANSPARENCY: Decimal("11.20"),
    Group.PROGRESS: Decimal("14.81"),
    Group.ONLINE: Decimal("9.23"),
    Group.PAYMENT: Decimal("4.69"),
    Group.DIGITISATION: Decimal("8.01"),
    Group.SATISFACTION: Decimal("7.29"),
    Group.TOTAL: Decimal("55.23"),
}


def counted(unit: str, counts: Counts) -> list[Figure]:
    """Figures with counts and without scores."""
    return [
        Figure(unit=unit, group=SCORED[one].group, code=one, numerator=count.numerator, denominator=count.denominator)
        for one, count in counts.items()
    ]


def wholes(unit: str, scores: dict[Group, Decimal]) -> list[Figure]:
    """The published scores of groups and total."""
    return [Figure(unit=unit, group=group, score=score) for group, score in scores.items()]


def copies(unit: str, ratio: str | None) -> Figure:
    """Electronic certified copies: a ratio without counts."""
    one = Indicator.ELECTRONIC_CERTIFIED_COPY
    return Figure(unit=unit, group=Group.DIGITISATION, code=one, ratio=None if ratio is None else Decimal(ratio))


def ha_noi() -> list[Figure]:
    """Everything that was published of Hà Nội."""
    return [*counted("H26", HA_NOI), copies("H26", "100"), *wholes("H26", HA_NOI_SCORES)]


def table(endpoint: str, figures: list[Figure], level: UnitLevel = UnitLevel.PROVINCE) -> IndexTable:
    """What one endpoint gave of these units."""
    units = tuple(IndexUnit(id=unit, name=unit, level=level) for unit in dict.fromkeys(one.unit for one in figures))
    return IndexTable(endpoint=endpoint, units=units, figures=tuple(figures))
