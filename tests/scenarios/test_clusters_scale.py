"""Clusters C9 to C12: giant results, metrics that lie, storms, and Unicode."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from structlog.testing import capture_logs

from syncd.gauges import Gauges
from syncd.ledger import Ledger, open_ledger, upgrade
from syncd.ledger.staging import stage
from syncd.ledger.versions import contents
from syncd.metrics import Metrics
from syncd.passes.pass_verdict import PassVerdict
from syncd.passes.schedule import Rhythm, first_delay
from syncd.passes.verdict import CASES_AT_ONCE
from syncd.sides.http.limiter import pace_of
from tests.scenarios.little import Little
from tests.stores import Lie, Store
from tests.systems import VirtualClock, World
from tests.worlds import CARRIED, make_room

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
