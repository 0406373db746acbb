"""Announcements: each change of state is one line, whatever breaks between the line and the ledger's mark."""

from __future__ import annotations

import asyncio
import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from syncd.ledger import Ledger
from syncd.ledger.announcing import pending_announcements
from syncd.ledger.mismatches import MismatchEvent
from syncd.log import MismatchLog
from syncd.passes.announce import LINE_FIELDS, Announcer, MismatchLogError, line
from tests.passes.towns import NAME, OTHER_NAME, Town


class FullDisk:
    """A log that cannot be written."""

    def write(self, _entries: list[dict[str, object]], /) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture
def eventful(town: Town) -> Town:
    """Two mismatches, each found and confirmed: four events wait."""
    town.publish("1.000001", NAME)
    town.enter("1.000001", OTHER_NAME)
    town.both("1.000003")
    town.publish("1.000002")
    town.run()
    return town


def announcer(town: Town, lines: Any, told: list[MismatchEvent] | None = None) -> Announcer:
    return Announcer(town.ledger, lambda: town.now, lines, (told if told is not None else []).append)


def waiting(ledger: Ledger) -> list[MismatchEvent]:
    return ledger.read_now(pending_announcements, 100)


def read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(one) for one in file.read_text(encoding="utf-8").splitlines()]


def test_every_event_is_one_line_in_order_and_is_told_once(eventful: Town, tmp_path: Path) -> None:
    events, told = waiting(eventful.ledger), list[MismatchEvent]()
    log = MismatchLog(tmp_path / "log.jsonl")
    one = announcer(eventful, log, told)
    assert [asyncio.run(one.announce()), asyncio.run(one.announce())] == [4, 0]
    assert [entry["event_id"] for entry in read(tmp_path / "log.jsonl")] == [event.id for event in events]
    assert told == events
    assert waiting(eventful.ledger) == []
    log.close()


def test_a_line_says_everything_that_office_staff_need(eventful: Town) -> None:
    event = next(one for one in waiting(eventful.ledger) if one.mismatch.kind == "field_differs")
    said = line(event)
    assert set(LINE_FIELDS) <= set(said)
    assert (said["from_state"], said["state"], said["actor"]) == (None, "suspected", "test")
    assert (said["portal_value"], said["city_value"]) == (NAME, OTHER_NAME)
    assert said["first_seen"] == "2026-11-25T00:00:00+00:00"
    assert said["confirmed_at"] is None


def test_a_crash_between_the_lines_and_the_mark_doubles_nothing(eventful: Town, tmp_path: Path) -> None:
    """The lines are there, the mark is not; a fresh program finds their ids at the end of the file."""
    file = tmp_path / "log.jsonl"
    dead = MismatchLog(file)
    dead.write([line(event) for event in waiting(eventful.ledger)[:3]])
    dead.close()
    fresh = MismatchLog(file)
    assert asyncio.run(announcer(eventful, fresh).announce()) == 4
    fresh.close()
    ids = [entry["event_id"] for entry in read(file)]
    assert ids == sorted(set(ids))
    assert len(ids) == 4


def test_a_log_that_cannot_be_written_leaves_everything_waiting(eventful: Town, tmp_path: Path) -> None:
    told = list[MismatchEvent]()
    with pytest.raises(MismatchLogError, match=r"No space left on device.*nothing is lost"):
        asyncio.run(announcer(eventful, FullDisk(), told).announce())
    assert (len(waiting(eventful.ledger)), told) == (4, [])
    log = MismatchLog(tmp_path / "log.jsonl")
    assert asyncio.run(announcer(eventful, log).announce()) == 4
    log.close()


def test_two_that_announce_at_once_share_the_events(eventful: Town, tmp_path: Path) -> None:
    """Two pairs of one daemon: each event is one line, whoever comes first."""
    log, told = MismatchLog(tmp_path / "log.jsonl"), list[MismatchEvent]()
    pairs = [announcer(eventful, log, told) for _ in range(2)]

    async def both() -> list[int]:
        return await asyncio.gather(*(one.announce() for one in pairs))

    assert sum(asyncio.run(both())) == 4
    log.close()
    assert len(read(tmp_path / "log.jsonl")) == len({event.id for event in told}) == 4


def test_without_a_log_the_events_are_told_all_the_same(eventful: Town) -> None:
    told = list[MismatchEvent]()
    assert asyncio.run(announcer(eventful, None, told).announce()) == len(told) == 4


def test_another_log_is_used_from_the_moment_it_is_given(eventful: Town, tmp_path: Path) -> None:
    first, second = MismatchLog(tmp_path / "a.jsonl"), MismatchLog(tmp_path / "b.jsonl")
    one = announcer(eventful, first)
    one.use(second)
    asyncio.run(one.announce())
    first.close()
    second.close()
    assert (len(read(tmp_path / "a.jsonl")), len(read(tmp_path / "b.jsonl"))) == (0, 4)
