"""Tasks out of steering documents: who was given one, who finished it when; nothing where nobody can tell."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.edxml.package import Package
from adapters.edxml.tallies import tally_tasks
from adapters.edxml.tasks import EdxmlTasks, build_tasks
from loopback.documents import package, write_folder
from syncd.errors import ConfigurationError
from syncd.records.periods import Period
from syncd.records.tasks import PARTS, TaskTally, contradictions
from syncd.sides.errors import ShapeError, StaleError
from tests.adapters.edxml.worlds import CITY, around, opened, paper, read, settings, small_book

SEPTEMBER = Period.parse("2026-09")
HOME, JUSTICE, HEALTH = ("H26.10", "Sở Nội vụ"), ("000.00.16.H26", "Sở Tư pháp"), ("H26.20", "Sở Y tế")
ORDER = "000.00.00.H26,2026/09/08,77/UBND-TH"


def order(**changes: Any) -> Package:
    said = {"document_id": ORDER, "number": "77", "notation": "UBND-TH", "steering": "2", "due": "2026/09/20"}
    return opened(**{**said, "receivers": (HOME, JUSTICE, HEALTH), **changes})


def answer(sender: tuple[str, str], at: str, status: str = "06", about: str = ORDER) -> Package:
    return read(package(paper(status=status, about=(about,), answers=(CITY,), sender=sender, at=f"2026/{at} 09:00:00")))


def standing(*packages: Package, day: int = 30, period: Period = SEPTEMBER) -> dict[str, str]:
    """The part in which each unit's only task stands."""
    tallies = tally_tasks(packages, period, datetime(2026, 9, day, 3, tzinfo=UTC), {})
    return {one.unit_code: next(part for part in PARTS if getattr(one, part)) for one in tallies}


def test_each_receiver_has_a_task_and_its_own_answer_ends_it() -> None:
    """Codes of both generations mean one unit."""
    packages = (order(), answer(HOME, "09/20"), answer(("H26.16", "Sở Tư pháp"), "09/21"))
    assert standing(*packages) == {"H26.10": "done_on_time", "H26.16": "done_late", "H26.20": "running_late"}


def test_a_past_instant_is_told_as_it_was() -> None:
    packages = (order(), answer(HOME, "09/20"))
    assert standing(*packages, day=20)["H26.10"] == "done_on_time"
    assert standing(*packages, day=19) == dict.fromkeys(("H26.10", "H26.16", "H26.20"), "running_in_time")
    assert standing(*packages, day=7) == {}


def test_on_its_last_day_a_task_is_in_time_and_on_the_next_it_is_late() -> None:
    assert set(standing(order(), day=20).values()) == {"running_in_time"}
    assert set(standing(order(), day=21).values()) == {"running_late"}


def test_without_a_limit_nothing_is_late() -> None:
    packages = (order(due=""), answer(HOME, "09/29"))
    assert standing(*packages) == {"H26.10": "done_on_time", "H26.16": "no_time_limit", "H26.20": "no_time_limit"}


@pytest.mark.parametrize(
    "packages",
    [
        (order(steering="1"),),
        (order(steering=""),),
        (order(promulgated="2026/08/31"),),
        (order(receivers=()),),
        (order(), opened(business=1, about=(ORDER,), document_id="R", at="2026/09/09 08:00:00")),
    ],
    ids=["no steering", "nothing said", "another month", "nobody", "recalled"],
)
def test_what_is_no_task_of_the_period_is_not_counted(packages: tuple[Package, ...]) -> None:
    assert standing(*packages) == {}


def test_a_document_that_a_receiver_refused_is_no_task_of_its() -> None:
    assert "H26.10" not in standing(order(), answer(HOME, "09/09", "02"))
    assert standing(order(), answer(HOME, "09/09", "02"), answer(HOME, "09/12"))["H26.10"] == "done_on_time"


def test_other_messages_end_nothing() -> None:
    assert standing(order(), answer(HOME, "09/09", "05"))["H26.10"] == "running_late"
    assert standing(order(), answer(HOME, "09/09", about="unseen"))["H26.10"] == "running_late"


def test_a_message_without_a_time_and_an_order_without_a_day_are_errors() -> None:
    with pytest.raises(ShapeError, match="a message 06 without a time"):
        standing(order(), answer(HOME, "09/31"))
    with pytest.raises(ShapeError, match="a steering document without a day"):
        standing(order(promulgated="2014/02/30", at=""))


def test_the_order_of_packages_never_matters_and_parts_add_up() -> None:
    packages = [order(), answer(HOME, "09/20"), answer(HOME, "09/25"), order(document_id="X", due="", number="78")]
    expected = tally_tasks(packages, SEPTEMBER, datetime(2026, 10, 1, tzinfo=UTC), {})
    assert sum(one.assigned or 0 for one in expected) == 6
    assert not [odd for one in expected for odd in contradictions(one)]
    for seed in range(10):
        shuffled = random.Random(seed).sample([*packages, *packages], 8)
        assert tally_tasks(shuffled, SEPTEMBER, datetime(2026, 10, 1, tzinfo=UTC), {}) == expected


def reader(folder: Path, **table: Any) -> EdxmlTasks:
    chosen = settings(folder={"path": "."}, steering_is_task=True, **table)
    return build_tasks(chosen, around(folder))


async def test_the_book_s_task_is_counted_for_each_receiver(tmp_path: Path) -> None:
    write_folder(small_book(), tmp_path)
    period, at = Period.parse("2026-06"), datetime(2026, 7, 17, tzinfo=UTC)
    found = await reader(tmp_path).read_tasks(period, at)
    late = {one.unit_code: (one.done_on_time, one.done_late, one.running_late) for one in found.tallies}
    assert late == {"H26.3": (1, 0, 0), "H26.4": (0, 1, 0), "H26.6": (0, 0, 1)}
    assert (found.period, found.at) == (period, at)
    assert all(isinstance(one, TaskTally) and one.assigned == 1 for one in found.tallies)


async def test_a_reading_that_is_not_whole_is_an_error_and_never_less(tmp_path: Path) -> None:
    """A message that cannot be read may be the one that says "finished"."""
    (tmp_path / "1.edxml").write_bytes(package(paper()))
    (tmp_path / "2.edxml").write_bytes(b"<edXML>")
    with pytest.raises(StaleError, match=r"not whole: 2.edxml"):
        await reader(tmp_path, max_unreadable=9).read_tasks(SEPTEMBER, datetime(2026, 10, 1, tzinfo=UTC))


def test_periods_that_are_to_come_or_not_shown_whole_are_not_offered(tmp_path: Path) -> None:
    made, at = reader(tmp_path, since="2026-03-27"), datetime(2026, 9, 30, 18, tzinfo=UTC)
    assert [made.offers(Period.parse(one), at) for one in ("2026-09", "2026-10", "2026-11", "2026", "2026-Q2")] == [
        True,
        True,
        False,
        False,
        True,
    ]
    assert made.counts == {"assigned", *PARTS}


AXIS = {"base_url": "https://vxp.example", "system_id": "s", "key_secret": "k"}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"folder": {"path": "."}}, "may never say that it has finished"),
        ({"axis": AXIS, "steering_is_task": True}, "does not show every document"),
        ({"axis": AXIS | {"open": "all"}, "steering_is_task": True}, "does not show every document"),
        ({"axis": AXIS | {"lists": ["sent", "answers"]}, "steering_is_task": True}, "does not show every document"),
        ({"link": {"base_url": "https://q.example", "unit": "H26"}, "steering_is_task": True}, "does not show every"),
    ],
)
def test_a_place_that_cannot_give_a_true_answer_gives_none(table: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        build_tasks(settings(**table), around())


def test_the_axis_with_everything_opened_and_answered_can() -> None:
    axis = AXIS | {"open": "all", "lists": ["sent", "answers"]}
    assert build_tasks(settings(axis=axis, steering_is_task=True), around()).counts


def test_a_receiver_that_has_only_a_name_is_counted_under_it() -> None:
    """Its own answers are told by that name."""
    named = ("", "Ban Tôn giáo")
    packages = (order(receivers=(HOME, named)), answer(HOME, "09/20"))
    tallies = tally_tasks(packages, SEPTEMBER, datetime(2026, 9, 30, 3, tzinfo=UTC), {})
    assert [(one.unit_code, one.unit_name, one.running_late) for one in tallies] == [
        ("", "Ban Tôn giáo", 1),
        ("H26.10", "Sở Nội vụ", 0),
    ]
    done = (*packages, answer(("H26.44", "BAN TÔN GIÁO"), "09/19"))
    tallies = tally_tasks(done, SEPTEMBER, datetime(2026, 9, 30, 3, tzinfo=UTC), {})
    assert [(one.unit_name, one.done_on_time) for one in tallies] == [("Ban Tôn giáo", 1), ("Sở Nội vụ", 1)]


def test_a_receiver_without_code_and_name_is_an_error() -> None:
    with pytest.raises(ShapeError, match="a steering document with a receiver that has neither code nor name"):
        standing(order(receivers=(HOME, ("", ""))))


def test_a_document_sent_to_each_receiver_in_a_package_of_its_own_has_every_task() -> None:
    packages = [order(receivers=(one,)) for one in (HOME, JUSTICE, HEALTH)]
    assert set(standing(*packages)) == {"H26.10", "H26.16", "H26.20"}
