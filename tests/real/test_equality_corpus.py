"""Equality on real data, read in place: decision numbers, codes, names and fingerprints of the whole portal corpus."""

from __future__ import annotations

import csv
import json
import lzma
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from adapters.national_portal.canonical import canonical
from syncd.reconcile.comparison import Rules, comparison_form, differences
from syncd.reconcile.differences import DifferenceClass
from syncd.reconcile.equality import FIELD_RULES
from syncd.reconcile.fingerprints import comparison, fast_form
from syncd.records.codes import NO_EQUIVALENCES, Equivalences, resolve, root
from syncd.records.decisions import NOT_A_NUMBER, parse_number
from syncd.records.junk import looks_like_test
from syncd.records.procedure import Procedure
from syncd.records.text import form, loose
from syncd.sides.adapter import Record

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("SYNCD_SHARED", ROOT.parent / "shared")) / "data"
CORPUS = DATA / "portal-2026-07" / "procedures.jsonl.xz"
DECISIONS = DATA / "portal-2026-07" / "decisions.csv"
CODE_MAPS = DATA / "city" / "thanh-hoa-H56-code-maps.json"
TRACKING = DATA / "city" / "nghe-an-H41" / "tracking-list.json"
GATEWAY = DATA / "gateway-2025-12" / "decision_publishment_advanced_search_service_v2.json"

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=f"the real portal corpus is absent: {CORPUS}")

RULES = Rules(fields=frozenset(FIELD_RULES))
CLEAN = re.compile(r"[1-9]\d*/QĐ-[A-ZĐ][A-ZĐ0-9-]*")


def _lines() -> Iterator[bytes]:
    with lzma.open(CORPUS, "rb") as corpus:
        yield from corpus


@cache
def _sent() -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in _lines()]


@cache
def _procedures() -> list[Procedure]:
    return [_canonical(line, sent) for line, sent in zip(_lines(), _sent(), strict=True)]


def _canonical(line: bytes, sent: dict[str, Any]) -> Procedure:
    listing = {name: sent[name] for name in ("id", "code", "name", "state")}
    return canonical(Record(sent["id"], msgspec.json.encode(listing), line))


@cache
def _numbers() -> list[str]:
    with DECISIONS.open(encoding="utf-8-sig", newline="") as file:
        return sorted({row["proposalNumber"] for row in csv.DictReader(file)})


def test_every_real_decision_number_is_clean_or_named() -> None:
    unnamed = [number for number in _numbers() if not CLEAN.fullmatch(number) and not parse_number(number).noise]
    assert unnamed == [""]
    assert [number for number in _numbers() if CLEAN.fullmatch(number) and parse_number(number) != (number, ())] == []


def test_the_noise_of_real_decision_numbers_is_counted() -> None:
    noise = Counter(noise for number in _numbers() for noise in parse_number(number).noise)
    assert noise == {
        NOT_A_NUMBER: 21,
        "leading zeros": 9,
        "a prefix in words": 8,
        "a letter in the number": 7,
        "a dot beside the slash": 6,
        "a dot at the end": 5,
        "lower case": 4,
        "QD for QĐ": 3,
        "a year in the number": 3,
        "an underscore": 2,
        "no hyphen after QĐ": 2,
        "dots in the issuer": 2,
        "a part number": 2,
        "white space inside": 1,
    }


def test_two_rows_of_the_old_gateway_are_one_decision() -> None:
    numbers = [row["CODE"] for row in json.loads(GATEWAY.read_bytes())]
    assert {"02204/QĐ-UBND", "02204/QĐ-UBND."} <= set(numbers)
    assert parse_number("02204/QĐ-UBND").canonical == parse_number("02204/QĐ-UBND.").canonical
    assert [number for number in numbers if NOT_A_NUMBER in parse_number(number).noise] == []


def test_a_leading_space_makes_another_procedure() -> None:
    names = {procedure.code: procedure.name for procedure in _procedures()}
    assert names[" 1.014325"] != names["1.014325"]
    for code in (" 1.014325", "1.014325"):
        assert resolve(code, NO_EQUIVALENCES, names.keys()).codes == (code,)


def test_every_real_portal_code_resolves_to_itself() -> None:
    codes = {procedure.code for procedure in _procedures()}
    assert [code for code in codes if resolve(code, NO_EQUIVALENCES, codes) != ((code,), "verbatim")] == []
    assert sorted(code for code in codes if root(code) != code) == [" 1.014325", "1.014955-Xoa"]


def test_the_hand_made_table_of_a_province_wins_and_may_name_several() -> None:
    pairs = json.loads(CODE_MAPS.read_bytes())["pairs_in_file_order"]
    table = Equivalences((local, national) for local, national in pairs)
    assert resolve("2.000477.000.00.00.H56", table) == (("2.000477",), "equivalence")
    assert resolve("1.006714", table) == (("1.001193.000.00.00.H56", "2.002622.H56"), "equivalence")


def test_a_communes_codes_lose_their_suffix() -> None:
    rows = json.loads(TRACKING.read_bytes())
    codes = [re.split(r" ?- ?", row["name"], maxsplit=1)[0] for row in rows]
    assert len(codes) == 60
    assert [code for code in codes if resolve(code, NO_EQUIVALENCES).how != "suffix"] == []


def test_the_only_real_test_records_are_these() -> None:
    found = {procedure.code: looks_like_test(procedure) for procedure in _procedures() if looks_like_test(procedure)}
    assert found == {
        "1.014955-Xoa": "the code is marked as deleted: '1.014955-Xoa'",
        "1.115188": "the decision number says test: 'QĐ000001SNNTEST'",
        "3.000360": "the decision number says test: 'Demo/QĐ-BCA'",
    }


def test_real_names_are_the_same_in_nfc_and_nfd() -> None:
    names = [sent["name"] for sent in _sent()]
    assert sum(not unicodedata.is_normalized("NFC", name) for name in names) == 91
    assert [name for name in names if form(unicodedata.normalize("NFD", name)) != form(name)] == []
    assert [name for name in names if loose(form(name)) != loose(name)] == []


def test_the_fast_way_is_the_plain_way_on_every_real_record() -> None:
    wrong = [one.code for one in _procedures() if fast_form(one, RULES) != comparison_form(one, RULES)]
    assert wrong == []


def test_real_records_in_nfd_with_their_sets_turned_round_differ_in_form_only() -> None:
    for procedure in _procedures()[::5]:
        decomposed = unicodedata.normalize("NFD", msgspec.json.encode(procedure).decode())
        city = msgspec.json.decode(decomposed, type=Procedure)
        city = msgspec.structs.replace(
            city, subjects=(city.subjects or ())[::-1], executing_agencies=(city.executing_agencies or ())[::-1]
        )
        found = differences(procedure, city, RULES)
        assert {one.difference for one in found} == {DifferenceClass.FORM_ONLY}, procedure.code
        assert comparison(city, RULES) == comparison(procedure, RULES), procedure.code


def test_a_list_turned_round_is_no_difference_even_where_a_paper_is_there_twice() -> None:
    for procedure in _procedures():
        turned = msgspec.structs.replace(procedure, documents=(procedure.documents or ())[::-1])
        assert differences(procedure, turned, RULES) == [], procedure.code


def test_no_two_real_procedures_with_other_contents_share_a_fingerprint() -> None:
    by_fingerprint: dict[bytes, Procedure] = {}
    for procedure in _procedures():
        other = by_fingerprint.setdefault(comparison(procedure, RULES), procedure)
        assert [one for one in differences(other, procedure, RULES) if one.difference.alarming] == []
