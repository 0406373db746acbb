"""The database side on a PostgreSQL server: types, snapshots, read-only, time-outs and refused accounts.

On the cluster of ``tests.postgresql``, a database for each test; skipped where there are no server programs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.engine import make_url

from adapters.sql import SqlAdapter, SqlSettings
from syncd.records.procedure import State
from syncd.sides.adapter import Listed, Record, Wanted
from syncd.sides.errors import PermanentError, SideError, UnauthorisedError, UnreachableError
from syncd.sides.reading import Evidence, prove

URL = ""
"""The database of the test that runs."""

pytestmark = pytest.mark.postgresql


@pytest.fixture(autouse=True)
def address(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "URL", postgresql_url.replace("postgresql:", "postgresql+psycopg:"))


COLUMNS = {
    "local_code": "Ma",
    "name": "tên tthc",
    "state": "public",
    "decision_date": "ngay",
    "published_at": "luc",
    "portal_id": "cổng",
}


@pytest.fixture
def server() -> Iterator[Engine]:
    made = create_engine(URL, poolclass=NullPool)
    with made.begin() as connection:
        connection.execute(text("DROP SCHEMA IF EXISTS motcua CASCADE"))
        connection.execute(text("CREATE SCHEMA motcua"))
        connection.execute(
            text(
                'CREATE TABLE motcua."ThuTuc" (id bigint, "Ma" char(30), "tên tthc" text, public boolean,'
                ' ngay date, luc timestamptz, "cổng" numeric(10, 6))'
            )
        )
        connection.execute(
            text(
                "INSERT INTO motcua.\"ThuTuc\" SELECT n, '1.' || lpad(n::text, 6, '0') || '.H29', 'Tên ' || n,"
                " n % 2 = 0, '2026-09-03', '2026-09-03 00:00+07', 1.014320 FROM generate_series(1, 1200) n"
            )
        )
    yield made
    with made.begin() as connection:
        connection.execute(text("DROP SCHEMA motcua CASCADE"))


def adapter(folder: Path, **settings: Any) -> SqlAdapter:
    address = make_url(URL)
    plain = address._replace(password=None).render_as_string()
    secret = "password" if address.password else None
    source = {} if "query" in settings else {"table": "motcua.ThuTuc"}
    checked = SqlSettings.model_validate(
        {"adapter": "sql", "url": plain, "password_secret": secret, "columns": COLUMNS} | source | settings
    )
    return SqlAdapter(checked, folder, lambda _: str(address.password))


async def listed(side: SqlAdapter) -> tuple[list[Listed], Evidence]:
    evidence = Evidence()
    rows = [one async for page in side.list_records(evidence) for one in page]
    return rows, evidence


async def test_values_keep_their_types(server: Engine, tmp_path: Path) -> None:
    side = adapter(tmp_path)
    rows, evidence = await listed(side)
    found = side.canonical(Record(*rows[1]))
    assert found.local_code == "1.000002.H29".ljust(30)
    assert (found.name, found.state, found.portal_id) == ("Tên 2", State.PUBLIC, "1.014320")
    assert found.decision_date == date(2026, 9, 3)
    assert found.published_at == datetime(2026, 9, 2, 17, 0, tzinfo=UTC)
    assert (len(rows), evidence.totals, prove(evidence).whole) == (1200, [1200], True)


async def test_rows_written_while_it_is_listed_are_not_seen(server: Engine, tmp_path: Path) -> None:
    evidence = Evidence()
    async for _ in adapter(tmp_path).list_records(evidence):
        with server.begin() as connection:
            connection.execute(text('DELETE FROM motcua."ThuTuc" WHERE id > 100'))
    assert prove(evidence).whole
    assert evidence.listed == 1200


async def test_point_reads_find_padded_codes_and_whole_number_keys(server: Engine, tmp_path: Path) -> None:
    code = "1.000002.H29".ljust(30)
    answers = await adapter(tmp_path).read_again([Wanted(code, ""), Wanted(None, "1.000003"), Wanted("1.9", "")])
    assert [[record.key for record in answer.records] for answer in answers] == [[code], ["1.000003.H29".ljust(30)], []]
    (answer,) = await adapter(tmp_path, key="id").read_again([Wanted("7", "")])
    assert [record.key for record in answer.records] == ["7"]


async def test_a_query_with_casts_and_percent_signs_is_run_as_written(server: Engine, tmp_path: Path) -> None:
    query = "SELECT id::text AS m, '100%'::text AS n FROM motcua.\"ThuTuc\" WHERE \"Ma\" LIKE '1.00000%' ORDER BY id"
    side = adapter(tmp_path, query=query, columns={"local_code": "m", "name": "n"})
    rows, evidence = await listed(side)
    assert prove(evidence).whole
    assert [side.canonical(Record(*row)).name for row in rows] == ["100%"] * 9


async def test_nothing_can_be_written(server: Engine, tmp_path: Path) -> None:
    worker = adapter(tmp_path)._worker()
    try:
        await worker.open()
        with pytest.raises(SideError, match="read-only transaction"):
            await worker.run(lambda connection: connection.exec_driver_sql('DELETE FROM motcua."ThuTuc"'))
    finally:
        await worker.close()


async def test_a_slow_statement_ends_in_time_and_leaves_no_connection(server: Engine, tmp_path: Path) -> None:
    query = "SELECT pg_sleep(60)::text || 'syncd-slow' AS m"
    with pytest.raises(UnreachableError, match="timeout"):
        await listed(adapter(tmp_path, query=query, columns={"local_code": "m"}, timeout=1))
    with server.begin() as connection:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%syncd-slow%' AND pid <> pg_backend_pid()"
        assert connection.execute(text(asked)).scalar_one() == 0


async def test_a_missing_table_names_the_nearest_one(server: Engine, tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match="did you mean 'ThuTuc'"):
        await listed(adapter(tmp_path, table="motcua.thutuc"))


async def test_a_role_that_is_not_known_is_unauthorised(server: Engine, tmp_path: Path) -> None:
    stranger = make_url(URL)._replace(username="nobody_here", password=None).render_as_string()
    with pytest.raises(UnauthorisedError):
        await listed(adapter(tmp_path, url=stranger))
