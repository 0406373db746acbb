"""What a row may say, and under which titles it is looked for where the settings name none.

In: the kind of rows, the settings' own titles. Out: the columns sought. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from syncd.records.tasks import COUNTS, PARTS
from syncd.sides.tables.sought import Sought, SoughtColumns
from syncd.sides.tables.titles import advice


class RowKind(StrEnum):
    """What one row of the system stands for."""

    UNIT = "unit"
    TASK = "task"


UNIT: dict[str, tuple[str, ...]] = {
    "unit_code": ("Mã đơn vị", "Mã cơ quan", "unit_code"),
    "unit_name": ("Đơn vị", "Tên đơn vị", "Cơ quan, đơn vị", "Đơn vị thực hiện", "Đơn vị chủ trì", "unit_name"),
}
TITLES: dict[RowKind, dict[str, tuple[str, ...]]] = {
    RowKind.UNIT: UNIT
    | {
        "assigned": ("Tổng số nhiệm vụ", "Tổng số nhiệm vụ được giao", "Tổng số", "assigned"),
        "done_on_time": ("Hoàn thành đúng hạn", "done_on_time"),
        "done_late": ("Hoàn thành quá hạn", "done_late"),
        "running_in_time": ("Đang thực hiện trong hạn", "running_in_time"),
        "running_late": ("Đang thực hiện quá hạn", "running_late"),
        "no_time_limit": ("Không thời hạn", "Không có thời hạn", "no_time_limit"),
        "done": ("Đã hoàn thành", "Hoàn thành", "done"),
        "running": ("Đang thực hiện", "Chưa hoàn thành", "running"),
        "overdue": ("Quá hạn", "overdue"),
    },
    RowKind.TASK: UNIT
    | {
        "task": ("Mã nhiệm vụ", "Số nhiệm vụ", "task"),
        "assigned_on": ("Ngày giao", "Ngày giao nhiệm vụ", "assigned_on"),
        "due_on": ("Hạn hoàn thành", "Hạn xử lý", "Thời hạn hoàn thành", "due_on"),
        "done_on": ("Ngày hoàn thành", "done_on"),
    },
}
"""Field → titles, the one to advise first; a query may call its columns by the fields themselves."""

UNIT_FIELDS = frozenset(UNIT)
NEEDED: dict[RowKind, frozenset[str]] = {
    RowKind.UNIT: frozenset({"unit_name", "assigned"}),
    RowKind.TASK: frozenset({"unit_name", "due_on", "done_on"}),
}
"""What a table must have where the settings name no titles."""

COUNTED: dict[RowKind, frozenset[str]] = {
    RowKind.UNIT: frozenset(COUNTS),
    RowKind.TASK: frozenset(("assigned", *PARTS)),
}
"""The counts that rows of this kind can fill."""


def check_fields(kind: RowKind, fields: Mapping[str, str], *, names_units: bool = True) -> None:
    """Raises `ValueError` for a field that there is not, and where too few are named to count anything.

    ``names_units``: the rows themselves must say whose they are.
    """
    for name in fields:
        if name not in TITLES[kind]:
            raise ValueError(f"fields: there is no {name!r} where a row is a {kind}; {advice(name, TITLES[kind])}")
    if names_units and fields.keys().isdisjoint(UNIT_FIELDS):
        raise ValueError("fields: one of unit_code and unit_name must be named: else nobody knows whose the counts are")
    if kind is RowKind.UNIT and not fields.keys() & set(COUNTS):
        raise ValueError(f"fields: not one count is named; known are: {', '.join(COUNTS)}")
    if kind is RowKind.TASK and not {"due_on", "done_on"} <= fields.keys():
        raise ValueError("fields: due_on and done_on must be named: else nothing tells what is late")


def sought(kind: RowKind, fields: Mapping[str, str]) -> SoughtColumns:
    """The columns that a table is searched for: those that the settings name, else the usual titles."""
    if fields:
        return SoughtColumns(tuple(Sought(name, (title,)) for name, title in fields.items()), setting="fields")
    usual = TITLES[kind].items()
    return SoughtColumns(tuple(Sought(name, titles, name in NEEDED[kind]) for name, titles in usual))


def counts_filled(kind: RowKind, fields: Mapping[str, str]) -> frozenset[str]:
    """The counts that rows with these fields can fill."""
    return COUNTED[kind] & fields.keys() if fields and kind is RowKind.UNIT else COUNTED[kind]
