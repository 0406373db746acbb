"""What mismatches rest on, for documents: a stream of them, their readings, the events that they can be asked after by.

In: an instant, states, ids. Out: mismatches as they stood then, in constant memory; readings and last events by id.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from syncd.ledger.mismatches import Mismatch
from syncd.ledger.packing import unpack_struct
from syncd.ledger.readings import Reading
from syncd.ledger.rows import chunks, columns, stream
from syncd.ledger.tables import MISMATCH_EVENTS, MISMATCHES, READINGS


def each_mismatch(
    session: Session, *, as_of: datetime, states: Collection[str], pair: str | None = None
) -> Iterator[tuple[int, Mismatch]]:
    """Every mismatch in these states as it stood at ``as_of``, with its last event then; the longest open ones first.

    The order rests on what never changes of a mismatch, so that the same instant gives the same order for ever.
    """
    last = sa.select(sa.func.max(MISMATCH_EVENTS.c.id)).where(MISMATCH_EVENTS.c.at <= as_of)
    if pair is not None:
        last = last.where(MISMATCH_EVENTS.c.pair == pair)
    wanted = (
        sa.select(MISMATCH_EVENTS.c.id, MISMATCH_EVENTS.c.snapshot)
        .join(MISMATCHES, MISMATCHES.c.id == MISMATCH_EVENTS.c.mismatch_id)
        .where(
            MISMATCH_EVENTS.c.id.in_(last.group_by(MISMATCH_EVENTS.c.mismatch_id)),
            MISMATCH_EVENTS.c.to_state.in_(list(states)),
        )
        .order_by(MISMATCHES.c.first_seen, MISMATCHES.c.code, MISMATCHES.c.id)
    )
    for event, snapshot in stream(session, wanted):
        yield event, unpack_struct(snapshot, Mismatch)


def readings_by_id(session: Session, ids: Collection[int]) -> dict[int, Reading]:
    """Readings by their ids."""
    found: dict[int, Reading] = {}
    for some in chunks(sorted(set(ids))):
        rows = session.execute(sa.select(*columns(READINGS, Reading)).where(READINGS.c.id.in_(some)))
        found.update((row.id, Reading(*row)) for row in rows)
    return found
