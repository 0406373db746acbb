"""CSV files as a spreadsheet program reads them."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.documents.columns import Cell, Column
from syncd.documents.csv_files import FORMULA, neutral, write_csv

AS_OF = datetime(2026, 11, 25, 2, tzinfo=UTC)
COLUMNS = (
    Column("name", "Tên", "Name"),
    Column("days", "Chậm", "Late", Cell.WHOLE, group="Luật"),
    Column("signed", "Ngày ký", "Signed", Cell.DATE),
)


def written(folder: Path, *rows: dict[str, Any]) -> bytes:
    write_csv(folder / "out.csv", COLUMNS, iter(rows), as_of=AS_OF)
    return (folder / "out.csv").read_bytes()


def test_the_file_is_utf8_with_a_mark_and_crlf(tmp_path: Path) -> None:
    """And every row says as of when."""
    sent = written(tmp_path, {"name": "Đăng ký", "days": -3, "signed": date(2026, 9, 1)})
    assert sent.startswith(b"\xef\xbb\xbf")
    assert sent.decode("utf-8-sig") == (
        "Tên,Luật: Chậm,Ngày ký,Số liệu tính đến\r\nĐăng ký,-3,01/09/2026,25/11/2026 09:00:00\r\n"
    )


def test_a_number_stays_a_number_and_a_formula_becomes_text(tmp_path: Path) -> None:
    """Only texts are made harmless: a negative number is no formula."""
    sent = written(tmp_path, {"name": "-3+cmd", "days": Decimal("-1.50"), "signed": None}).decode("utf-8-sig")
    assert "'-3+cmd,-1.50,," in sent


@given(text=st.text(max_size=40))
def test_no_text_begins_as_a_formula(text: str) -> None:
    """Whatever it is, what follows the apostrophe is the text itself."""
    safe = neutral(text)
    assert not safe.startswith(FORMULA)
    assert safe in (text, f"'{text}")


@given(name=st.text(st.characters(), max_size=40))
def test_any_text_comes_back(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    """Line ends, quotes and separators; lone surrogates are replaced, and a NUL is left out."""
    sent = written(tmp_path_factory.mktemp("csv"), {"name": name, "days": 1, "signed": None}).decode("utf-8-sig")
    _, row = csv.reader(StringIO(sent, newline=""))
    assert len(row) == 4
    assert row[0].removeprefix("'") == name.replace("\x00", "").encode("utf-8", "replace").decode().removeprefix("'")


def test_a_failed_file_leaves_nothing_behind(tmp_path: Path) -> None:
    """Neither a half file nor a folder."""
    with pytest.raises(KeyError):
        written(tmp_path, {"name": "x"})
    assert list(tmp_path.iterdir()) == []
