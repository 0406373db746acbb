"""The document system's packages against the portal of a pair: every planted decision is found, and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from loopback.documents import book
from loopback.documents.planted import HARMLESS, Plan, PlantedDecision
from loopback.run import serve
from syncd.answers.decisions_judged import DecisionCourse
from syncd.ledger.mismatches import open_mismatches
from syncd.passes.decision_pass import DecisionPolicy, DecisionSources, run_decision_pass
from syncd.passes.pass_verdict import PassVerdict
from syncd.reconcile.decisions_told import DecisionRules
from tests.adapters.edxml.worlds import around, reader
from tests.passes.archives import Unwatched
from tests.systems import opencps_world, small_catalogue
from tests.worlds import make_room

Found = tuple[str, str, str]

FINDS: dict[Plan, tuple[str, str]] = {
    Plan.NOT_ON_PORTAL: ("decision_not_entered", ""),
    Plan.NOT_IN_DOCUMENTS: ("decision_unknown", ""),
    Plan.OTHER_DATE: ("decision_differs", "signed"),
    Plan.OTHER_CODES: ("decision_differs", "codes"),
    Plan.RECALLED: ("decision_differs", "state"),
    Plan.REPLACED: ("decision_differs", "state"),
}
SIGNER_UNSAID = frozenset({Plan.OTHER_SIGNER})
"""Nobody can find this one: the portal of 2026 does not say who signed."""


def expected(planted: tuple[PlantedDecision, ...], withdrawn: set[str]) -> set[Found]:
    """What must be found. Of a procedure that the portal shows no more it does not say which decision it has."""
    kept = (one for one in planted if one.plan not in HARMLESS | SIGNER_UNSAID)
    told = (one for one in kept if not one.codes or not withdrawn.issuperset(one.codes))
    return {(one.number, *FINDS[one.plan]) for one in told}


async def test_every_planted_decision_is_found_and_confirmed(tmp_path: Path) -> None:
    catalogue = small_catalogue()
    documents = book(catalogue)
    (tmp_path / "den").mkdir()
    for sent in documents.sent:
        (tmp_path / "den" / sent.name).write_bytes(sent.content)
    rules = DecisionRules(issuers=frozenset({"H26"}), since=date(2022, 1, 1))
    course = DecisionCourse(name="quyet-dinh", rules=rules, pair="ha-noi", fresh_for=timedelta(days=1))
    async with (
        serve(catalogue) as systems,
        opencps_world(systems, f"sqlite:///{tmp_path}/ledger.db") as world,
        reader(around(tmp_path), folder={"path": "den"}) as documents_side,
    ):
        sources = DecisionSources(course, documents_side, policy=DecisionPolicy(grace=timedelta(hours=1)))
        world.clock.now = datetime(2025, 12, 1, tzinfo=UTC)
        await world.run()
        world.clock.now = datetime(2026, 11, 25, tzinfo=UTC)
        for _ in range(2):
            await world.run()
            room = make_room(world.ledger, world.clock)
            outcome = await run_decision_pass(sources, room, Unwatched(), actor="test")
            world.clock.move(timedelta(hours=2))
        known = world.ledger.read_now(open_mismatches, course.name)

    assert outcome.verdict is PassVerdict.MISMATCHED
    assert {one.state for one in known} == {"confirmed"}
    found = {(one.local_code.partition(" · ")[0], one.kind, one.field) for one in known}
    assert found == expected(documents.planted, {one.code for one in catalogue.portal if not one.public})
