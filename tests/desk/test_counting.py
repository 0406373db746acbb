"""Heavy answers: fresh where quick, the one before where not, asked once at a time."""

from __future__ import annotations

import asyncio

import pytest

from syncd.desk.counting import Counting, Derived


async def test_an_answer_that_comes_soon_is_the_new_one() -> None:
    counting = Counting()

    async def ask() -> int:
        return 7

    found = await counting.of("n", ask)
    assert (found.value, found.is_known) == (7, True)


async def test_a_slow_answer_is_not_waited_for_and_asked_once() -> None:
    """Not known at first, then the one before, then the new one."""
    counting, go, asked = Counting(patience=0), asyncio.Event(), []

    async def ask() -> int:
        asked.append(1)
        await go.wait()
        return len(asked)

    assert not (await counting.of("n", ask)).is_known
    assert not (await counting.of("n", ask)).is_known
    assert len(asked) == 1
    go.set()
    counting.patience = 60
    assert (await counting.of("n", ask)).value == 1
    go.clear()
    counting.patience = 0
    assert (await counting.of("n", ask)).value == 1
    go.set()
    counting.patience = 60
    assert (await counting.of("n", ask)).value == 2


async def test_what_goes_wrong_is_raised_and_not_kept() -> None:
    counting = Counting(patience=60)

    async def ask() -> int:
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            await counting.of("n", ask)


async def test_what_is_kept_for_good_is_asked_once() -> None:
    counting, asked = Counting(), []

    async def ask() -> int:
        asked.append(1)
        return 7

    assert await asyncio.gather(*(counting.kept("n", ask) for _ in range(3))) == [7, 7, 7]
    assert await counting.kept("n", ask) == 7
    assert len(asked) == 1


async def test_no_more_answers_are_kept_than_there_is_room_for() -> None:
    counting, derived = Counting(most=2), Derived(most=2)

    async def ask() -> int:
        return 7

    for number in range(5):
        await counting.kept(number, ask)
        derived.of(number, 0, lambda: 7)
    assert len(counting._known) == len(derived._known) == 2


async def test_it_is_settled_when_nothing_is_being_worked_out() -> None:
    """Also when an answer has just come whose end nobody has noticed yet, and when one goes wrong."""
    counting, go = Counting(patience=0), asyncio.Event()

    async def ask() -> int:
        await go.wait()
        raise ValueError("no")

    async def at_once() -> int:
        return 7

    await counting.settled()
    await counting.of("wrong", ask)
    settled = asyncio.create_task(counting.settled())
    await asyncio.sleep(0)
    assert not settled.done()
    go.set()
    await settled
    counting.patience = 60
    await counting.of("right", at_once)
    async with asyncio.timeout(5):
        await counting.settled()
    assert not counting._running


def test_an_answer_is_derived_anew_when_what_it_rests_on_has_changed() -> None:
    derived, asked = Derived(), []
    for stands in (1, 1, 2, 2):
        derived.of("n", stands, lambda: asked.append(1))
    assert len(asked) == 2
