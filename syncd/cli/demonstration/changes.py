"""What changes in both systems during the week, and afterwards while somebody watches.

In: a world, a timeline. Out: tables of changes. All of them can be made again at once, for a second start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

from loopback.catalogue import Planted
from syncd.cli.demonstration.timeline import Timeline
from syncd.cli.demonstration.world import MEND, World
from syncd.reconcile.mismatches import MismatchKind

K = MismatchKind


class ChangeAt(NamedTuple):
    """One change of the world."""

    at: datetime
    make: Callable[[], None]


class Turn(NamedTuple):
    """A planted mismatch, by its place among those of its kind, and when the city makes the mistake or mends it."""

    kind: MismatchKind
    field: str
    place: int
    when: str


SPOILED: Final = (
    Turn(K.FIELD_DIFFERS, "name", 3, "2 09:10"),
    Turn(K.MISSING_IN_CITY, "", 4, "2 09:12"),
    Turn(K.MISSING_ON_PORTAL, "", 2, "3 09:40"),
    Turn(K.WITHDRAWN_ON_PORTAL, "", 3, "3 09:42"),
    Turn(K.FIELD_DIFFERS, "name", 4, "4 13:20"),
    Turn(K.FIELD_DIFFERS, "field_name", 1, "4 13:25"),
    Turn(K.FIELD_DIFFERS, "decision_date", 1, "5 08:05"),
    Turn(K.FIELD_DIFFERS, "name", 5, "-545"),
    Turn(K.MISSING_IN_CITY, "", 5, "-544"),
    Turn(K.DECISION_SUPERSEDED, "decision_number", 3, "-543"),
)
"""Mistakes that the city makes during the week: day and time, or minutes before now."""

MENDED: Final = (
    Turn(K.WITHDRAWN_ON_PORTAL, "", 0, "2 08:50"),
    Turn(K.FIELD_DIFFERS, "name", 0, "3 09:20"),
    Turn(K.MISSING_IN_CITY, "", 0, "3 09:25"),
    Turn(K.FIELD_DIFFERS, "name", 1, "4 11:30"),
    Turn(K.DECISION_SUPERSEDED, "decision_number", 0, "4 11:40"),
    Turn(K.MISSING_ON_PORTAL, "", 0, "5 08:10"),
    Turn(K.FIELD_DIFFERS, "field_name", 0, "5 11:15"),
    Turn(K.WITHDRAWN_ON_PORTAL, "", 1, "-542"),
    Turn(K.FIELD_DIFFERS, "state", 0, "-58"),
    Turn(K.FIELD_DIFFERS, "name", 2, "-57"),
)
"""What the city puts right during the week."""

HAPPENED: Final = (
    ("withdraw-1", "1 14:20"),
    ("new_decision-1", "1 14:30"),
    ("rename-1", "2 09:05"),
    ("republish-1", "3 09:45"),
    ("pending_decision-1", "3 09:50"),
    (f"{MEND}rename-1", "4 11:20"),
    ("publish-1", "4 13:30"),
    ("decision_flap-1", "5 08:00"),
    (f"{MEND}withdraw-1", "5 11:00"),
    ("withdraw-2", "-541"),
    ("new_decision-2", "-540"),
)
"""What happens on the portal during the week, and what the city does about it."""

AT_THE_START: Final = ("rename-2", "publish-2")
"""What happens just before the demo's daemon starts: the first that it finds by itself."""

AFTERWARDS: Final = (
    "withdraw-3",
    f"{MEND}rename-2",
    "rename-3",
    "republish-2",
    f"{MEND}publish-2",
    "new_decision-3",
    "decision_flap-2",
    f"{MEND}withdraw-3",
    "pending_decision-2",
    f"{MEND}rename-3",
    "republish-3",
)
"""What happens while somebody watches."""

MOMENTS: Final = ("2 05:00", "4 05:00", "-65")
"""When the figures of the index move."""

DOSSIERS_END: Final = "4 17:10"


def before(world: World) -> None:
    """Put right what the city will only do wrong later."""
    for turn in SPOILED:
        if (planted := _planted(world, turn)) is not None:
            world.mend(planted)


def changes(world: World, timeline: Timeline) -> list[ChangeAt]:
    """Everything that changes until now, in order."""
    return sorted(_changes(world, timeline), key=lambda one: one.at)


def _changes(world: World, timeline: Timeline) -> Iterator[ChangeAt]:
    for turns, change in ((SPOILED, world.spoil), (MENDED, world.mend)):
        for turn in turns:
            if (planted := _planted(world, turn)) is not None:
                yield ChangeAt(instant(timeline, turn.when), partial(change, planted))
    for name, when in HAPPENED:
        yield ChangeAt(instant(timeline, when), partial(world.change, name))
    for when in MOMENTS:
        yield ChangeAt(instant(timeline, when), world.drift)
    yield ChangeAt(instant(timeline, DOSSIERS_END), world.let_dossiers_end)


def _planted(world: World, turn: Turn) -> Planted | None:
    """None where the catalogue has fewer of them."""
    found = world.planted(turn.kind, turn.field)
    return found[turn.place] if turn.place < len(found) else None


def instant(timeline: Timeline, when: str) -> datetime:
    """``2 09:10``: on the second working day; ``-545``: so many minutes ago."""
    if when.startswith("-"):
        return timeline.ago(minutes=int(when[1:]))
    number, _, clock = when.partition(" ")
    return timeline.on(int(number), clock)
