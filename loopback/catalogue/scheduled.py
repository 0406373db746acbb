"""Scheduled changes: what will happen on the portal one day, and the mismatches that it will bring.

In: the garden and one untouched procedure. Out: the garden, with one event waiting.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from loopback.catalogue.agencies import uuid7
from loopback.catalogue.drafts import CAPTURED_MS, DAY_MS, WITHDRAWN, Decision, Draft, decision
from loopback.catalogue.garden import Garden, day_of
from loopback.catalogue.harmless import withdrawn_on_both
from loopback.catalogue.planted import Change
from syncd.reconcile.mismatches import MismatchKind


def republished(garden: Garden, draft: Draft) -> None:
    """Withdrawn and closed now; one day the portal shows it again."""
    withdrawn_on_both(garden, draft)
    later = replace(draft, state="UPDATED", updated_ms=CAPTURED_MS + DAY_MS)
    garden.schedule(Change.REPUBLISH, later, garden.expectation(MismatchKind.REPUBLISHED, draft))


def withdrawn_later(garden: Garden, draft: Draft) -> None:
    """One day the portal withdraws it; the city stays open."""
    later = replace(draft, state=WITHDRAWN, updated_ms=CAPTURED_MS + DAY_MS)
    garden.schedule(Change.WITHDRAW, later, garden.expectation(MismatchKind.WITHDRAWN_ON_PORTAL, draft))


def renamed_later(garden: Garden, draft: Draft) -> None:
    """One day the portal renames it."""
    name = f"{draft.name} (sửa đổi)"
    later = replace(draft, name=name, typed_name=name, updated_ms=CAPTURED_MS + DAY_MS)
    garden.schedule(Change.RENAME, later, garden.expectation(MismatchKind.FIELD_DIFFERS, draft, "name"))


def decided_later(garden: Garden, draft: Draft) -> None:
    """One day a new decision is published."""
    later = replace(draft, decision=_newer(garden, draft, published=True), updated_ms=CAPTURED_MS + DAY_MS)
    appears = garden.expectation(MismatchKind.DECISION_SUPERSEDED, draft, "decision_number", needs="decision_number")
    garden.schedule(Change.NEW_DECISION, later, appears)


def proposed_later(garden: Garden, draft: Draft) -> None:
    """One day the portal shows a decision that is not public yet, with ``updatedAt`` unchanged."""
    later = replace(draft, decision=_newer(garden, draft, published=False))
    appears = garden.expectation(MismatchKind.UNPUBLISHED_DECISION, draft, "published_at")
    garden.schedule(Change.PENDING_DECISION, later, appears)


def flapping_later(garden: Garden, draft: Draft) -> None:
    """One day the portal shows an older decision, with ``updatedAt`` unchanged; the city is not behind."""
    older = decision(draft.publisher, garden.random)
    day = day_of(draft) - timedelta(days=2_000)
    later = replace(draft, decision=older._replace(day=day, published_ms=CAPTURED_MS - DAY_MS))
    garden.schedule(Change.DECISION_FLAP, later)


def published_later(garden: Garden, draft: Draft) -> None:
    """One day the portal publishes it; nobody has it yet."""
    del garden.rows[draft.code]
    garden.hidden.add(draft.code)
    garden.schedule(Change.PUBLISH, draft, garden.expectation(MismatchKind.MISSING_IN_CITY, draft))


def _newer(garden: Garden, draft: Draft, *, published: bool) -> Decision:
    at = CAPTURED_MS + DAY_MS
    number = f"{garden.random.randint(5_000, 5_999)}/QĐ-{draft.publisher.mark}"
    day = date(2026, 7, 18) if published else date(2026, 7, 20)
    return Decision(uuid7(at, garden.random), number, number, day, False, at if published else None, draft.publisher)
