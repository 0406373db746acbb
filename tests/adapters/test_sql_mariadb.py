"""The database side on a MariaDB server: types, text, snapshots, read-only, time-outs, lost connections.

A throw-away server for the session, a database for each test; skipped where there are no server programs. Statements
for SQL Server and Oracle are compiled, not run.
"""

from __future__ import annotations

import gc
import os
import pwd
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.dialects import mssql, mysql, oracle
from sqlalchemy.exc import OperationalError

from adapters.columns import Column, mapping
from adapters.sql import SqlAdapter, SqlSettings
from adapters.sql.statement import source, table_rows
from syncd.records.procedure import State
from syncd.sides.adapter import Listed, Record, Wanted
from syncd.sides.errors import PermanentError, ShapeError, SideError, UnauthorisedError, UnreachableError
from syncd.sides.reading import Evidence, prove
from tests.postgresql import as_unprivileged, free_port

pytest.importorskip("pymysql", reason="the driver is not installed: pip install 'syncd[mariadb]'")

GIVEN = "SYNCD_TEST_MARIADB_URL"
PASSWORD = "mật-khẩu@của:Sở/2026"
COLUMNS = {
    "local_code": "Mã",
    "name": "tên tthc",
    "state": "công khai",
    "decision_date": "ngày",
    "published_at": "lúc",
    "portal_id": "cổng",
}
MADE = """CREATE TABLE `ThuTuc` (id bigint PRIMARY KEY, `Mã` varchar(30), `tên tthc` text, `công khai` boolean,
 `ngày` date, `lúc` datetime, `cổng` decimal(10, 6)) CHARACTER SET utf8mb4"""
FILLED = """INSERT INTO `ThuTuc` SELECT seq, concat('1.', lpad(seq, 6, '0'), '.H29'), concat('Tên 🏛 ', seq),
 seq % 2 = 0, '2026-09-03', '2026-09-03 07:00:00', 1.014320 FROM seq_1_to_1200"""


@pytest.fixture(scope="session")
def mariadb() -> Iterator[str]:
    """The address of a running server, as its superuser."""
    if given := os.environ.get(GIVEN):
        yield given
        return
    install, server = (
        shutil.which("mariadb-install-db"),
        shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin"),
    )
    if install is None or server is None:
        pytest.skip(f"no MariaDB server programs here: install Debian's mariadb-server or set {GIVEN}")
    folder = Path(tempfile.mkdtemp(prefix="syncd-mariadb-"))
    if os.getuid() == 0:
        os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
    try:
        yield from _running(install, server, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _running(install: str, server: str, folder: Path) -> Iterator[str]:
    store, port = f"--datadir={folder / 'store'}", free_port()
    made = [install, "--no-defaults", store, "--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run(as_unprivileged(made), check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    command = [
        server, "--no-defaults", store, f"--socket={folder / 'socket'}", f"--port={port}", "--bind-address=127.0.0.1",
        f"--pid-file={folder / 'pid'}", "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=16M",
        "--skip-name-resolve",
    ]  # fmt: skip
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(as_unprivileged(command), cwd=folder, stderr=log) as child,
    ):
        try:
            url = f"mariadb+pymysql://root@127.0.0.1:{port}"
            _wait_for(url, child)
            yield url
        finally:
            child.terminate()
            child.wait()


def _wait_for(url: str, child: subprocess.Popen[bytes]) -> None:
    engine = create_engine(url, poolclass=NullPool)
    until = time.monotonic() + 60
    while time.monotonic() < until and child.poll() is None:
        with suppress(OperationalError), engine.connect():
            return
        time.sleep(0.05)
    pytest.fail("the MariaDB server did not start")


@pytest.fixture
def server(mariadb: str) -> Iterator[Engine]:
    """A database of its own, filled; ``reader`` may only read it."""
    name = f"syncd_{uuid.uuid4().hex[:12]}"
    root = create_engine(mariadb, poolclass=NullPool)
    with root.begin() as connection:
        connection.execute(text(f"CREATE DATABASE {name} CHARACTER SET utf8mb4"))
        connection.execute(text("CREATE OR REPLACE USER reader@'%' IDENTIFIED BY :password"), {"password": PASSWORD})
        connection.execute(text("GRANT ALL ON *.* TO reader@'%'"))
    made = create_engine(f"{mariadb}/{name}", poolclass=NullPool)
    with made.begin() as connection:
        connection.execute(text(MADE))
        connection.execute(text(FILLED))
    yield made
    with root.begin() as connection:
        connection.execute(text(f"DROP DATABASE {name}"))


def adapter(server: Engine, folder: Path, **settings: Any) -> SqlAdapter:
    url = server.url.set(username="reader", drivername=settings.pop("drivername", "mariadb"))
    source = {} if "query" in settings else {"table": "ThuTuc"}
    table = {"adapter": "sql", "url": url.render_as_string(), "password_secret": "password", "columns": COLUMNS}
    checked = SqlSettings.model_validate(table | source | settings)
    return SqlAdapter(checked, folder, lambda _: settings.get("password", PASSWORD))


async def listed(side: SqlAdapter) -> tuple[list[Listed], Evidence]:
    evidence = Evidence()
    rows = [one async for page in side.list_records(evidence) for one in page]
    return rows, evidence


@pytest.mark.parametrize("drivername", ["mariadb", "mysql", "mysql+pymysql"])
async def test_values_keep_their_types_by_whatever_name_the_server_is_called(
    server: Engine, tmp_path: Path, drivername: str
) -> None:
    side = adapter(server, tmp_path, drivername=drivername)
    rows, evidence = await listed(side)
    found = side.canonical(Record(*rows[1]))
    assert (found.local_code, found.name) == ("1.000002.H29", "Tên 🏛 2")
    assert (found.state, found.portal_id) == (State.PUBLIC, "1.014320")
    assert found.decision_date == date(2026, 9, 3)
    assert found.published_at == datetime(2026, 9, 3, 0, 0, tzinfo=UTC), "a time without a zone is that of Hà Nội"
    assert (len(rows), evidence.totals, prove(evidence).whole) == (1200, [1200], True)


async def test_rows_written_while_it_is_listed_are_not_seen(server: Engine, tmp_path: Path) -> None:
    evidence = Evidence()
    async for _ in adapter(server, tmp_path).list_records(evidence):
        with server.begin() as connection:
            connection.execute(text("DELETE FROM `ThuTuc` WHERE id > 100"))
    assert prove(evidence).whole
    assert evidence.listed == 1200


async def test_a_date_that_never_was_is_one_invalid_record(server: Engine, tmp_path: Path) -> None:
    with server.begin() as connection:
        connection.execute(text("SET SESSION sql_mode = ''"))
        connection.execute(text("UPDATE `ThuTuc` SET `ngày` = '0000-00-00' WHERE id = 7"))
    side = adapter(server, tmp_path)
    rows, evidence = await listed(side)
    assert prove(evidence).whole
    with pytest.raises(ShapeError, match="0000-00-00"):
        side.canonical(Record(*rows[6]))
    assert side.canonical(Record(*rows[7])).decision_date == date(2026, 9, 3)


async def test_point_reads_are_exact_although_the_collation_is_not(server: Engine, tmp_path: Path) -> None:
    """The server takes ``tthc_đ`` and ``TTHC_D`` for the same; a key is what it is."""
    with server.begin() as connection:
        connection.execute(text("UPDATE `ThuTuc` SET `Mã` = 'TTHC_Đ' WHERE id = 1"))
        connection.execute(text("UPDATE `ThuTuc` SET `Mã` = 'tthc_d' WHERE id = 2"))
    side = adapter(server, tmp_path)
    wanted = [Wanted("TTHC_Đ", ""), Wanted("TTHC_D", ""), Wanted(None, "1.000003"), Wanted(None, "9.999999")]
    answers = await side.read_again(wanted)
    assert [[record.key for record in answer.records] for answer in answers] == [["TTHC_Đ"], [], ["1.000003.H29"], []]
    assert [answer.error for answer in answers] == [None] * 4


async def test_nothing_can_be_written_although_the_account_may(server: Engine, tmp_path: Path) -> None:
    worker = adapter(server, tmp_path)._worker()
    try:
        await worker.open()
        with pytest.raises(SideError, match="READ ONLY transaction"):
            await worker.run(lambda connection: connection.exec_driver_sql("DELETE FROM `ThuTuc`"))
    finally:
        await worker.close()
    with server.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM `ThuTuc`")).scalar_one() == 1200


async def test_a_slow_statement_ends_in_time_on_the_server_as_well(server: Engine, tmp_path: Path) -> None:
    query = "SELECT concat(sleep(60), 'syncd-slow') AS m"
    begun = time.monotonic()
    with pytest.raises(UnreachableError, match=r"timeout|max_statement_time"):
        await listed(adapter(server, tmp_path, query=query, columns={"local_code": "m"}, timeout=1))
    assert time.monotonic() - begun < 20
    with server.begin() as connection:
        asked = "SELECT count(*) FROM information_schema.processlist WHERE user = 'reader' AND info LIKE '%syncd-slow%'"
        assert connection.execute(text(asked)).scalar_one() == 0


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_connection_that_is_lost_in_the_middle_ends_the_reading(server: Engine, tmp_path: Path) -> None:
    """Big rows, so that the server has not sent everything before the first page is read. The driver's own cursor
    complains when it is collected after its connection: here, and nowhere else.
    """
    with server.begin() as connection:
        connection.execute(text("UPDATE `ThuTuc` SET `tên tthc` = repeat('ạ', 20000)"))
    evidence = Evidence()

    async def read_and_lose() -> None:
        async for _ in adapter(server, tmp_path).list_records(evidence):
            with server.begin() as connection:
                asked = "SELECT id FROM information_schema.processlist WHERE user = 'reader'"
                for number in connection.execute(text(asked)).scalars().all():
                    connection.execute(text(f"KILL {number}"))

    with pytest.raises(UnreachableError) as lost:
        await read_and_lose()
    said = str(lost.value)
    del lost
    gc.collect()
    assert not prove(evidence, failure=said).whole
    assert PASSWORD not in said


async def test_a_wrong_password_and_a_missing_table_are_told_apart(server: Engine, tmp_path: Path) -> None:
    with pytest.raises(UnauthorisedError) as refused:
        await listed(SqlAdapter(adapter(server, tmp_path)._settings, tmp_path, lambda _: "not-the-password"))
    assert "not-the-password" not in str(refused.value)
    with pytest.raises(PermanentError, match="did you mean 'ThuTuc'"):
        await listed(adapter(server, tmp_path, table="ThuTucs"))


@pytest.mark.parametrize(
    ("dialect", "quoted", "bound"),
    [
        (mssql.dialect(), "[tên tthc]", "[Mã]"),
        (oracle.dialect(), '"tên tthc"', '"Mã"'),
        (mysql.dialect(), "`tên tthc`", "`Mã`"),
    ],
    ids=["sql-server", "oracle", "mysql"],
)
def test_statements_of_other_dialects_quote_names_and_bind_values(dialect: Any, quoted: str, bound: str) -> None:
    rows = source(
        table_rows("motcua.ThuTuc", ["Mã", "tên tthc"]),
        mapping({"local_code": Column(column="Mã"), "name": Column(column="tên tthc")}),
        None,
        where="x",
    )
    hostile = "1.000001'; DROP TABLE x --"
    statements = (rows.all_rows(), rows.count(), rows.by_keys([hostile]), rows.without_key(), rows.by_codes([hostile]))
    for statement in statements:
        written = str(statement.compile(dialect=dialect))
        assert written.startswith("SELECT")
        assert "DROP" not in written
    assert quoted in str(rows.all_rows().compile(dialect=dialect))
    assert bound in str(rows.by_codes([hostile]).compile(dialect=dialect))
