"""Nothing can be changed in the audit trail, put into it or taken out of it without breaking its chain."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from syncd.ledger import open_ledger
from syncd.ledger.audit import Change, audit_of, note, note_each, trail
from syncd.ledger.audit_chain import HEAD, ZERO
from syncd.ledger.audit_proof import Verification, verify_chain
from syncd.ledger.passes import begin_pass, end_pass, interrupt_holders
from syncd.ledger.tables import AUDIT, SETTINGS

NOW = datetime(2026, 11, 25, 1, 2, 3, 456789, tzinfo=UTC)
WHO = {"at": NOW, "actor": "user:hoa"}


def write(ledger, number: int = 5) -> None:
    for count in range(number):
        ledger.write_now(note, **WHO, action="assigned", pair="ha-noi", mismatch_id=f"M-{count}", count=count)


def verify(ledger, expect=None):
    return ledger.read_now(verify_chain, expect=expect)


class SeenError(Exception):
    """What was seen before everything was undone."""


def tampered(ledger, *statements) -> Verification:
    """What following the chain shows after these statements, which are undone again."""

    def look(session):
        for statement in statements:
            session.execute(statement)
        raise SeenError(verify_chain(session))

    with pytest.raises(SeenError) as caught:
        ledger.write_now(look)
    return caught.value.args[0]


def ids(ledger) -> list[int]:
    return [entry.id for entry in reversed(ledger.read_now(trail))]


def test_an_empty_trail_is_whole(ledger):
    found = verify(ledger)
    assert (found.is_whole, found.rows, found.newest) == (True, 0, ZERO)


def test_a_trail_that_nobody_touched_is_whole(ledger):
    """Whatever its details are: instants, nesting, numbers, text that no database holds as it is."""
    write(ledger)
    odd = {"at": NOW, "text": "Hòa\x00\ud800\\", "nested": {"b": [1, 2.5, None], "a": True}, "big": 2**70}
    ledger.write_now(note, **WHO, action="odd\x00", detail_of=odd, when=NOW)
    ledger.write_now(
        note_each, **WHO, action="several", changes=[Change("ha-noi", f"M-{one}", {"one": one}) for one in range(3)]
    )
    found = verify(ledger)
    assert (found.is_whole, found.rows) == (True, 9)
    assert found.newest == ledger.read_now(trail, limit=1)[0].chain


def test_instants_of_other_zones_are_the_same_instants(ledger):
    ledger.write_now(note, at=NOW.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")), actor="user:hoa", action="assigned")
    assert verify(ledger).is_whole


CHANGES = (
    {"actor": "user:lan"},
    {"action": "unassigned"},
    {"pair": "hue"},
    {"detail": {"count": 99}},
    {"mismatch_id": "M-9"},
    {"mismatch_id": None},
    {"at": NOW + timedelta(microseconds=1)},
    {"chain": "0" * 64},
    {"chain": None},
)


def test_a_changed_row_breaks_the_chain_there(ledger):
    """Whatever is changed, and wherever the row is."""
    write(ledger)
    rows = ids(ledger)
    for place, change in product(range(5), CHANGES):
        found = tampered(ledger, sa.update(AUDIT).where(AUDIT.c.id == rows[place]).values(**change))
        unlinked_first = place == 0 and change == {"chain": None}
        assert found.first_break == rows[1 if unlinked_first else place], (place, change)
    assert verify(ledger).is_whole


def test_a_row_removed_anywhere_breaks_the_chain_after_it(ledger):
    write(ledger)
    rows = ids(ledger)
    for place in range(4):
        assert tampered(ledger, sa.delete(AUDIT).where(AUDIT.c.id == rows[place])).first_break == rows[place + 1]


def test_rows_removed_at_the_end_are_missed(ledger):
    write(ledger)
    for left in (0, 1, 4):
        found = tampered(ledger, sa.delete(AUDIT).where(AUDIT.c.id.in_(ids(ledger)[left:])))
        assert (found.is_whole, found.rows, found.first_break) == (False, left, 0)
        assert "should have 5" in found.words


def test_a_row_put_in_behind_the_ledgers_back_breaks_the_chain(ledger):
    write(ledger)
    row = {"id": 1_000, "at": NOW, "actor": "user:lan", "action": "waive", "pair": "", "detail": {}}
    assert tampered(ledger, sa.insert(AUDIT).values(**row)).first_break == 1_000


def test_rows_that_change_places_break_the_chain(ledger):
    write(ledger)
    second, third = ids(ledger)[1:3]
    swaps = ((second, -1), (third, second), (-1, third))
    found = tampered(ledger, *(sa.update(AUDIT).where(AUDIT.c.id == old).values(id=new) for old, new in swaps))
    assert found.first_break == second


def test_a_head_that_was_tampered_with_is_noticed(ledger):
    write(ledger)
    which = SETTINGS.c.name == HEAD
    assert tampered(ledger, sa.delete(SETTINGS).where(which)).first_break == 0
    for head in ("", "5", "x y", f"5 {ZERO}", f"-1 {ZERO}"):
        assert tampered(ledger, sa.update(SETTINGS).where(which).values(value=head)).first_break == 0, head


def test_a_trail_written_anew_lacks_the_hash_that_was_noted_elsewhere(ledger):
    """Who can rewrite everything can rewrite the head: a noted hash still tells."""
    write(ledger)
    noted = verify(ledger).newest
    write(ledger, 2)
    assert verify(ledger, noted).is_whole, "more was written since, and that is right"

    def rewrite(session):
        session.execute(sa.delete(AUDIT))
        session.execute(sa.delete(SETTINGS).where(SETTINGS.c.name == HEAD))
        note(session, **WHO, action="forged")

    ledger.write_now(rewrite)
    assert verify(ledger).is_whole
    found = verify(ledger, noted)
    assert not found.is_whole
    assert "written anew" in found.words


def test_what_is_undone_leaves_no_trace_in_the_chain(ledger):
    write(ledger)

    def half(session):
        note(session, **WHO, action="assigned")
        raise RuntimeError("undone")

    with pytest.raises(RuntimeError):
        ledger.write_now(half)
    write(ledger, 1)
    found = verify(ledger)
    assert (found.is_whole, found.rows) == (True, 6)


def test_several_programs_write_one_chain(ledger, url):
    """Each with its own connection."""
    with open_ledger(url) as second, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: write((ledger, second)[number % 2], 5), range(4)))
    found = verify(ledger)
    assert (found.is_whole, found.rows) == (True, 20)


def test_a_long_trail_is_followed_piece_by_piece(ledger):
    """More rows than are held at once."""
    changes = [Change("ha-noi", f"M-{number}", {"number": number}) for number in range(5_000)]
    ledger.write_now(note_each, **WHO, action="assigned", changes=changes)
    assert (verify(ledger).is_whole, verify(ledger).rows) == (True, 5_000)


def test_what_was_done_about_one_mismatch_is_listed_oldest_first(ledger):
    write(ledger)
    ledger.write_now(note, **WHO, action="commented", mismatch_id="M-2")
    assert [entry.action for entry in ledger.read_now(audit_of, "M-2")] == ["assigned", "commented"]
    assert ledger.read_now(audit_of, "M-99") == []


def test_the_trail_is_narrowed_and_paged(ledger):
    write(ledger)
    ledger.write_now(note, at=NOW, actor="user:lan", action="waive")
    assert [entry.actor for entry in ledger.read_now(trail, action="waive")] == ["user:lan"]
    assert len(ledger.read_now(trail, actor="user:hoa")) == 5
    newest = ledger.read_now(trail, limit=2)
    following = ledger.read_now(trail, limit=2, before=newest[-1].id)
    assert [entry.id for entry in (*newest, *following)] == ids(ledger)[:1:-1]


def test_nobody_changes_anything_namelessly(ledger):
    with pytest.raises(ValueError, match="needs an actor"):
        ledger.write_now(note, at=NOW, actor=" ", action="assigned")


def test_a_pass_is_history_of_its_own_and_no_row_of_the_trail(ledger):
    """But what somebody does to another's pass is."""
    begun = {"pair": "ha-noi", "holder": "a", "now": NOW, "actor": "daemon", "stale_after": timedelta(minutes=2)}
    pass_id = ledger.write_now(begin_pass, **begun)
    ledger.write_now(end_pass, pass_id=pass_id, outcome="in_sync", now=NOW)
    assert ledger.read_now(trail) == []
    ledger.write_now(begin_pass, **begun)
    ledger.write_now(interrupt_holders, holders=["a"], now=NOW, actor="daemon")
    assert [entry.action for entry in ledger.read_now(trail)] == ["pass_interrupted"]
