"""Decisions are remembered as they were shown, on either side, for any past instant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from syncd.ledger import Ledger, open_ledger, upgrade
from syncd.ledger.audit import trail
from syncd.ledger.decisions import (
    Said,
    decisions_as_of,
    decisions_numbered,
    known_reading,
    record_decisions,
)
from syncd.ledger.passes import begin_pass
from syncd.ledger.readings import record_reading
from syncd.ledger.tables_decisions import DECISION_VERSIONS
from syncd.records.publication_decision import Attachment, Decision, DecisionState
from syncd.sides.reading import Proof, ReadingVerdict

START = datetime(2026, 11, 25, tzinfo=UTC)
HOUR = timedelta(hours=1)
SIGNED = Decision(
    key="d-1",
    number="Số: 3584/QĐ-UBND",
    signed=date(2026, 9, 8),
    issuer_code="000.00.00.H26",
    issuer_name="UBND Thành phố Hà Nội",
    signer="Nguyễn Văn Bình",
    abstract="Về việc công bố Danh mục thủ tục hành chính",
    codes=("1.000001", " 1.014325"),
    state=DecisionState.ISSUED,
    attachments=(Attachment("phu-luc.docx", "ab" * 32, 12_345),),
)
OTHER = Decision(key="d-2", number="758/QĐ-TTPVHCC")
SAID = Said(carries=frozenset({"number", "signed"}), since=date(2026, 1, 1), unreadable=2)


def record(
    ledger: Ledger,
    *decisions: Decision,
    at: datetime = START,
    side: str = "documents",
    said: Said = SAID,
    pair: str = "a",
) -> int:
    """One whole reading."""
    begun = ledger.write_now(
        begin_pass, pair=pair, holder="test", now=at, actor="test", stale_after=timedelta(minutes=2)
    )
    proof = Proof(ReadingVerdict.WHOLE, len(decisions), 1)
    reading_id = ledger.write_now(
        record_reading, pass_id=begun, pair=pair, side=side, proof=proof, started_at=at, ended_at=at, actor="test"
    )
    ledger.write_now(
        record_decisions,
        pair=pair,
        side=side,
        decisions=decisions,
        said=said,
        reading_id=reading_id,
        seen_at=at,
        actor="test",
    )
    return reading_id


def as_of(ledger: Ledger, at: datetime = START, side: str = "documents") -> list[tuple[Decision, datetime | None]]:
    return [(one.decision, one.gone_at) for one in ledger.read_now(decisions_as_of, pair="a", side=side, at=at)]


def test_a_decision_comes_back_exactly(ledger: Ledger) -> None:
    record(ledger, SIGNED, OTHER)
    assert as_of(ledger) == [(SIGNED, None), (OTHER, None)]
    assert as_of(ledger, START - HOUR) == []
    assert as_of(ledger, side="portal") == []


def test_what_is_gone_is_known_with_when_it_went(ledger: Ledger) -> None:
    record(ledger, SIGNED, OTHER)
    record(ledger, OTHER, at=START + HOUR)
    assert as_of(ledger, START + HOUR) == [(SIGNED, START + HOUR), (OTHER, None)]
    assert as_of(ledger, START + HOUR / 2) == [(SIGNED, None), (OTHER, None)]


def test_a_change_begins_another_version_and_is_found_under_any_form_of_its_number(ledger: Ledger) -> None:
    recalled = replace(SIGNED, state=DecisionState.RECALLED)
    record(ledger, SIGNED)
    record(ledger, SIGNED, at=START + HOUR)
    record(ledger, recalled, at=START + 2 * HOUR)
    known = ledger.read_now(decisions_numbered, pair="a", side="documents", number="3584/qđ-ubnd", at=START + 3 * HOUR)
    assert known == [(START, START + 2 * HOUR, SIGNED), (START + 2 * HOUR, None, recalled)]


def test_a_whole_reading_says_what_it_can_say(ledger: Ledger) -> None:
    assert ledger.read_now(known_reading, pair="a", side="documents", at=START) is None
    reading_id = record(ledger, SIGNED)
    found = ledger.read_now(known_reading, pair="a", side="documents", at=START)
    assert found is not None
    assert (found.reading_id, found.ended_at, found.counted, found.said) == (reading_id, START, 1, SAID)
    assert found.evidence == reading_id


def test_long_numbers_and_keys_fit_an_index_and_come_back_exactly(ledger: Ledger) -> None:
    """PostgreSQL refuses an index row of some 2,700 bytes; what is cut short is told apart all the same."""
    number, other = f"{'9' * 3_000}/QĐ-UBND", f"{'9' * 2_999}/QĐ-UBND"
    first, second = Decision(key="k" * 3_000 + "1", number=number), Decision(key="k" * 3_000 + "2", number=other)
    record(ledger, first, second)
    record(ledger, first, second, at=START + HOUR)
    assert {one.key: one for one, _ in as_of(ledger)} == {first.key: first, second.key: second}
    rows = ledger.read_now(lambda session: session.execute(sa.select(DECISION_VERSIONS)).all())
    assert [(len(row.number) <= 300, len(row.key) <= 300, row.valid_to) for row in rows] == [(True, True, None)] * 2
    known = ledger.read_now(decisions_numbered, pair="a", side="documents", number=other, at=START)
    assert [decision for _, _, decision in known] == [second]


def test_the_memory_of_a_pair_rests_on_the_pairs_own_reading(ledger: Ledger) -> None:
    own = record(ledger, SIGNED, pair="ha-noi", side="portal")
    record(ledger, SIGNED, side="portal", said=Said(carries=frozenset(), rests_on=own))
    found = ledger.read_now(known_reading, pair="a", side="portal", at=START)
    assert found is not None
    assert found.evidence == own


def test_a_clock_that_was_set_back_rewrites_nothing(ledger: Ledger) -> None:
    record(ledger, SIGNED)
    record(ledger, OTHER, at=START - HOUR)
    assert as_of(ledger, START - HOUR / 2) == []
    assert as_of(ledger) == [(SIGNED, START), (OTHER, None)]


def test_the_trail_says_how_much_came_and_went(ledger: Ledger) -> None:
    record(ledger, SIGNED)
    (entry,) = [one for one in ledger.read_now(trail, limit=10) if one.action == "decisions"]
    assert (entry.detail["new"], entry.detail["gone"], entry.detail["side"]) == (1, 0, "documents")


TEXTS = st.text(max_size=8)


@pytest.fixture(scope="module")
def long_lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    url = f"sqlite:///{tmp_path_factory.mktemp('ledger') / 'ledger.db'}"
    upgrade(url)
    opened = open_ledger(url)
    yield opened
    opened.close()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=TEXTS, signer=TEXTS, codes=st.none() | st.lists(TEXTS, max_size=3).map(tuple), at=st.integers(0, 10**6))
def test_whatever_a_source_wrote_comes_back(
    long_lived: Ledger, number: str, signer: str, codes: tuple[str, ...] | None, at: int
) -> None:
    """NUL and odd letters too."""
    given_ = Decision(key="k", number=number, signer=signer, codes=codes)
    later = START + timedelta(seconds=at)
    record(long_lived, given_, at=later)
    last = long_lived.read_now(decisions_as_of, pair="a", side="documents", at=datetime(2027, 11, 25, tzinfo=UTC))
    assert [one.decision for one in last] == [given_]
