"""Tasks of units as of an instant: rows with their rate, how sources were read, whose rows may be seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from syncd.answers.tasks import TaskAnswer, rate_of, tasks_answer, tasks_of_unit
from syncd.ledger import Ledger, open_ledger, upgrade
from syncd.ledger.tasks import record_failed_tasks, record_tasks
from syncd.passes.tasks import with_codes
from syncd.records.directory import Directory
from syncd.records.periods import Period
from syncd.records.tasks import FindingKind, TaskReading, TaskTally

AT = datetime(2026, 10, 10, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
YEAR = Period.parse("2026")
TALLIES = (
    TaskTally(unit_code="H26.8", unit_name="Sở Tư pháp", assigned=10, done=7, done_late=2, running=3),
    TaskTally(unit_code="H26.17.1", unit_name="Chi cục Dân số", assigned=4, done=9),
    TaskTally(unit_name="Ban Quản lý lạ", assigned=1),
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    url = f"sqlite:///{tmp_path}/ledger.db"
    upgrade(url)
    with open_ledger(url) as opened:
        reading = with_codes(TaskReading(period=YEAR, at=AT, tallies=TALLIES), Directory(), "")
        opened.write_now(record_tasks, source="nhiem-vu", reading=reading, read_at=AT, actor="test")
        yield opened


def ask(ledger: Ledger, *, at: datetime = AT, within: str | None = None, period: str = "2026") -> TaskAnswer:
    return ledger.read_now(tasks_answer, sources=("nhiem-vu",), period=period, at=at, within=within)


def test_every_unit_has_its_row_in_vietnamese_order(ledger: Ledger) -> None:
    answer = ask(ledger)
    assert [one.unit_name for one in answer.rows] == ["Ban Quản lý lạ", "Chi cục Dân số", "Sở Tư pháp"]
    justice = answer.rows[-1]
    assert (justice.done_on_time, justice.no_time_limit, justice.odd) == (5, None, ())
    assert justice.on_time is not None
    assert justice.on_time.percent == Decimal("71.4")
    assert answer.rows[1].odd == ("assigned",)


def test_the_rate_is_not_known_where_late_and_on_time_are_not_told_apart() -> None:
    assert rate_of(TaskTally(unit_name="x", assigned=5, done=3), "s") is None
    nothing_done = rate_of(TaskTally(unit_name="x", done=0, done_late=0), "s")
    assert nothing_done is not None
    assert nothing_done.percent is None


def test_a_unit_sees_its_own_and_those_below_it_and_nothing_that_is_nobodys(ledger: Ledger) -> None:
    answer = ask(ledger, within="H26.17")
    assert [one.unit_code for one in answer.rows] == ["H26.17.1"]
    assert [one.kind for one in answer.findings] == [FindingKind.PARTS_DIFFER]
    assert {one.kind for one in ask(ledger).findings} == {FindingKind.PARTS_DIFFER, FindingKind.UNATTRIBUTED}
    alone = ledger.read_now(tasks_of_unit, sources=("nhiem-vu",), unit="H26.17", period="2026", at=AT)
    assert alone == ()


def test_a_failure_is_told_beside_what_was_known_and_forgotten_once_it_is_over(ledger: Ledger) -> None:
    how = {"source": "nhiem-vu", "period": YEAR, "reason": "a page is missing", "actor": "test"}
    ledger.write_now(record_failed_tasks, **how, read_at=AT + HOUR)
    (source,) = ask(ledger, at=AT + HOUR).sources
    assert (source.read_at, source.failed_at, source.reason) == (AT, AT + HOUR, "a page is missing")
    assert ask(ledger).sources[0].failed_at is None
    again = TaskReading(period=YEAR, at=AT + 2 * HOUR, tallies=TALLIES)
    ledger.write_now(record_tasks, source="nhiem-vu", reading=again, read_at=AT + 2 * HOUR, actor="test")
    assert ask(ledger, at=AT + 2 * HOUR).sources[0].reason == ""


def test_a_period_that_was_never_read_is_not_known(ledger: Ledger) -> None:
    answer = ask(ledger, period="2025")
    assert (answer.is_known, answer.rows, answer.sources[0].read_at) == (False, (), None)
    assert ask(ledger).is_known
    assert not ask(ledger, at=AT - HOUR).is_known
