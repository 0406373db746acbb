"""What people ask to have read again is answered before anything else in the pair's next pass."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta

import pytest

from syncd.errors import SyncdError
from syncd.ledger import Ledger
from syncd.ledger.mismatches import history, select
from syncd.ledger.rereads import ask_reread, pending_rereads, rereads_of
from syncd.ledger.waiving import waive_mismatches
from syncd.passes import rereads
from syncd.sides.adapter import Listed, Wanted
from syncd.sides.errors import BlockedError
from syncd.sides.reading import Evidence
from tests.passes.counters import UNIT, Office
from tests.passes.towns import NAME, OTHER_NAME, Town
from tests.stores import Lie, Store
from tests.worlds import CARRIED

CODE = "1.000001"
GRACE = timedelta(days=1)
BLOCKED = BlockedError("a web page came instead of an answer", where="portal")
ALL = ("suspected", "confirmed", "waived", "resolved", "vanished")


def differing(town: Town, *, confirmed: bool = True) -> str:
    """A mismatch that is confirmed, or suspected with a long time of grace before it; its id."""
    if not confirmed:
        town.grace = GRACE
        town.restart()
    town.both("1.000002")
    town.publish(CODE, NAME)
    town.enter(CODE, OTHER_NAME)
    town.run()
    (known,) = town.known()
    assert known.state == ("confirmed" if confirmed else "suspected")
    return known.id


def ask(town: Town, identity: str) -> None:
    assert town.ledger.write_now(ask_reread, mismatch_ids=[identity], now=town.now, actor="user:hoa") == 1


def answer(town: Town, identity: str) -> str:
    assert town.ledger.read_now(pending_rereads, "ha-noi") == []
    return town.ledger.read_now(rereads_of, identity)[0].outcome


def state(town: Town, identity: str) -> str:
    return {one.id: one.state for one in town.ledger.read_now(select, states=ALL)}[identity]


def unlisted(town: Town) -> None:
    """Neither side can be listed: nothing but point reads can answer."""
    town.portal.lie = town.city.lie = Lie.FAILS


def test_a_suspected_one_is_confirmed_without_its_grace_time(town: Town) -> None:
    identity = differing(town, confirmed=False)
    town.run()
    assert state(town, identity) == "suspected", "nobody has asked"
    ask(town, identity)
    assert town.run().moves == 1
    assert (state(town, identity), answer(town, identity)) == ("confirmed", "confirmed")


def test_the_answer_needs_no_whole_reading(town: Town) -> None:
    identity = differing(town)
    ask(town, identity)
    town.enter(CODE, NAME)
    unlisted(town)
    outcome = town.run()
    assert (outcome.verdict, outcome.moves) == ("unknown", 0)
    assert (state(town, identity), answer(town, identity)) == ("confirmed", "resolved")
    town.portal.lie = town.city.lie = None
    whole = town.run()
    assert state(town, identity) == "resolved", "a whole reading ends it"
    (*_, last) = town.ledger.read_now(history, [identity])
    assert (last.event, last.pass_id, last.actor) == ("agreed", whole.pass_id, "test")


class Lagging(Store):
    """A side whose listing shows records as they were, while a point read shows them as they are."""

    behind: Mapping[str, bytes] = {}

    def lag(self) -> None:
        self.behind = {key: self._listing(key) for key in self.records}

    async def list_records(self, evidence: Evidence) -> AsyncIterator[list[Listed]]:
        async for page in super().list_records(evidence):
            yield [Listed(one.key, self.behind.get(one.key, one.raw)) for one in page]


@pytest.mark.parametrize("waived", [False, True])
def test_one_that_agrees_before_the_listing_does_keeps_its_id_until_it_ends(ledger: Ledger, waived: bool) -> None:
    """It is no other mismatch, and nobody hears that it ended and began again."""
    town = Town(ledger, city=Lagging(carries=CARRIED))
    identity = differing(town)
    if waived:
        terms = {"owner": "Lan", "reason": "chờ", "expires_at": town.now + GRACE}
        ledger.write_now(waive_mismatches, mismatch_ids=[identity], **terms, now=town.now, actor="user:lan")
    stands = "waived" if waived else "confirmed"
    town.city.lag()
    town.enter(CODE, NAME)
    for _ in range(2):
        ask(town, identity)
        town.run()
        assert (state(town, identity), answer(town, identity)) == (stands, "resolved")
    town.city.behind = {}
    town.run()
    assert [(one.id, one.state) for one in ledger.read_now(select, states=ALL)] == [(identity, "resolved")]
    assert [one.event for one in ledger.read_now(history, [identity])][-2:] == [stands, "agreed"]


def test_where_only_the_listing_is_as_before_the_same_pass_ends_it(ledger: Ledger) -> None:
    """Its details are read first, before those whose turn it would be."""
    town = Town(ledger, city=Lagging(carries=CARRIED, details=True))
    town.both(*(f"0.{number:06}" for number in range(2, 400)))
    identity = differing(town)
    town.city.lag()
    town.enter(CODE, NAME)
    town.run()
    assert state(town, identity) == "confirmed", "nobody has asked, and its turn has not come"
    ask(town, identity)
    town.run()
    assert (state(town, identity), answer(town, identity)) == ("resolved", "resolved")


def test_one_that_is_still_so_stays_and_is_said_to_be_so(town: Town) -> None:
    identity = differing(town)
    ask(town, identity)
    unlisted(town)
    assert town.run().moves == 0
    assert (state(town, identity), answer(town, identity)) == ("confirmed", "confirmed")


def test_other_values_wait_for_a_whole_reading(town: Town) -> None:
    identity = differing(town)
    ask(town, identity)
    town.enter(CODE, "Tên khác nữa")
    unlisted(town)
    assert town.run().moves == 0
    assert (state(town, identity), answer(town, identity)) == ("confirmed", "changed")


def test_a_suspected_one_that_is_not_found_again_waits_for_a_whole_reading(town: Town) -> None:
    identity = differing(town, confirmed=False)
    ask(town, identity)
    town.enter(CODE, NAME)
    unlisted(town)
    assert town.run().moves == 0
    assert (state(town, identity), answer(town, identity)) == ("suspected", "not_confirmed")


def test_one_whose_records_are_gone_vanishes(town: Town) -> None:
    identity = differing(town)
    ask(town, identity)
    town.portal.records.pop(f"id-{CODE}")
    town.city.records.pop(f"{CODE}.H26")
    unlisted(town)
    town.run()
    assert (state(town, identity), answer(town, identity)) == ("confirmed", "vanished")
    town.portal.lie = town.city.lie = None
    town.run()
    assert state(town, identity) == "vanished"


@pytest.mark.parametrize("side", ["portal", "city"])
def test_a_side_that_does_not_answer_leaves_everything_as_it_is_and_says_so(town: Town, side: str) -> None:
    identity = differing(town)
    ask(town, identity)
    town.enter(CODE, NAME)
    getattr(town, side).lie = Lie.DEAD
    town.run()
    assert (state(town, identity), answer(town, identity)) == ("confirmed", "unknown")


def test_a_waived_one_that_agrees_is_resolved_by_a_whole_reading(town: Town) -> None:
    identity = differing(town)
    terms = {"owner": "Lan", "reason": "chờ", "expires_at": town.now + GRACE}
    town.ledger.write_now(waive_mismatches, mismatch_ids=[identity], **terms, now=town.now, actor="user:lan")
    town.run()
    assert state(town, identity) == "waived", "the next pass keeps what people have waived"
    ask(town, identity)
    town.enter(CODE, NAME)
    unlisted(town)
    town.run()
    assert (state(town, identity), answer(town, identity)) == ("waived", "resolved")
    town.portal.lie = town.city.lie = None
    town.run()
    assert state(town, identity) == "resolved"


def test_one_that_ended_meanwhile_is_answered_by_how_it_ended(town: Town) -> None:
    identity = differing(town)
    other = Town(town.ledger, town.portal, town.city, now=town.now)
    ask(town, identity)
    town.enter(CODE, NAME)
    town.run()
    assert (state(town, identity), answer(town, identity)) == ("resolved", "resolved")
    assert other.run().verdict == "in_sync"


def test_a_pass_that_dies_leaves_the_wish_to_the_next(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the mismatch has moved, before the wish is answered."""
    identity = differing(town, confirmed=False)
    ask(town, identity)

    def die(*_: object, **__: object) -> int:
        raise SyncdError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(rereads, "finish_rereads", die)
        with pytest.raises(SyncdError, match="killed"):
            town.run()
    (wish,) = town.ledger.read_now(pending_rereads, "ha-noi")
    assert (state(town, identity), wish.taken_at is not None) == ("confirmed", True)
    town.run()
    assert answer(town, identity) == "confirmed"


def test_nobody_asks_and_no_side_is_asked_for_anything_more(town: Town) -> None:
    differing(town)
    before = town.city.asked
    town.run()
    assert town.city.asked == before + 1, "one listing"


def test_what_people_waive_while_a_pass_confirms_stays_waived(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pass read the mismatch as suspected; it must neither fail nor confirm it against the waiver."""
    identity = differing(town, confirmed=False)
    town.now += GRACE
    read_again = town.city.read_again

    async def waived_meanwhile(wanted: list[Wanted]):
        terms = {"owner": "Lan", "reason": "chờ", "expires_at": town.now + GRACE}
        await town.ledger.write(waive_mismatches, mismatch_ids=[identity], **terms, now=town.now, actor="user:lan")
        return await read_again(wanted)

    monkeypatch.setattr(town.city, "read_again", waived_meanwhile)
    assert town.run().verdict == "in_sync"
    assert state(town, identity) == "waived"


async def test_a_dossier_pass_answers_by_what_it_found(ledger: Ledger) -> None:
    """It reads everything every time; a wish made after it began to read waits for the next."""
    office = Office(ledger)
    office.both(received=100)
    office.portal.count(UNIT, received=90)
    await office.run()
    (known,) = office.known()
    for portal_error, counted, expected in ((BLOCKED, 90, "unknown"), (None, 90, "confirmed"), (None, 100, "resolved")):
        ledger.write_now(ask_reread, mismatch_ids=[known.id], now=office.now, actor="user:hoa")
        office.portal.error = portal_error
        office.portal.count(UNIT, received=counted)
        await office.run()
        assert ledger.read_now(rereads_of, known.id)[0].outcome == expected


async def test_a_wish_made_while_a_dossier_pass_reads_waits_for_the_next(ledger: Ledger) -> None:
    office = Office(ledger)
    office.both(received=100)
    office.portal.count(UNIT, received=90)
    await office.run()
    (known,) = office.known()
    late = office.now + timedelta(seconds=1)
    ledger.write_now(ask_reread, mismatch_ids=[known.id], now=late, actor="user:hoa")
    await office.run()
    assert len(ledger.read_now(pending_rereads, "ho-so")) == 1
    await office.run()
    assert ledger.read_now(pending_rereads, "ho-so") == []
