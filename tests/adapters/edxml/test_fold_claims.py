"""Who may say what of a document: its issuer alone changes it, its receivers alone answer; and long chains of both."""

from __future__ import annotations

import pytest

from adapters.edxml.fold import fold
from adapters.edxml.known import Index
from adapters.edxml.package import Business, Package, Party, Reference
from adapters.edxml.standing import STATES
from syncd.records.publication_decision import DecisionState
from tests.adapters.edxml.test_fold import ISSUED, KEY, RECALLED, day, decided, recall, status, told, update
from tests.adapters.edxml.worlds import CENTRE, RECEIVER, opened

STRANGER = ("000.00.00.H29", "UBND TP. Hồ Chí Minh")
OTHER = ("H26.20", "Sở Y tế")


def test_a_document_of_another_sender_under_the_same_id_changes_nothing() -> None:
    """Neither its text nor that it was recalled."""
    false = opened(at=day(5), sender=STRANGER, subject="Về việc công bố TTHC giả", signer="X")
    packages = (opened(), recall(1), false)
    assert decided(*packages) == decided(opened(), recall(1))
    assert told(fold(packages))["foreign_event"] == 1
    assert decided(opened(), recall(1), opened(at=day(5), sender=CENTRE))[KEY].state is ISSUED


def test_a_false_document_that_hides_its_time_does_not_come_first() -> None:
    false = opened(at="", sender=STRANGER, signer="X")
    assert decided(opened(), false)[KEY].signer == "Nguyễn Minh Hòa"


def test_a_false_document_with_an_earlier_time_does_not_come_first() -> None:
    """The id itself names the issuer."""
    false = opened(at="2026/01/01 08:00:00", sender=STRANGER, signer="X")
    assert decided(opened(), false)[KEY].signer == "Nguyễn Minh Hòa"
    assert told(fold([opened(), false]))["foreign_event"] == 1


@pytest.mark.parametrize("code", ["15", "16"])
@pytest.mark.parametrize("sender", [STRANGER, OTHER, ("", "")], ids=["stranger", "not addressed", "nobody"])
def test_who_never_received_a_document_answers_nothing(code: str, sender: tuple[str, str]) -> None:
    packages = (opened(), recall(1), status(code, 2, sender))
    assert decided(*packages)[KEY].state is RECALLED
    assert told(fold(packages)) == {"foreign_event": 1}
    assert decided(*packages, status("16", 3))[KEY].state is ISSUED, "what it says does not stop the receiver"


def test_a_unit_below_a_receiver_answers_for_it_and_the_one_above_does_not() -> None:
    assert decided(opened(), recall(1), status("16", 2, (f"{RECEIVER[0]}.4", "Phòng")))[KEY].state is ISSUED
    assert decided(opened(), recall(1), status("16", 2, ("H26", "UBND")))[KEY].state is RECALLED


def test_a_receiver_by_its_older_code_answers_as_well() -> None:
    new = opened(receivers=(("000.00.10.H26", "Sở Nội vụ"),))
    assert decided(new, recall(1, receivers=()), status("16", 2))[KEY].state is ISSUED


def test_receivers_of_each_copy_add_up_and_those_of_an_update_replace_them() -> None:
    copies = [opened(receivers=(one,)) for one in (RECEIVER, OTHER)]
    for order in (copies, copies[::-1]):
        assert set(fold(order).documents[0].latest.receivers) == {Party(*RECEIVER), Party(*OTHER)}
    updated = fold([*copies, update(1, receivers=(CENTRE,))]).documents[0].latest
    assert updated.receivers == (Party(*CENTRE),)
    assert set(fold([*copies, update(1, receivers=())]).documents[0].latest.receivers) == {
        Party(*RECEIVER),
        Party(*OTHER),
    }


def chained(length: int) -> list[Package]:
    """A document, and updates each of which is about the one before."""
    sender = Party("H26")
    return [
        Package(name="0", mark="0", document_id="D0", sender=sender),
        *(
            Package(
                name=str(at),
                mark=str(at),
                document_id=f"D{at}",
                sender=sender,
                business=Business.UPDATE,
                about=(Reference(f"D{at - 1}"),),
            )
            for at in range(1, length)
        ),
    ]


def test_in_a_chain_of_updates_each_id_means_the_document_at_once() -> None:
    """Walking the chain again for each of them would take the square of its length."""
    index = Index.of(chained(300), {})
    assert (index.keys, set(index.aliases.values()), len(index.aliases)) == (frozenset({"d0"}), {"d0"}, 299)


def test_ids_that_mean_each_other_in_a_circle_end() -> None:
    circle = chained(4)[1:]
    first = Package(
        name="c", mark="c", document_id="D0", sender=Party("H26"), business=Business.UPDATE, about=(Reference("D3"),)
    )
    folded = fold([*circle, first])
    assert folded == fold([first, *circle[::-1]])
    assert {STATES[one.standing] for one in folded.documents} <= {DecisionState.ISSUED}
