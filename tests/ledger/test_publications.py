"""What a side showed of each procedure, as of any instant: its newest record, and every decision that it cited."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from syncd.ledger import Ledger
from syncd.ledger.outlines import KEPT, LEFT_OUT
from syncd.ledger.passes import begin_pass
from syncd.ledger.publications import DecisionSeen, Shown, shown
from syncd.ledger.staging import Change, stage
from syncd.ledger.tables import STAGED, VERSIONS
from syncd.records.procedure import (
    Channel,
    Document,
    Duration,
    Fee,
    LegalBasis,
    Method,
    Procedure,
    State,
    Step,
    Unit,
)
from tests.ledger.test_history import START, change, procedure, read

HOUR = timedelta(hours=1)
SIGNED = date(2026, 11, 20)
CLICK = datetime(2026, 11, 23, 8, tzinfo=UTC)


def cited(number: str | None = "1/QĐ-UBND", signed: date | None = SIGNED, click: datetime | None = None) -> Procedure:
    return procedure(decision_number=number, decision_date=signed, published_at=click)


def seen(ledger: Ledger, at=START, side="portal") -> list[Shown]:
    return ledger.read_now(shown, pair="ha-noi", side=side, at=at)


def only(ledger: Ledger, at=START) -> Shown:
    (one,) = seen(ledger, at)
    return one


def decision(number="1/QĐ-UBND", signed=SIGNED, first=None, latest=None, since=START, until=START) -> DecisionSeen:
    return DecisionSeen(number, signed, first, latest, since, until)


def test_a_record_shows_its_newest_version_of_then(ledger):
    """Not a later one."""
    read(ledger, [change(procedure())])
    read(ledger, [change(procedure(name="Cấp lại"))], at=START + HOUR)
    assert [only(ledger, at).procedure.name for at in (START, START + HOUR)] == ["Cấp giấy phép", "Cấp lại"]
    assert seen(ledger, START - HOUR) == []
    assert seen(ledger, side="city") == []


def test_a_record_that_went_shows_its_last_version_and_when_it_went(ledger):
    """Before that it was simply there; after its return it is again."""
    read(ledger, [change(procedure())])
    read(ledger, [], gone=["1.000001"], at=START + HOUR)
    read(ledger, [change(procedure(name="Lại"))], at=START + 3 * HOUR)
    before, away, back = (only(ledger, START + hour * HOUR) for hour in (0, 2, 3))
    assert (before.gone_at, before.is_shown_now) == (None, True)
    assert (away.gone_at, away.is_shown_now, away.procedure.name) == (START + HOUR, False, "Cấp giấy phép")
    assert (back.gone_at, back.is_shown_now, back.procedure.name) == (None, True, "Lại")


@pytest.mark.parametrize(
    ("state", "is_shown"),
    [(State.PUBLIC, True), (None, True), (State.WITHDRAWN, False), (State.UNPUBLISHED, False)],
)
def test_only_what_the_public_may_see_is_shown(ledger, state, is_shown):
    """A side that names no state shows what it lists."""
    read(ledger, [change(procedure(state=state))])
    assert only(ledger).is_shown_now is is_shown


def test_a_record_that_cannot_be_read_shows_what_could_be_read_before(ledger):
    """And nothing at all where nothing ever could."""
    broken = [
        Change(key, key, b"?", None, None, "int for str", b"?" * 16, None, True) for key in ("1.000001", "1.000002")
    ]
    read(ledger, [change(cited()), broken[1]])
    read(ledger, broken[:1], at=START + HOUR)
    known, unknown = seen(ledger, START + HOUR)
    assert (known.procedure.decision_number, known.is_shown_now) == ("1/QĐ-UBND", True)
    assert known.decisions == (decision(until=START + HOUR),)
    assert (unknown.code, unknown.procedure, unknown.is_shown_now, unknown.decisions) == ("1.000002", None, True, ())


def test_every_decision_is_told_with_the_clicks_beside_it(ledger):
    """Decisions flip; the first and the last click of each count, in whatever order they were seen."""
    steps = (cited(click=CLICK), cited("2/QĐ-UBND"), cited(click=CLICK - HOUR), cited(click=None))
    for hour, one in enumerate(steps):
        read(ledger, [change(one)], at=START + hour * HOUR)
    first = decision(first=CLICK - HOUR, latest=CLICK, until=START + 5 * HOUR)
    second = decision("2/QĐ-UBND", since=START + HOUR, until=START + 2 * HOUR)
    assert only(ledger, START + 5 * HOUR).decisions == (first, second)
    assert only(ledger, START + HOUR / 2).decisions == (decision(first=CLICK, latest=CLICK, until=START + HOUR / 2),)


def test_one_number_with_two_dates_is_two_decisions(ledger):
    """A date alone is one as well; neither is none."""
    for hour, one in enumerate((cited(), cited(signed=SIGNED - timedelta(1)), cited(None), cited(None, None))):
        read(ledger, [change(one)], at=START + hour * HOUR)
    found = only(ledger, START + 9 * HOUR).decisions
    assert [(one.number, one.signed) for one in found] == [
        ("1/QĐ-UBND", SIGNED),
        ("1/QĐ-UBND", SIGNED - timedelta(1)),
        ("", SIGNED),
    ]


def test_records_come_by_key_each_with_its_code(ledger):
    """Two records of one code are two rows."""
    one = procedure()
    read(ledger, [change(one, key="b"), change(one, key="a"), change(procedure("1.000002"))])
    assert [(each.key, each.code) for each in seen(ledger)] == [
        ("1.000002", "1.000002"),
        ("a", "1.000001"),
        ("b", "1.000001"),
    ]


WHOLE = Procedure(
    code="1.000001",
    name="Cấp giấy phép",
    levels=(),
    executing_agencies=("Sở Tư pháp",),
    steps=(Step("Nộp hồ sơ", "Trực tiếp"), Step("")),
    methods=(Method(Channel.ONLINE, Duration(None, Unit.DAY, "7 ngày"), (Fee("Phí", 1000),), "qua mạng"),),
    documents=(Document("Tờ khai", "M1", originals=1),),
    subjects=(),
    results=("Giấy phép",),
    legal_bases=(LegalBasis("1/2026/NĐ-CP", "Nghị định"),),
    requirements="Không",
    applied_departments=("1",),
)


def forget_outlines(ledger: Ledger, side: str = "portal") -> None:
    """As if all versions of a side were older than the column."""

    def work(session):
        session.execute(sa.update(VERSIONS).where(VERSIONS.c.side == side).values(outline=None))

    ledger.write_now(work)


def test_a_record_is_outlined_with_the_parts_that_it_lacks(ledger):
    """Its long texts are left out; what cannot be told is None."""
    poor = replace(WHOLE, code="1.000002", subjects=("Công dân",), steps=(Step("-"),))
    read(ledger, [change(WHOLE), change(poor), change(procedure("1.000003"))])
    whole, lacking, unknown = seen(ledger)
    assert (whole.missing_parts, lacking.missing_parts, unknown.missing_parts) == (("subjects",), ("steps",), None)
    assert all(getattr(whole.procedure, name) == getattr(WHOLE, name) for name in KEPT)
    assert all(getattr(whole.procedure, name) is None for name in LEFT_OUT)


def test_versions_older_than_the_outlines_answer_the_same(ledger):
    """Beside newer ones too; without the missing parts where they are not wanted."""
    read(ledger, [change(replace(WHOLE, decision_number="1/QĐ-UBND")), change(replace(WHOLE, code="1.000002"))])
    new = seen(ledger)
    forget_outlines(ledger)
    assert seen(ledger) == new
    (quick, _) = ledger.read_now(shown, pair="ha-noi", side="portal", at=START, with_missing_parts=False)
    assert quick == replace(new[0], procedure=replace(new[0].procedure, missing_parts=None))
    read(ledger, [change(replace(WHOLE, decision_number="2/QĐ-UBND"))], at=START + HOUR)
    assert seen(ledger) == new
    changed, same = seen(ledger, START + HOUR)
    assert [one.number for one in changed.decisions] == ["1/QĐ-UBND", "2/QĐ-UBND"]
    assert (changed.missing_parts, same) == (("subjects",), new[1])


def test_only_a_new_version_is_outlined(ledger):
    """Where only the bytes of a listing changed, nothing is written that nobody reads."""
    staged = [change(procedure()), change(procedure("1.000002"), is_version=False)]

    def work(session):
        pass_id = begin_pass(session, pair="ha-noi", holder="t", now=START, actor="t", stale_after=HOUR)
        stage(session, pair="ha-noi", side="portal", pass_id=pass_id, changes=staged)
        return session.execute(sa.select(STAGED.c.key, STAGED.c.outline.is_not(None))).all()

    assert dict(ledger.write_now(work)) == {"1.000001": True, "1.000002": False}


EXAMPLES = count()
HISTORIES = st.lists(
    st.dictionaries(
        st.sampled_from("abc"),
        st.one_of(
            st.none(), st.tuples(st.sampled_from(["1", "2", None]), st.sampled_from([None, CLICK, CLICK + HOUR]))
        ),
    ),
    min_size=1,
    max_size=7,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORIES)
def test_any_past_instant_shows_what_was_shown_then(ledger, history):
    """What was answered at each instant is answered again after all that came later. A side for each example."""
    side = f"side {next(EXAMPLES)}"
    present: set[str] = set()
    then = []
    for number, step in enumerate(history):
        at = START + number * HOUR
        changes = [
            change(procedure(key, f"{number}", decision_number=one[0], published_at=one[1]))
            for key, one in step.items()
            if one is not None
        ]
        gone = [key for key, one in step.items() if one is None and key in present]
        read(ledger, changes, gone=gone, at=at, side=side)
        present = (present - set(gone)) | {one.key for one in changes}
        answer = seen(ledger, at + HOUR / 2, side)
        assert {one.key for one in answer if one.is_shown_now} == present
        then.append((at + HOUR / 2, answer))
    for at, answer in then:
        assert seen(ledger, at, side) == answer
    forget_outlines(ledger, side)
    for at, answer in then:
        assert seen(ledger, at, side) == answer
