"""What each course was judged by, and since when: so that a past instant is answered by the rules of then.

In: the content of a configuration, as plain JSON. Out: the one that was in force at an instant. A row is written when
the content has changed, and only then.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.ledger.audit import note
from syncd.ledger.rows import columns, first_of, insert
from syncd.ledger.tables_configurations import CONFIGURATIONS


class InForce(Struct, frozen=True):
    """What a course was judged by, from ``at`` on."""

    at: datetime
    fingerprint: str
    content: dict[str, Any]


def remember_configuration(
    session: Session, *, course: str, content: Mapping[str, Any], at: datetime, actor: str
) -> bool:
    """Remember that ``course`` is judged by ``content`` from ``at`` on; returns whether that is new."""
    fingerprint = _fingerprint(content)
    before = in_force(session, course, at)
    if before is not None and before.fingerprint == fingerprint:
        return False
    row = {"course": course, "at": at, "fingerprint": fingerprint, "content": dict(content)}
    insert(session, CONFIGURATIONS, [row])
    note(session, at=at, actor=actor, action="setting", name=f"configuration/{course}")
    return True


def in_force(session: Session, course: str, at: datetime) -> InForce | None:
    """What ``course`` was judged by at ``at``; None where that is not remembered."""
    table = CONFIGURATIONS
    wanted = sa.select(*columns(table, InForce)).where(table.c.course == course, table.c.at <= at)
    return first_of(session, InForce, wanted.order_by(table.c.at.desc(), table.c.id.desc()))


def _fingerprint(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
