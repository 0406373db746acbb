"""The units that the real corpus of the portal's details names, read in place."""

from __future__ import annotations

import csv
import lzma
import os
from functools import cache
from pathlib import Path

import pytest

from adapters.national_portal.agencies import agencies_in
from syncd.records.agencies import Agency
from syncd.records.directory import Directory

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("SYNCD_SHARED", ROOT.parent / "shared")) / "data" / "portal-2026-07"
CORPUS = DATA / "procedures.jsonl.xz"

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=f"the real portal corpus is absent: {CORPUS}")


@cache
def _directory() -> Directory:
    found: dict[str, Agency] = {}
    with lzma.open(CORPUS, "rb") as corpus:
        for line in corpus:
            found |= {agency.code: agency for agency in agencies_in(line)}
    return Directory(found.values())


def test_every_unit_with_a_code_is_found() -> None:
    """The table that was made of the same records holds no other code; one code (D01) has two ids there."""
    with (DATA / "agencies.csv").open(encoding="utf-8") as table:
        codes = {row["code"] for row in csv.DictReader(table)}
    assert {agency.code for agency in _directory()} == codes


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Sở Tư pháp", "H26.16"),
        ("sở văn hóa và thể thao TP Hà Nội", "H26.17"),
        ("Ủy ban nhân dân thành phố Hà Nội", "H26"),
        ("Trung tâm Phục vụ hành chính công thành phố Hà Nội", "H26.101"),
        ("Ủy ban nhân dân cấp xã", "UBNDX"),
    ],
)
def test_names_of_the_city_s_units_mean_one_unit(name: str, code: str) -> None:
    found = _directory().by_name(name, "H26")
    assert found is not None
    assert found.code == code


def test_a_name_that_two_real_units_bear_means_none() -> None:
    """The old and the new department of agriculture both stand below the city."""
    assert _directory().by_name("Sở Nông nghiệp và Môi trường", "H26") is None
