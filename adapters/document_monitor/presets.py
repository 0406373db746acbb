"""Mappings that are known already: two forms in which monitors' own applications ask them.

In: a preset's name. Out: where rows stand, and a path for each field. What the settings say goes before. Pure.
Both forms are those that public clients of a civil servants' application read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

PresetName = Literal["units", "totals"]


@dataclass(frozen=True, slots=True)
class Preset:
    """One form. ``one_row``: the whole answer is about one unit."""

    rows: str
    one_row: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)


def _code(code: str) -> str:
    return f"[code={code}].value"


PRESETS: Mapping[str, Preset] = {
    "units": Preset(
        rows="data",
        fields={
            "unit_name": "name",
            "assigned": "tongSoNhiemVu",
            "done": "nhiemVuHoanThanh",
            "running": "nhiemVuChuaHoanThanh",
            "overdue": "nhiemVuQuaHan",
        },
    ),
    "totals": Preset(
        rows="data",
        one_row=True,
        fields={
            "assigned": _code("TONG_SO_NHIEM_VU"),
            "done": _code("HOAN_THANH_NHIEM_VU"),
            "running": _code("NHIEM_VU_DANG_THUC_HIEN"),
            "done_late": _code("HOAN_THANH_QUA_HAN"),
            "running_in_time": _code("DANG_THUC_HIEN_TRONG_HAN"),
            "running_late": _code("DANG_THUC_HIEN_QUA_HAN"),
        },
    ),
}
