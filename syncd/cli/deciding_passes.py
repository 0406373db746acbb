"""What `syncd observe` does with decisions: a pass now over each table, or each table as it was at an instant.

In: a household, a table. Out: an outcome or a row, with a verdict.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from syncd.answers.decisions_judged import Judged, judged
from syncd.assembly import Household
from syncd.cli.progress import Progress
from syncd.config import DecisionConfig
from syncd.ledger.decisions import DOCUMENTS, PORTAL
from syncd.passes.build import build_decisions, check, decision_course
from syncd.passes.decision_pass import DecisionOutcome, run_decision_pass
from syncd.passes.decision_recording import COUNTED
from syncd.passes.pass_verdict import PassVerdict


async def one_decision_pass(household: Household, config: DecisionConfig, grace: timedelta | None) -> DecisionOutcome:
    """A pass now, announced."""
    known = household.configuration
    sources = build_decisions(known, config, check(known)[config.name], household.gauges.attempted)
    try:
        with Progress(config.name) as progress:
            outcome = await run_decision_pass(
                sources, household.room, household.gauges, actor="observe", grace_override=grace, progress=progress
            )
        await household.announce()
        return outcome
    finally:
        await sources.close()


async def decisions_then(household: Household, config: DecisionConfig, at: datetime) -> Judged:
    """Every decision of a table as of an instant."""
    course = decision_course(household.configuration, config)
    return await household.ledger.read(judged, course, at)


def verdict_of(found: Judged) -> PassVerdict:
    """What can be said of a table."""
    if not found.is_known:
        return PassVerdict.UNKNOWN
    is_wrong = any(one.observations for one in found.judgements)
    return PassVerdict.MISMATCHED if is_wrong else PassVerdict.IN_SYNC


def decided_row(name: str, found: Judged) -> dict[str, Any]:
    """A table as a row beside the pairs; the document system stands in the place of the city's."""
    stand = Counter(COUNTED[one.standing] for one in found.judgements)
    return {
        "pair": name,
        "verdict": verdict_of(found).value,
        "portal": _side(found, PORTAL),
        "city": _side(found, DOCUMENTS),
        **{count: stand[count] for count in ("in_sync", "mismatched", "unread")},
        "form_only": 0,
        "reasons": [*found.unknown.values(), *([found.remark] if found.remark else [])],
    }


def _side(found: Judged, side: str) -> dict[str, Any]:
    reading = found.readings.get(side)
    if reading is None:
        return {"verdict": "never read", "records": 0, "at": None}
    return {"verdict": "whole", "records": reading.counted, "at": reading.ended_at.isoformat()}
