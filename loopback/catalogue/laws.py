"""Legal documents of the invented catalogue, with the dates that only a register knows.

In: drafts. Out: the local document that a specific procedure rests on, and the national ones that all share. Local ones
are invented; the national ones are real, and their dates are public.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Final, NamedTuple

from loopback.catalogue.drafts import SPECIFIC, Decision, Draft
from loopback.catalogue.stock import LAWS


class Law(NamedTuple):
    """A legal document (văn bản quy phạm pháp luật): number, title, and what the Office's register knows of it."""

    number: str
    title: str
    signed: date
    effective: date
    shortened: bool = False


NATIONAL: Final[dict[str, tuple[date, date]]] = {
    "61/2018/NĐ-CP": (date(2018, 4, 23), date(2018, 6, 21)),
    "63/2010/NĐ-CP": (date(2010, 6, 8), date(2010, 10, 14)),
    "118/2025/NĐ-CP": (date(2025, 6, 9), date(2025, 7, 1)),
    "Nghị định 45/2020": (date(2020, 4, 8), date(2020, 5, 22)),
    "107/2021/NĐ-CP": (date(2021, 12, 6), date(2021, 12, 6)),
    "02/2017/TT-VPCP": (date(2017, 10, 31), date(2017, 12, 15)),
}
"""Signed, and in force since."""

NOTICE: Final[tuple[tuple[int, int, bool], ...]] = (
    (30, 12, False),
    (45, 8, False),
    (20, 6, False),
    (30, 3, False),
    (25, -9, False),
    (15, -30, False),
    (0, -2, False),
    (0, -2, True),
)
"""Days from the document's signing until it is in force, days from the publication decision until then, and whether it
came by the shortened procedure. The last two are in force on signing: one cannot be met, one has a rule of its own."""


def local_law(draft: Draft) -> Law | None:
    """The document of the People's Committee or Council that a specific procedure rests on."""
    day = draft.decision.day
    if draft.kind != SPECIFIC or day is None:
        return None
    random = Random(f"law {draft.decision.id}")
    notice, lead, shortened = random.choice(NOTICE)
    effective = day + timedelta(days=lead)
    signed = effective - timedelta(days=notice)
    mark, title = random.choice((("QĐ-UBND", "Quyết định"), ("NQ-HĐND", "Nghị quyết")))
    number = f"{random.randint(1, 120)}/{signed.year}/{mark}"
    return Law(number, f"{title} quy định về {draft.field.name.lower()} trên địa bàn", signed, effective, shortened)


def ministry_law(decision: Decision) -> Law:
    """The invented circular that a ministry's decision publishes the procedures of."""
    random = Random(f"circular {decision.id}")
    day = decision.day or date(2026, 4, 1)
    effective = day + timedelta(days=random.choice((40, 30, 25, 21, 15)))
    number = f"{int(decision.number.partition('/')[0]):02d}/{effective.year}/TT-{decision.agency.mark}"
    return Law(number, "Thông tư quy định chi tiết một số thủ tục hành chính", day - timedelta(days=20), effective)


def national_laws() -> list[Law]:
    """The national documents of the stock."""
    return [Law(number, title, *NATIONAL[number]) for number, title in LAWS]
