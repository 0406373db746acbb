"""What a monitor does wrong: each lie ends as an error that says what happened, or as a finding that is named."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from adapters.document_monitor import counting
from adapters.document_monitor.answers import read_answer
from adapters.document_monitor.counting import counter
from adapters.document_monitor.fields import RowKind
from adapters.document_monitor.naming import Naming
from adapters.document_monitor.rest_settings import RestSettings
from loopback.monitor_tasks import UNIT_TITLES, counted, fill_database, tasks_csv, units_csv, write
from loopback.run import running
from syncd.records.tasks import FindingKind
from syncd.sides.errors import (
    BlockedError,
    PermanentError,
    ShapeError,
    SideError,
    StaleError,
    TooLargeError,
    UnauthorisedError,
    UnreachableError,
)
from syncd.sides.tables.table import Row
from tests.adapters.document_monitor.town import (
    NAMES,
    NOW,
    QUICK,
    TASKS,
    TODAY,
    YEAR,
    by_list,
    by_sql,
    by_totals,
    by_units,
    monitor,
    read,
    reader,
)

COUNTS = counted(TASKS, YEAR.first, YEAR.last, TODAY)
LISTED = {"unit_name": "Đơn vị", "assigned_on": "Ngày giao", "due_on": "Hạn hoàn thành", "done_on": "Ngày hoàn thành"}
HOSTILE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.sampled_from(["data", "name", "tong", "n", "ok", "code", "value"]), inner, max_size=5)
    ),
    max_leaves=25,
)


@asynccontextmanager
async def answering(*answers: Any) -> AsyncIterator[str]:
    """A server that gives these bodies in turn, the last one for ever."""
    left = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in answers]

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=left.pop(0) if len(left) > 1 else left[0], content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/{any:.*}", answer)
    async with running(app) as url:
        yield url


def mapped(url: str, **more: Any) -> dict[str, Any]:
    """A plain mapping for made-up answers."""
    fields = {"unit_name": "name", "assigned": "tong"}
    params = {"nam": "{year}", "trang": "{page}"}
    paged = {"paging": {"by": "page", "size": 2}, "count": "n"}
    return {
        "rest": {"base_url": url, "path": "/x", "params": params, "rows": "data", "fields": fields, **paged, **QUICK}
        | more
    }


def unit(name: str, total: Any) -> dict[str, Any]:
    return {"name": name, "tong": total}


async def test_a_total_that_is_not_the_sum_is_named_and_not_mended(tmp_path: Path) -> None:
    async with monitor() as (url, state):
        state.quirks.total_off = 3
        reading = await read(tmp_path, **by_units(url, totals={"assigned": "tong.tongSoNhiemVu"}))
    (finding,) = reading.findings
    assert (finding.kind, finding.count) == (FindingKind.TOTAL_DIFFERS, "assigned")
    assert (finding.said, finding.counted) == (len(TASKS) + 3, len(TASKS))


async def test_a_total_row_of_a_file_is_compared_as_well(tmp_path: Path) -> None:
    text = units_csv(COUNTS).decode("utf-8-sig").replace(f"Tổng cộng,{len(TASKS)}", "TỔNG CỘNG,7")
    write(tmp_path / "nv-2026.csv", text.encode())
    reading = await read(tmp_path, file={"path": "nv-{year}.csv"})
    assert [(one.kind, one.said) for one in reading.findings] == [(FindingKind.TOTAL_DIFFERS, 7)]


async def test_a_lost_page_is_never_less(tmp_path: Path) -> None:
    """The middle one, and the last one."""
    for page in (2, 3):
        async with monitor() as (url, state):
            state.quirks.lost_page = page
            with pytest.raises(StaleError, match=r"rows came of 7 that are declared.*a page is missing"):
                await read(tmp_path, **by_units(url))


async def test_a_page_that_comes_again_is_refused(tmp_path: Path) -> None:
    page = {"n": 9, "data": [unit("Sở A", 1), unit("Sở B", 2)]}
    async with answering(page) as url:
        with pytest.raises(StaleError, match="page 2 repeats a page before it"):
            await read(tmp_path, **mapped(url))


async def test_a_page_that_comes_again_under_another_clock_is_refused(tmp_path: Path) -> None:
    rows = [unit("Sở A", 1), unit("Sở B", 2)]
    pages = [{"n": 4, "data": rows, "time": clock} for clock in ("10:00:01", "10:00:02")]
    async with answering(*pages) as url:
        with pytest.raises(StaleError, match="page 2 repeats a page before it"):
            await read(tmp_path, **mapped(url))


async def test_a_list_that_shrinks_or_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    pages = [{"n": 3, "data": [unit("Sở A", 1), unit("Sở B", 2)]}, {"n": 4, "data": [unit("Sở C", 1)]}]
    async with answering(*pages) as url:
        with pytest.raises(StaleError, match="page 2 declares 4 rows, not 3"):
            await read(tmp_path, **mapped(url))


async def test_more_rows_than_are_declared_are_refused(tmp_path: Path) -> None:
    async with answering({"n": 1, "data": [unit("Sở A", 1), unit("Sở B", 2)]}) as url:
        with pytest.raises(StaleError, match="2 rows came of 1"):
            await read(tmp_path, **mapped(url))


async def test_an_error_envelope_with_status_200_is_an_error(tmp_path: Path) -> None:
    async with monitor() as (url, state):
        state.quirks.refusing = True
        with pytest.raises(PermanentError, match=r"success is 'false': 'Phiên làm việc đã hết hạn'"):
            await read(tmp_path, **by_units(url))


async def test_without_a_word_on_success_an_error_envelope_has_no_rows(tmp_path: Path) -> None:
    async with monitor() as (url, state):
        state.quirks.refusing = True
        with pytest.raises(ShapeError, match="there are no rows at data"):
            await read(tmp_path, **by_list(url))


async def test_a_login_page_is_a_web_page_and_no_answer(tmp_path: Path) -> None:
    async with monitor() as (url, state):
        state.quirks.login_page = True
        with pytest.raises(BlockedError, match="a web page came instead"):
            await read(tmp_path, **by_units(url))


async def test_a_unit_that_comes_twice_is_refused(tmp_path: Path) -> None:
    """By code; by name in another writing; in a file as well."""
    async with monitor() as (url, state):
        state.quirks.doubled = True
        with pytest.raises(ShapeError, match=r"the unit 'H26\.1' has two tallies"):
            await read(tmp_path, **by_units(url))
    write(tmp_path / "nv-2026.csv", "Đơn vị,Tổng số nhiệm vụ\nSở Y tế,1\nSỞ Y TẾ,2\n".encode())
    with pytest.raises(ShapeError, match=r"has two tallies \('Sở Y tế' and 'SỞ Y TẾ'\)"):
        await read(tmp_path, file={"path": "nv-{year}.csv"})


async def test_a_unit_that_the_monitor_does_not_know_ends_the_reading(tmp_path: Path) -> None:
    """Of all units asked about one by one, whatever the others say."""
    async with monitor() as (url, _):
        table = by_totals(url, success={"path": "success", "values": ["true"], "message": "message"})
        table["rest"]["each_unit"] |= {"H26.99": "H26.99"}
        with pytest.raises(PermanentError, match="Không tìm thấy đơn vị"):
            await read(tmp_path, **table)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"data": []}, "number of rows is not there"),
        ({"n": "x", "data": []}, "'x' is no count at n"),
        ({"n": 0, "data": []}, "not one row came"),
        ({"n": 1, "data": {"a": []}}, "there are no rows"),
        ({"n": 1, "rows": []}, "lists are under 'rows'"),
        ({"n": 1, "data": ["x"]}, r"the row is no object at data\[0\]"),
        ({"n": 1, "data": [{}]}, r"says nothing at all.*data\[0\]"),
        ({"n": 1, "data": [{"name": "Sở A", "tongso": 3}]}, "no row has assigned; the first row has 'name', 'tongso'"),
        ({"n": 1, "data": [unit("Sở A", 1.234)]}, "row 1: the number 1.234 is no count"),
        ({"n": 1, "data": [unit("Sở A", "mười")]}, "'mười' is no count at assigned"),
        ({"n": 1, "data": [unit("Sở A", -1)]}, "below 0"),
        ({"n": 1, "data": [unit("Sở A", [1])]}, "list"),
        ({"n": 1, "data": [unit("", 1)]}, "neither a code nor a name"),
        ({"n": 1, "data": [unit("x" * 400, 1)]}, "more than 300 characters"),
        ({"n": 1, "data": [unit("Sở\x00A", 1)]}, "NUL"),
        (b"[" * 5000, "nested|not JSON|malformed|JSON"),
        (b"", "empty"),
    ],
)
async def test_an_answer_of_another_shape_is_refused_with_its_place(tmp_path: Path, answer: Any, words: str) -> None:
    async with answering(answer) as url:
        with pytest.raises(SideError, match=words):
            await read(tmp_path, **mapped(url))


async def test_an_answer_that_never_ends_is_cut(tmp_path: Path) -> None:
    async with answering({"n": 1, "data": [unit("Sở A", 1)], "more": "x" * 5000}) as url:
        with pytest.raises(TooLargeError, match="larger than 2048 bytes"):
            await read(tmp_path, **mapped(url, max_bytes=2048))


async def test_more_rows_than_are_allowed_are_refused(tmp_path: Path) -> None:
    async with answering({"n": 3, "data": [unit(f"Sở {at}", 1) for at in range(3)]}) as url:
        with pytest.raises(TooLargeError, match="max_rows = 2"):
            await read(tmp_path, **mapped(url, max_rows=2))
    fill_database(f"sqlite:///{tmp_path}/monitor.db", TASKS)
    table = by_sql("sqlite:///monitor.db")
    table["sql"]["max_rows"] = 3
    with pytest.raises(TooLargeError, match="max_rows = 3"):
        await read(tmp_path, **table)


async def test_more_units_than_a_city_can_have_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_UNITS", 2)
    write(tmp_path / "nv-2026.csv", units_csv(COUNTS))
    with pytest.raises(TooLargeError, match="more than 2 units"):
        await read(tmp_path, file={"path": "nv-{year}.csv"})


async def test_a_file_that_is_not_there_or_is_cut_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match=r"nv-2026\.csv.*cannot be read"):
        await read(tmp_path, file={"path": "nv-{year}.csv"})
    write(tmp_path / "nv-2026.csv", units_csv(COUNTS)[:-9])
    with pytest.raises(SideError, match="cut"):
        await read(tmp_path, file={"path": "nv-{year}.csv"})
    write(tmp_path / "nv-2026.csv", 'Đơn vị,Tổng số nhiệm vụ\nSở A,1\n"Sở B,2'.encode())
    with pytest.raises(StaleError, match="the file is cut, or a quotation mark is not doubled"):
        await read(tmp_path, file={"path": "nv-{year}.csv"})
    write(tmp_path / "nv-2026.csv", ",".join(UNIT_TITLES).encode())
    with pytest.raises(StaleError, match="not one row came"):
        await read(tmp_path, file={"path": "nv-{year}.csv"})


async def test_a_file_with_other_titles_says_which_are_there(tmp_path: Path) -> None:
    write(tmp_path / "nv-2026.csv", "Đơn vi,Tổng số nhiệm vụ\nSở Y tế,1\n".encode())
    with pytest.raises(ShapeError, match="did you mean 'Đơn vi'"):
        await read(tmp_path, file={"path": "nv-{year}.csv"})


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("Sở Y tế,,01/02/2026,", "row 2: the task has no day of assignment"),
        ("Sở Y tế,31/02/2026,01/02/2026,", "row 2: not a date.*at assigned_on"),
        ("Sở Y tế,01/02/2026,mai,", "row 2: not a date.*at due_on"),
        (",01/02/2026,01/02/2026,", "row 2: there is neither a code nor a name"),
    ],
)
async def test_a_task_that_cannot_be_read_ends_the_reading(tmp_path: Path, row: str, words: str) -> None:
    write(tmp_path / "list.csv", f"Đơn vị,Ngày giao,Hạn hoàn thành,Ngày hoàn thành\n{row}\n".encode())
    with pytest.raises(SideError, match=words):
        await read(tmp_path, one_row_per="task", file={"path": "list.csv", "fields": LISTED})


async def test_a_task_that_comes_twice_for_one_unit_is_refused(tmp_path: Path) -> None:
    """For two units it is two tasks."""
    fields = {"task": "Mã nhiệm vụ", **LISTED}
    write(tmp_path / "list.csv", tasks_csv([*TASKS, TASKS[0]]))
    with pytest.raises(ShapeError, match=f"the task '{TASKS[0].number}' comes twice"):
        await read(tmp_path, one_row_per="task", file={"path": "list.csv", "fields": fields}, units=NAMES)


@pytest.mark.parametrize(
    ("due", "done", "standing"),
    [
        ("10/10/2026", "10/10/2026", "done_on_time"),
        ("09/10/2026", "10/10/2026", "done_late"),
        ("", "10/10/2026", "done_on_time"),
        ("10/10/2026", "", "running_in_time"),
        ("09/10/2026", "", "running_late"),
        ("", "", "no_time_limit"),
        ("09/10/2026", "11/10/2026", "running_late"),
        ("11/10/2026", "12/10/2026", "running_in_time"),
    ],
)
async def test_a_day_is_a_whole_day_and_what_is_done_later_still_runs(
    tmp_path: Path, due: str, done: str, standing: str
) -> None:
    """Counted on 10/10/2026."""
    rows = f"Đơn vị,Ngày giao,Hạn hoàn thành,Ngày hoàn thành\nSở Y tế,01/10/2026,{due},{done}\n"
    write(tmp_path / "list.csv", rows.encode())
    reading = await read(tmp_path, one_row_per="task", file={"path": "list.csv", "fields": LISTED})
    (one,) = reading.tallies
    assert (one.assigned, getattr(one, standing)) == (1, 1)


async def test_a_task_that_is_given_later_is_not_counted_yet(tmp_path: Path) -> None:
    """Counts hold at an instant, also where the list knows more."""
    rows = "Đơn vị,Ngày giao,Hạn hoàn thành,Ngày hoàn thành\nSở Y tế,10/10/2026,,\nSở Y tế,11/10/2026,,\n"
    write(tmp_path / "list.csv", rows.encode())
    reading = await read(tmp_path, one_row_per="task", file={"path": "list.csv", "fields": LISTED})
    assert [one.assigned for one in reading.tallies] == [1]


async def test_a_query_with_two_columns_of_one_name_is_refused(tmp_path: Path) -> None:
    fill_database(f"sqlite:///{tmp_path}/monitor.db", TASKS)
    query = "SELECT 'Sở A' AS unit_name, 1 AS assigned, 2 AS assigned WHERE :year = 2026"
    with pytest.raises(ShapeError, match="two columns are called 'assigned'"):
        await read(tmp_path, **by_sql("sqlite:///monitor.db", query))


async def test_an_exact_number_of_a_database_is_the_number_it_is(tmp_path: Path) -> None:
    """``5.000`` of a NUMERIC column is five; as a text it would be five thousand."""
    query = "SELECT 'Sở A' AS unit_name, CAST('5' AS NUMERIC) AS assigned, 2.0 AS done WHERE :year = 2026"
    fill_database(f"sqlite:///{tmp_path}/monitor.db", TASKS)
    reading = await read(tmp_path, **by_sql("sqlite:///monitor.db", query))
    assert [(one.assigned, one.done) for one in reading.tallies] == [(5, 2)]


@pytest.mark.postgresql
async def test_a_numeric_column_of_postgresql_is_the_number_it_is(tmp_path: Path, postgresql_url: str) -> None:
    query = "SELECT 'Sở A' AS unit_name, 5.000::numeric(10,3) AS assigned WHERE :year = 2026"
    reading = await read(tmp_path, **by_sql(postgresql_url, query))
    assert [one.assigned for one in reading.tallies] == [5]
    with pytest.raises(ShapeError, match=r"5\.250 is no count"):
        await read(tmp_path, **by_sql(postgresql_url, query.replace("5.000", "5.250")))


async def test_a_database_that_is_not_there_or_has_no_such_table_says_so(tmp_path: Path) -> None:
    with pytest.raises(SideError, match="unable to open"):
        await read(tmp_path, **by_sql("sqlite:///nowhere.db"))
    with closing(sqlite3.connect(tmp_path / "empty.db")) as connection:
        connection.execute("CREATE TABLE t (a)")
    with pytest.raises(PermanentError, match="no such table: nhiem_vu"):
        await read(tmp_path, **by_sql("sqlite:///empty.db"))


async def test_a_statement_that_takes_too_long_is_interrupted(tmp_path: Path) -> None:
    fill_database(f"sqlite:///{tmp_path}/monitor.db", TASKS)
    endless = (
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
        " SELECT 'Sở A' AS unit_name, COUNT(*) AS assigned FROM n WHERE :year = 2026"
    )
    table = by_sql("sqlite:///monitor.db", endless)
    table["sql"]["timeout"] = 1
    with pytest.raises(UnreachableError, match="took longer than timeout = 1 s"):
        await read(tmp_path, **table)


async def test_a_cancelled_reading_leaves_nothing_open(tmp_path: Path) -> None:
    """Over HTTP, where the monitor answers nothing for ever."""
    reached, over = asyncio.Event(), asyncio.Event()

    async def hang(_request: web.Request) -> web.Response:
        reached.set()
        await over.wait()
        return web.Response()

    app = web.Application()
    app.router.add_get("/x", hang)
    async with running(app) as url:
        hanging = reader(tmp_path, **mapped(url))
        asked = asyncio.create_task(hanging.read_tasks(YEAR, NOW))
        await reached.wait()
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        await hanging.close()
        await hanging.close()
        over.set()


async def test_a_missing_secret_is_an_error_of_the_source_that_names_it(tmp_path: Path) -> None:
    table = by_sql("postgresql://monitor@127.0.0.1:1/monitor")
    table["sql"]["password_secret"] = "monitor_password"
    with pytest.raises(UnauthorisedError, match="there is no secret 'monitor_password'"):
        await read(tmp_path, **table)


async def test_a_period_that_is_not_offered_is_refused(tmp_path: Path) -> None:
    monitor_ = reader(tmp_path, file={"path": "nv-{year}-{month:02}.csv"})
    with pytest.raises(PermanentError, match="cannot be asked about 2026"):
        await monitor_.read_tasks(YEAR, NOW)


async def test_the_check_reads_what_runs_and_says_what_was_found(tmp_path: Path) -> None:
    async with monitor() as (url, _):
        built = reader(tmp_path, **by_units(url))
        built._clock = lambda: NOW
        assert await built.check() == "7 units in 2026, 7 of them by code"
        await built.close()


FORM = RestSettings(
    base_url="http://127.0.0.1:1",
    path="/x",
    rows="data",
    count="n",
    params={"y": "{year}"},
    fields={"unit_name": "name", "assigned": "[code=X].value", "done": "tong"},
    totals={"assigned": "tong"},
    success={"path": "ok", "values": ["true", "1"], "message": "name"},  # type: ignore[arg-type]
)


@given(HOSTILE | st.binary(max_size=60))
@how(suppress_health_check=[HealthCheck.too_slow])
def test_any_answer_is_rows_or_an_error_of_the_source(answer: Any) -> None:
    """No input crashes; what is read can be counted, or is refused in words."""
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    count = counter(RowKind.UNIT, Naming({}), YEAR, TODAY)
    try:
        found = count(read_answer(body, FORM, where="fuzz").rows, "fuzz")
    except SideError:
        return
    assert all(one.unit_name for one in found.tallies)


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["unit_code", "unit_name", "assigned_on", "due_on", "done_on", "task", "assigned"]),
            st.none() | st.text(max_size=12) | st.integers() | st.dates() | st.just("01/02/2026"),
        ),
        max_size=6,
    ),
    st.sampled_from(RowKind),
)
def test_any_rows_are_counted_or_refused(cells: list[dict[str, Any]], kind: RowKind) -> None:
    rows = [Row(at, one) for at, one in enumerate(cells, 1)]
    try:
        found = counter(kind, Naming({}), YEAR, date(2026, 10, 10))(rows, "fuzz")
    except SideError:
        return
    if kind is RowKind.TASK:
        parts = ("done_on_time", "done_late", "running_in_time", "running_late", "no_time_limit")
        assert all(one.assigned == sum(getattr(one, name) for name in parts) for one in found.tallies)
        assert sum(one.assigned or 0 for one in found.tallies) <= len(rows)
