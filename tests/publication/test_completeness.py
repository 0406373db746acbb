"""Component parts a to g: what is missing, what cannot be told, and which words say nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from syncd.publication.completeness import PARTS, in_vietnamese, missing_parts, says_something
from syncd.records.procedure import Channel, Document, Duration, Method, Procedure, Step, Unit

DAYS = Duration(Decimal(5), Unit.WORKING_DAY)
WHOLE = Procedure(
    code="1.000001",
    name="Đăng ký thường trú",
    steps=(Step("Nộp hồ sơ"),),
    methods=(Method(Channel.DIRECT), Method(Channel.ONLINE, DAYS)),
    documents=(Document("Tờ khai"),),
    subjects=("Công dân Việt Nam",),
    executing_agencies=("Công an cấp xã",),
)


def test_a_procedure_with_all_seven_parts_is_complete_whatever_the_conditional_ones() -> None:
    assert missing_parts(WHOLE) == ()
    assert missing_parts(replace(WHOLE, results=(), requirements="Không", legal_bases=())) == ()


@pytest.mark.parametrize(
    ("field", "empty", "missing"),
    [
        ("name", "", ("name",)),
        ("steps", (), ("steps",)),
        ("steps", (Step(" \n"), Step("Không có thông tin")), ("steps",)),
        ("methods", (), ("methods", "duration")),
        ("methods", (Method(Channel.DIRECT),), ("duration",)),
        ("documents", (), ("documents",)),
        ("documents", (Document("", copies=1),), ("documents",)),
        ("subjects", ("Không",), ("subjects",)),
        ("executing_agencies", ("KHÔNG CÓ.",), ("executing_agencies",)),
    ],
)
def test_each_part_is_missed_by_its_name(field: str, empty: object, missing: tuple[str, ...]) -> None:
    assert missing_parts(replace(WHOLE, **{field: empty})) == missing


@pytest.mark.parametrize("field", sorted({part.field for part in PARTS.values()}))
def test_a_side_that_does_not_carry_a_part_cannot_say_that_any_is_missing(field: str) -> None:
    assert missing_parts(replace(WHOLE, **{field: None})) is None
    assert missing_parts(Procedure(code="1.000001")) is None


@pytest.mark.parametrize(
    ("method", "is_told"),
    [
        (Method(Channel.DIRECT, Duration(Decimal("0.5"), Unit.DAY)), True),
        (Method(Channel.DIRECT, Duration(None, Unit.OTHER, "Theo mô tả")), True),
        (Method(Channel.DIRECT, Duration(None, Unit.OTHER, "Không quy định")), True),
        (Method(Channel.DIRECT, Duration(None, Unit.OTHER, "Không")), False),
        (Method(Channel.DIRECT, Duration(Decimal(0), Unit.OTHER), note="Trong ngày"), True),
        (Method(Channel.DIRECT, Duration(Decimal(0), Unit.OTHER)), False),
        (Method(Channel.DIRECT, Duration(Decimal(0), Unit.DAY), note="Nộp tại quầy"), False),
        (Method(Channel.DIRECT, note="Trong ngày"), False),
        (Method(Channel.DIRECT, Duration(Decimal("NaN"), Unit.DAY)), False),
    ],
)
def test_a_time_limit_is_told_in_numbers_in_words_or_in_the_note_that_stands_for_it(
    method: Method, is_told: bool
) -> None:
    assert (missing_parts(replace(WHOLE, methods=(method,))) == ()) is is_told


@pytest.mark.parametrize(
    "text", ["", " ", "Không", "không có", "KHÔNG CÓ.", "Không có thông tin", "\u00a0-", "Không có"]
)
def test_these_words_say_nothing(text: str) -> None:
    assert not says_something(text)


@pytest.mark.parametrize("text", ["Không quy định", "Không giới hạn", "Có", "0", "không có " * 20])
def test_these_words_say_something(text: str) -> None:
    assert says_something(text)


def test_parts_are_told_in_vietnamese_in_the_order_and_with_the_letters_of_article_8() -> None:
    assert "".join(part.letter for part in PARTS.values()) == "abcdđeg"
    assert in_vietnamese(("documents", "executing_agencies")) == ("Thành phần, số lượng hồ sơ", "Cơ quan giải quyết")
    with pytest.raises(KeyError):
        in_vietnamese(("results",))


@settings(deadline=None)
@given(st.sets(st.sampled_from([name for name in PARTS if name not in {"methods", "duration"}])))
def test_exactly_the_parts_that_were_taken_away_are_missing(gone: set[str]) -> None:
    emptied = replace(WHOLE, **{name: "" if name == "name" else () for name in gone})
    assert missing_parts(emptied) == tuple(name for name in PARTS if name in gone)
