"""The outline of a version says of it what the whole record says, as far as it goes; from either form of it."""

from __future__ import annotations

from datetime import UTC, date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from syncd.ledger.outlines import AFTER_CITED, KEPT, LEFT_OUT, cited_in, encode_outline, outline_in
from syncd.ledger.packing import pack_struct, unpack_struct
from syncd.publication.completeness import missing_parts
from syncd.reconcile.scope import AgencyScope, DepartmentScope
from syncd.records.procedure import FIELDS, Channel, Document, Duration, Level, Method, Procedure, State, Step, Unit
from tests.reconcile.records import FULL, procedures

SURROGATE = "b\udc00"
PARTS: dict[str, Any] = {name: getattr(FULL, name) for name in ("name", "steps", "methods", "documents", "subjects")}
SCOPES = (AgencyScope("H26", frozenset({Level.COMMUNE})), DepartmentScope(frozenset({"1"})))


@st.composite
def any_record(draw: st.DrawFn) -> Procedure:
    """Any record whatever; often with all parts, so that something can be told of them."""
    texts = st.sampled_from(["", "1.000001.H26", "H26.101", SURROGATE, '","steps":'])
    more: dict[str, Any] = {
        "local_code": draw(st.none() | texts),
        "portal_id": draw(st.none() | texts),
        "state": draw(st.none() | st.sampled_from(State)),
        "published_at": draw(st.none() | st.datetimes(timezones=st.just(UTC))),
        "applied_departments": draw(st.none() | st.lists(st.sampled_from(["1", "2"]), max_size=2).map(tuple)),
    }
    record = replace(draw(procedures()), **more)
    if draw(st.booleans()):
        filled = {name: value for name, value in PARTS.items() if getattr(record, name) is None}
        record = replace(record, executing_agencies=record.executing_agencies or ("Sở Tư pháp",), **filled)
    return record


@settings(deadline=None)
@given(any_record())
@example(replace(FULL, name=SURROGATE, steps=(Step(SURROGATE),)))
def test_an_outline_says_what_the_whole_record_says(record: Procedure) -> None:
    """Every field that it has, the parts that are missing, and what a scope goes by."""
    whole = unpack_struct(pack_struct(record), Procedure)
    outline = outline_in(encode_outline(record), None)
    assert outline is not None
    assert {name: getattr(outline, name) for name in KEPT} == {name: getattr(whole, name) for name in KEPT}
    assert outline.missing_parts == missing_parts(whole)
    assert [(scope.covers(outline), scope.can_tell(outline)) for scope in SCOPES] == [
        (scope.covers(whole), scope.can_tell(whole)) for scope in SCOPES
    ]


@settings(deadline=None)
@given(any_record())
def test_a_version_without_an_outline_gives_the_same_one(record: Procedure) -> None:
    """And cites the same."""
    encoded, packed = encode_outline(record), pack_struct(record)
    outline = outline_in(encoded, None)
    assert outline is not None
    assert outline_in(None, packed) == outline
    assert outline_in(None, packed, with_missing_parts=False) == replace(outline, missing_parts=None)
    assert cited_in(None, packed) == cited_in(encoded, None)


def test_a_version_that_could_not_be_read_gives_none() -> None:
    """There is nothing to outline."""
    assert outline_in(None, None) is None


def test_what_is_long_is_left_out() -> None:
    """Whatever judging does not need: not even its name is written."""
    written = msgspec.json.decode(encode_outline(FULL))
    assert set(written) == {name for name in KEPT if getattr(FULL, name) is not None} | {"missing_parts"}
    assert {*KEPT, *LEFT_OUT} == set(FIELDS)
    outline = outline_in(encode_outline(FULL), None)
    assert {getattr(outline, name) for name in LEFT_OUT} == {None}


@pytest.mark.parametrize(
    ("poor", "missing"),
    [
        ({}, ()),
        ({"steps": (Step("-"),), "documents": (Document("Không có"),)}, ("steps", "documents")),
        ({"methods": (Method(Channel.ONLINE, Duration(Decimal("NaN"), Unit.DAY)),)}, ("duration",)),
        ({"methods": (Method(Channel.ONLINE, Duration(Decimal(0), Unit.OTHER), note="Trong ngày"),)}, ()),
        ({"subjects": None}, None),
    ],
)
def test_parts_that_are_missing_are_told_when_the_record_is_written_down(
    poor: dict[str, Any], missing: tuple[str, ...] | None
) -> None:
    """Words for nothing included; an older version tells them when it is asked."""
    record = replace(FULL, **poor)
    new, old = outline_in(encode_outline(record), None), outline_in(None, pack_struct(record))
    assert new is not None
    assert old is not None
    assert (new.missing_parts, old.missing_parts) == (missing, missing)


ANY_TEXT = st.one_of(st.none(), st.text(), st.just('","steps":'), st.just("ở" * 2000))


@settings(deadline=None)
@given(ANY_TEXT, ANY_TEXT, st.one_of(st.none(), st.dates()), st.one_of(st.none(), st.datetimes(timezones=st.just(UTC))))
@example(AFTER_CITED.decode(), AFTER_CITED.decode(), None, None)
def test_what_a_version_cites_is_read_from_its_beginning_as_from_the_whole(
    name: str | None, number: str | None, signed: date | None, click: Any
) -> None:
    """Whatever its texts hold, however long they are."""
    one = Procedure(
        code="1", name=name, decision_number=number, decision_date=signed, published_at=click, steps=(Step("a"),)
    )
    whole = unpack_struct(pack_struct(one), Procedure)
    for found in (cited_in(None, pack_struct(one)), cited_in(encode_outline(one), None)):
        assert (found.decision_number, found.decision_date, found.published_at) == (
            whole.decision_number,
            whole.decision_date,
            whole.published_at,
        )
