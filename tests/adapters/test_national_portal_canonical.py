"""The translation of the portal's records: what each field becomes, and what no hostile value may become."""

from __future__ import annotations

import copy
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.national_portal.canonical import CARRIES, SCOPE, canonical
from adapters.national_portal.entry import Entry, listed
from syncd.records.procedure import (
    FIELDS,
    Channel,
    Document,
    Duration,
    Fee,
    Kind,
    LegalBasis,
    Level,
    Method,
    Procedure,
    State,
    Step,
    Unit,
)
from syncd.sides.adapter import Record
from syncd.sides.errors import ShapeError

KEY, CODE = "019f3ab0-2237-775a-8ca1-3d29bcda9140", "1.115486"
Json = dict[str, Any]


@cache
def _sent() -> str:
    method = {
        "submissionMethod": "ONLINE",
        "processingTime": 3.5,
        "processingTimeUnit": "WORKING_DAY",
        "description": "Nộp qua Cổng",
        "fees": [{"type": "FEE", "value": 50000, "description": "một lần"}],
    }
    paper = {"name": "Đơn", "code": "H26-1", "originalQty": 1, "copyQty": 0, "attachments": []}
    law = {"id": "1", "code": "18/2022/NQ-HĐND", "name": "Nghị quyết"}
    return json.dumps(
        {
            "id": KEY,
            "code": CODE,
            "name": " Công nhận hạng\u00a0cơ sở ",
            "type": "SPECIFIC",
            "state": "UPDATED",
            "isMinistry": False,
            "isProvince": True,
            "isWard": True,
            "isOtherAgency": False,
            "isFullProcess": True,
            "executionSteps": [{"name": "Bước 1", "description": "Nộp\nhồ sơ"}],
            "executionMethods": [method],
            "executionCases": [{"name": "Lần đầu", "profileComponents": [paper]}],
            "categoriesDetails": [{"id": "f", "name": "Du lịch", "code": "G16-VH21"}],
            "departmentsExecuting": [{"id": "d", "name": "Sở Du lịch", "code": "H26.3"}],
            "executingAgencies": "Sở khác",
            "unitGroupsExecuting": [None, {"id": "u", "name": "Ủy ban nhân dân cấp tỉnh"}, "x", 5],
            "legalBasisesDetails": [law, law],
            "resultsDetails": [{"id": "r", "name": "Quyết định", "code": "KQ"}],
            "subjectTypesDetails": [{"id": "s", "name": "Doanh nghiệp", "code": "ĐT2"}],
            "departmentPromulgateCode": "H26",
            "departmentPromulgateName": "UBND Thành phố Hà Nội",
            "requirementsAndConditions": "Không",
            "procedureProposal": {
                "proposalNumber": "936/QĐ-TTPVHCC",
                "decisionDate": 1783098000000,
                "publicationDate": 1783655208572,
            },
        }
    )


def detail(**changes: Any) -> Json:
    return json.loads(_sent()) | changes  # type: ignore[no-any-return]


def translate(sent: Json, state: Any = "ACTIVE") -> Procedure:
    raw = listed(Entry(id=KEY, code=CODE, name="Tên", state=state, applied=("h",), applied_count=9)).raw
    return canonical(Record(KEY, raw, json.dumps(sent).encode()))


def test_every_field_of_a_record_is_translated_verbatim() -> None:
    """Spaces, line breaks and Unicode form stay as the portal sent them."""
    assert translate(detail()) == Procedure(
        code=CODE,
        portal_id=KEY,
        name=" Công nhận hạng\u00a0cơ sở ",
        kind=Kind.SPECIFIC,
        state=State.PUBLIC,
        field_code="G16-VH21",
        field_name="Du lịch",
        publisher_code="H26",
        publisher_name="UBND Thành phố Hà Nội",
        levels=(Level.PROVINCE, Level.COMMUNE),
        executing_agencies=("Sở Du lịch",),
        decision_number="936/QĐ-TTPVHCC",
        decision_date=date(2026, 7, 4),
        published_at=datetime(2026, 7, 10, 3, 46, 48, 572000, UTC),
        steps=(Step("Nộp\nhồ sơ", case="Bước 1"),),
        methods=(
            Method(
                Channel.ONLINE,
                Duration(Decimal("3.5"), Unit.WORKING_DAY),
                (Fee("FEE", 50000, "một lần"),),
                "Nộp qua Cổng",
            ),
        ),
        documents=(Document("Đơn", "H26-1", "Lần đầu", 1, 0),),
        subjects=("Doanh nghiệp",),
        results=("Quyết định",),
        legal_bases=(LegalBasis("18/2022/NQ-HĐND", "Nghị quyết"),),
        requirements="Không",
        online_level="full",
        applied_departments=("h",),
    )


def test_all_fields_that_it_claims_to_carry_are_there_and_no_other() -> None:
    """Only what is carried is compared."""
    filled = {name for name in FIELDS if getattr(translate(detail()), name) is not None}
    assert filled == CARRIES | SCOPE


def test_a_listing_alone_says_little_and_the_rest_is_not_said() -> None:
    """None, never empty: the portal said nothing about it."""
    raw = listed(Entry(id=KEY, code=CODE, name="Tên", state="INACTIVE")).raw
    expected = Procedure(code=CODE, portal_id=KEY, name="Tên", state=State.WITHDRAWN)
    assert canonical(Record(KEY, raw)) == canonical(Record(KEY, raw, b"")) == expected


@pytest.mark.parametrize(("listing", "own"), [("INACTIVE", "ACTIVE"), ("ACTIVE", "INACTIVE")])
def test_inactive_on_either_place_means_withdrawn(listing: str, own: str) -> None:
    """No longer in force is the safer reading of a contradiction."""
    assert translate(detail(state=own), listing).state is State.WITHDRAWN


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("Sở Du lịch",)),
        ({"departmentsExecuting": []}, ("Sở khác",)),
        ({"departmentsExecuting": [], "executingAgencies": ""}, ("Ủy ban nhân dân cấp tỉnh",)),
        ({"departmentsExecuting": [], "executingAgencies": "", "unitGroupsExecuting": []}, ()),
    ],
)
def test_the_executing_agencies_come_from_the_first_place_that_names_one(
    changes: Json, expected: tuple[str, ...]
) -> None:
    """Departments, else the free text, else the groups of units."""
    assert translate(detail(**changes)).executing_agencies == expected


@pytest.mark.parametrize(
    ("milliseconds", "expected"),
    [(1783098000000, date(2026, 7, 4)), (1783123200000, date(2026, 7, 4)), (1798563600000, date(2026, 12, 30))],
)
def test_both_midnights_are_the_same_local_date(milliseconds: int, expected: date) -> None:
    """00:00 in Hà Nội and 00:00 in UTC; a future date is a date."""
    assert translate(detail(procedureProposal={"decisionDate": milliseconds})).decision_date == expected


@pytest.mark.parametrize(
    "proposal", [None, {}, {"proposalNumber": None, "decisionDate": None, "publicationDate": None}]
)
def test_a_decision_that_is_not_there_is_not_said(proposal: Json | None) -> None:
    """Absent, empty and null are all None."""
    one = translate(detail(procedureProposal=proposal))
    assert (one.decision_number, one.decision_date, one.published_at) == (None, None, None)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (7, Duration(Decimal(7), Unit.DAY)),
        (0.25, Duration(Decimal("0.25"), Unit.DAY)),
        ("15", Duration(Decimal(15), Unit.DAY)),
        ("Theo mô tả", Duration(None, Unit.DAY, "Theo mô tả")),
        (None, None),
    ],
)
def test_time_limits_are_exact_or_words(sent: Any, expected: Duration | None) -> None:
    """Numbers in every JSON form; text that is no number stays text."""
    method = {**detail()["executionMethods"][0], "processingTime": sent, "processingTimeUnit": "DAY"}
    [read] = translate(detail(executionMethods=[method])).methods or ()
    assert read.duration == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"type": "PRICE_LEVEL", "value": None}, Fee("PRICE_LEVEL", None)),
        ({"type": "FEE", "value": 5, "currencyName": "Việt Nam Đồng"}, Fee("FEE", 5)),
        ({"type": "FEE", "value": 5, "currencyName": normalize("NFD", " Việt Nam Đồng")}, Fee("FEE", 5)),
        (
            {"type": "FEE", "value": 5, "currencyName": "USD", "description": "gia hạn"},
            Fee("FEE", None, "5 USD: gia hạn"),
        ),
        ({"type": "FEE", "value": 5, "currencyName": "USD"}, Fee("FEE", None, "5 USD")),
    ],
)
def test_only_dong_is_an_amount_of_dong(line: Json, expected: Fee) -> None:
    """Another currency stays words."""
    method = {**detail()["executionMethods"][0], "fees": [line]}
    [read] = translate(detail(executionMethods=[method])).methods or ()
    assert read.fees == (expected,)


HOSTILE: list[tuple[str, Any]] = [
    ("$.name", 5),
    ("$.name", None),
    ("$.type", "UNKNOWN"),
    ("$.state", "GONE"),
    ("$.isWard", "true"),
    ("$.isWard", 1),
    ("$.executionSteps", None),
    ("$.executionSteps[0].name", None),
    ("$.executionMethods[0].submissionMethod", "FAX"),
    ("$.executionMethods[0].processingTime", -1),
    ("$.executionMethods[0].processingTime", 10**30),
    ("$.executionMethods[0].processingTime", 1e300),
    ("$.executionMethods[0].processingTime", True),
    ("$.executionMethods[0].processingTimeUnit", "WEEK"),
    ("$.executionMethods[0].fees[0].type", "TIP"),
    ("$.executionMethods[0].fees[0].value", "50000"),
    ("$.executionMethods[0].fees[0].value", 1.5),
    ("$.executionMethods[0].fees[0].value", -1),
    ("$.executionMethods[0].fees[0].value", 10**40),
    ("$.executionCases[0].profileComponents[0].originalQty", -1),
    ("$.executionCases[0].profileComponents[0].copyQty", 10**12),
    ("$.categoriesDetails[0]", None),
    ("$.departmentPromulgateCode", None),
    ("$.procedureProposal", []),
    ("$.procedureProposal.proposalNumber", 7),
    ("$.procedureProposal.decisionDate", "2026-07-04"),
    ("$.procedureProposal.decisionDate", 10**18),
    ("$.procedureProposal.publicationDate", -(10**18)),
    ("$.procedureProposal.publicationDate", 10**40),
]


def planted(path: str, value: Any) -> Json:
    """A sound record with one value put in at ``path``."""
    sent = copy.deepcopy(detail())
    *parents, last = path.removeprefix("$.").replace("[", ".").replace("]", "").split(".")
    place: Any = sent
    for step in parents:
        place = place[int(step) if step.isdigit() else step]
    place[int(last) if last.isdigit() else last] = value
    return sent


@pytest.mark.parametrize(("path", "value"), HOSTILE)
def test_a_hostile_value_is_a_shape_error_with_its_path(path: str, value: Any) -> None:
    """Wrong types, holes, unknown words, numbers and dates out of range."""
    with pytest.raises(ShapeError) as caught:
        translate(planted(path, value))
    assert caught.value.path == path


@pytest.mark.parametrize("key", sorted(set(json.loads(_sent())) - {"procedureProposal"}))
def test_an_absent_key_is_a_shape_error_that_names_it(key: str) -> None:
    """All but the decision were there in every record that was ever seen."""
    sent = detail()
    del sent[key]
    with pytest.raises(ShapeError, match=key):
        translate(sent)


def test_a_detail_of_another_record_is_refused() -> None:
    """Even where it got past the reading."""
    with pytest.raises(ShapeError):
        translate(detail(code="1.000001"))


@given(
    st.sampled_from(sorted(json.loads(_sent()))),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=9),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
        max_leaves=8,
    ),
)
def test_whatever_stands_in_a_field_the_outcome_is_a_procedure_or_a_shape_error(key: str, value: Any) -> None:
    """No other exception leaves the translation."""
    assert outcome(detail(**{key: value}))


def outcome(sent: Json) -> Procedure | str:
    """The procedure, or the path of the `ShapeError`."""
    try:
        return translate(sent)
    except ShapeError as error:
        return error.path


SOUND = listed(Entry(id=KEY, code=CODE, name="x", state="ACTIVE")).raw
NAMELESS = b'{"id":"' + KEY.encode() + b'","name":5}'
OTHER = b'{"id":"' + KEY.encode() + b'","code":"9.999999"}'


@pytest.mark.parametrize(
    ("raw", "detail", "code"),
    [
        (SOUND, b"[]", CODE),
        (SOUND, OTHER, CODE),
        (NAMELESS, OTHER, "9.999999"),
        (NAMELESS, b"", ""),
        (NAMELESS.replace(b'"name"', b'"code":"1.2","name"'), b"", "1.2"),
    ],
)
def test_a_record_that_cannot_be_read_still_says_its_code(raw: bytes, detail: bytes, code: str) -> None:
    """The listing's code, else the detail's."""
    with pytest.raises(ShapeError) as caught:
        canonical(Record(KEY, raw, detail))
    assert caught.value.code == code
