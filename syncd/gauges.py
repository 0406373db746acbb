"""Tells metrics how passes go.

In: what passes, announcements and HTTP clients say of themselves. Out: counters and gauges with bounded labels.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from syncd.ledger.mismatches import MismatchEvent
from syncd.metrics import Metrics
from syncd.passes.moving import Moved
from syncd.passes.outcome import PassOutcome
from syncd.passes.pair import SIDES
from syncd.passes.staged import SideReading
from syncd.sides.http.words import Attempt
from syncd.sides.reading import Proof


@dataclass(slots=True)
class Gauges:
    """Tells metrics how passes go (`syncd.passes.one_pass.Watch`)."""

    metrics: Metrics

    def pass_started(self, pair: str, at: datetime) -> None:
        for side in SIDES:
            self.metrics.read_attempted(pair, side, at)

    def side_read(self, pair: str, reading: SideReading) -> None:
        side, ended = reading.side.name, reading.ended_at
        for slug, count in reading.errors.items():
            self.metrics.read_failed(pair, side, slug, count)
        if reading.failure is None:
            self.metrics.read_succeeded(pair, side, ended)
        if reading.proof.whole:
            self.metrics.read_whole(pair, side, ended, reading.proof.counted)
        elif reading.proof.grounds:
            self.metrics.read_withheld(pair, side, reading.proof.grounds[0])

    def moved(self, pair: str, moved: Moved) -> None:
        for lag in moved.lags:
            self.metrics.propagated(pair, lag.seconds)

    def pass_ended(self, outcome: PassOutcome, seconds: float) -> None:
        word = "complete" if outcome.is_whole else "partial"
        self.metrics.pass_ended(outcome.pair, word, seconds)
        if outcome.is_whole:
            self.metrics.verified(outcome.pair, outcome.started_at)
        if outcome.grace is not None:
            self.metrics.grace(outcome.pair, outcome.grace.total_seconds())

    def source_asked(self, course: str, side: str, at: datetime) -> None:
        """`syncd.passes.decision_pass.DecisionWatch`."""
        self.metrics.read_attempted(course, side, at)

    def source_read(self, course: str, side: str, proof: Proof, ended_at: datetime, slug: str) -> None:
        if slug:
            self.metrics.read_failed(course, side, slug)
        else:
            self.metrics.read_succeeded(course, side, ended_at)
        if proof.whole:
            self.metrics.read_whole(course, side, ended_at, proof.counted)
        elif proof.grounds:
            self.metrics.read_withheld(course, side, proof.grounds[0])

    def course_ended(self, course: str, *, started_at: datetime, is_whole: bool, seconds: float) -> None:
        self.metrics.pass_ended(course, "complete" if is_whole else "partial", seconds)
        if is_whole:
            self.metrics.verified(course, started_at)

    def changed(self, event: MismatchEvent) -> None:
        self.metrics.mismatch_changed(event.mismatch.pair, event.mismatch.kind, event.to_state)

    def attempted(self, pair: str, attempt: Attempt) -> None:
        if attempt.retried_in is None:
            ok = attempt.outcome == "ok"
            self.metrics.request(pair, attempt.side, attempt.operation, attempt.seconds, ok=ok)
        if attempt.ahead is not None:
            self.metrics.clock_skew(pair, attempt.side, attempt.ahead)
        for certificate, until in (("server", attempt.server_until), ("client", attempt.client_until)):
            if until is not None:
                self.metrics.certificate(pair, attempt.side, certificate, until)
