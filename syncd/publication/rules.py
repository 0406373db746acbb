"""The deadlines for publishing procedures, as a table: the law's three regimes, and the portal's own reading.

In: a step, who must take it, by whose reading, on which date. Out: the row that applies, or none. Sources: Decree
63/2010/NĐ-CP art. 15 and 24 as amended by Decrees 48/2013 and 92/2017; the portal's note on the formulas of the index.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from syncd.publication.facts import Authority, Counting, Mode, Step


class Variant(StrEnum):
    """``shortened``: the document came by the shortened procedure and took effect when adopted or signed."""

    NORMAL = "normal"
    SHORTENED = "shortened"


class Direction(StrEnum):
    """Whether the days are counted back from the anchor or on from it."""

    BEFORE = "before"
    AFTER = "after"


class Anchor(StrEnum):
    """The date from which days are counted: the legal document takes effect, is promulgated; the decision is signed."""

    EFFECTIVE = "effective"
    PROMULGATED = "promulgated"
    SIGNED = "signed"


class Rule(Struct, frozen=True, kw_only=True, gc=False):
    """One deadline: ``days`` counted in ``counting`` from ``anchor``, in force from ``valid_from`` to ``valid_to``.

    ``wording`` is for people in English, ``wording_vi`` in Vietnamese.
    """

    id: str
    step: Step
    mode: Mode
    authorities: tuple[Authority, ...]
    variant: Variant
    valid_from: date
    valid_to: date
    days: int
    counting: Counting
    direction: Direction
    anchor: Anchor
    source: str
    wording: str
    wording_vi: str


class _Regime(NamedTuple):
    """When a reading holds, and where it is written."""

    name: str
    mode: Mode
    valid_from: date
    valid_to: date
    source: str


_MINISTRY = (Authority.MINISTRY,)
_PROVINCE = (Authority.PROVINCE, Authority.TASKED)
_ALL = (Authority.MINISTRY, Authority.PROVINCE, Authority.TASKED)
_LETTERS = {_MINISTRY: "M", _PROVINCE: "P", _ALL: "X"}
_UNITS = {Counting.CALENDAR: ("calendar days", "ngày"), Counting.WORKING: ("working days", "ngày làm việc")}
_WORDINGS: dict[tuple[Step, Anchor], tuple[str, str]] = {
    (Step.SIGN, Anchor.EFFECTIVE): (
        "signed at the latest {days} {unit} before the legal document takes effect",
        "ký quyết định công bố chậm nhất trước {days:02d} {unit} tính đến ngày văn bản quy phạm pháp luật có hiệu lực",
    ),
    (Step.SIGN, Anchor.PROMULGATED): (
        "signed at the latest {days} {unit} after the legal document is promulgated or signed",
        "ký quyết định công bố chậm nhất sau {days:02d} {unit} kể từ ngày văn bản quy phạm pháp luật được công bố "
        "hoặc ký ban hành",
    ),
    (Step.PUBLISH, Anchor.SIGNED): (
        "made public at the latest {days} {unit} after the decision is signed",
        "công khai chậm nhất {days:02d} {unit} kể từ ngày ký quyết định công bố",
    ),
}

_2010 = _Regime("2010", Mode.LEGAL, date(2010, 10, 14), date(2013, 6, 30), "Decree 63/2010/NĐ-CP art. 15")
_2013 = _Regime(
    "2013",
    Mode.LEGAL,
    date(2013, 7, 1),
    date(2017, 9, 24),
    "Decree 63/2010/NĐ-CP art. 15, as amended by Decree 48/2013/NĐ-CP",
)
_2017 = _Regime(
    "2017",
    Mode.LEGAL,
    date(2017, 9, 25),
    date.max,
    "Decree 63/2010/NĐ-CP art. 15, as amended by Decree 92/2017/NĐ-CP",
)
_2017_PUBLIC = _2017._replace(source="Decree 63/2010/NĐ-CP art. 24.2, as amended by Decree 92/2017/NĐ-CP")
_PORTAL = _Regime("portal", Mode.PORTAL, date.min, date.max, "the portal's note on the formulas of the 766 index")


def _rule(
    regime: _Regime,
    step: Step,
    authorities: tuple[Authority, ...],
    days: int,
    counting: Counting,
    *,
    anchor: Anchor,
    variant: Variant = Variant.NORMAL,
) -> Rule:
    letter = "X" if variant is Variant.SHORTENED else _LETTERS[authorities]
    event = "SIGN" if step is Step.SIGN else "PUB"
    wording, wording_vi = _WORDINGS[step, anchor]
    unit, unit_vi = _UNITS[counting]
    return Rule(
        id=f"{event}-{letter}.{regime.name}" if regime.mode is Mode.PORTAL else f"{event}-{letter}.legal.{regime.name}",
        step=step,
        mode=regime.mode,
        authorities=authorities,
        variant=variant,
        valid_from=regime.valid_from,
        valid_to=regime.valid_to,
        days=days,
        counting=counting,
        direction=Direction.BEFORE if anchor is Anchor.EFFECTIVE else Direction.AFTER,
        anchor=anchor,
        source=regime.source,
        wording=wording.format(days=days, unit=unit),
        wording_vi=wording_vi.format(days=days, unit=unit_vi),
    )


_SIGN, _PUBLISH, _CALENDAR, _WORKING = Step.SIGN, Step.PUBLISH, Counting.CALENDAR, Counting.WORKING
_EFFECTIVE, _PROMULGATED, _SIGNED = Anchor.EFFECTIVE, Anchor.PROMULGATED, Anchor.SIGNED
_SHORTENED = Variant.SHORTENED

RULES: tuple[Rule, ...] = (
    _rule(_2010, _SIGN, _MINISTRY, 10, _WORKING, anchor=_EFFECTIVE),
    _rule(_2010, _SIGN, _PROVINCE, 10, _WORKING, anchor=_EFFECTIVE),
    _rule(_2013, _SIGN, _MINISTRY, 20, _WORKING, anchor=_EFFECTIVE),
    _rule(_2013, _SIGN, _PROVINCE, 5, _WORKING, anchor=_EFFECTIVE),
    _rule(_2017, _SIGN, _MINISTRY, 20, _CALENDAR, anchor=_EFFECTIVE),
    _rule(_2017, _SIGN, _PROVINCE, 5, _CALENDAR, anchor=_EFFECTIVE),
    _rule(_2017, _SIGN, _ALL, 3, _CALENDAR, anchor=_PROMULGATED, variant=_SHORTENED),
    _rule(_2017_PUBLIC, _PUBLISH, _MINISTRY, 10, _WORKING, anchor=_SIGNED),
    _rule(_2017_PUBLIC, _PUBLISH, _PROVINCE, 5, _WORKING, anchor=_SIGNED),
    _rule(_2017_PUBLIC, _PUBLISH, _ALL, 2, _WORKING, anchor=_SIGNED, variant=_SHORTENED),
    _rule(_PORTAL, _SIGN, _MINISTRY, 20, _WORKING, anchor=_EFFECTIVE),
    _rule(_PORTAL, _SIGN, _PROVINCE, 5, _WORKING, anchor=_EFFECTIVE),
    _rule(_PORTAL, _PUBLISH, _MINISTRY, 10, _WORKING, anchor=_SIGNED),
    _rule(_PORTAL, _PUBLISH, _PROVINCE, 5, _WORKING, anchor=_SIGNED),
)


def _indexed() -> dict[tuple[Step, Mode, Authority, Variant], tuple[Rule, ...]]:
    found: dict[tuple[Step, Mode, Authority, Variant], tuple[Rule, ...]] = {}
    for rule in RULES:
        for authority in rule.authorities:
            key = (rule.step, rule.mode, authority, rule.variant)
            found[key] = (rule, *found.get(key, ()))
    return found


_INDEX = _indexed()
_VARIANTS = {False: (Variant.NORMAL,), True: (Variant.SHORTENED, Variant.NORMAL)}


def rules_for(step: Step, mode: Mode, authority: Authority, variant: Variant = Variant.NORMAL) -> tuple[Rule, ...]:
    """Every regime of one deadline, newest first."""
    return _INDEX.get((step, mode, authority, variant), ())


def rule_for(step: Step, mode: Mode, authority: Authority, *, on: date, shortened: bool) -> Rule | None:
    """The rule in force on a date, or None where this project knows none.

    ``on`` is a choice: for signing the effective date of the legal document (its deadline is counted from there, and a
    document that takes effect under the new decree is published under it), for making public the signing date of the
    decision; the portal's reading is one set, without regimes. A body tasked by a superior (art. 13.3) has the
    province's limits; art. 24.2 does not name it, nor does the portal. ``shortened`` chooses the row of the shortened
    procedure where the regime has one, else the normal row. How long making public might take before 25/09/2017 stood
    in other texts: no row.
    """
    for variant in _VARIANTS[shortened]:
        for rule in rules_for(step, mode, authority, variant):
            if rule.valid_from <= on <= rule.valid_to:
                return rule
    return None
