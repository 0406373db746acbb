"""The life of a mismatch: one table keyed by (state, event). A missing key is an illegal move: it changes nothing.

In: the mismatches that are open, what a pass observed, the waivers in force. Out: the moves to record.
``docs/lifecycle.md`` is drawn from this table.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Protocol, TypeVar

from msgspec import Struct

from syncd.errors import SyncdError
from syncd.reconcile.mismatches import Observation


class MismatchState(StrEnum):
    """Where a mismatch stands. The first three are open."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    WAIVED = "waived"
    RESOLVED = "resolved"
    VANISHED = "vanished"


class Event(StrEnum):
    """What happened to it."""

    FOUND = "found"
    CHANGED = "changed"
    CONFIRMED = "confirmed"
    AGREED = "agreed"
    GONE = "gone"
    WAIVED = "waived"
    WAIVER_ENDED = "waiver_ended"


OPEN = frozenset({MismatchState.SUSPECTED, MismatchState.CONFIRMED, MismatchState.WAIVED})

TRANSITIONS: dict[tuple[MismatchState | None, Event], MismatchState] = {
    (None, Event.FOUND): MismatchState.SUSPECTED,
    (None, Event.WAIVED): MismatchState.WAIVED,
    (MismatchState.SUSPECTED, Event.CHANGED): MismatchState.SUSPECTED,
    (MismatchState.SUSPECTED, Event.CONFIRMED): MismatchState.CONFIRMED,
    (MismatchState.SUSPECTED, Event.AGREED): MismatchState.RESOLVED,
    (MismatchState.SUSPECTED, Event.GONE): MismatchState.VANISHED,
    (MismatchState.SUSPECTED, Event.WAIVED): MismatchState.WAIVED,
    (MismatchState.CONFIRMED, Event.CHANGED): MismatchState.SUSPECTED,
    (MismatchState.CONFIRMED, Event.AGREED): MismatchState.RESOLVED,
    (MismatchState.CONFIRMED, Event.GONE): MismatchState.VANISHED,
    (MismatchState.CONFIRMED, Event.WAIVED): MismatchState.WAIVED,
    (MismatchState.WAIVED, Event.CHANGED): MismatchState.SUSPECTED,
    (MismatchState.WAIVED, Event.AGREED): MismatchState.RESOLVED,
    (MismatchState.WAIVED, Event.GONE): MismatchState.VANISHED,
    (MismatchState.WAIVED, Event.WAIVER_ENDED): MismatchState.SUSPECTED,
}


class IllegalMoveError(SyncdError):
    """An event that a mismatch in this state cannot meet."""

    slug = "illegal_move"


def step(state: MismatchState | None, event: Event) -> MismatchState:
    """The state after ``event``. Raises `IllegalMoveError` where the table has no such move."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise IllegalMoveError(f"a mismatch that is {state or 'not known'} cannot be {event}") from None


class Open(Protocol):
    """What the life-cycle needs of an open mismatch, however it is stored."""

    @property
    def id(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def values_digest(self) -> str: ...
    @property
    def state(self) -> str: ...


M = TypeVar("M", bound=Open)


class Waiver(Protocol):
    """What the life-cycle needs of a waiver: it binds a subject and both its values."""

    @property
    def subject(self) -> str: ...
    @property
    def values_digest(self) -> str: ...


class Move(Struct, frozen=True, kw_only=True):
    """One change of state of one mismatch, to be recorded and announced."""

    mismatch_id: str
    event: Event
    from_state: MismatchState | None
    to_state: MismatchState
    observation: Observation | None = None


def mismatch_id(pair: str, subject: str, first_seen: datetime) -> str:
    """A stable, short, readable id of one life of one mismatch."""
    digest = blake2b(f"{pair}\x1f{subject}\x1f{first_seen.isoformat()}".encode(), digest_size=10).digest()
    return f"M-{b32encode(digest).decode('ascii')}"


def moves(
    *,
    pair: str,
    now: datetime,
    open_mismatches: Iterable[M],
    observations: Iterable[Observation],
    waivers: Iterable[Waiver],
    is_gone: Callable[[M], bool],
    is_unknown: Callable[[M], bool],
    is_renewed: Callable[[M], bool] = lambda _mismatch: False,
) -> list[Move]:
    """What a pass over two whole readings changes.

    ``is_gone``: whether neither side has the record any more. ``is_unknown``: whether a side has it and could not be
    asked what it now says; such a mismatch stays as it is. ``is_renewed``: whether a side has written it anew since: a
    suspicion whose values say nothing (a withdrawal) may then be another one, and waits from now on.
    """
    waived = {(waiver.subject, waiver.values_digest) for waiver in waivers}
    observed = {observation.subject: observation for observation in observations}
    result: list[Move] = []
    for mismatch in open_mismatches:
        observation = observed.pop(mismatch.subject, None)
        if observation is None and is_unknown(mismatch):
            continue
        event = _event(mismatch, observation, waived, is_gone)
        if event is None and _begins_anew(mismatch, observation, is_renewed):
            event = Event.CHANGED
        if event is not None:
            result.append(move(mismatch, event, observation))
    result.extend(_found(pair, now, observation, waived) for observation in observed.values())
    return result


def move(mismatch: Open, event: Event, observation: Observation | None = None) -> Move:
    """The move that ``event`` is for ``mismatch``. Raises `IllegalMoveError`."""
    state = MismatchState(mismatch.state)
    return Move(
        mismatch_id=mismatch.id,
        event=event,
        from_state=state,
        to_state=step(state, event),
        observation=observation,
    )


def _event(
    mismatch: M,
    observation: Observation | None,
    waived: set[tuple[str, str]],
    is_gone: Callable[[M], bool],
) -> Event | None:
    if observation is None:
        return Event.GONE if is_gone(mismatch) else Event.AGREED
    is_waived = (observation.subject, observation.values) in waived
    if observation.values != mismatch.values_digest:
        return Event.CHANGED
    if mismatch.state == MismatchState.WAIVED:
        return None if is_waived else Event.WAIVER_ENDED
    return Event.WAIVED if is_waived else None


def _begins_anew(mismatch: M, observation: Observation | None, is_renewed: Callable[[M], bool]) -> bool:
    if observation is None or observation.portal_value or observation.city_value:
        return False
    return mismatch.state == MismatchState.SUSPECTED and is_renewed(mismatch)


def _found(pair: str, now: datetime, observation: Observation, waived: set[tuple[str, str]]) -> Move:
    event = Event.WAIVED if (observation.subject, observation.values) in waived else Event.FOUND
    return Move(
        mismatch_id=mismatch_id(pair, observation.subject, now),
        event=event,
        from_state=None,
        to_state=step(None, event),
        observation=observation,
    )


def diagram(transitions: Mapping[tuple[MismatchState | None, Event], MismatchState] = TRANSITIONS) -> str:
    """The life-cycle as a Mermaid state diagram."""
    lines = ["stateDiagram-v2"]
    for (before, event), after in transitions.items():
        lines.append(f"    {before or '[*]'} --> {after}: {event}")
    lines.extend(f"    {state} --> [*]" for state in MismatchState if state not in OPEN)
    return "\n".join(lines)
