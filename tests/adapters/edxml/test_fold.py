"""What becomes of a document: recalls, updates, replacements and answers, in the order of their time."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.edxml.choosing import Words
from adapters.edxml.chosen import findings, heeding, publications, strays_told
from adapters.edxml.fold import Folded, fold
from adapters.edxml.identity import identity
from adapters.edxml.package import Business, Kind, Package
from adapters.edxml.standing import BY_STATUS, MOVES, STATES, Event, Standing
from loopback.documents import package
from syncd.records.publication_decision import Decision, DecisionState
from tests.adapters.edxml.worlds import CENTRE, CITY, RECEIVER, opened, paper, read

FIRST = "000.00.00.H26,2026/09/08,3584/QĐ-UBND"
KEY = "H26,2026-09-08,3584/QĐ-UBND"
SECOND = {"document_id": "H26,2026/10/01,4000/QĐ-UBND", "number": "4000", "promulgated": "2026/10/01"}
ISSUED, RECALLED, REPLACED = DecisionState.ISSUED, DecisionState.RECALLED, DecisionState.REPLACED


def day(number: int) -> str:
    return f"2026/10/{number:02} 08:00:00"


def recall(at: int = 1, **changes: Any) -> Package:
    """The issuer recalls the first decision; the recall has an id of its own."""
    return opened(**{"business": 1, "about": (FIRST,), "document_id": "RECALL-1", "at": day(at)} | changes)


def update(at: int = 1, **changes: Any) -> Package:
    return opened(**{"business": 2, "about": (FIRST,), "document_id": "UPDATE-1", "at": day(at)} | changes)


def replacement(at: int = 1, **changes: Any) -> Package:
    return opened(**{"business": 3, "about": (FIRST,), "at": day(at)} | SECOND | changes)


def status(code: str, at: int = 2, sender: tuple[str, str] = RECEIVER, about: str = FIRST) -> Package:
    return read(package(paper(status=code, about=(about,), answers=(CITY,), sender=sender, at=day(at))))


def decided(*packages: Package, refusals: bool = True) -> dict[str, Decision]:
    folded = fold(packages)
    made, _ = publications(heeding(folded.documents, refusals=refusals), Words(), None)
    return {one.key: one for one in made}


def told(folded: Folded) -> dict[str, int]:
    _, odd = publications(folded.documents, Words(), None)
    odd.extend(strays_told(folded.strays, Words(), selective=False))
    return {one.kind: one.count for one in findings(odd)}


def test_a_new_document_is_issued() -> None:
    assert [(key, one.state) for key, one in decided(opened()).items()] == [(KEY, ISSUED)]


def test_a_recall_counts_from_when_it_is_asked_for() -> None:
    assert decided(opened(), recall())[KEY].state is RECALLED
    assert decided(opened(), status("13", sender=CITY))[KEY].state is RECALLED


def test_a_receiver_that_agrees_changes_nothing_more() -> None:
    assert decided(opened(), recall(1), status("15", 2))[KEY].state is RECALLED


def test_a_recall_that_every_answer_refuses_no_longer_counts() -> None:
    packages = (opened(), recall(1), status("16", 2))
    assert decided(*packages)[KEY].state is ISSUED
    assert decided(*packages, refusals=False)[KEY].state is RECALLED
    assert told(fold(packages)) == {"recall_refused": 1}
    assert decided(*packages, status("15", 3))[KEY].state is RECALLED
    assert decided(*packages, recall(4, document_id="RECALL-2"))[KEY].state is RECALLED


def test_an_answer_without_a_recall_means_nothing() -> None:
    """Receivers also agree to updates."""
    assert decided(opened(), status("15"), status("16"))[KEY].state is ISSUED


@pytest.mark.parametrize("code", ["01", "02", "03", "04", "05", "06"])
def test_other_messages_say_nothing_about_whether_it_is_in_force(code: str) -> None:
    assert decided(opened(), status(code))[KEY] == decided(opened())[KEY]


def test_an_update_changes_what_it_says_and_leaves_what_it_does_not_say() -> None:
    found = decided(opened(), update(signer="Trần Thị Nga", number="", notation="", attachments=()))[KEY]
    assert (found.signer, found.number, found.signed, found.state) == (
        "Trần Thị Nga",
        "3584/QĐ-UBND",
        date(2026, 9, 8),
        ISSUED,
    )


def test_an_update_of_a_recalled_decision_does_not_bring_it_back() -> None:
    assert decided(opened(), recall(1), update(2))[KEY].state is RECALLED


def test_a_replaced_decision_names_its_successor_and_both_are_there() -> None:
    found = decided(opened(), replacement())
    assert (found[KEY].state, found[KEY].successor) == (REPLACED, "H26,2026-10-01,4000/QĐ-UBND")
    assert found["H26,2026-10-01,4000/QĐ-UBND"].state is ISSUED


def test_a_recall_of_the_successor_does_not_bring_the_replaced_one_back() -> None:
    found = decided(opened(), replacement(1), recall(2, about=(SECOND["document_id"],)))
    assert [one.state for one in found.values()] == [REPLACED, RECALLED]


def test_a_replacement_with_the_same_number_day_and_issuer_is_the_same_decision_in_a_new_text() -> None:
    """Two decisions with one number would else contradict each other."""
    again = opened(business=3, about=(FIRST,), document_id="NEW-TEXT", at=day(1), signer="Trần Thị Nga")
    found = decided(opened(), again)
    assert {key: (one.state, one.signer) for key, one in found.items()} == {KEY: (ISSUED, "Trần Thị Nga")}
    assert decided(opened(), again, recall(3, about=("NEW-TEXT",)))[KEY].state is RECALLED


def test_an_update_s_own_id_means_the_decision_that_it_updated() -> None:
    assert decided(opened(), update(1), recall(2, about=("UPDATE-1",)))[KEY].state is RECALLED


def test_a_document_that_is_sent_anew_after_a_recall_is_issued_again() -> None:
    assert decided(opened(), recall(1), opened(at=day(2)))[KEY].state is ISSUED


def test_nothing_happens_to_a_document_before_it_is_there() -> None:
    """The recall's clock was slow by a day."""
    assert decided(opened(at=day(2)), recall(1))[KEY].state is RECALLED


@pytest.mark.parametrize("signer", ["A", "B", "C", "D", "E", "F"])
def test_at_one_instant_a_document_comes_before_its_recall_and_a_refusal_before_an_agreement(signer: str) -> None:
    new = opened(at=day(1), signer=signer, receivers=((f"H26.{signer}", signer),))
    assert decided(new, recall(1, signer=signer))[KEY].state is RECALLED
    answers = [status(code, 2, (f"H26.{signer}", signer)) for code in ("15", "16")]
    assert decided(new, recall(1), *answers)[KEY].state is RECALLED
    assert told(fold([new, recall(1), *answers])) == {"recall_refused": 1}


def test_the_same_document_served_again_is_one() -> None:
    again = [read(package(paper())), read(package(paper(receivers=())))]
    assert len(decided(*again, *again)) == 1
    assert told(fold(again)) == {}


def test_two_contents_under_one_id_are_told_and_the_later_one_counts() -> None:
    packages = (opened(), opened(at=day(5), signer="Trần Thị Nga"))
    assert decided(*packages)[KEY].signer == "Trần Thị Nga"
    assert told(fold(packages)) == {"contradicting_documents": 1}


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (recall(), "recall_of_unseen"),
        (status("13", sender=CITY), "recall_of_unseen"),
        (status("15"), "answer_of_unseen"),
        (status("16"), "answer_of_unseen"),
        (replacement(), "replacement_of_unseen"),
    ],
)
def test_an_event_about_a_document_that_nobody_sent_is_a_finding(event: Package, kind: str) -> None:
    folded = fold([event])
    assert told(folded) == {kind: 1}
    assert KEY not in decided(event)


def test_a_recall_of_an_unseen_letter_is_no_finding() -> None:
    letter = recall(notation="UBND-VX", number="12", type_name="Công văn")
    assert told(fold([letter])) == {}


def test_an_update_of_an_unseen_document_shows_it_and_is_told() -> None:
    packages = (update(1), recall(2))
    assert decided(packages[0])[KEY].state is ISSUED
    assert told(fold(packages[:1])) == {"update_of_unseen": 1}
    assert decided(*packages)[KEY].state is RECALLED


def test_only_the_issuer_or_a_unit_above_or_below_it_can_recall() -> None:
    stranger = recall(sender=("000.00.00.H29", "UBND TP. Hồ Chí Minh"))
    assert decided(opened(), stranger)[KEY].state is ISSUED
    assert told(fold([opened(), stranger])) == {"foreign_event": 1}
    assert decided(opened(), recall(sender=CENTRE))[KEY].state is RECALLED
    assert decided(opened(), recall(sender=("", "")))[KEY].state is RECALLED, "who says nothing of itself is believed"


def test_documents_are_found_by_either_generation_of_the_code() -> None:
    assert decided(opened(), recall(about=("H26,2026-09-08,3584/QĐ-UBND",)))[KEY].state is RECALLED
    assert identity("000.00.17.H26,2026/1/2, SỐ 5/QĐ-UBND.", {}) == "H26.17,2026-01-02,5/QĐ-UBND"


def test_a_table_tells_codes_that_no_rule_tells() -> None:
    assert identity("017.26.17.H26,2026/1/2,5/QĐ-X", {"017.26.17.H26": "H26.17.26"}).startswith("H26.17.26,")


def test_a_document_with_a_uuid_is_found_by_issuer_number_and_day() -> None:
    """An answer that names no id, only the document's number."""
    sent = opened(document_id="9D6B1C2A-0000-7000-8000-0000000000AB")
    content = package(paper(status="13", about=("null",), answers=(CITY,), at=day(3))).replace(
        b"</edXML:ResponseFor>",
        "<edXML:Code>3584/QĐ-UBND</edXML:Code><edXML:PromulgationDate>2026/09/08</edXML:PromulgationDate>"
        "</edXML:ResponseFor>".encode(),
    )
    assert [one.state for one in decided(sent, read(content)).values()] == [RECALLED]


def test_two_documents_with_one_number_are_never_taken_for_each_other() -> None:
    """An answer that names the number alone may mean either: it is a finding, and recalls neither."""
    both = [opened(document_id=one) for one in ("UUID-1", "UUID-2")]
    content = package(paper(status="13", about=("null",), answers=(CITY,), at=day(3))).replace(
        b"</edXML:ResponseFor>",
        "<edXML:Code>3584/QĐ-UBND</edXML:Code><edXML:PromulgationDate>2026/09/08</edXML:PromulgationDate>"
        "</edXML:ResponseFor>".encode(),
    )
    assert [one.state for one in decided(*both, read(content)).values()] == [ISSUED, ISSUED]
    assert told(fold([*both, read(content)])) == {"recall_of_unseen": 1}


def test_a_document_without_an_id_is_one_beside_others_of_its_number() -> None:
    both = [opened(document_id=one) for one in ("", "UUID-1")]
    assert sorted(decided(*both)) == [KEY, "uuid-1"]
    assert decided(*both, recall(document_id="", about=()))[KEY].state is RECALLED


def test_two_texts_that_each_replace_the_other_stay_two() -> None:
    circle = [
        opened(business=3, document_id=own, about=(other,))
        for own, other in (("TEXT-1", "TEXT-2"), ("TEXT-2", "TEXT-1"))
    ]
    assert sorted(decided(*circle)) == ["text-1", "text-2"]


def test_a_new_text_does_not_issue_anew_what_was_recalled() -> None:
    again = opened(business=3, about=(FIRST,), document_id="NEW-TEXT", at=day(5))
    assert decided(opened(), recall(1), again)[KEY].state is RECALLED
    assert told(fold([opened(), again])) == {}


def test_where_only_candidates_are_opened_answers_about_others_are_no_findings() -> None:
    """Unless the message itself names a decision."""
    folded = fold([status("15", about="9D6B1C2A-UNSEEN"), status("13", sender=CITY)])
    assert {kind for kind, _ in strays_told(folded.strays, Words(), selective=True)} == {"recall_of_unseen"}
    assert len(list(strays_told(folded.strays, Words(), selective=False))) == 2


def test_a_decision_that_says_neither_id_nor_number_is_nameless() -> None:
    folded = fold([opened(document_id="", number="", notation="")])
    assert (folded.documents, len(folded.nameless)) == ((), 1)


def test_the_table_of_moves_is_complete() -> None:
    assert set(MOVES) == {(standing, event) for standing in Standing for event in Event}
    assert set(STATES) == set(Standing)
    assert set(BY_STATUS) == {"13", "15", "16"}


TEXT_OF_FIRST = {"document_id": FIRST, "number": "3584", "promulgated": "2026/09/08"}
EVENTS = st.one_of(
    st.builds(opened, at=st.integers(1, 9).map(day), signer=st.sampled_from(["A", "B", ""])),
    st.builds(recall, st.integers(1, 9), document_id=st.sampled_from(["R1", "R2", FIRST])),
    st.builds(update, st.integers(1, 9), signer=st.sampled_from(["C", ""]), document_id=st.sampled_from(["U1", FIRST])),
    st.builds(replacement, st.integers(1, 9)),
    st.builds(replacement, st.integers(1, 9), document_id=st.just(FIRST), about=st.just((str(SECOND["document_id"]),))),
    st.builds(update, st.integers(1, 9), about=st.sampled_from([("U1",), ("U2",), ("R1",)]), document_id=st.just("U2")),
    st.builds(status, st.sampled_from(["13", "15", "16", "06"]), st.integers(1, 9), st.sampled_from([CITY, RECEIVER])),
    st.builds(opened, document_id=st.just("X"), at=st.just(""), promulgated=st.just("2014/02/30")),
    st.builds(opened, document_id=st.sampled_from(["", "Y"]), number=st.sampled_from(["3584", ""])),
    st.builds(replacement, about=st.just(("N1",)), **{name: st.just(text) for name, text in TEXT_OF_FIRST.items()}),
    st.builds(
        replacement,
        document_id=st.sampled_from(["N1", ""]),
        number=st.just("3584"),
        promulgated=st.just("2026/09/08"),
    ),
    st.builds(update, document_id=st.sampled_from(["", "U3"]), about=st.just(())),
    st.builds(recall, document_id=st.sampled_from(["", FIRST, "N1"]), about=st.just(())),
)


@given(st.lists(EVENTS, max_size=9), st.randoms(use_true_random=False))
def test_the_order_of_packages_never_matters(packages: list[Package], chance: random.Random) -> None:
    """Nor do copies: any permutation gives the same documents and the same strays."""
    shuffled = [*packages, *packages[: len(packages) // 2]]
    chance.shuffle(shuffled)
    assert fold(shuffled) == fold(packages)


@given(st.lists(EVENTS, max_size=9))
def test_every_decision_has_one_key_and_only_replaced_ones_have_successors(packages: list[Package]) -> None:
    folded = fold(packages)
    made, _ = publications(folded.documents, Words(), None)
    assert len({one.key for one in made}) == len(made)
    assert all(one.successor is None or one.state is REPLACED for one in made)
    assert all(stray.event is not Event.NEW for stray in folded.strays), "a document that was sent is one"
    sent = [one for one in packages if one.kind is Kind.DOCUMENT and one.business is Business.NEW]
    assert len(folded.documents) >= bool([one for one in sent if one.document_id or one.number])
    told(folded)


def test_two_files_that_differ_in_name_alone_are_one() -> None:
    first, second = opened(), read(package(paper()))
    assert fold([first, second]).documents == fold([first]).documents
