"""What mending brings to the Service Index: the index of the mended facts less the index of today's.

In: a world. Out: the gain of any set of actions, and everything that is open, ranked, for the city and for each unit.
It is a recount: a set gains what all of it together gains, never the sum of single gains.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from heapq import merge
from typing import NamedTuple

from msgspec import Struct

from syncd.publication.mending import ACTIONS, Action, ActionKind, Mismatch, actions, of_dossiers
from syncd.publication.recount import ZERO, Change, Effect, Recount, World

SLICE = 5_000


class Impact(Struct, frozen=True, kw_only=True, gc=False):
    """What one action brings. ``city``: to the city's index; ``unit``: to the unit's own score, as we count it.

    None: not known, because no count is there to start from. Points may be negative: what is signed or made public late
    is counted as late from then on. ``mismatches``: the open ones that end with it.
    """

    action: Action
    city: Decimal | None
    unit: Decimal | None
    changes: tuple[Change, ...] = ()
    mismatches: tuple[str, ...] = ()
    vietnamese: str = ""
    english: str = ""


def impact(world: World, several: Iterable[Action]) -> Decimal | None:
    """What the city's index gains when all of these are done (a union: caps and rounding are those of the whole).

    None where an action moves an indicator of which no count is known.
    """
    return Recount(world).effect(several).city


def ranked(world: World) -> list[Impact]:
    """Everything that is open, what brings the city most first; what brings nothing is listed too, and why."""
    recount = Recount(world)
    found = [
        *actions(world.judgements, world.attributions, world.period, world.today),
        *of_dossiers(world.dossiers),
    ]
    ended = _ended_by(found, world.mismatches)
    told = {mismatch for several in ended.values() for mismatch in several}
    found += [
        Action(kind=ActionKind.RECONCILE, code=one.code, unit_code=one.agency_code, mismatch=str(one.id))
        for one in world.mismatches
        if str(one.id) not in told
    ]
    kinds = {str(one.id): one.kind for one in world.mismatches}
    return _in_order([_impact(recount, action, ended.get(action.id, ()), kinds) for action in found])


def _in_order(several: Sequence[Impact]) -> list[Impact]:
    """By rank. Sorted in slices and then merged: sorting in one go holds every thread until it ends."""
    ranks = [(_rank(one), number) for number, one in enumerate(several)]
    slices = [sorted(ranks[at : at + SLICE]) for at in range(0, len(ranks), SLICE)]
    return [several[number] for _, number in merge(*slices)]


def _rank(one: Impact) -> tuple[bool, Decimal, Decimal, str]:
    return one.city is None, -(one.city or ZERO), -(one.unit or ZERO), one.action.id


class Ending(NamedTuple):
    """A mismatch that ends when something is done, by its kind and field (empty: whatever the field)."""

    kind: str
    field: str = ""


ENDS: dict[ActionKind, tuple[Ending, ...]] = {
    ActionKind.PUBLISH: (Ending("missing_on_portal"), Ending("unpublished_decision")),
    ActionKind.DELIVER_STATES: (Ending("tally_differs", "end_state"),),
    ActionKind.SYNCHRONISE: (Ending("tally_differs", "received"),),
}
"""What ends with an action: mismatches of the same procedure, or of the dossiers of the same unit."""


def _ended_by(found: Iterable[Action], mismatches: Iterable[Mismatch]) -> dict[str, tuple[str, ...]]:
    about: defaultdict[str, list[Mismatch]] = defaultdict(list)
    for one in mismatches:
        about[one.agency_code if one.kind == "tally_differs" else one.code].append(one)
    return {
        action.id: tuple(str(one.id) for one in about.get(action.code or action.unit_code, ()) if _ends(action, one))
        for action in found
    }


def _ends(action: Action, mismatch: Mismatch) -> bool:
    return any(mismatch.kind == kind and field in ("", mismatch.field) for kind, field in ENDS.get(action.kind, ()))


WHY: dict[str, tuple[str, str]] = {
    "": ("", ""),
    "still": ("Không làm thay đổi điểm của kỳ này", "does not move the points of this period"),
    "small": (
        "Số liệu thay đổi nhưng riêng việc này chưa làm thay đổi điểm đến hai chữ số thập phân",
        "moves the counts, but by itself not the points to the second decimal",
    ),
    "lowers": (
        "Điểm giảm: việc làm muộn được tính là muộn, nhưng vẫn phải làm theo quy định",
        "lowers the points: what is done late counts as late; the law asks for it all the same",
    ),
    "unknown": ("Chưa biết: không có số liệu gốc để tính", "unknown: there is no count to start from"),
    "past": (
        "Ngày ký hoặc ngày công khai không thể thay đổi; mỗi thủ tục tính một lần trong kỳ, muộn một lần là muộn",
        "the day on which it was signed or made public stands; late once is late for the whole period",
    ),
    "uncounted": (
        "Bộ chỉ số không tính sai lệch này ({kind}), nhưng người dân vẫn bị ảnh hưởng",
        "the index does not count this mismatch ({kind}); the public is misled all the same",
    ),
}


def _impact(recount: Recount, action: Action, ended: tuple[str, ...], kinds: Mapping[str, str]) -> Impact:
    effect = _effect(recount, action)
    vietnamese, english = WHY[_why(action, effect)]
    kind = kinds.get(action.mismatch, "")
    row = ACTIONS[action.kind]
    return Impact(
        action=action,
        city=effect.city,
        unit=effect.unit,
        changes=effect.changes,
        mismatches=(*ended, action.mismatch) if action.mismatch else ended,
        vietnamese=". ".join(filter(None, (row.vietnamese, vietnamese.format(kind=kind)))),
        english="; ".join(filter(None, (row.english, english.format(kind=kind)))),
    )


def _effect(recount: Recount, action: Action) -> Effect:
    """Of one action; nothing that is counted moves when a mismatch is put right, so there is nothing to recount."""
    if action.kind is ActionKind.RECONCILE:
        return Effect(ZERO, ZERO if action.unit_code else None, ())
    return recount.effect([action], action.unit_code)


def _why(action: Action, effect: Effect) -> str:
    if action.kind is ActionKind.TOO_LATE:
        return "past"
    if action.kind is ActionKind.RECONCILE:
        return "uncounted"
    if effect.city is None:
        return "unknown"
    if effect.city == 0:
        return "small" if effect.changes else "still"
    return "" if effect.city > 0 else "lowers"
