"""Tasks given by directives and documents, generated; and the forms in which monitors hand them out.

In: a seed and a day. Out: tasks of invented units, their counts, and writers of the same tasks as files and as a
database. Every task stands in exactly one count, so that all forms can be compared.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Final

import sqlalchemy as sa
import xlsxwriter

UNITS: Final = {
    "H26.1": "Văn phòng Ủy ban nhân dân Thành phố",
    "H26.8": "Sở Tư pháp",
    "H26.12": "Sở Xây dựng",
    "H26.17": "Sở Y tế",
    "H26.31": "Ủy ban nhân dân phường Hoàn Kiếm",
    "H26.32": "Ủy ban nhân dân phường Hoà Bình Mới",
    "H26.33": "Ủy ban nhân dân xã Thuỵ Lâm",
}
"""Invented codes; names with the words whose tone mark stands in two places."""

UNIT_TITLES: Final = (
    "Mã đơn vị",
    "Đơn vị",
    "Tổng số nhiệm vụ",
    "Hoàn thành đúng hạn",
    "Hoàn thành quá hạn",
    "Đang thực hiện trong hạn",
    "Đang thực hiện quá hạn",
    "Không thời hạn",
)
TASK_TITLES: Final = ("Mã nhiệm vụ", "Mã đơn vị", "Đơn vị", "Ngày giao", "Hạn hoàn thành", "Ngày hoàn thành")


@dataclass(frozen=True, slots=True)
class Task:
    """One task. Days are whole days; without ``due`` it has no time limit, without ``done`` it is still at work."""

    number: str
    unit: str
    unit_name: str
    assigned: date
    due: date | None
    done: date | None


@dataclass(slots=True)
class Counts:
    """One unit's counts, in the order of `UNIT_TITLES`."""

    unit: str
    unit_name: str
    assigned: int = 0
    done_on_time: int = 0
    done_late: int = 0
    running_in_time: int = 0
    running_late: int = 0
    no_time_limit: int = 0


def generated(seed: int, today: date, count: int = 900) -> list[Task]:
    """Tasks of the year that ``today`` lies in, the first of them in January; the same for the same seed."""
    random = Random(seed)
    return [_task(random, at, today) for at in range(count)]


def _task(random: Random, at: int, today: date) -> Task:
    code = random.choice(list(UNITS))
    assigned = date(today.year, 1, 1) + timedelta(days=random.randrange((today - date(today.year, 1, 1)).days + 1))
    due = None if random.random() < 0.1 else assigned + timedelta(days=random.randrange(3, 60))
    done = assigned + timedelta(days=random.randrange(1, 90)) if random.random() < 0.7 else None
    is_done = done is not None and done <= today
    return Task(f"NV-{at + 1:05}", code, UNITS[code], assigned, due, done if is_done else None)


def counted(tasks: Iterable[Task], first: date, last: date, today: date) -> list[Counts]:
    """The counts of every unit about tasks given from ``first`` to ``last``, in the order of `UNITS`."""
    within = [one for one in tasks if first <= one.assigned <= last]
    return [_counts(code, [one for one in within if one.unit == code], today) for code in UNITS]


def _counts(code: str, tasks: Sequence[Task], today: date) -> Counts:
    done = [one for one in tasks if one.done]
    late = sum(1 for one in done if one.due and one.done and one.done > one.due)
    running = [one for one in tasks if not one.done]
    limited = [one for one in running if one.due]
    overdue = sum(1 for one in limited if one.due and one.due < today)
    return Counts(
        unit=code,
        unit_name=UNITS[code],
        assigned=len(tasks),
        done_on_time=len(done) - late,
        done_late=late,
        running_in_time=len(limited) - overdue,
        running_late=overdue,
        no_time_limit=len(running) - len(limited),
    )


def total_of(counts: Iterable[Counts]) -> Counts:
    """All units together."""
    total = Counts("", "Tổng cộng")
    for one in counts:
        for name in ("assigned", "done_on_time", "done_late", "running_in_time", "running_late", "no_time_limit"):
            setattr(total, name, getattr(total, name) + getattr(one, name))
    return total


def grouped(count: int) -> str:
    """A count as offices write it: ``1.234``."""
    return f"{count:,}".replace(",", ".")


def with_old_tones(name: str) -> str:
    """A name in capitals, with the tone mark in its other place (ỦY becomes UỶ, HOÀ becomes HÒA)."""
    shouted = name.upper()
    for one, other in (("ỦY", "UỶ"), ("HOÀ", "HÒA"), ("THUỴ", "THỤY")):
        shouted = shouted.replace(one, other)
    return shouted


def units_csv(counts: Sequence[Counts], *, total: bool = True) -> bytes:
    """The export of counts: a banner, titles, a row for each unit, a total."""
    rows = [[str(cell) for cell in astuple(one)] for one in (*counts, *([total_of(counts)] if total else []))]
    return _csv([["TỔNG HỢP TÌNH HÌNH THỰC HIỆN NHIỆM VỤ"], [], list(UNIT_TITLES), *rows])


def tasks_csv(tasks: Iterable[Task]) -> bytes:
    """The export of the list itself; days as offices write them."""
    return _csv([list(TASK_TITLES), *([*_cells(one)] for one in tasks)])


def _cells(task: Task) -> Iterator[str]:
    for value in astuple(task):
        yield f"{value:%d/%m/%Y}" if isinstance(value, date) else value or ""


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def units_xlsx(counts: Sequence[Counts]) -> bytes:
    """The export of counts as a workbook."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Tổng hợp")
        for at, row in enumerate((UNIT_TITLES, *(astuple(one) for one in (*counts, total_of(counts))))):
            sheet.write_row(at, 0, row)
    return content.getvalue()


METADATA: Final = sa.MetaData()
NHIEM_VU: Final = sa.Table(
    "nhiem_vu",
    METADATA,
    sa.Column("so", sa.String(20), primary_key=True),
    sa.Column("ma_don_vi", sa.String(20)),
    sa.Column("ten_don_vi", sa.String(200)),
    sa.Column("ngay_giao", sa.Date),
    sa.Column("han", sa.Date),
    sa.Column("ngay_xong", sa.Date),
)
COUNTING_QUERY: Final = """
SELECT ma_don_vi AS unit_code, MAX(ten_don_vi) AS unit_name, COUNT(*) AS assigned,
  SUM(CASE WHEN ngay_xong IS NOT NULL AND (han IS NULL OR ngay_xong <= han) THEN 1 ELSE 0 END) AS done_on_time,
  SUM(CASE WHEN ngay_xong > han THEN 1 ELSE 0 END) AS done_late,
  SUM(CASE WHEN ngay_xong IS NULL AND han >= '{today}' THEN 1 ELSE 0 END) AS running_in_time,
  SUM(CASE WHEN ngay_xong IS NULL AND han < '{today}' THEN 1 ELSE 0 END) AS running_late,
  SUM(CASE WHEN ngay_xong IS NULL AND han IS NULL THEN 1 ELSE 0 END) AS no_time_limit
FROM nhiem_vu WHERE ngay_giao >= :first AND ngay_giao < :after GROUP BY ma_don_vi
"""
"""What a city's database office would write; ``today`` is the day that counts hold on."""

LISTING_QUERY: Final = (
    "SELECT so AS task, ma_don_vi AS unit_code, ten_don_vi AS unit_name, han AS due_on, ngay_xong AS done_on"
    " FROM nhiem_vu WHERE ngay_giao >= :first AND ngay_giao < :after"
)


def fill_database(url: str, tasks: Sequence[Task]) -> None:
    """Make the table of a monitor's database, and write the tasks."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    columns = [column.name for column in NHIEM_VU.columns]
    with engine.begin() as connection:
        METADATA.create_all(connection)
        rows = [dict(zip(columns, astuple(one), strict=True)) for one in tasks]
        connection.execute(sa.insert(NHIEM_VU), rows)
    engine.dispose()


def renamed(tasks: Iterable[Task]) -> list[Task]:
    """The same tasks as a system writes them that has no codes and shouts."""
    return [replace(one, unit="", unit_name=with_old_tones(one.unit_name)) for one in tasks]


def write(path: Path, content: bytes) -> None:
    """Write a file in one step, as a careful export does."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(content)
    beside.replace(path)
