"""Which mismatches an act is about: chosen one by one, or everything that a filter finds, never what is another unit's.

In: an address or a form. Out: how they stand, those who look allowed for; a digest that tells when they have changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from aiohttp import web
from sqlalchemy.orm import Session

from syncd.answers.queue import ids_of, visible_ids
from syncd.answers.queue_beside import Standing, standing_of
from syncd.answers.queue_filter import OPEN_STATES
from syncd.desk.forms import Form
from syncd.desk.pages.act_fields import Values
from syncd.desk.pages.acts import Act
from syncd.desk.pages.queue import parsed
from syncd.desk.visitor import Visitor

MOST = 1_000
"""Mismatches of one act."""
_ID = re.compile(r"M-[A-Z0-9]{16}")


class UnseenError(Exception):
    """One of them is not there, or not to be seen by who asks."""


class ChangedError(Exception):
    """What an act was about has changed since it was seen."""


class UndoneError(Exception):
    """Carries how many a trial would have changed; its transaction is undone."""

    def __init__(self, changed: int) -> None:
        super().__init__("a trial")
        self.changed = changed


@dataclass(frozen=True, slots=True)
class Selection:
    """Mismatches as they stand. ``left_out``: how many more the filter finds than one act may take."""

    about: tuple[Standing, ...]
    left_out: int = 0

    @property
    def ids(self) -> tuple[str, ...]:
        """Their ids, in order."""
        return tuple(one.id for one in self.about)

    @property
    def seen(self) -> str:
        """Digest of what they say."""
        text = "\n".join(f"{one.id} {one.values_digest}" for one in self.about)
        return blake2b(text.encode(), digest_size=12).hexdigest()

    @property
    def units(self) -> dict[str, frozenset[str]]:
        """Whose each of them is, by id."""
        return {one.id: frozenset({one.unit}) for one in self.about}

    @property
    def open(self) -> int:
        """How many are open."""
        return sum(one.state in OPEN_STATES for one in self.about)


@dataclass(frozen=True, slots=True)
class Acted:
    """What an act did: how many changed, how they stood before, whose each of them was and is by now."""

    name: str
    changed: int
    before: Selection
    units: Mapping[str, frozenset[str]]


def ids_in_query(request: web.Request) -> list[str]:
    """The ids that an address chooses. Raises 400 for what is none, and for too many."""
    return _checked(request.query.getall("id", []))


def ids_in_form(form: Form) -> list[str]:
    """The ids that a form is about. Raises 400."""
    found = _checked(form.get("ids").split())
    if not found:
        raise web.HTTPBadRequest
    return found


def _checked(ids: Sequence[str]) -> list[str]:
    several = list(dict.fromkeys(ids))
    if len(several) > MOST or any(_ID.fullmatch(one) is None for one in several):
        raise web.HTTPBadRequest
    return several


def chosen(session: Session, request_filter: str, *, visitor: Visitor, now: datetime) -> Selection:
    """Everything that a filter finds, at most `MOST`."""
    wanted = parsed(request_filter)
    found = ids_of(session, wanted, within=visitor.within, now=now, limit=MOST + 1, me=visitor.login)
    return _standing(session, found[:MOST], left_out=max(0, len(found) - MOST))


def selected(session: Session, ids: Sequence[str], *, within: str | None) -> Selection:
    """These mismatches. Raises `UnseenError` where one may not be seen."""
    if len(visible_ids(session, ids, within=within)) != len(ids):
        raise UnseenError
    return _standing(session, ids)


def _standing(session: Session, ids: Sequence[str], left_out: int = 0) -> Selection:
    found = standing_of(session, ids)
    return Selection(tuple(found[one] for one in ids if one in found), left_out)


def act_on(
    session: Session,
    ids: Sequence[str],
    act: Act,
    values: Values,
    seen: str,
    *,
    within: str | None,
    now: datetime,
    actor: str,
) -> Acted:
    """Do it, in one transaction with the question whether one may.

    Raises `UnseenError`, `RefusedError`, and `ChangedError` where the act minds and they are not as they were seen.
    """
    found = selected(session, ids, within=within)
    if act.minds_values and seen != found.seen and found.open:
        raise ChangedError
    return carry_out(session, act, found, values, now=now, actor=actor)


def carry_out(session: Session, act: Act, found: Selection, values: Values, *, now: datetime, actor: str) -> Acted:
    """Do it to what was found in this transaction. Raises `RefusedError`."""
    changed = act.apply(session, found.ids, values, now=now, actor=actor)
    after = _standing(session, found.ids).units if changed else {}
    return Acted(act.name, changed, found, {one: units | after.get(one, units) for one, units in found.units.items()})


def try_on(
    session: Session, ids: Sequence[str], act: Act, values: Values, *, within: str | None, now: datetime, actor: str
) -> None:
    """Do it and undo it: raises `UndoneError` with how many would change, or what doing it would raise."""
    found = selected(session, ids, within=within)
    raise UndoneError(act.apply(session, found.ids, values, now=now, actor=actor))
