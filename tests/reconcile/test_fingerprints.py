"""Fingerprints: what they depend on, and that the fast way is the plain way."""

from __future__ import annotations

import unicodedata

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syncd.reconcile.comparison import ENCODER, Rules, comparison_form
from syncd.reconcile.equality import FIELD_RULES
from syncd.reconcile.fingerprints import comparison, exact, fast_form, is_in_form, raw_hash
from syncd.records.procedure import Document, Procedure, Step
from syncd.records.text import form
from tests.reconcile.records import FULL, RULES, TEXTS, procedures
from tests.records.test_text import LETTERS

TWO = Rules(fields=frozenset({"name", "executing_agencies"}), agencies={"a": "b"})
ONE = Rules(fields=frozenset({"steps"}))


@given(procedures())
@example(FULL)
@example(Procedure(code="1", name="a" * 40_000, publisher_name="b" * 40_000))
@example(Procedure(code="1", steps=(Step("\ud7a3"),)))
def test_the_fast_way_gives_the_bytes_of_the_plain_way(procedure: Procedure) -> None:
    for rules in (RULES, TWO, ONE, Rules(fields=frozenset())):
        assert fast_form(procedure, rules) == comparison_form(procedure, rules)


@given(st.lists(TEXTS, max_size=4))
def test_texts_that_seem_in_form_are_in_form(texts: list[str]) -> None:
    if is_in_form(ENCODER.encode(texts)):
        assert [form(text) for text in texts] == texts


OUT_OF_FORM = (
    *(" a", "a ", "a  b", "a\nb", "a\u00a0b", "a\u200bb", "a\u00adb", "e\u0301", "\u1100\u1161"),
    *map(chr, (0x1F71, 0x1680, 0x180E, 0x3000, 0xFEFF, 0x7F, 0x01, 0x2028, 0x0340, 0x212B, 0xE0001, 0x0958, 0x0344)),
)


@pytest.mark.parametrize("text", OUT_OF_FORM, ids=ascii)
def test_a_text_out_of_form_is_never_taken_for_one_in_form(text: str) -> None:
    assert form(text) != text
    assert not is_in_form(ENCODER.encode([text]))


def test_ordinary_vietnamese_takes_the_fast_way() -> None:
    assert is_in_form(ENCODER.encode(["", "Đăng ký", *LETTERS, "Điều 1, khoản 2 (a/b): 50.000 đồng; ×"]))
    assert is_in_form(ENCODER.encode([]))


def test_a_very_long_record_is_left_to_the_plain_way() -> None:
    assert not is_in_form(ENCODER.encode(["a" * (1 << 20)]))


def test_sides_that_write_differently_have_one_comparison_fingerprint() -> None:
    raw = msgspec.json.encode(FULL).decode()
    city = msgspec.json.decode(unicodedata.normalize("NFD", raw), type=Procedure)
    city = msgspec.structs.replace(
        city,
        publisher_name="ubnd THÀNH PHỐ Hà Nội ",
        executing_agencies=tuple(reversed(city.executing_agencies or ())),
        documents=tuple(reversed(city.documents or ())),
        decision_number="Quyết định số 0918/QĐ-TTPVHCC.",
        portal_id=None,
        local_code="1.115423.000.00.00.H26",
    )
    assert comparison(city, RULES) == comparison(FULL, RULES)
    assert exact(city, RULES)[:8] != exact(FULL, RULES)[:8]


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Thủ tục cho phép thử nghiệm có kiêm soát"},
        {"steps": (FULL.steps or ())[::-1]},
        {"documents": (Document("Đơn đề nghị", "KQ.01", originals=2, copies=0), *(FULL.documents or ())[1:])},
        {"methods": ()},
        {"requirements": None},
        {"decision_number": "919/QĐ-TTPVHCC"},
    ],
)
def test_a_change_of_a_compared_field_changes_the_comparison_fingerprint(change: dict[str, object]) -> None:
    assert comparison(msgspec.structs.replace(FULL, **change), RULES) != comparison(FULL, RULES)


def test_the_exact_fingerprint_keeps_compared_fields_and_all_others_apart() -> None:
    other_id = msgspec.structs.replace(FULL, portal_id="another")
    other_name = msgspec.structs.replace(FULL, name=f"{FULL.name} ")
    base = exact(FULL, RULES)
    assert exact(other_id, RULES)[:8] == base[:8]
    assert exact(other_id, RULES)[8:] != base[8:]
    assert exact(other_name, RULES)[:8] != base[:8]
    assert exact(other_name, RULES)[8:] == base[8:]
    assert comparison(other_name, RULES) == comparison(FULL, RULES)
    assert exact(FULL) == base


@pytest.mark.parametrize("name", sorted(set(Procedure.__struct_fields__) - {"code"}))
def test_every_field_counts_in_the_exact_fingerprint(name: str) -> None:
    without = msgspec.structs.replace(FULL, **{name: None})
    assert (exact(without, RULES) == exact(FULL, RULES)) is (getattr(FULL, name) is None)


def test_fingerprints_are_sixteen_bytes() -> None:
    assert {len(raw_hash(b"a", None, 1)), len(comparison(FULL, RULES)), len(exact(FULL, RULES))} == {16}
    assert comparison(FULL, RULES) != comparison(FULL, Rules(fields=frozenset(FIELD_RULES) - {"name"}))


def test_the_raw_fingerprint_depends_on_every_byte_and_on_the_seed() -> None:
    seen = [
        raw_hash(b"a", None, 1),
        raw_hash(b"a", None, 2),
        raw_hash(b"b", None, 1),
        raw_hash(b"a", b"", 1),
        raw_hash(b"a", b"b", 1),
        raw_hash(b"ab", b"", 1),
        raw_hash(b"", b"ab", 1),
        raw_hash(b"", None, 1),
    ]
    assert len(set(seen)) == len(seen)
    assert raw_hash(b"a", b"b", 1) == raw_hash(b"a", b"b", 1)
