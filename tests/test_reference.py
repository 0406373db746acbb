"""The reference pages say what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from syncd.reference import PAGES, TABLES, main, stale

DOCS = Path(__file__).parents[1] / "docs"


def test_no_page_is_stale() -> None:
    assert stale(DOCS) == [], "run python -m syncd.reference"


@pytest.mark.parametrize(("name", "model"), TABLES, ids=[name for name, _ in TABLES])
def test_every_key_has_a_meaning(name: str, model: type[BaseModel]) -> None:
    assert [key for key, field in model.model_fields.items() if not field.description] == []


def test_checking_tells_of_a_stale_page_and_writing_mends_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--check", str(tmp_path)]) == 1
    assert "metrics.md is stale" in capsys.readouterr().err
    assert main([str(tmp_path)]) == 0
    assert main(["--check", str(tmp_path)]) == 0
    assert {file.name for file in tmp_path.iterdir()} == set(PAGES)
