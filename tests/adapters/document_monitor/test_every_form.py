"""The same tasks through files, databases and HTTP, as counts and as a list: the same tallies from all of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from loopback.monitor_tasks import (
    LISTING_QUERY,
    TASK_TITLES,
    counted,
    fill_database,
    renamed,
    tasks_csv,
    units_csv,
    units_xlsx,
    write,
)
from syncd.records.periods import Period
from syncd.records.tasks import TaskTally, completed
from tests.adapters.document_monitor.town import (
    NAMES,
    PERIODS,
    TASKS,
    TODAY,
    YEAR,
    by_code,
    by_list,
    by_sql,
    by_totals,
    by_units,
    expected,
    monitor,
    read,
)

LISTED = dict(zip(("task", "unit_code", "unit_name", "assigned_on", "due_on", "done_on"), TASK_TITLES, strict=True))


@pytest.mark.parametrize("period", PERIODS, ids=str)
async def test_the_counts_of_a_file_are_read_under_their_usual_titles(tmp_path: Path, period: Period) -> None:
    """CSV and XLSX, each with a banner or a total row that is no unit."""
    counts = counted(TASKS, period.first, period.last, TODAY)
    for suffix, content in (("csv", units_csv(counts)), ("xlsx", units_xlsx(counts))):
        write(tmp_path / f"nhiem-vu-{period}.{suffix}", content)
        reading = await read(tmp_path, period, file={"path": f"nhiem-vu-{{period}}.{suffix}"})
        assert by_code(reading) == expected(period)
        assert reading.findings == ()


@pytest.mark.parametrize("period", PERIODS, ids=str)
async def test_the_list_of_tasks_in_a_file_is_counted_to_the_same(tmp_path: Path, period: Period) -> None:
    """One list holds every period; the day of assignment says which task is whose."""
    write(tmp_path / "nhiem-vu.csv", tasks_csv(TASKS))
    reading = await read(tmp_path, period, one_row_per="task", file={"path": "nhiem-vu.csv", "fields": LISTED})
    assert by_code(reading) == expected(period)


@pytest.mark.parametrize("period", PERIODS, ids=str)
async def test_a_sqlite_file_says_the_same_counted_there_or_here(tmp_path: Path, period: Period) -> None:
    fill_database(f"sqlite:///{tmp_path}/monitor.db", TASKS)
    counted_there = await read(tmp_path, period, **by_sql("sqlite:///monitor.db"))
    counted_here = await read(tmp_path, period, **by_sql("sqlite:///monitor.db", LISTING_QUERY, one_row_per="task"))
    assert by_code(counted_there) == by_code(counted_here) == expected(period)


@pytest.mark.postgresql
async def test_postgresql_says_the_same_counted_there_or_here(tmp_path: Path, postgresql_url: str) -> None:
    fill_database(postgresql_url.replace("postgresql:", "postgresql+psycopg:"), TASKS)
    for period in PERIODS:
        counted_there = await read(tmp_path, period, **by_sql(postgresql_url))
        counted_here = await read(tmp_path, period, **by_sql(postgresql_url, LISTING_QUERY, one_row_per="task"))
        assert by_code(counted_there) == by_code(counted_here) == expected(period)


@pytest.mark.parametrize("period", PERIODS, ids=str)
async def test_the_pages_of_the_interface_say_the_same(tmp_path: Path, period: Period) -> None:
    """By unit in pages of three, and task by task in pages of a hundred."""
    async with monitor() as (url, state):
        by_unit = await read(tmp_path, period, **by_units(url))
        by_task = await read(tmp_path, period, **by_list(url))
    assert by_code(by_unit) == by_code(by_task) == expected(period)
    assert {asked["tuNgay"] for asked in state.asked} == {f"{period.first:%d/%m/%Y}"}
    assert {asked["soLuong"] for asked in state.asked} == {"3", 100}


async def test_the_totals_of_each_unit_say_the_same_as_far_as_they_go(tmp_path: Path) -> None:
    """The form has no count of tasks without a time limit; what was done on time follows from its sums."""
    async with monitor() as (url, _):
        reading = await read(tmp_path, **by_totals(url))
    found = {code: completed(one) for code, one in by_code(reading).items()}
    for code, full in expected().items():
        whole = completed(full)
        got = found[code]
        for name in ("assigned", "done", "done_on_time", "done_late", "running_in_time", "running_late", "overdue"):
            assert getattr(got, name) == getattr(whole, name), (code, name)
        assert got.no_time_limit is None


async def test_the_preset_of_the_mobile_application_gives_its_four_sums(tmp_path: Path) -> None:
    async with monitor() as (url, _):
        table = by_units(url, preset="units")
        table["rest"].pop("fields")
        reading = await read(tmp_path, **table)
    for one in reading.tallies:
        whole = completed(expected()[one.unit_code])
        assert one == TaskTally(
            unit_code=whole.unit_code,
            unit_name=whole.unit_name,
            assigned=whole.assigned,
            done=whole.done,
            running=(whole.assigned or 0) - (whole.done or 0),
            overdue=whole.overdue,
        )


async def test_names_that_shout_with_their_marks_elsewhere_are_the_same_units(tmp_path: Path) -> None:
    """UỶ BAN and Ủy ban, HÒA and Hoà: by HTTP and in a list that has no codes at all."""
    async with monitor() as (url, state):
        state.quirks.shouting = True
        reading = await read(tmp_path, **by_units(url))
    write(tmp_path / "list.csv", tasks_csv(renamed(TASKS)))
    listed = await read(tmp_path, one_row_per="task", units=NAMES, file={"path": "list.csv", "fields": LISTED})
    names = {code: one.unit_name for code, one in expected().items()}
    for shown in (reading, listed):
        assert {code: replace(one, unit_name=names[code]) for code, one in by_code(shown).items()} == expected()


async def test_thousands_written_as_texts_are_counts(tmp_path: Path) -> None:
    async with monitor() as (url, state):
        state.quirks.as_text = True
        state.tasks = TASKS * 10
        reading = await read(tmp_path, **by_units(url))
    assert max(one.assigned or 0 for one in reading.tallies) > 1000
    assert {one.unit_code: one.assigned for one in reading.tallies} == {
        code: 10 * (one.assigned or 0) for code, one in expected().items()
    }


async def test_units_that_nothing_maps_keep_their_names(tmp_path: Path) -> None:
    """Nobody is left out: whoever has the portal's directory may find their codes."""
    async with monitor() as (url, _):
        table = by_units(url) | {"units": {"Sở Tư pháp": "H26.8"}}
        reading = await read(tmp_path, YEAR, **table)
    assert {one.unit_code for one in reading.tallies} == {"", "H26.8"}
    assert {one.unit_name for one in reading.tallies} == {one.unit_name for one in expected().values()}
