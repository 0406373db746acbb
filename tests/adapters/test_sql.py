"""The database side, on real SQLite files: columns, keys, counts of one snapshot, guards, failures and leavings."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.sql import SqlAdapter, SqlSettings, definition
from adapters.sql.adapter import TRANSLATION
from adapters.sql.failures import translated
from adapters.sql.statement import check_query
from syncd.errors import ConfigurationError
from syncd.records.procedure import Procedure, State
from syncd.sides.adapter import Listed, Record, Surroundings, Wanted
from syncd.sides.errors import PermanentError, ShapeError, SideError, TooLargeError, UnauthorisedError, UnreachableError
from syncd.sides.reading import Evidence, prove

COLUMNS = {"local_code": "ma", "name": "Tên TTHC", "state": "con_hieu_luc"}
TABLE = 'CREATE TABLE "thủ tục" (ma TEXT, "Tên TTHC" TEXT, con_hieu_luc INTEGER, id INTEGER)'

Make = Callable[..., SqlAdapter]
Rows = Sequence[tuple[object, ...]]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Builds the adapter for a SQLite file with the given rows, as the daemon would."""

    def made(rows: Rows = (), **settings: Any) -> SqlAdapter:
        with closing(sqlite3.connect(tmp_path / "city.db")) as connection:
            connection.execute(TABLE.replace("TABLE", "TABLE IF NOT EXISTS"))
            connection.executemany('INSERT INTO "thủ tục" VALUES (?, ?, ?, ?)', rows)
            connection.commit()
        return built(tmp_path, **settings)

    return made


def built(folder: Path, **settings: Any) -> SqlAdapter:
    defaults: dict[str, Any] = {"adapter": "sql", "url": "sqlite:///city.db", "columns": COLUMNS}
    source = {} if "query" in settings else {"table": "thủ tục"}
    checked = definition.settings.model_validate(defaults | source | settings)
    adapter = definition.build(checked, Surroundings(side="city", folder=folder, secret=_secret, http=_secret))
    assert isinstance(adapter, SqlAdapter)
    return adapter


def _secret(name: str, *_: object) -> Any:
    if name != "known":
        raise ConfigurationError(f"no secret {name!r}", action="create it")
    return "s3cret-word"


async def listed(adapter: SqlAdapter) -> tuple[list[Listed], Evidence]:
    evidence = Evidence()
    rows = [one async for page in adapter.list_records(evidence) for one in page]
    return rows, evidence


async def keys(adapter: SqlAdapter) -> list[str]:
    return [one.key for one in (await listed(adapter))[0]]


async def failure(adapter: SqlAdapter) -> SideError:
    with pytest.raises(SideError) as caught:
        await listed(adapter)
    return caught.value


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("sql-side")]


async def test_a_table_becomes_procedures_and_proves_itself_whole(make: Make) -> None:
    adapter = make([("1.1.H48", "Cấp phép", 1, 1), ("1.2", None, 0, 2)])
    rows, evidence = await listed(adapter)
    found = {key: adapter.canonical(Record(key, raw)) for key, raw in rows}
    assert found["1.1.H48"] == Procedure(code="", local_code="1.1.H48", name="Cấp phép", state=State.PUBLIC)
    assert found["1.2"] == Procedure(code="", local_code="1.2", state=State.UNPUBLISHED)
    assert prove(evidence).whole
    assert evidence.totals == [2]


async def test_a_query_with_colons_percent_signs_and_a_last_comment_is_run_as_written(make: Make) -> None:
    query = """SELECT ma, 'lúc 12:30 100%' AS "Tên TTHC", con_hieu_luc FROM "thủ tục" WHERE ma LIKE '1.%' -- hết"""
    adapter = make([("1.1", "x", 1, 1), ("2.1", "y", 1, 2)], query=query)
    rows, evidence = await listed(adapter)
    assert [adapter.canonical(Record(*row)).name for row in rows] == ["lúc 12:30 100%"]
    assert prove(evidence).whole


async def test_a_with_query_is_run(make: Make) -> None:
    query = 'WITH a AS (SELECT * FROM "thủ tục") SELECT * FROM a;'
    assert await keys(make([("1.1", "x", 1, 1)], query=query)) == ["1.1"]


async def test_pages_hold_five_hundred_rows(make: Make) -> None:
    adapter = make([(f"1.{at:06}", "x", 1, at) for at in range(1201)])
    evidence = Evidence()
    assert [len(page) async for page in adapter.list_records(evidence)] == [500, 500, 201]


async def test_an_empty_table_is_not_believed_although_the_count_says_so(make: Make) -> None:
    rows, evidence = await listed(make())
    assert (rows, evidence.totals, evidence.closed) == ([], [0], True)
    assert prove(evidence).reasons == ("nothing at all was listed: an empty side is not believed",)


async def test_a_row_that_cannot_be_read_still_says_its_codes(make: Make) -> None:
    query = "SELECT '1.1' AS cong, '1.1.H26' AS ma, x'00' AS ten"
    adapter = make(query=query, columns={"code": "cong", "local_code": "ma", "name": "ten"})
    (answer,) = await adapter.read_again([Wanted(None, "1.1")])
    with pytest.raises(ShapeError) as refused:
        adapter.canonical(answer.records[0])
    assert (refused.value.code, refused.value.local_code) == ("1.1", "1.1.H26")


async def test_the_mark_of_the_translation_follows_version_and_columns(make: Make) -> None:
    mark = make(columns={"local_code": "ma"}).capabilities.translation
    assert mark.startswith(f"{TRANSLATION} ")
    assert mark != make(columns={"local_code": "ma", "name": "ten"}).capabilities.translation


async def test_repeated_codes_are_numbered_the_same_way_whatever_order_the_rows_come_in(
    make: Make, tmp_path: Path
) -> None:
    rows = [("1.1", "b", 1, 1), ("1.1", "a", 1, 2), (" 1.1", "c", 1, 3)]
    before, _ = await listed(make(rows))
    (tmp_path / "city.db").unlink()
    after, _ = await listed(make(rows[::-1]))
    assert dict(before) == dict(after)
    assert sorted(dict(before)) == [" 1.1", "1.1", "1.1#2"]


async def test_a_row_without_code_is_one_invalid_record(make: Make) -> None:
    adapter = make([(None, "x", 1, 1), ("", "y", 1, 2), (None, None, None, 3), ("1.1", "z", 1, 4)])
    rows, evidence = await listed(adapter)
    assert [one.key for one in rows] == ["row 1", "row 2", "row 3", "1.1"]
    assert prove(evidence).whole
    with pytest.raises(ShapeError, match="no code"):
        adapter.canonical(Record(*rows[0]))
    answers = await adapter.read_again([Wanted("row 2", ""), Wanted("row 4", "")])
    assert [answer.records for answer in answers] == [(Record(*rows[1]),), ()]


async def test_a_key_column_is_the_key(make: Make) -> None:
    adapter = make([("1.1", "x", 1, 7), ("1.1", "y", 1, 8)], key="id")
    rows, _ = await listed(adapter)
    assert [one.key for one in rows] == ["7", "8"]
    assert adapter.canonical(Record(*rows[0])).local_code == "1.1"
    (answer,) = await adapter.read_again([Wanted("8", "")])
    assert [record.key for record in answer.records] == ["8"]


async def test_a_key_column_that_is_none_is_noticed(make: Make) -> None:
    """The same key twice is left to the proof, which refuses the reading."""
    assert await keys(make([("1.1", "x", 1, 7), ("1.2", "y", 1, 7)], key="id")) == ["7", "7"]


async def test_point_reads_answer_by_key_and_by_code(make: Make) -> None:
    adapter = make([("1.1", "a", 1, 1), ("1.1", "b", 1, 2), (" 1.012753.H19", "c", 1, 3), ("1.0127531", "d", 1, 4)])
    wanted = [
        Wanted("1.1#2", "1.1"),
        Wanted(None, "1.012753"),
        Wanted("1.9", "1.9"),
        Wanted(None, ""),
        Wanted("x' OR '1'='1", ""),
        Wanted(None, "%"),
    ]
    answers = await adapter.read_again(wanted)
    assert [answer.wanted for answer in answers] == wanted
    found = [[record.key for record in answer.records] for answer in answers]
    assert found == [["1.1#2"], [" 1.012753.H19"], [], [], [], []]
    listing, _ = await listed(adapter)
    assert answers[0].records == tuple(Record(*one) for one in listing if one.key == "1.1#2")


async def test_many_point_reads_are_asked_in_parts(make: Make) -> None:
    adapter = make([(f"1.{at:06}", "x", 1, at) for at in range(900)])
    answers = await adapter.read_again([Wanted(f"1.{at:06}", "") for at in range(900)])
    assert all(len(answer.records) == 1 for answer in answers)


async def test_point_reads_of_a_database_that_is_away_are_answers_not_exceptions(tmp_path: Path) -> None:
    (answer,) = await built(tmp_path).read_again([Wanted("1.1", "1.1")])
    assert isinstance(answer.error, UnreachableError)


@pytest.mark.parametrize(
    ("ma", "ten", "said"),
    [("'1.1'", "x'00'", "type bytes"), ("'1.2'", "1.5", "the number 1.5"), ("1.014320", "'x'", "the number 1.01432")],
)
async def test_bytes_and_broken_numbers_as_text_are_invalid_records(make: Make, ma: str, ten: str, said: str) -> None:
    adapter = make(query=f"SELECT {ma} AS ma, {ten} AS ten", columns={"local_code": "ma", "name": "ten"})
    rows, _ = await listed(adapter)
    with pytest.raises(ShapeError, match=said):
        adapter.canonical(Record(*rows[0]))


async def test_dates_are_read_by_the_field_s_rule(make: Make) -> None:
    query = "SELECT ma, '2026-09-03 00:00:00' AS ngay FROM \"thủ tục\""
    adapter = make([("1.1", "x", 1, 1)], query=query, columns={"local_code": "MA", "decision_date": "ngay"})
    rows, _ = await listed(adapter)
    assert adapter.canonical(Record(*rows[0])).decision_date == date(2026, 9, 3)


async def test_a_missing_column_names_the_nearest_one(make: Make) -> None:
    error = await failure(make(columns=COLUMNS | {"name": "Tên TTHCC"}))
    assert isinstance(error, PermanentError)
    assert "columns.name: no column 'Tên TTHCC'; did you mean 'Tên TTHC'?" in str(error)


async def test_a_missing_table_names_the_nearest_one(make: Make) -> None:
    error = await failure(make(table="thu tuc"))
    assert isinstance(error, PermanentError)
    assert "no table 'thu tuc'; did you mean 'thủ tục'?" in str(error)


async def test_a_wrong_query_is_permanent(make: Make) -> None:
    error = await failure(make(query="SELECT nope FROM nowhere"))
    assert isinstance(error, PermanentError)
    assert "no such table: nowhere" in str(error)


async def test_a_database_file_that_is_not_there_is_unreachable_and_not_made(tmp_path: Path) -> None:
    assert isinstance(await failure(built(tmp_path)), UnreachableError)
    assert isinstance(await failure(built(tmp_path)), UnreachableError)


async def test_more_rows_than_the_cap_are_an_error(make: Make) -> None:
    error = await failure(make([("1.1", "x", 1, 1), ("1.2", "x", 1, 2)], max_rows=1))
    assert isinstance(error, TooLargeError)
    assert "2 rows, more than max_rows = 1" in str(error)


async def test_rows_added_while_it_is_listed_are_not_seen(make: Make, tmp_path: Path) -> None:
    """Count and rows are of one snapshot, so a writer cannot make a reading look cut."""
    with closing(sqlite3.connect(tmp_path / "city.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        adapter = make([(f"1.{at:06}", "x", 1, at) for at in range(600)])
        evidence = Evidence()
        seen = 0
        async for page in adapter.list_records(evidence):
            seen += len(page)
            connection.execute("INSERT INTO \"thủ tục\" VALUES ('9.9', 'x', 1, 0)")
            connection.commit()
    assert seen == 600
    assert prove(evidence).whole


async def test_nothing_can_be_written_through_the_connection(make: Make) -> None:
    adapter = make()
    worker = adapter._worker()
    try:
        await worker.open()
        with pytest.raises(SideError, match="readonly"):
            await worker.run(lambda connection: connection.exec_driver_sql('DELETE FROM "thủ tục"'))
    finally:
        await worker.close()


async def test_a_listing_that_is_left_early_leaves_no_connection_and_no_thread(make: Make) -> None:
    adapter = make([(f"1.{at:06}", "x", 1, at) for at in range(1201)])
    pages = adapter.list_records(Evidence())
    async for _ in pages:
        break
    assert len(threads()) == 1
    await pages.aclose()  # type: ignore[attr-defined]
    _join()
    assert threads() == []


ENDLESS = "WITH RECURSIVE n(ma) AS (SELECT 1 UNION ALL SELECT ma + 1 FROM n) SELECT ma FROM n"


async def test_a_cancelled_statement_is_interrupted_and_leaves_nothing(make: Make) -> None:
    adapter = make(query=ENDLESS, columns={"local_code": "ma"})
    task = asyncio.create_task(adapter.check())
    await asyncio.wait([task], timeout=0.1)
    assert len(threads()) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    _join()
    assert threads() == []


async def test_a_statement_over_its_time_is_interrupted_and_said_so(make: Make) -> None:
    adapter = make(query=ENDLESS, columns={"local_code": "ma"}, timeout=1)
    with pytest.raises(UnreachableError, match="longer than timeout = 1 s"):
        await adapter.check()
    _join()
    assert threads() == []


def _join() -> None:
    for thread in threading.enumerate():
        if thread.name.startswith("sql-side"):
            thread.join(5)


async def test_check_says_in_one_line_what_was_found(make: Make) -> None:
    said = await make([("1.1", "x", 1, 1)]).check()
    assert said.startswith("sqlite /city.db: 1 rows in thủ tục, columns 'ma' (local_code)")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 1; DROP TABLE a",
        "DELETE FROM a",
        "",
        "-- SELECT\nUPDATE a SET b = 1",
        "WITH a AS (DELETE FROM b RETURNING *) SELECT * FROM a",
        "SELECT * INTO b FROM a",
        "SELECT * FROM a FOR UPDATE",
        "EXPLAIN SELECT 1",
        "/* x */ PRAGMA writable_schema = 1",
    ],
)
def test_anything_but_one_select_is_refused(query: str) -> None:
    with pytest.raises(ValueError, match=r"SELECT|only reading"):
        check_query(query)


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("SELECT 'a;b; DELETE' FROM t ;\n", "SELECT 'a;b; DELETE' FROM t"),
        ("select \"update\", 'it''s' from t -- delete", "select \"update\", 'it''s' from t -- delete"),
        ("(SELECT 1) UNION (SELECT 2)", "(SELECT 1) UNION (SELECT 2)"),
        ("SELECT $x$ ; drop $x$ AS a", "SELECT $x$ ; drop $x$ AS a"),
    ],
)
def test_words_in_quotes_and_comments_are_no_statements(query: str, kept: str) -> None:
    assert check_query(query) == kept


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"url": "postgresql://u:s3cret@h/d"}, "password must not stand in the settings"),
        ({"url": "postgresql://u@h/d?password=s3cret"}, "password must not stand in the settings"),
        ({"url": "nonsense"}, "no database URL"),
        ({"url": "postgresql+asyncpg://u@h/d"}, "asynchronous"),
        ({"table": None}, "exactly one"),
        ({"query": "SELECT 1"}, "exactly one"),
        ({"table": "a.b.c"}, "no table"),
        ({"table": "a."}, "no table"),
        ({"timeout": 0}, "timeout"),
        ({"max_rows": 0}, "max_rows"),
        ({"tabel": "a"}, "tabel"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said) as caught:
        SqlSettings.model_validate(
            {"adapter": "sql", "url": "sqlite:///a", "table": "a", "columns": COLUMNS} | settings
        )
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"url": "nosuch://u@h/d"}, "no driver for nosuch"),
        ({"url": "sqlite://"}, "in memory"),
        ({"password_secret": "known"}, "no passwords"),
        ({"url": "postgresql://u@h/d", "password_secret": "unknown"}, "no secret"),
    ],
)
def test_what_can_never_work_is_said_when_the_adapter_is_built(
    tmp_path: Path, settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(ConfigurationError, match=said):
        built(tmp_path, **settings)


async def test_a_server_that_refuses_connections_is_unreachable_and_keeps_the_password_secret(tmp_path: Path) -> None:
    adapter = built(tmp_path, url="postgresql://u@127.0.0.1:1/d", password_secret="known")
    error = await failure(adapter)
    assert isinstance(error, UnreachableError)
    assert "s3cret-word" not in str(error) + repr(error) + repr(vars(adapter))


def test_a_password_that_a_driver_repeats_is_cut_out() -> None:
    error = translated(OSError("cannot use s3cret-word"), where="x", secret="s3cret-word")
    assert "s3cret-word" not in str(error)
    assert "***" in str(error)


@pytest.mark.parametrize(
    "said",
    ['FATAL:  password authentication failed for user "u"', "Access denied for user", "permission denied for table a"],
)
def test_a_refused_account_is_unauthorised(said: str) -> None:
    assert isinstance(translated(OSError(said), where="x"), UnauthorisedError)
