"""What users of such tools complain about, cluster by cluster (C1 to C12): each a regression test by its name.

Repairs do not exist yet; of the clusters about them (C2, C6, C8) stands here what does.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import unicodedata
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from syncd.gauges import Gauges
from syncd.ledger import Ledger, open_ledger, upgrade
from syncd.ledger.mismatches import Mismatch, open_mismatches
from syncd.ledger.staging import stage
from syncd.ledger.tables import HEADS, MISMATCH_EVENTS, MISMATCHES, VERSIONS
from syncd.ledger.versions import contents
from syncd.ledger.waivers import waive
from syncd.metrics import Metrics
from syncd.passes.one_pass import PassOutcome, PassVerdict, Room, run_pass
from syncd.passes.pair import Pair
from syncd.passes.past import then
from syncd.passes.schedule import Rhythm, first_delay
from syncd.passes.verdict import CASES_AT_ONCE
from syncd.reconcile.grace import GracePolicy
from syncd.records.procedure import Kind, Level, Procedure, State
from syncd.sides.adapter import Answer, Listed, Wanted
from syncd.sides.http.limiter import pace_of
from syncd.sides.reading import Evidence, ReadingVerdict, Shrinkage
from tests.stores import POISON, Lie, Store
from tests.systems import VirtualClock, World
from tests.worlds import CARRIED, make_pair, make_room

GRACE = timedelta(minutes=10)
DECIDED = CARRIED | {"decision_number", "decision_date"}
TOLD = CARRIED | {"state"}


@dataclass
class Little:
    """A pair of stores on a ledger of its own, with a clock that is moved by hand."""

    ledger: Ledger
    portal: Store = field(default_factory=Store)
    city: Store = field(default_factory=lambda: Store(carries=CARRIED))
    clock: VirtualClock = field(default_factory=VirtualClock)
    pair: Pair = field(init=False)

    def __post_init__(self) -> None:
        self.pair = make_pair(self.portal, self.city, grace=GRACE)

    def both(self, number: int, *, portal_name: str = "", city_name: str = "", **fields: Any) -> str:
        """One procedure on both sides, by default the same; returns its code."""
        code = f"1.{100_000 + number}"
        name = f"Thủ tục số {number}"
        self.portal.put(f"id-{code}", portal_record(code, portal_name or name, **fields))
        self.city.put(f"{code}.H26", city_record(code, city_name or portal_name or name, **fields))
        return code

    def only_portal(self, number: int) -> str:
        code = f"1.{100_000 + number}"
        self.portal.put(f"id-{code}", portal_record(code, f"Thủ tục số {number}"))
        return code

    async def run(self, pair: Pair | None = None, room: Room | None = None) -> PassOutcome:
        outcome = await run_pass(pair or self.pair, room or make_room(self.ledger, self.clock), actor="test")
        self.clock.move(timedelta(seconds=30))
        return outcome

    async def settle(self) -> PassOutcome:
        await self.run()
        self.clock.move(GRACE)
        return await self.run()

    def known(self, pair: str = "ha-noi") -> list[Mismatch]:
        return self.ledger.read_now(open_mismatches, pair)

    def subjects(self, pair: str = "ha-noi") -> set[tuple[str, str, str]]:
        return {(one.kind, one.code, one.state) for one in self.known(pair)}


def portal_record(code: str, name: str, **fields: Any) -> Procedure:
    plain = {"kind": Kind.STANDARD, "state": State.PUBLIC, "levels": (Level.PROVINCE,)}
    return Procedure(code=code, portal_id=f"id-{code}", name=name, **{**plain, **fields})


def city_record(code: str, name: str, **fields: Any) -> Procedure:
    return Procedure(code=code, local_code=f"{code}.H26", name=name, **fields)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    upgrade(url)
    with open_ledger(url) as opened:
        yield opened


@pytest.fixture
def little(ledger: Ledger) -> Little:
    return Little(ledger)


def state_of(ledger: Ledger) -> dict[str, list[Any]]:
    """Everything remembered but attempts: passes, readings and who began them."""

    def rows(session: Any) -> dict[str, list[Any]]:
        tables = (VERSIONS, HEADS, MISMATCHES, MISMATCH_EVENTS)
        return {table.name: sorted(map(tuple, session.execute(sa.select(table))), key=repr) for table in tables}

    return ledger.read_now(rows)


# C1: an incomplete reading is taken for mass deletion


@pytest.mark.parametrize("page", range(1, 13))
async def test_c1_a_page_that_never_comes_makes_nothing_missing(opencps: World, page: int) -> None:
    """Kill page k of n, for every k; the tries of the client included."""
    before = opencps.known()
    opencps.systems.portal_faults.add("reset", path="/reporting/formalities", nth=page, times=None)
    outcome = await opencps.run()

    assert outcome.verdict is PassVerdict.UNKNOWN
    assert not outcome.proofs["portal"].whole
    assert opencps.known() == before


@pytest.mark.parametrize("lie", Lie)
@pytest.mark.parametrize("side", ["portal", "city"])
async def test_c1_no_lie_of_a_listing_makes_anything_missing_or_gone(little: Little, side: str, lie: Lie) -> None:
    for number in range(12):
        little.both(number)
    await little.run()
    before = state_of(little.ledger)
    store = little.portal if side == "portal" else little.city
    store.lie = lie

    assert (await little.run()).verdict is PassVerdict.UNKNOWN
    assert state_of(little.ledger) == before


async def test_c1_two_fifths_of_a_side_are_refused_and_all_of_it_is_believed_again(little: Little) -> None:
    """The side says that this is all there is; nobody believes it, and nobody must be told when it is whole again."""
    for number in range(100):
        little.both(number)
    little.pair.policy = replace(little.pair.policy, shrinkage=Shrinkage())
    await little.run()
    hidden = {key: little.portal.records.pop(key) for key in sorted(little.portal.records)[40:]}
    refused = await little.run()
    assert refused.proofs["portal"].verdict is ReadingVerdict.REFUSED
    assert little.known() == []

    little.portal.records.update(hidden)
    assert (await little.run()).verdict is PassVerdict.IN_SYNC


# C2: a threshold that nobody can tune or explain


async def test_c2_a_refused_shrinkage_names_the_numbers_the_limits_and_the_options(little: Little) -> None:
    for number in range(100):
        little.both(number)
    little.pair.policy = replace(little.pair.policy, shrinkage=Shrinkage(records=20, share=0.1))
    await little.run()
    for key in sorted(little.city.records)[75:]:
        del little.city.records[key]
    (reason,) = (await little.run()).proofs["city"].reasons

    assert "75 records where the last whole reading had 100: 25 fewer" in reason
    assert "the limits of 20 records and 10%" in reason
    assert "shrinkage.records" in reason
    assert "shrinkage.share" in reason


@pytest.mark.parametrize(
    ("limits", "verdict"),
    [
        (Shrinkage(records=25, share=0.1), PassVerdict.MISMATCHED),
        (Shrinkage(records=20, share=0.25), PassVerdict.MISMATCHED),
        (Shrinkage(records=20, share=1.0), PassVerdict.MISMATCHED),
        (Shrinkage(records=0, share=0.0), PassVerdict.UNKNOWN),
    ],
)
async def test_c2_either_limit_can_be_raised_and_zero_means_none_at_all(
    little: Little, limits: Shrinkage, verdict: PassVerdict
) -> None:
    """25 of 100 are gone for good. Zero is "not one may go", never "off"; off is a share of 1."""
    for number in range(100):
        little.both(number)
    little.pair.policy = replace(little.pair.policy, shrinkage=limits)
    await little.run()
    for key in sorted(little.city.records)[75:]:
        del little.city.records[key]

    assert (await little.run()).verdict is verdict


# C3: one bad record or one dead side stops everything


async def test_c3_a_record_that_cannot_be_read_stops_nothing_else(little: Little) -> None:
    for number in range(5):
        little.both(number)
    missing = little.only_portal(6)
    little.portal.records["id-poison"] = POISON
    little.city.records["1.100050.H26"] = POISON
    await little.settle()

    assert little.subjects() == {
        ("missing_in_city", missing, "confirmed"),
        ("invalid_record", "", "confirmed"),
        ("invalid_record", "1.100050", "confirmed"),
    }


async def test_c3_a_broken_record_without_a_code_leaves_in_doubt_only_what_it_may_be(little: Little) -> None:
    """It may be the very record that seems to be missing: that stays suspected, and all else is confirmed."""
    missing, differs = little.only_portal(6), little.both(7, city_name="khác")
    little.city.records["poison"] = POISON
    await little.settle()

    assert little.subjects() == {
        ("missing_in_city", missing, "suspected"),
        ("field_differs", differs, "confirmed"),
        ("invalid_record", "", "confirmed"),
    }


async def test_c3_details_that_cannot_be_read_make_themselves_unknown_and_nothing_else(ledger: Ledger) -> None:
    """Their absence or content is no one's verdict, the rest converges, and the pass is not called in sync."""
    little = Little(ledger, portal=Store(details=True))
    unread = [little.both(number) for number in range(2)]
    await little.run()
    for number in range(2):
        little.both(number, portal_name="Tên mới", city_name="Tên cũ")
    differs = little.both(7, city_name="khác hẳn")
    little.portal.unreadable = {f"id-{code}" for code in unread}
    outcome = await little.settle()

    assert little.subjects() == {("field_differs", differs, "confirmed")}
    assert (outcome.unread, outcome.is_whole) == (2, False)

    little.portal.unreadable.clear()
    await little.settle()
    assert little.subjects() == {("field_differs", code, "confirmed") for code in (*unread, differs)}


async def test_c3_a_pair_whose_side_is_dead_does_not_hold_up_another(little: Little) -> None:
    dead = replace(make_pair(Store(lie=Lie.DEAD), Store(carries=CARRIED), grace=GRACE), name="da-nang")
    little.both(0)
    missing = little.only_portal(1)

    assert (await little.run(dead)).verdict is PassVerdict.UNKNOWN
    await little.settle()
    assert (await little.run(dead)).verdict is PassVerdict.UNKNOWN

    assert little.subjects() == {("missing_in_city", missing, "confirmed")}
    assert little.subjects("da-nang") == set()


# C4: false alarms from what is in motion


@dataclass
class Motion:
    """A writer that changes the portal all the time; the city follows each change within half a minute.

    A name may change at any time, and never comes back. What has no value of its own to tell one time from the next (a
    withdrawal) changes at most every ten minutes, as no two passes are further apart.
    """

    little: Little
    random: Random
    due: list[tuple[datetime, str]] = field(default_factory=list)
    flipped: dict[str, datetime] = field(default_factory=dict)
    written: int = 0
    is_over: bool = False

    def tick(self) -> None:
        clock = self.little.clock
        clock.move(timedelta(seconds=self.random.uniform(0.5, 2)))
        self.follow()
        if not self.is_over and self.random.random() < 0.7:
            self._write(clock.now)

    def follow(self) -> None:
        """Let the city write down, where it is due by now, what the portal shows."""
        while self.due and self.due[0][0] <= self.little.clock.now:
            shown = self.little.portal.procedure(self.due.pop(0)[1])
            self.little.city.put(f"{shown.code}.H26", city_record(shown.code, shown.name or "", state=shown.state))

    def _write(self, now: datetime) -> None:
        key = self.random.choice(sorted(self.little.portal.records))
        record = self.little.portal.procedure(key)
        name, state = f"Tên thứ {self.written}", record.state
        if now - self.flipped.get(key, now - timedelta(days=1)) > timedelta(minutes=10) and self.random.random() < 0.3:
            self.flipped[key] = now
            state = State.WITHDRAWN if state is State.PUBLIC else State.PUBLIC
        self.written += 1
        self.little.portal.put(key, portal_record(record.code, name, state=state))
        self.due.append((now + timedelta(seconds=self.random.uniform(0, 30)), key))
        self.due.sort()


@dataclass
class MovingStore(Store):
    """A store that is written to between any two of its answers."""

    motion: Motion | None = None

    async def list_records(self, evidence: Evidence) -> AsyncIterator[list[Listed]]:
        self._move()
        async for page in super().list_records(evidence):
            self._move()
            yield page

    def _move(self) -> None:
        if self.motion is not None:
            self.motion.tick()

    async def read_again(self, wanted: Sequence[Wanted]) -> list[Answer]:
        self._move()
        return await super().read_again(wanted)


@pytest.mark.parametrize("seed", range(3))
async def test_c4_a_city_that_follows_within_half_a_minute_is_never_accused(ledger: Ledger, seed: int) -> None:
    """Suspicions come and go; in forty passes over moving sides not one is confirmed, and in the end none is open."""
    portal, city = MovingStore(page_size=4), MovingStore(page_size=4, carries=TOLD)
    little = Little(ledger, portal=portal, city=city)
    little.pair.policy = replace(little.pair.policy, grace=GracePolicy(fixed=timedelta(minutes=2)))
    for number in range(30):
        little.both(number, state=State.PUBLIC)
    portal.motion = city.motion = motion = Motion(little, Random(seed))
    for _ in range(40):
        await little.run()
        little.clock.move(timedelta(minutes=2))
    motion.is_over = True
    little.clock.move(timedelta(minutes=1))
    motion.tick()
    last = await little.run()

    events = [row[MISMATCH_EVENTS.c.keys().index("event")] for row in state_of(ledger)["mismatch_events"]]
    assert events.count("confirmed") == 0
    assert events.count("found") > 20, "the writer was too slow to be a test"
    assert (last.verdict, little.known()) == (PassVerdict.IN_SYNC, [])


async def test_c4_what_both_sides_delete_between_two_passes_clears_itself(little: Little) -> None:
    little.both(0)
    code = little.both(1, city_name="khác")
    await little.settle()
    assert little.subjects() == {("field_differs", code, "confirmed")}

    del little.portal.records[f"id-{code}"], little.city.records[f"{code}.H26"]
    assert (await little.run()).verdict is PassVerdict.IN_SYNC
    assert state_of(little.ledger)["mismatches"][0][MISMATCHES.c.keys().index("state")] == "vanished"


# C5: permanent noise hides what is real


async def test_c5_a_waiver_holds_for_these_values_until_its_day_and_not_for_others(little: Little) -> None:
    code = little.both(1, city_name="khác")
    await little.settle()
    (known,) = little.known()
    until = little.clock.now + timedelta(days=7)
    little.ledger.write_now(
        waive,
        pair="ha-noi",
        subject=known.subject,
        values_digest=known.values_digest,
        owner="P. Kiểm soát TTHC",
        reason="đang sửa",
        expires_at=until,
        now=little.clock.now,
        actor="test",
    )
    await little.settle()
    assert little.subjects() == {("field_differs", code, "waived")}

    little.both(1, city_name="khác nữa")
    await little.settle()
    assert little.subjects() == {("field_differs", code, "confirmed")}, "another value alarms again"

    little.both(1, city_name="khác")
    await little.run()
    assert little.subjects() == {("field_differs", code, "suspected")}
    little.clock.now = until
    await little.settle()
    assert little.subjects() == {("field_differs", code, "confirmed")}, "the waiver has ended"


# C6: flapping


async def test_c6_a_decision_that_flaps_does_not_make_the_verdict_flap(ledger: Ledger) -> None:
    little = Little(ledger, city=Store(carries=DECIDED))
    new = {"decision_number": "20/QĐ-BTP", "decision_date": date(2026, 6, 1)}
    old = {"decision_number": "10/QĐ-BTP", "decision_date": date(2024, 1, 5)}
    shown = {"published_at": datetime(2026, 6, 2, tzinfo=UTC)}
    code = little.both(1, **new)
    little.portal.put(f"id-{code}", portal_record(code, "Thủ tục số 1", **new, **shown))
    await little.run()
    for decision in (old, new, old, new):
        little.portal.put(f"id-{code}", portal_record(code, "Thủ tục số 1", **decision, **shown))
        outcome = await little.settle()
        assert (outcome.verdict, outcome.moves) == (PassVerdict.IN_SYNC, 0)


# C7: state lost, stuck on "running"


@pytest.fixture(scope="module")
def deaths(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Every write of two passes as the moment of death, just before its commit and just after it."""
    folder = tmp_path_factory.mktemp("deaths")
    command = [sys.executable, "-m", "tests.scenarios.dying", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=Path(__file__).parents[2])
    found = json.loads((folder / "deaths.json").read_text())
    assert isinstance(found, list)
    return found


def test_c7_the_passes_really_die_at_every_write(deaths: list[dict[str, Any]]) -> None:
    *died, lived = deaths
    assert {one["killed_by"] for one in died} == {9}
    assert lived["killed_by"] == 0
    assert len(died) > 20
    assert {kind for kind, *_ in lived["open"]} == {"missing_in_city", "missing_on_portal", "field_differs"}


def test_c7_a_killed_daemon_leaves_nothing_running_and_loses_nothing(deaths: list[dict[str, Any]]) -> None:
    *died, lived = deaths
    for one in died:
        where = f"killed at write {one['at']}, {'after' if one['committed'] else 'before'} the commit"
        assert one["open"] == lived["open"], where
        assert one["last_moves"] == 0, where
        outcomes = [outcome for holder, outcome in one["passes"] if holder == "first"]
        assert outcomes.count("interrupted") <= 1, where
        assert "running" not in [outcome for _, outcome in one["passes"]], where


def test_c7_a_killed_daemon_doubles_no_event(deaths: list[dict[str, Any]]) -> None:
    for one in deaths:
        lives = {identity for identity, _ in one["events"]}
        assert sorted(one["events"]) == sorted([life, event] for life in lives for event in ("found", "confirmed"))
        assert len(lives) == len(one["open"])


# C8: state advanced by a failure or by a dry run


async def test_c8_looking_at_the_past_changes_not_one_byte_of_the_ledger(little: Little, tmp_path: Path) -> None:
    for number in range(5):
        little.both(number, city_name="khác" if number % 2 else "")
    await little.settle()
    instant = little.clock.now
    little.both(0, city_name="khác nữa")
    await little.settle()
    before = digests(tmp_path)
    for moment in (instant, little.clock.now, instant - timedelta(days=1)):
        await then(little.pair, little.ledger, moment)

    assert digests(tmp_path) == before
    assert (await then(little.pair, little.ledger, instant)).world is not None


def digests(folder: Path) -> dict[str, str]:
    """The database and its log of writes; the shared-memory index beside them belongs to who reads."""
    files = [one for one in folder.iterdir() if one.name in ("ledger.db", "ledger.db-wal")]
    return {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in files}


@pytest.mark.parametrize("side", ["portal", "city"])
async def test_c8_a_failed_pass_leaves_everything_but_the_attempt(little: Little, side: str) -> None:
    """The side changes and is misread, in every way: what is remembered of either side stays, byte for byte."""
    for number in range(12):
        little.both(number, city_name="khác" if number % 2 else "")
    await little.settle()
    before = state_of(little.ledger)
    store = little.portal if side == "portal" else little.city
    for key in sorted(store.records)[:3]:
        store.put(key, msgspec.structs.replace(store.procedure(key), name="Tên mới"))
    for lie in Lie:
        store.lie = lie
        assert (await little.run()).verdict is PassVerdict.UNKNOWN, lie
        assert state_of(little.ledger) == before, lie
    store.lie = None
    assert (await little.run()).moves > 0


# C9: one giant result


class CountingLedger(Ledger):
    """A ledger that remembers how many records it was asked to hold at once."""

    most_loaded = 0
    most_staged = 0

    async def read(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        if fn is contents:
            self.most_loaded = max(self.most_loaded, len(args[0]))
        return await super().read(fn, *args, **kwargs)

    async def write(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        if fn is stage:
            self.most_staged = max(self.most_staged, len(kwargs["changes"]))
        return await super().write(fn, *args, **kwargs)


async def test_c9_sides_that_differ_in_everything_are_counted_exactly_a_few_at_a_time(tmp_path: Path) -> None:
    """Four thousand records, each different: records are held by the page, lines of log by the pass."""
    records, page = 4_000, 200
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    upgrade(url)
    open_ledger(url).close()
    with CountingLedger(url) as ledger:
        little = Little(ledger, portal=Store(page_size=page), city=Store(page_size=page, carries=CARRIED))
        for number in range(records):
            little.both(number, city_name=f"Tên khác {number}")
        with capture_logs() as lines:
            outcome = await little.run()

        assert outcome.moves == outcome.counts["mismatched"] == outcome.counts["difference_real"] == records
        assert len(little.known()) == records
        assert (ledger.most_staged, ledger.most_loaded) == (page, 2 * CASES_AT_ONCE)
        assert len(lines) <= 2


# C10: metrics that lie


async def test_c10_attempt_success_and_whole_are_three_different_times(little: Little) -> None:
    for number in range(12):
        little.both(number)
    metrics = Metrics(clock=lambda: little.clock.now.timestamp())
    metrics.initialise(["ha-noi"])
    room = replace(make_room(little.ledger, little.clock), watch=Gauges(metrics))

    async def times(lie: Lie | None) -> list[float]:
        little.portal.lie = lie
        await little.run(room=room)
        names = ("attempt", "success", "whole")
        labels = {"pair": "ha-noi", "side": "portal"}
        found = [
            metrics.registry.get_sample_value(f"syncd_side_last_{name}_timestamp_seconds", labels) for name in names
        ]
        return [value or 0.0 for value in found]

    assert await times(Lie.DEAD) == [START_AT, 0, 0]
    assert await times(None) == [START_AT + 30] * 3
    assert await times(Lie.LOST_PAGE) == [START_AT + 60, START_AT + 60, START_AT + 30]
    assert await times(Lie.DEAD) == [START_AT + 90, START_AT + 60, START_AT + 30]


START_AT = VirtualClock().now.timestamp()


# C11: storms


def test_c11_ten_pairs_that_start_together_do_not_ask_together() -> None:
    random = Random(11)
    starts = sorted(first_delay(Rhythm(interval=900), random.random) for _ in range(10))
    assert len({round(start, 1) for start in starts}) == 10
    assert starts[-1] - starts[0] > 10


async def test_c11_ten_pairs_share_one_pace_of_one_host() -> None:
    """However many pairs read the same portal, it is asked as often as one alone would, at the slowest rate named."""
    paces = {id(pace_of("dichvucong.example", 5.0)) for _ in range(10)}
    assert len(paces) == 1
    assert pace_of("dichvucong.example", 2.0).rate == 2.0
    assert pace_of("dichvucong.example", 50.0).rate == 2.0


# C12: differences that are none, and one that is

DOT = "\u0323"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", DOT)
VOWELS = "aăâeêioôơuưy"
LETTERS = sorted(
    {
        letter
        for plain in (*(unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES), "đ")
        for letter in (plain, plain.upper())
        if not letter.isascii()
    }
)
NAME = "Thủ tục cấp phép " + "".join(LETTERS)


def dot_last(text: str) -> str:
    """The dot below typed last: ``ê`` and a dot for ``ệ``, where the decomposed form has the dot first."""
    return "".join(_dot_last(letter) for letter in text)


def _dot_last(letter: str) -> str:
    base, *marks = unicodedata.normalize("NFD", letter)
    return unicodedata.normalize("NFC", base + "".join(mark for mark in marks if mark != DOT)) + DOT * (DOT in marks)


VARIANTS = {
    "decomposed": unicodedata.normalize("NFD", NAME),
    "dot last": dot_last(NAME),
    "hard spaces": NAME.replace(" ", "\u00a0"),
    "line breaks": NAME.replace(" ", "\r\n"),
    "spaces doubled and around": f"  {NAME.replace(' ', '  ')}\t",
    "zero width": NAME.replace(" ", " \u200b"),
    "byte order mark": f"\ufeff{NAME}",
}


def test_c12_all_vietnamese_letters_are_among_the_letters() -> None:
    assert len(LETTERS) == 134


@pytest.mark.parametrize("variant", VARIANTS)
async def test_c12_the_same_name_in_another_form_is_no_difference(little: Little, variant: str) -> None:
    assert VARIANTS[variant] != NAME
    little.both(1, portal_name=NAME, city_name=VARIANTS[variant])
    outcome = await little.run()

    assert (outcome.verdict, outcome.moves) == (PassVerdict.IN_SYNC, 0)
    assert outcome.counts["form_only"] == 1, "counted, though never alarmed"


@pytest.mark.parametrize(
    ("portal_name", "city_name"),
    [("Cấp đổi sổ đỏ", "Cấp đổi số đỏ"), ("Sửa đổi bổ sung", "Sữa đổi bổ sung"), ("Đăng ký", "Dăng ký")],
)
async def test_c12_one_mark_that_makes_another_word_is_found(little: Little, portal_name: str, city_name: str) -> None:
    code = little.both(1, portal_name=portal_name, city_name=unicodedata.normalize("NFD", city_name))
    await little.settle()

    (found,) = little.known()
    assert (found.kind, found.code, found.field, found.difference) == ("field_differs", code, "name", "tone-mark")
    assert found.city_value == city_name


async def test_c12_entities_of_a_system_that_escapes_its_texts_are_no_difference(opencps: World) -> None:
    """OpenCPS stores texts HTML-escaped; a name with quotation marks agrees all the same."""
    quoted = {row.local_code for row in opencps.systems.catalogue.city if '"' in row.name and not row.poisoned}
    assert quoted
    differing = {one.local_code for one in opencps.known() if one.field == "name"}
    assert quoted - differing
