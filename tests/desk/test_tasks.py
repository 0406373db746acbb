"""The tasks of a unit on its page: what the monitor says, what it does not say, and that nothing is made up."""

from __future__ import annotations

from dataclasses import replace

from syncd.ledger import Ledger
from syncd.ledger.accounts import add_user
from syncd.ledger.tasks import record_tasks
from syncd.passes.tasks import with_codes
from syncd.records.directory import Directory
from syncd.records.periods import Period
from syncd.records.roles import Role
from syncd.records.tasks import TaskReading, TaskTally
from tests.desk.conftest import Browser, Build, House
from tests.desk.living import UNIT, living, living_ledger
from tests.documents.office import AS_OF, SOURCES

empty_ledger = living_ledger

YEAR = Period.parse("2026")
JUSTICE = TaskTally(
    unit_code=UNIT,
    unit_name="Sở Tư pháp",
    assigned=1240,
    done_on_time=1000,
    done_late=25,
    running_in_time=200,
    running_late=15,
)


def keep(ledger: Ledger, *tallies: TaskTally) -> None:
    reading = with_codes(TaskReading(period=YEAR, at=AS_OF, tallies=tallies), Directory(), "")
    ledger.write_now(record_tasks, source="nhiem-vu", reading=reading, read_at=AS_OF, actor="test")


async def reader_of(house: House) -> Browser:
    """A reviewer who reads Vietnamese."""
    user_id = await house.ledger.write(
        add_user,
        login="hoa",
        name="Trần Thị Hoa",
        role=Role.REVIEWER,
        unit="",
        language="vi",
        password_hash=None,
        now=AS_OF,
        actor="test",
    )
    return await house.signed_in_as(user_id, "hoa")


async def monitored(build: Build, *tallies: TaskTally) -> House:
    house = await living(build, sources=replace(SOURCES, tasks=("nhiem-vu",)))
    if tallies:
        keep(house.ledger, *tallies)
    return house


async def test_the_page_of_a_unit_shows_its_tasks_and_the_rate_on_time(build: Build) -> None:
    """In Vietnamese, with what the monitor does not say as not known."""
    house = await monitored(build, JUSTICE)
    words = (await (await reader_of(house)).get(f"/units/{UNIT}")).words
    assert "Nhiệm vụ được giao" in words
    assert "Tổng số được giao 1.240" in words
    assert "Hoàn thành quá hạn 25" in words
    assert "Không thời hạn chưa rõ" in words
    assert "Tỷ lệ hoàn thành đúng hạn 97,6 % (1.000 / 1.025)" in words
    assert "không khớp" not in words


async def test_numbers_that_do_not_agree_are_shown_as_they_are_and_said_to(build: Build) -> None:
    house = await monitored(build, TaskTally(unit_code=UNIT, unit_name="Sở Tư pháp", assigned=5, done=9))
    words = (await (await reader_of(house)).get(f"/units/{UNIT}")).words
    assert "Tổng số được giao 5" in words
    assert "Số liệu của nguồn không khớp nhau: Tổng số được giao." in words
    assert "Tỷ lệ hoàn thành đúng hạn chưa rõ" in words


async def test_a_unit_that_the_monitor_does_not_name_is_not_known(build: Build) -> None:
    """In another period as well; never zero."""
    house = await monitored(build)
    browser = await reader_of(house)
    assert "Chưa rõ: hệ thống theo dõi nhiệm vụ không có số liệu" in (await browser.get(f"/units/{UNIT}")).words
    keep(house.ledger, JUSTICE)
    assert "Chưa rõ: hệ thống theo dõi" in (await browser.get(f"/units/{UNIT}?period=2026-10")).words


async def test_a_desk_without_a_monitor_says_nothing_of_tasks(build: Build) -> None:
    house = await living(build)
    assert "Nhiệm vụ được giao" not in (await (await reader_of(house)).get(f"/units/{UNIT}")).words
