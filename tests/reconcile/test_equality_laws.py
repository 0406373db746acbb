"""Laws of equality: for every letter in every place, for damaged records, between fingerprints and differences."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from syncd.reconcile.comparison import Rules, comparison_form, differences
from syncd.reconcile.differences import DifferenceClass
from syncd.reconcile.equality import FIELD_RULES, NOTHING, says_nothing
from syncd.reconcile.fingerprints import comparison, fast_form
from syncd.records.procedure import (
    Channel,
    Document,
    Duration,
    Fee,
    Kind,
    LegalBasis,
    Level,
    Method,
    Procedure,
    Step,
    Unit,
)
from syncd.records.text import fold
from tests.reconcile.damage import damaged, damaged_text
from tests.reconcile.records import FULL, RULES, procedures
from tests.records.test_text import LETTERS

FORM, TONE, REAL = DifferenceClass.FORM_ONLY, DifferenceClass.TONE_MARK, DifferenceClass.REAL
DIRECT = Channel.DIRECT


@dataclass(frozen=True)
class Place:
    """One place of a record where a text stands."""

    field: str
    put: Callable[[str], Any]

    def record(self, text: str) -> Procedure:
        return Procedure(code="1.000001", **{self.field: self.put(text)})


TEXT_FIELDS = ("name", "field_code", "field_name", "publisher_code", "publisher_name", "decision_number")
PLACES = {
    **{field: Place(field, str) for field in (*TEXT_FIELDS, "requirements", "online_level")},
    **{field: Place(field, lambda text: (text, "Sở Y tế")) for field in ("executing_agencies", "subjects", "results")},
    "step": Place("steps", lambda text: (Step("Nộp"), Step(text))),
    "case of a step": Place("steps", lambda text: (Step("Nộp", text),)),
    "paper": Place("documents", lambda text: (Document(text),)),
    "code of a paper": Place("documents", lambda text: (Document("Đơn", text),)),
    "case of a paper": Place("documents", lambda text: (Document("Đơn", case=text),)),
    "number of a law": Place("legal_bases", lambda text: (LegalBasis(text),)),
    "name of a law": Place("legal_bases", lambda text: (LegalBasis("1/2024/QH15", text),)),
    "note of a method": Place("methods", lambda text: (Method(DIRECT, note=text),)),
    "time limit in words": Place("methods", lambda text: (Method(DIRECT, Duration(None, Unit.OTHER, text)),)),
    "kind of a fee": Place("methods", lambda text: (Method(DIRECT, fees=(Fee(text, 5),)),)),
    "note of a fee": Place("methods", lambda text: (Method(DIRECT, fees=(Fee("Phí", 5, text),)),)),
}
EVERY_PLACE = pytest.mark.parametrize("place", PLACES.values(), ids=list(PLACES))


def classes(portal: Procedure, city: Procedure, rules: Rules = RULES) -> list[DifferenceClass]:
    return [one.difference for one in differences(portal, city, rules)]


@EVERY_PLACE
def test_every_letter_is_the_same_in_nfc_and_nfd_in_every_place(place: Place) -> None:
    """All 134 letters, and no fingerprint notices."""
    for letter in LETTERS:
        composed, spread = f"x{letter}x", unicodedata.normalize("NFD", f"x{letter}x")
        portal, city = place.record(composed), place.record(spread)
        assert classes(portal, city) == ([FORM] if composed != spread else []), letter
        assert comparison(portal, RULES) == comparison(city, RULES), letter


@EVERY_PLACE
def test_a_lost_mark_is_found_in_every_place(place: Place) -> None:
    """All 134 letters without their marks, đ as d included, whichever form the other side writes."""
    for letter in LETTERS:
        portal = place.record(f"x{letter}x")
        for city in (place.record(f"x{plain_of(letter)}x"), place.record(f"x {plain_of(letter)}x")):
            expected = TONE if city == place.record(f"x{plain_of(letter)}x") else REAL
            assert classes(portal, city) == classes(city, portal) == [expected], letter
            assert comparison(portal, RULES) != comparison(city, RULES), letter


def plain_of(letter: str) -> str:
    return fold(letter).upper() if letter.isupper() else fold(letter)


@EVERY_PLACE
@pytest.mark.parametrize(("meant", "typed"), [("hỏi", "hõi"), ("đóng", "dóng"), ("mơ", "mo"), ("hòa", "hóa")])
def test_a_changed_mark_is_of_its_own_class_in_every_place(place: Place, meant: str, typed: str) -> None:
    assert classes(place.record(meant), place.record(unicodedata.normalize("NFD", typed))) == [TONE]


@EVERY_PLACE
@pytest.mark.parametrize("text", ["Ủy ban", "Trả lời \n hai  dòng", "Cấp tỉnh; cấp xã"])
def test_damage_on_the_way_is_form_in_every_place(place: Place, text: str) -> None:
    portal, city = place.record(text), place.record(damaged_text(text))
    assert classes(portal, city) == classes(city, portal) == [FORM]
    assert comparison(portal, RULES) == comparison(city, RULES)


@pytest.mark.parametrize("old", [name for name in PLACES if name != "decision_number"])
def test_the_place_of_the_tone_is_form_in_every_place(old: str) -> None:
    """A decision number has no vowels to disagree on."""
    assert classes(PLACES[old].record("hòa thủy"), PLACES[old].record("hoà thuỷ")) == [FORM]


@pytest.mark.parametrize("words", sorted(NOTHING))
def test_words_for_nothing_stay_so_however_long_their_form_makes_them(words: str) -> None:
    """In NFD, "không có yêu cầu hoặc điều kiện" is longer than 40 characters; spaces make any text longer."""
    for spelling in (words, words.upper(), damaged_text(words), f"{words}." + " " * 100):
        assert says_nothing(spelling)
        empty = Procedure(code="1", requirements="", results=("",))
        for record in (
            Procedure(code="1", requirements=spelling, results=("",)),
            Procedure(code="1", requirements="", results=(spelling,)),
        ):
            assert classes(record, empty) in ([], [FORM])
            assert comparison(record, RULES) == comparison(empty, RULES)


@pytest.mark.parametrize("words", ["Không quá 15 người", "Chưa có tiền án" + " " * 50, "Kho", "K" * 60, "Chứng chỉ"])
def test_what_begins_like_nothing_may_say_something(words: str) -> None:
    assert not says_nothing(words)


@given(procedures())
@example(FULL)
@settings(max_examples=150)
def test_a_record_and_its_damaged_self_differ_in_form_only(procedure: Procedure) -> None:
    """Whatever the record says, and the two have one fingerprint, by the fast way and by the plain way."""
    city = damaged(procedure)
    assert set(classes(procedure, city)) | set(classes(city, procedure)) <= {FORM}
    assert fast_form(city, RULES) == comparison_form(city, RULES) == comparison_form(procedure, RULES)


WORDS = st.sampled_from(["a", "à", "b", "đ", "d", "m n"])
AGENCIES = Rules(fields=frozenset(FIELD_RULES), agencies={"a": "b"}, field_names={"m n": "a"})


def said() -> st.SearchStrategy[Procedure]:
    """Records that say every compared field and every part of it, out of few words, so that many are nearly equal."""
    keys = st.lists(WORDS, max_size=2, unique=True)
    durations = st.builds(Duration, st.sampled_from([Decimal(1), Decimal("1.0"), Decimal(2)]), st.sampled_from(Unit))
    fees = st.lists(st.builds(Fee, WORDS, st.sampled_from([5, 6, None]), WORDS), max_size=2).map(tuple)
    ways = st.builds(Method, st.sampled_from(Channel), durations, fees, WORDS)
    paper = st.builds(Document, st.just(""), WORDS, WORDS, st.integers(1, 2), st.integers(1, 2))
    return st.builds(
        Procedure,
        code=st.just("1.000001"),
        kind=st.just(Kind.STANDARD),
        **dict.fromkeys((*TEXT_FIELDS, "requirements", "online_level"), WORDS),
        levels=st.lists(st.sampled_from(Level), max_size=2).map(tuple),
        decision_date=st.sampled_from([date(2026, 7, 3), date(2026, 7, 4)]),
        **{name: st.lists(WORDS, max_size=2).map(tuple) for name in ("executing_agencies", "subjects", "results")},
        steps=st.lists(st.builds(Step, WORDS, WORDS), max_size=2).map(tuple),
        methods=st.lists(ways, max_size=2).map(tuple),
        documents=st.builds(_named, keys, st.lists(paper, min_size=2, max_size=2)),
        legal_bases=st.builds(lambda numbers, name: tuple(LegalBasis(one, name) for one in numbers), keys, WORDS),
    )


def _named(names: list[str], papers: list[Document]) -> tuple[Document, ...]:
    return tuple(
        Document(name, paper.code, paper.case, paper.originals, paper.copies)
        for name, paper in zip(names, papers, strict=False)
    )


@given(said(), said())
@settings(max_examples=300)
def test_fingerprints_are_equal_exactly_when_nothing_alarms(portal: Procedure, city: Procedure) -> None:
    """Field by field and over all: for records that say everything, in lower case, the two answers are one."""
    for fields in (*({name} for name in FIELD_RULES), FIELD_RULES.keys()):
        rules = _rules(frozenset(fields))
        alarming = [one for one in differences(portal, city, rules) if one.difference.alarming]
        assert (comparison(portal, rules) == comparison(city, rules)) is (alarming == [])


_KNOWN: dict[frozenset[str], Rules] = {}


def _rules(fields: frozenset[str]) -> Rules:
    if fields not in _KNOWN:
        _KNOWN[fields] = Rules(fields=fields, agencies=AGENCIES.agencies, field_names=AGENCIES.field_names)
    return _KNOWN[fields]


@EVERY_PLACE
def test_half_a_surrogate_pair_is_compared_but_has_no_fingerprint(place: Place) -> None:
    """No adapter of ours lets one in (it is no character); both ways refuse it alike, and neither lies."""
    broken = place.record("a\ud800")
    assert classes(broken, place.record("b")) == [REAL]
    assert classes(broken, broken) == []
    for way in (fast_form, comparison_form):
        with pytest.raises(UnicodeEncodeError):
            way(broken, RULES)


def test_a_silent_part_counts_where_it_is_not_clear_which_papers_belong_together() -> None:
    """Two papers of one name: which of them the other side's paper without a case is, nobody knows."""

    def record(*papers: Document) -> Procedure:
        return Procedure(code="1", documents=papers)

    portal = (Document("Đơn", case="Lần đầu"), Document("Đơn", case="Cấp lại"))
    assert classes(record(*portal), record(Document("Đơn"), Document("Đơn", case="Cấp lại"))) == [REAL]
    assert classes(record(portal[0]), record(Document("Đơn"))) == []
