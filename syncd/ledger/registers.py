"""Registers: tables that the Office keeps in files, remembered row by row with when each was so.

In: the rows of a register as they are now. Out: what changed, and the register as it stood at any past instant. A
register that was never read differs from one that was read and is empty.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.ledger.audit import note
from syncd.ledger.packing import json_text
from syncd.ledger.rows import insert
from syncd.ledger.spans import compare, end, held_at, last_change
from syncd.ledger.tables_index import REGISTER_ROWS, REGISTERS


class RegisterChange(Struct, frozen=True):
    """The keys of the rows that came, that say something else now, and that went; each sorted."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)


def record_register(
    session: Session, *, register: str, rows: Mapping[str, dict[str, Any]], now: datetime, actor: str
) -> RegisterChange:
    """Remember a register as it is now, by the keys of its rows. Only differences are written.

    Contents come back as JSON has them: dates, decimals and other plain values as text, what is no number as None. An
    instant before the last change of the register counts as that one: a clock set back rewrites nothing.
    """
    since = _first_read_at(session, register)
    if since is None:
        insert(session, REGISTERS, [{"name": register, "first_read_at": now}])
    given = {key: _written(content) for key, content in rows.items()}
    known = {row.key: (row.id, _written(row.content)) for row in _held(session, register, None)}
    difference = compare({key: text for key, (_, text) in known.items()}, given)
    at = max(one for one in (now, since, last_change(session, REGISTER_ROWS, _of(register))) if one is not None)
    end(session, REGISTER_ROWS, [known[key][0] for key in (*difference.changed, *difference.gone)], at)
    insert(
        session,
        REGISTER_ROWS,
        [
            {"register_name": register, "key": key, "content": json.loads(given[key]), "valid_from": at}
            for key in (*difference.new, *difference.changed)
        ],
    )
    if difference or since is None:
        counts: dict[str, Any] = {name: len(keys) for name, keys in difference._asdict().items()}
        note(session, at=now, actor=actor, action="register", register=register, **counts)
    return RegisterChange(*difference)


def register_as_of(session: Session, register: str, at: datetime) -> dict[str, dict[str, Any]] | None:
    """The rows of a register as they stood at an instant, by key; None where it had never been read by then."""
    since = _first_read_at(session, register)
    if since is None or since > at:
        return None
    return {row.key: row.content for row in _held(session, register, at)}


def register_changed_at(session: Session, register: str, at: datetime) -> datetime | None:
    """When a register last changed, or was first read, no later than ``at``; None where it had never been read."""
    since = _first_read_at(session, register)
    if since is None or since > at:
        return None
    return last_change(session, REGISTER_ROWS, _of(register), until=at) or since


def _first_read_at(session: Session, register: str) -> datetime | None:
    wanted = sa.select(REGISTERS.c.first_read_at).where(REGISTERS.c.name == register)
    found: datetime | None = session.scalar(wanted)
    return found


def _held(session: Session, register: str, at: datetime | None) -> list[sa.Row[Any]]:
    """The rows that held at an instant (None: that still hold), by key."""
    holds = REGISTER_ROWS.c.valid_to.is_(None) if at is None else held_at(REGISTER_ROWS, at)
    wanted = sa.select(REGISTER_ROWS.c.id, REGISTER_ROWS.c.key, REGISTER_ROWS.c.content)
    return list(session.execute(wanted.where(_of(register), holds).order_by(REGISTER_ROWS.c.key)))


def _of(register: str) -> sa.ColumnElement[bool]:
    return REGISTER_ROWS.c.register_name == register


def _written(content: dict[str, Any]) -> str:
    """A content as JSON text that is the same for the same content; what is no number (NaN) becomes null."""
    plain = json.loads(json_text(content), parse_constant=lambda _: None)
    return json.dumps(plain, sort_keys=True)
