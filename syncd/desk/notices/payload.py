"""A digest as plain values, for the program behind a webhook.

In: the facts of one digest. Out: what goes into the outbox and is sent as JSON. Lists are cut, counts are whole.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from syncd.answers.digests import MOST_LISTED, DigestRow, OverdueStep, Section
from syncd.desk.notices.digest import Voice, address_of, line_of_step, plain, subject_of
from syncd.desk.notices.facts import Facts
from syncd.records.dossiers import Dossier

VERSION = 1


def payload_of(facts: Facts, voice: Voice, key: str) -> dict[str, Any]:
    """The content of a webhook. Instants are ISO 8601 in UTC; ``listed`` lists are cut, ``counts`` are whole."""
    counts = {section.value: facts.told.counts.get(section, 0) for section in Section}
    return {
        "kind": "digest",
        "version": VERSION,
        "id": key,
        "unit": facts.unit,
        "unit_name": plain(facts.unit_name),
        "since": facts.since.isoformat(),
        "until": facts.until.isoformat(),
        "title": subject_of(facts, voice),
        "url": address_of(facts, voice),
        "counts": {**counts, "overdue": len(facts.overdue.steps), "overdue_dossiers": len(facts.overdue.dossiers)},
        "listed": {
            **{one.value: [_row(row, voice) for row in facts.told.rows.get(one, ())] for one in Section},
            "overdue": [_step(one, voice) for one in facts.overdue.steps[:MOST_LISTED]],
            "overdue_dossiers": [_dossier(one) for one in facts.overdue.dossiers[:MOST_LISTED]],
        },
    }


def _row(row: DigestRow, voice: Voice) -> dict[str, Any]:
    one = row.mismatch
    return {
        "event": row.event_id,
        "what": row.event,
        "at": row.at.isoformat(),
        "mismatch": one.id,
        "kind": one.kind,
        "severity": one.severity,
        "state": one.state,
        "code": plain(one.code),
        "local_code": plain(one.local_code),
        "name": plain(one.name),
        "field": one.field,
        "unit": plain(row.unit),
        "url": voice.url("mismatch", id=one.id),
    }


def _step(one: OverdueStep, voice: Voice) -> dict[str, Any]:
    return {
        "code": plain(one.code),
        "name": plain(one.name),
        "unit": plain(one.unit),
        "decision": plain(one.decision),
        "step": one.step,
        "reading": one.reading,
        "day": one.day.isoformat(),
        "url": line_of_step(one, voice).url,
    }


def _dossier(one: Dossier) -> dict[str, Any]:
    return {
        "number": plain(one.number),
        "unit": plain(one.unit_code),
        "due": _iso(one.due),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
