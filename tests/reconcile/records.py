"""Canonical records for tests of comparison: one full record, and a Hypothesis strategy for any record.

In: nothing. Out: `FULL`, `RULES`, `procedures()`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from syncd.reconcile.comparison import Rules
from syncd.reconcile.equality import FIELD_RULES
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
    State,
    Step,
    Unit,
)

RULES = Rules(fields=frozenset(FIELD_RULES))
SEVEN = Duration(Decimal(7), Unit.WORKING_DAY)
FULL = Procedure(
    code="1.115423",
    local_code="1.115423.H26",
    portal_id="019f3ab0-2237-775a-8ca1-3d29bcda9140",
    name="Thủ tục cho phép thử nghiệm có kiểm soát",
    kind=Kind.SPECIFIC,
    state=State.PUBLIC,
    field_code="G06-KH01",
    field_name="Khoa học và công nghệ",
    publisher_code="H26",
    publisher_name="UBND Thành phố Hà Nội",
    levels=(Level.PROVINCE, Level.COMMUNE),
    executing_agencies=("Sở Khoa học và Công nghệ", "Ủy ban nhân dân cấp xã"),
    decision_number="918/QĐ-TTPVHCC",
    decision_date=date(2026, 7, 3),
    steps=(Step("Nộp hồ sơ", "Trường hợp 1"), Step("Thẩm định"), Step("Trả kết quả")),
    methods=(
        Method(
            Channel.DIRECT, Duration(Decimal(7), Unit.WORKING_DAY), (Fee("Lệ phí", 50_000, "mỗi hồ sơ"),), "tại quầy"
        ),
        Method(Channel.ONLINE, Duration(Decimal(7), Unit.WORKING_DAY)),
    ),
    documents=(Document("Đơn đề nghị", "KQ.01", originals=1, copies=0), Document("Bản sao giấy phép", originals=0)),
    subjects=("Công dân Việt Nam", "Doanh nghiệp"),
    results=("Quyết định cho phép",),
    legal_bases=(LegalBasis("39/2024/QH15", "Luật Thủ đô"), LegalBasis("61/2018/NĐ-CP")),
    requirements="Có phương án thử nghiệm",
    online_level="toàn trình",
)

CHUNKS = st.one_of(
    st.sampled_from(["a", "đ", "D", "Đ", "o", "ò", "ụ", "ế", " ", ".", "/", '"', "\\", "ủy", "hòa", "  ", "–", "“"]),
    st.sampled_from(["\u00a0", "\t", "\r\n", "\u200b", "\u00ad", "\u0301", "\u0323", "\x01", "\x7f"]),
    st.sampled_from(["\u1100", "\u1161", "\u1f71"]),
    st.characters(exclude_categories=["Cs"]),
)
TEXTS = st.lists(CHUNKS, max_size=6).map("".join) | st.sampled_from(
    ["Không", "Không có.", "", "Ủy ban nhân dân cấp xã", "12/QĐ-UBND", "012/QĐ-UBND."]
)
COUNTS = st.none() | st.integers(0, 3)
DURATIONS = st.none() | st.builds(
    Duration,
    st.none() | st.sampled_from([Decimal(7), Decimal("7.0"), Decimal("3.5"), Decimal(20)]),
    st.sampled_from(Unit),
    TEXTS,
)
FEES = st.builds(Fee, TEXTS, st.none() | st.sampled_from([0, 5_000]), TEXTS)


def several(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """None, or a tuple of a few."""
    return st.none() | st.lists(strategy, max_size=3).map(tuple)


def procedures() -> st.SearchStrategy[Procedure]:
    """Any record whatever, in form or not."""
    maybe = st.none() | TEXTS
    methods = st.builds(Method, st.sampled_from(Channel), DURATIONS, st.lists(FEES, max_size=2).map(tuple), TEXTS)
    return st.builds(
        Procedure,
        code=st.just("1.000001"),
        name=maybe,
        kind=st.none() | st.sampled_from(Kind),
        field_code=maybe,
        field_name=maybe,
        publisher_code=maybe,
        publisher_name=maybe,
        levels=several(st.sampled_from(Level)),
        executing_agencies=several(TEXTS),
        decision_number=maybe,
        decision_date=st.none() | st.dates(date(2024, 1, 1), date(2024, 1, 3)),
        steps=several(st.builds(Step, TEXTS, TEXTS)),
        methods=several(methods),
        documents=several(st.builds(Document, TEXTS, TEXTS, TEXTS, COUNTS, COUNTS)),
        subjects=several(TEXTS),
        results=several(TEXTS),
        legal_bases=several(st.builds(LegalBasis, TEXTS, TEXTS)),
        requirements=maybe,
        online_level=maybe,
    )
