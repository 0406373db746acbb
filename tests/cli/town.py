"""A small town: a portal and a city that are files, so that a whole pass costs no network and every value is chosen.

In: rows. Out: a folder with a configuration that can be observed.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

SPACED = " 1.014325"
CONFIGURATION = """\
[database]
url = "sqlite:///ledger.db"

[log]
mismatch_log = "mismatches.jsonl"
"""
PAIR = """
[[pairs]]
name = "{name}"
applies = {{ agency = "H26" }}
equivalences = {{ codes = {{ "HN-01" = "1.000006" }} }}

[pairs.portal]
adapter = "file"
path = "{portal}"
columns = {{ code = "code", portal_id = "id", name = "name", kind = "kind", state = "state", levels = "levels" }}

[pairs.city]
adapter = "file"
path = "{city}"
columns = {{ local_code = "Mã TTHC", name = "Tên TTHC", state = "Tình trạng", publisher_name = "Cơ quan" }}
"""
PORTAL = {
    "1.000001": "Đăng ký thường trú",
    "1.000002": "Cấp giấy phép xây dựng",
    "1.000003": "Khai tử",
    "1.000006": "Đăng ký kết hôn",
    SPACED: "Cấp giấy chứng nhận (mã có dấu cách)",
    "1.014325": "Cấp giấy chứng nhận",
}
CITY = {
    "1.000001.H26": "Đăng ký thường trũ",
    "1.000002.000.00.00.H26": "Cấp giấy phép xây dựng",
    "HN-01": "Đăng ký kết hôn",
    "1.014325": "Cấp giấy chứng nhận",
    "1.000009.H26": '=HYPERLINK("http://x")',
}
EXPECTED = {
    ("field_differs", "1.000001"),
    ("missing_in_city", "1.000003"),
    ("missing_in_city", SPACED),
    ("missing_on_portal", "1.000009"),
}


@dataclass
class Town:
    """One folder with a configuration, a portal and a city."""

    folder: Path
    portal: dict[str, str] = field(default_factory=lambda: dict(PORTAL))
    city: dict[str, str] = field(default_factory=lambda: dict(CITY))

    @property
    def configuration(self) -> Path:
        return self.folder / "syncd.toml"

    @property
    def log(self) -> Path:
        return self.folder / "mismatches.jsonl"

    def write(self, *more_pairs: str, head: str = CONFIGURATION) -> Town:
        """Write everything down; ``more_pairs`` follow the one of the town."""
        self.configuration.write_text("".join((head, pair(), *more_pairs)), encoding="utf-8")
        (self.folder / "portal.jsonl").write_text("".join(map(portal_line, self.portal.items())), encoding="utf-8")
        (self.folder / "city.csv").write_text(city_rows(self.city), encoding="utf-8-sig")
        return self

    def settled(self) -> Town:
        """A town where both sides agree."""
        self.portal = {"1.000001": "Đăng ký thường trú", "1.000002": "Cấp giấy phép xây dựng"}
        self.city = {f"{code}.H26": name for code, name in self.portal.items()}
        return self.write()


def pair(name: str = "ha-noi", portal: str = "portal.jsonl", city: str = "city.csv") -> str:
    """One pair of the configuration."""
    return PAIR.format(name=name, portal=portal, city=city)


def portal_line(record: tuple[str, str]) -> str:
    code, name = record
    row = {
        "code": code,
        "id": f"id-{code}",
        "name": name,
        "kind": "standard",
        "state": "Công khai",
        "levels": "Cấp tỉnh",
    }
    return json.dumps(row, ensure_ascii=False) + "\n"


def city_rows(names: Mapping[str, str]) -> str:
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("Mã TTHC", "Tên TTHC", "Tình trạng", "Cơ quan"))
    writer.writerows((code, name, "Công khai", "Sở Tư pháp") for code, name in names.items())
    return text.getvalue()
