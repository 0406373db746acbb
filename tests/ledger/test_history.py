"""The ledger remembers every version, and answers for any past instant what was so then."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.errors import ConflictError
from syncd.ledger import Ledger, open_ledger, upgrade
from syncd.ledger.passes import begin_pass
from syncd.ledger.readings import first_whole_at, last_reading, last_whole, record_reading
from syncd.ledger.showings import showings
from syncd.ledger.staging import Change, clear, publish, stage
from syncd.ledger.versions import (
    contents,
    decisions_shown,
    each_head,
    each_head_at,
    raw_of,
    timeline,
    withdrawn_codes,
)
from syncd.records.procedure import Procedure, State
from syncd.sides.reading import Finding, Proof, ReadingVerdict

START = datetime(2026, 11, 25, tzinfo=UTC)
WHOLE = Proof(ReadingVerdict.WHOLE, counted=1, pages=1, findings=(Finding("catalogue_only", 1, ("1.000001",)),))


def procedure(code: str = "1.000001", name: str = "Cấp giấy phép", **values) -> Procedure:
    return Procedure(code=code, name=name, **values)


def change(one: Procedure, *, key: str | None = None, is_version: bool = True) -> Change:
    return Change(
        key=key or one.code,
        code=one.code,
        raw=(one.name or "").encode(),
        detail=b"detail",
        canonical=one,
        problem="",
        raw_hash=(one.name or "").encode()[:16].ljust(16, b"-"),
        detail_read_at=START,
        is_version=is_version,
    )


def read(ledger: Ledger, changes, *, gone=(), at=START, side="portal") -> dict[str, int]:
    """One whole reading that found these changes."""

    def work(session):
        pass_id = begin_pass(session, pair="ha-noi", holder="t", now=at, actor="t", stale_after=timedelta(0))
        reading_id = record_reading(
            session,
            pass_id=pass_id,
            pair="ha-noi",
            side=side,
            proof=WHOLE,
            started_at=at,
            ended_at=at,
            new=len(changes),
            changed=0,
            gone=len(gone),
            invalid=0,
            actor="t",
        )
        if changes:
            stage(session, pair="ha-noi", side=side, pass_id=pass_id, changes=list(changes))
        return publish(session, pair="ha-noi", side=side, reading_id=reading_id, at=at, gone=list(gone))

    return ledger.write_now(work)


def present(ledger: Ledger, at: datetime | None = None, side="portal") -> dict[str, Procedure | None]:
    found: dict[str, Procedure | None] = {}

    def take(head):
        found[head.key] = head.content.procedure

    if at is None:
        ledger.read_now(each_head, "ha-noi", side, take)
    else:
        ledger.read_now(each_head_at, "ha-noi", side, at, take)
    return found


def test_a_record_is_remembered_with_its_evidence(ledger):
    """Canonical form, the bytes as sent, the reading's proof."""
    one = procedure(state=State.PUBLIC, decision_number="1/QĐ-BTP")
    made = read(ledger, [change(one)])
    assert present(ledger) == {"1.000001": one}
    assert ledger.read_now(contents, list(made.values()))[made["1.000001"]].procedure == one
    assert ledger.read_now(raw_of, made["1.000001"]) == ("Cấp giấy phép".encode(), b"detail")
    reading = ledger.read_now(last_whole, "ha-noi", "portal")
    assert reading.findings == [{"kind": "catalogue_only", "count": 1, "examples": ["1.000001"]}]
    assert reading == ledger.read_now(last_reading, "ha-noi", "portal")


def test_a_new_version_ends_the_one_before(ledger):
    """And both stay in the timeline."""
    read(ledger, [change(procedure())])
    read(ledger, [change(procedure(name="Cấp lại"))], at=START + timedelta(hours=1))
    versions = ledger.read_now(timeline, "ha-noi", codes=["1.000001"])
    assert [(one.content.procedure.name, one.valid_to) for one in versions] == [
        ("Cấp giấy phép", START + timedelta(hours=1)),
        ("Cấp lại", None),
    ]


def test_the_same_content_under_other_bytes_makes_no_version(ledger):
    """Only the head's fingerprint moves."""
    made = read(ledger, [change(procedure())])
    assert read(ledger, [change(procedure(), is_version=False)], at=START + timedelta(hours=1)) == {}
    heads = []
    ledger.read_now(each_head, "ha-noi", "portal", heads.append)
    assert [head.version_id for head in heads] == list(made.values())


def test_a_record_that_cannot_be_read_keeps_its_problem(ledger):
    """It is there; what it says is not known."""
    one = change(procedure())
    read(ledger, [Change(one.key, one.code, one.raw, None, None, "int for str", one.raw_hash, None, True)])
    assert present(ledger) == {"1.000001": None}
    assert ledger.read_now(timeline, "ha-noi", codes=["1.000001"])[0].content.problem == "int for str"


def test_every_decision_ever_shown_is_known(ledger):
    """Decisions flip: the set counts, not the newest."""
    for hour, number in enumerate(("1/QĐ-BTP", "2/QĐ-BTP", "1/QĐ-BTP")):
        read(ledger, [change(procedure(decision_number=number))], at=START + timedelta(hours=hour))
    assert ledger.read_now(decisions_shown, "ha-noi", "portal", ["1.000001", "1.000009"]) == {
        "1.000001": frozenset({"1/QĐ-BTP", "2/QĐ-BTP"})
    }
    until = START + timedelta(minutes=1)
    assert ledger.read_now(decisions_shown, "ha-noi", "portal", ["1.000001"], until) == {
        "1.000001": frozenset({"1/QĐ-BTP"})
    }


def test_a_withdrawal_is_remembered_after_the_return(ledger):
    """Whether it was marked withdrawn or was simply not there for a while."""
    marked, away, steady = procedure("1.000001"), procedure("1.000002"), procedure("1.000003")
    read(ledger, [change(one) for one in (marked, away, steady)])
    withdrawn = procedure("1.000001", state=State.WITHDRAWN)
    read(
        ledger,
        [change(withdrawn), change(procedure("1.000003", "Khác"))],
        gone=["1.000002"],
        at=START + timedelta(hours=1),
    )
    read(ledger, [change(marked), change(away)], at=START + timedelta(hours=2))
    codes = ["1.000001", "1.000002", "1.000003"]
    assert ledger.read_now(withdrawn_codes, "ha-noi", "portal", codes) == {"1.000001", "1.000002"}
    assert ledger.read_now(withdrawn_codes, "ha-noi", "portal", codes, START) == set()


def test_what_was_staged_by_a_dead_pass_is_forgotten(ledger):
    """Scratch never becomes history by accident."""
    begun = {"pair": "ha-noi", "holder": "dead", "now": START, "actor": "t", "stale_after": timedelta(0)}
    dead = ledger.write_now(begin_pass, **begun)
    ledger.write_now(stage, pair="ha-noi", side="portal", pass_id=dead, changes=[change(procedure())])
    living = ledger.write_now(begin_pass, **(begun | {"holder": "living"}))
    with pytest.raises(ConflictError):
        ledger.write_now(stage, pair="ha-noi", side="city", pass_id=dead, changes=[change(procedure())])
    ledger.write_now(clear, pair="ha-noi", pass_id=living)
    read(ledger, [change(procedure("1.000002"))])
    assert present(ledger).keys() == {"1.000002"}


def test_the_first_whole_reading_is_known(ledger):
    """What it brought was no change."""
    assert ledger.read_now(first_whole_at, "ha-noi", "portal") is None
    read(ledger, [change(procedure())])
    read(ledger, [], at=START + timedelta(hours=1))
    assert ledger.read_now(first_whole_at, "ha-noi", "portal") == START


HISTORIES = st.lists(
    st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), st.sampled_from(["Một", "Hai", None]), max_size=4),
    min_size=1,
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(HISTORIES)
def test_any_past_instant_shows_what_was_current_then(history):
    """Model: a dictionary for each instant."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'ledger.db'}"
        upgrade(url)
        with open_ledger(url) as ledger:
            model: dict[str, str] = {}
            then: list[tuple[datetime, dict[str, str]]] = []
            for number, step in enumerate(history):
                at = START + timedelta(minutes=number)
                changes = [
                    change(procedure(key, name)) for key, name in step.items() if name and model.get(key) != name
                ]
                gone = [key for key, name in step.items() if name is None and key in model]
                read(ledger, changes, gone=gone, at=at)
                model = {key: name for key, name in (model | step).items() if name is not None}
                then.append((at, dict(model)))
            for at, expected in then:
                shown = {key: one.name for key, one in present(ledger, at + timedelta(seconds=1)).items()}
                assert shown == expected
            assert {key: one.name for key, one in present(ledger).items()} == model


def test_the_showings_of_a_record_follow_one_another(ledger):
    """Each decision, since when it was shown, whether it was published, and the row of the list that it came with."""
    hours = [START + timedelta(hours=number) for number in range(3)]
    numbers, published = ("1/QĐ-BTP", None, "2/QĐ-BTP"), (START, START, None)
    for at, number, shown in zip(hours, numbers, published, strict=True):
        one = procedure(decision_number=number, published_at=shown)
        read(ledger, [change(one)], at=at)
    asked = ("ha-noi", "portal", ["1.000001"])
    found = ledger.read_now(showings, *asked, publication_known=True, as_of=None)["1.000001"]
    told = [[(one.number, one.since, one.is_published) for one in record] for record in found]
    assert told == [[("1/QĐ-BTP", hours[0], True), ("", hours[1], True), ("2/QĐ-BTP", hours[2], False)]]
    assert {one.listing for one in found[0]} == {"Cấp giấy phép".encode()}

    until = ledger.read_now(showings, *asked, publication_known=False, as_of=hours[1])["1.000001"]
    assert [one.number for one in until[0]] == ["1/QĐ-BTP", ""]


def test_a_record_that_is_gone_shows_nothing_any_more(ledger):
    """At an instant before that it did."""
    read(ledger, [change(procedure(decision_number="1/QĐ-BTP"))])
    read(ledger, [], gone=["1.000001"], at=START + timedelta(hours=1))
    asked = ("ha-noi", "portal", ["1.000001"])
    assert ledger.read_now(showings, *asked, publication_known=True, as_of=None) == {}
    assert len(ledger.read_now(showings, *asked, publication_known=True, as_of=START)["1.000001"]) == 1
