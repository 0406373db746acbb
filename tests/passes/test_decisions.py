"""Passes over publication decisions: a real file of signed documents against a portal that lists decisions itself."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from syncd.answers.overview import pair_state
from syncd.errors import ConflictError
from syncd.ledger import Ledger
from syncd.ledger.decisions import decisions_as_of
from syncd.ledger.mismatches import history, select
from syncd.ledger.passes import begin_pass
from syncd.ledger.rereads import ask_reread, rereads_of
from syncd.ledger.waivers import waive
from syncd.passes.pass_verdict import PassVerdict
from tests.passes.archives import NAME, Book, Registry


@pytest.fixture
def registry(ledger: Ledger, tmp_path: Path) -> Registry:
    """Both sides have one decision."""
    made = Registry(ledger, Book(tmp_path / "van-ban-di.csv"), Book(tmp_path / "cong.csv"))
    assert made.portal is not None
    for book in (made.documents, made.portal):
        book.sign("3584/QĐ-UBND", "08/09/2026")
    return made


def portal_of(registry: Registry) -> Book:
    assert registry.portal is not None
    return registry.portal


async def test_sides_that_agree_are_in_sync_and_remembered(registry: Registry) -> None:
    """Another spelling of the number on the portal is no difference."""
    portal_of(registry).rows[0]["Số ký hiệu"] = "3584/QĐ-UBND."
    portal_of(registry).write()

    outcome = await registry.run()

    assert (outcome.verdict, outcome.counts["in_sync"], outcome.is_whole) == (PassVerdict.IN_SYNC, 1, True)
    seen = registry.ledger.read_now(decisions_as_of, pair=NAME, side="documents", at=registry.now)
    assert [(one.decision.number, one.decision.signer, one.gone_at) for one in seen] == [
        ("3584/QĐ-UBND", "Nguyễn Văn Bình", None)
    ]


async def test_a_signed_decision_is_suspected_then_confirmed_then_resolved_by_the_portal(registry: Registry) -> None:
    registry.documents.sign("4001/QĐ-UBND", "20/11/2026")

    assert (await registry.run()).verdict is PassVerdict.MISMATCHED
    (one,) = registry.known()
    assert (one.kind, one.state, one.severity) == ("decision_not_entered", "suspected", "critical")
    assert (one.code, one.local_code) == ("", "4001/QĐ-UBND · 2026-11-20 · H26")
    assert (one.portal_value, one.city_value, one.agency_code) == ("", "4001/QĐ-UBND (20/11/2026)", "H26")
    await registry.run()
    assert registry.open() == {("decision_not_entered", "", "confirmed")}
    portal_of(registry).sign("4001/QĐ-UBND", "20/11/2026")
    assert (await registry.run()).verdict is PassVerdict.IN_SYNC
    events = registry.ledger.read_now(history, [one.id])
    assert [event.to_state for event in events] == ["suspected", "confirmed", "resolved"]


async def test_within_the_grace_nothing_is_confirmed_and_a_lagging_portal_raises_no_alarm(registry: Registry) -> None:
    registry.documents.sign("4001/QĐ-UBND", "20/11/2026")
    await registry.run(lasts=timedelta(minutes=30))
    await registry.run(lasts=timedelta(minutes=29))
    assert registry.open() == {("decision_not_entered", "", "suspected")}
    portal_of(registry).sign("4001/QĐ-UBND", "20/11/2026")
    await registry.run()

    every = registry.ledger.read_now(select, pair=NAME, states=("confirmed", "resolved"))
    assert [(one.state, one.confirmed_at) for one in every] == [("resolved", None)]


@pytest.mark.parametrize("side", ["documents", "portal"])
async def test_a_reading_that_is_not_whole_finds_confirms_and_resolves_nothing(registry: Registry, side: str) -> None:
    registry.documents.sign("4001/QĐ-UBND", "20/11/2026")
    await registry.run()
    book = registry.documents if side == "documents" else portal_of(registry)
    whole = book.file.read_bytes()
    book.file.write_text("Số ký hiệu,Ngày ban hành\n", encoding="utf-8")

    outcome = await registry.run()

    assert (outcome.verdict, outcome.is_whole) == (PassVerdict.UNKNOWN, False)
    assert any(reason.startswith(f"{side}: ") for reason in outcome.reasons)
    assert registry.open() == {("decision_not_entered", "", "suspected")}
    book.file.write_bytes(whole)
    await registry.run()
    assert registry.open() == {("decision_not_entered", "", "confirmed")}


async def test_a_row_that_cannot_be_read_leaves_what_hangs_on_it_as_it_is(registry: Registry) -> None:
    """The listing is whole but for a row: what the documents lack may be that row."""
    row = registry.documents.sign("4001/QĐ-UBND", "20/11/2026")
    await registry.run()
    await registry.run()
    row["Ngày ban hành"] = "ngày mai"
    registry.documents.write()
    portal_of(registry).sign("77/QĐ-UBND", "02/02/2026")

    outcome = await registry.run()

    assert outcome.is_whole
    assert registry.open() == {("decision_not_entered", "", "confirmed")}
    assert outcome.counts["unread"] == 1


async def test_a_decision_that_the_documents_do_not_know_is_found_and_resolved(registry: Registry) -> None:
    portal_of(registry).sign("77/QĐ-UBND", "02/02/2026")
    await registry.run()
    (one,) = registry.known()
    assert (one.kind, one.severity, one.portal_value, one.city_value) == (
        "decision_unknown",
        "major",
        "77/QĐ-UBND (02/02/2026)",
        "",
    )
    registry.documents.sign("77/QĐ-UBND", "02/02/2026")
    await registry.run()

    assert registry.open() == set()
    assert [one.state for one in registry.ledger.read_now(select, pair=NAME, states=("resolved",))] == ["resolved"]


async def test_documents_that_were_cleared_away_are_still_known(registry: Registry) -> None:
    """A folder may be emptied of what was sent; that decisions were there is remembered."""
    registry.documents.sign("4002/QĐ-UBND", "21/11/2026")
    portal_of(registry).sign("4002/QĐ-UBND", "21/11/2026")
    await registry.run()
    del registry.documents.rows[0]
    registry.documents.write()

    assert (await registry.run()).verdict is PassVerdict.IN_SYNC


async def test_a_signed_decision_that_left_both_sides_has_vanished(registry: Registry) -> None:
    registry.documents.sign("4001/QĐ-UBND", "20/11/2026")
    await registry.run()
    del registry.documents.rows[-1]
    registry.documents.write()
    await registry.run()

    assert [one.state for one in registry.ledger.read_now(select, pair=NAME, states=("vanished",))] == ["vanished"]


async def test_what_differs_is_told_by_field(registry: Registry) -> None:
    row = portal_of(registry).rows[0]
    row |= {"Ngày ban hành": "09/09/2026", "Người ký": "Nguyễn Văn Bính", "Mã TTHC": "1.000001, 1.000003"}
    portal_of(registry).write()
    registry.documents.rows[0]["Mã TTHC"] = "1.000001.000.00.00.H26; 1.000002"
    registry.documents.write()
    await registry.run()

    found = {one.field: (one.difference, one.portal_value, one.city_value) for one in registry.known()}
    assert found == {
        "signed": ("real", "2026-09-09", "2026-09-08"),
        "signer": ("tone-mark", "Nguyễn Văn Bính", "Nguyễn Văn Bình"),
        "codes": ("real", "1.000003", "1.000002"),
    }


async def test_a_recalled_decision_that_still_stands_is_a_difference_of_its_state(registry: Registry) -> None:
    registry.documents.rows[0]["Tình trạng"] = "Đã thu hồi"
    registry.documents.write()
    portal_of(registry).rows[0]["Tình trạng"] = ""
    portal_of(registry).write()
    await registry.run()

    (one,) = registry.known()
    assert (one.kind, one.field, one.portal_value, one.city_value) == (
        "decision_differs",
        "state",
        "issued",
        "recalled",
    )


async def test_a_waiver_holds_while_nothing_changes(registry: Registry) -> None:
    registry.documents.sign("4001/QĐ-UBND", "20/11/2026")
    await registry.run()
    (one,) = registry.known()
    registry.ledger.write_now(
        waive,
        pair=NAME,
        subject=one.subject,
        values_digest=one.values_digest,
        owner="Văn phòng",
        reason="chỉ lưu nội bộ",
        expires_at=registry.now + timedelta(days=30),
        now=registry.now,
        actor="test",
    )

    assert (await registry.run()).verdict is PassVerdict.IN_SYNC
    assert registry.open() == {("decision_not_entered", "", "waived")}


async def test_who_asked_for_another_look_is_answered_by_the_next_pass(registry: Registry) -> None:
    registry.documents.sign("4001/QĐ-UBND", "20/11/2026")
    await registry.run()
    (one,) = registry.known()
    registry.ledger.write_now(ask_reread, mismatch_ids=[one.id], now=registry.now, actor="chi.lan")
    registry.now += timedelta(minutes=1)
    await registry.run()

    assert [answer.outcome for answer in registry.ledger.read_now(rereads_of, one.id)] == ["confirmed"]


async def test_an_unclear_reading_answers_that_nothing_is_known(registry: Registry) -> None:
    registry.documents.sign("4001/QĐ-UBND", "20/11/2026")
    await registry.run()
    (one,) = registry.known()
    registry.ledger.write_now(ask_reread, mismatch_ids=[one.id], now=registry.now, actor="chi.lan")
    registry.now += timedelta(minutes=1)
    portal_of(registry).file.unlink()
    await registry.run()

    assert [answer.outcome for answer in registry.ledger.read_now(rereads_of, one.id)] == ["unknown"]


async def test_the_overview_tells_how_the_document_system_was_read(registry: Registry) -> None:
    await registry.run()
    state = registry.ledger.read_now(pair_state, NAME, (), now=registry.now, fresh_for=timedelta(hours=6))
    assert (state.verdict, state.portal.side, state.city.side, state.city.counted) == (
        "in_sync",
        "portal",
        "documents",
        1,
    )
    registry.documents.file.unlink()
    await registry.run()
    state = registry.ledger.read_now(pair_state, NAME, (), now=registry.now, fresh_for=timedelta(hours=6))
    assert state.verdict == "unknown"
    assert state.reasons[0].startswith("the newest reading of the documents is partial")


async def test_a_second_holder_is_refused_while_the_first_lives(registry: Registry) -> None:
    registry.ledger.write_now(
        begin_pass, pair=NAME, holder="other", now=registry.now, actor="x", stale_after=timedelta(minutes=2)
    )
    with pytest.raises(ConflictError):
        await registry.run()
