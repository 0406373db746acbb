"""Publications from what the sides showed and what the registers say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from syncd.publication.completeness import missing_parts
from syncd.publication.facts import Authority, LegalDocument, Publication, Status
from syncd.publication.gathering import Registers, gather
from syncd.publication.judging import judge
from syncd.publication.registers import read_decisions
from syncd.records.codes import CODES_APART
from syncd.records.procedure import Kind, LegalBasis, Procedure, State
from tests.publication.random_facts import CALENDAR
from tests.reconcile.records import FULL

CODE = FULL.code
DOCUMENT = LegalDocument(number="39/2024/QH15", signed=date(2026, 5, 1), effective=date(2026, 9, 15))
CLICK = datetime(2026, 7, 6, 1, tzinfo=UTC)
OWN = replace(FULL, legal_bases=(LegalBasis("39/2024/QH15", "Luật Thủ đô"),))
NATIONAL = replace(
    OWN,
    code="1.000010",
    kind=Kind.STANDARD,
    publisher_code="G10",
    publisher_name="Bộ Nông nghiệp và Môi trường",
    decision_number="2972/QĐ-BNNMT",
    decision_date=date(2026, 8, 29),
)


class Seen(Struct, frozen=True):
    """A decision that a side cited."""

    number: str
    signed: date | None = None
    first_public: datetime | None = None
    latest_public: datetime | None = None


class Shown(Struct, frozen=True, kw_only=True):
    """A record of a side."""

    code: str
    procedure: Procedure | None
    is_shown_now: bool = True
    decisions: tuple[Seen, ...] = ()

    @property
    def missing_parts(self) -> tuple[str, ...] | None:
        return missing_parts(self.procedure) if self.procedure else None


def _shown(procedure: Procedure, *decisions: Seen, **more: Any) -> Shown:
    cited = Seen(procedure.decision_number or "", procedure.decision_date, CLICK, CLICK)
    return Shown(code=procedure.code, procedure=procedure, decisions=decisions or (cited,), **more)


def _registers(*rows: dict[str, Any], since: date | None = None, **more: Any) -> Registers:
    decisions, _ = read_decisions({str(number): row for number, row in enumerate(rows)})
    documents = {"39/2024/QH15": DOCUMENT}
    return Registers(**{"legal_documents": documents, "decisions": decisions, "complete_since": since, **more})


def _gather(
    *portal: Shown, city: tuple[Shown, ...] = (), registers: Registers | None = None, **more: Any
) -> tuple[Publication, ...]:
    return gather(portal, city, registers or _registers(), unit="H26", **more)


def _row(**more: Any) -> dict[str, Any]:
    row = {"number": "3584/QĐ-UBND", "signed": "2026-09-08", "procedures": NATIONAL.code}
    return {**row, "ministry_decision": "2972/QĐ-BNNMT", **more}


def test_a_specific_procedure_of_the_city_is_one_row_for_each_decision_that_the_portal_ever_showed() -> None:
    older, newer = Seen("12/QĐ-UBND", date(2025, 3, 1), CLICK, CLICK), Seen("số 918/QĐ-TTPVHCC", date(2026, 7, 3))
    found = _gather(_shown(OWN, older, newer))
    assert [(one.decision, one.signed, one.authority) for one in found] == [
        ("12/QĐ-UBND", date(2025, 3, 1), Authority.PROVINCE),
        ("918/QĐ-TTPVHCC", date(2026, 7, 3), Authority.PROVINCE),
    ]
    one = found[0]
    assert (one.first_public, one.is_shown, one.kind) == (CLICK, True, Kind.SPECIFIC)
    assert (one.bases, one.unknown_bases) == ((DOCUMENT,), ())
    assert (one.field_code, one.executing_agencies[0]) == ("G06-KH01", "Sở Khoa học và Công nghệ")
    assert (one.is_complete, one.missing_parts) == (True, ())


def test_what_a_body_below_the_city_publishes_is_of_a_tasked_one() -> None:
    (one,) = _gather(_shown(replace(OWN, publisher_code="H26.101")))
    assert one.authority is Authority.TASKED


@pytest.mark.parametrize(
    "change", [{"publisher_code": "H27"}, {"publisher_code": "H260"}, {"publisher_code": None}, {"kind": Kind.INTERNAL}]
)
def test_what_others_publish_and_what_is_internal_is_left_out(change: dict[str, Any]) -> None:
    assert _gather(_shown(replace(OWN, **change))) == ()


def test_a_record_that_cannot_be_read_gives_only_what_the_register_says() -> None:
    unreadable = Shown(code=CODE, procedure=None, decisions=(Seen("1/QĐ-UBND"),))
    assert _gather(unreadable) == ()
    (one,) = _gather(unreadable, registers=_registers(_row(procedures=CODE)))
    assert (one.decision, one.kind, one.is_complete, one.is_known_hidden) == ("3584/QĐ-UBND", None, None, False)


def test_legal_bases_are_found_by_number_and_the_others_are_named() -> None:
    bases = (
        LegalBasis("Luật số 39/2024/QH15"),
        LegalBasis("06", "Nghị định số 6/2026/NĐ-CP"),
        LegalBasis("06", "Luật Thi đua, khen thưởng"),
        LegalBasis("39/2024/QH15", "again"),
    )
    (one,) = _gather(_shown(replace(OWN, legal_bases=bases)))
    assert one.bases == (DOCUMENT,)
    assert one.unknown_bases == ("06/2026/NĐ-CP", "06")


@pytest.mark.parametrize(
    ("basis", "found"),
    [
        (LegalBasis("190/2025/NQ-QH15", "Luật số 39/2024/QH15"), DOCUMENT),
        (LegalBasis("39/2024/QH15", "Luật số 40/2024/QH15"), DOCUMENT),
        (LegalBasis("39/2024/QH15", "Nghị định số 106/2024/NĐ-CP"), "39/2024/QH15 / 106/2024/NĐ-CP"),
        (LegalBasis("40/2024/QH15", "Luật số 41/2024/QH15"), "40/2024/QH15"),
    ],
)
def test_a_basis_whose_number_and_name_are_of_two_known_documents_is_neither(
    basis: LegalBasis, found: LegalDocument | str
) -> None:
    other = LegalDocument(number="106/2024/NĐ-CP", effective=date(2024, 9, 20))
    registers = Registers(legal_documents={"39/2024/QH15": DOCUMENT, "106/2024/NĐ-CP": other})
    (one,) = _gather(_shown(replace(OWN, legal_bases=(basis,))), registers=registers)
    assert (*one.bases, *one.unknown_bases) == (found,)


def test_a_record_that_was_deleted_and_made_anew_is_one_procedure_with_all_its_decisions() -> None:
    old = _shown(
        replace(OWN, name="old", steps=()), Seen("12/QĐ-UBND", date(2025, 3, 1), CLICK, CLICK), is_shown_now=False
    )
    registers = _registers(_row(procedures=CODE))
    found = _gather(old, _shown(OWN), registers=registers)
    assert [one.decision for one in found] == ["12/QĐ-UBND", "918/QĐ-TTPVHCC", "3584/QĐ-UBND"]
    assert {(one.name, one.is_shown, one.missing_parts) for one in found} == {(OWN.name, True, ())}


def test_the_register_says_what_a_decision_rests_on_and_when_it_was_signed() -> None:
    row = _row(number="918/QĐ-TTPVHCC", authority="province", procedures=CODE, signed="04/07/2026", action="abolish")
    registers = _registers({**row, "legal_documents": "106/2024/NĐ-CP", "issuer": "Trung tâm"})
    (one,) = _gather(_shown(OWN), registers=registers)
    assert (one.signed, one.action, one.issuer) == (date(2026, 7, 4), "abolish", "Trung tâm")
    assert (one.bases, one.unknown_bases) == ((), ("106/2024/NĐ-CP",))
    assert one.ministry_decision == "2972/QĐ-BNNMT"


def test_a_number_of_another_year_is_another_decision() -> None:
    registers = _registers(
        _row(number="918/QĐ-TTPVHCC", authority="province", procedures="1.999999", signed="03/07/2025")
    )
    own = [one for one in _gather(_shown(OWN), registers=registers) if one.code == CODE]
    assert [(one.decision, one.signed) for one in own] == [("918/QĐ-TTPVHCC", date(2026, 7, 3))]


def test_a_date_that_the_portal_changed_is_no_second_decision() -> None:
    first, changed = Seen("12/QĐ-UBND", date(2026, 3, 1), CLICK, CLICK), Seen("12/QĐ-UBND", date(2026, 3, 2))
    (one,) = _gather(_shown(OWN, first, changed))
    assert (one.signed, one.first_public) == (date(2026, 3, 2), CLICK)


def test_a_correction_by_official_letter_keeps_the_signing_date_and_is_no_event() -> None:
    letter = {"number": "77/UBND-KSTTHC", "signed": "2026-08-01", "corrects": "918/QĐ-TTPVHCC"}
    shown = _shown(
        OWN, Seen("918/QĐ-TTPVHCC", date(2026, 7, 3), CLICK, CLICK), Seen("77/UBND-KSTTHC", date(2026, 8, 1))
    )
    (one,) = _gather(shown, registers=_registers(letter))
    assert (one.decision, one.signed, one.first_public) == ("918/QĐ-TTPVHCC", date(2026, 7, 3), CLICK)


def test_a_letter_that_corrects_several_decisions_stands_for_those_about_the_procedure() -> None:
    letter = {"number": "77/UBND-KSTTHC", "corrects": "918/QĐ-TTPVHCC; 919/QĐ-TTPVHCC"}
    cited = Seen("77/UBND-KSTTHC", date(2026, 8, 1), CLICK, CLICK)
    other = _row(number="919/QĐ-TTPVHCC", authority="tasked", procedures="1.999999", signed="03/07/2026")
    own = {**other, "number": "918/QĐ-TTPVHCC", "procedures": CODE}

    def found(*decisions: Seen, rows: tuple[dict[str, Any], ...]) -> list[tuple[str, date | None, datetime | None]]:
        several = _gather(_shown(OWN, *decisions), registers=_registers(letter, *rows))
        return [(one.decision, one.signed, one.first_public) for one in several if one.code == CODE]

    signed = date(2026, 7, 3)
    assert found(cited, rows=(own, other)) == [("918/QĐ-TTPVHCC", signed, CLICK)]
    assert found(Seen("918/QĐ-TTPVHCC", signed), cited, rows=()) == [("918/QĐ-TTPVHCC", signed, CLICK)]
    both = [("918/QĐ-TTPVHCC", signed, CLICK), ("919/QĐ-TTPVHCC", signed, CLICK)]
    assert found(cited, rows=(own, {**other, "procedures": CODE})) == both
    assert found(cited, rows=(other,)) == [("77/UBND-KSTTHC", None, CLICK)], "any of them may be meant"


def test_a_replacing_decision_is_an_event_of_its_own() -> None:
    registers = _registers(_row(procedures=CODE, replaces="918/QĐ-TTPVHCC", action="replace"))
    found = _gather(_shown(OWN), registers=registers)
    assert [one.decision for one in found] == ["918/QĐ-TTPVHCC", "3584/QĐ-UBND"]
    assert [one.action for one in found] == ["", "replace"]


def test_a_registered_decision_is_hidden_only_where_the_portal_was_watched_since_it_was_signed() -> None:
    registers = _registers(_row(procedures=CODE))
    for since, is_hidden in ((None, False), (date(2026, 9, 8), True), (date(2026, 9, 9), False)):
        seen, registered = _gather(_shown(OWN), registers=registers, watched_since=since)
        assert (seen.is_known_hidden, registered.is_known_hidden) == (False, is_hidden)


def test_a_decision_that_the_portal_shows_without_a_click_is_not_hidden_unless_it_says_unpublished() -> None:
    no_click = Seen("918/QĐ-TTPVHCC", date(2026, 7, 3))
    assert not _gather(_shown(OWN, no_click))[0].is_known_hidden
    unpublished = replace(OWN, state=State.UNPUBLISHED)
    (one,) = _gather(_shown(unpublished, no_click, is_shown_now=False))
    assert (one.is_known_hidden, one.is_shown) == (True, False)


def test_the_provinces_list_decision_stands_beside_the_ministrys_when_that_is_asked_for() -> None:
    found = _gather(_shown(NATIONAL), registers=_registers(_row()), include_national=True)
    assert [(one.authority, one.decision, one.signed) for one in found] == [
        (Authority.MINISTRY, "2972/QĐ-BNNMT", date(2026, 8, 29)),
        (Authority.PROVINCE, "3584/QĐ-UBND", date(2026, 9, 8)),
    ]
    assert (found[1].ministry_decision, found[1].ministry_signed) == ("2972/QĐ-BNNMT", date(2026, 8, 29))
    assert (found[0].first_public, found[1].first_public) == (CLICK, None)
    assert len(_gather(_shown(NATIONAL), registers=_registers(_row()))) == 1


def test_a_missing_list_decision_is_unsigned_only_where_the_register_would_have_it() -> None:
    """It must be complete since no later than the ministry's decision; what may be in a bad row is unknown."""
    codeless, unreadable = _row(procedures=""), _row(signed="31/02/2026")
    elsewhere = _row(procedures="", signed="2026-08-01")
    for rows, since, is_unsigned in (
        ((), None, False),
        ((), date(2026, 8, 29), True),
        ((), date(2026, 8, 30), False),
        ((codeless,), date(2026, 1, 1), False),
        ((unreadable,), date(2026, 1, 1), False),
        ((elsewhere,), date(2026, 1, 1), True),
    ):
        (one,) = _gather(_shown(NATIONAL), registers=_registers(*rows, since=since))
        assert (one.decision, one.signed, one.is_known_unsigned) == ("", None, is_unsigned)
        assert one.ministry_decision == "2972/QĐ-BNNMT"
        judgement = judge(one, today=date(2026, 11, 24), calendar=CALENDAR)
        assert judgement.legal is (Status.OVERDUE if is_unsigned else Status.UNKNOWN)


def test_each_ministry_decision_waits_for_a_list_decision_of_its_own() -> None:
    """One that came after the last list decision is open; one that was overtaken by an answered one is not."""
    first, second = Seen("1/QĐ-BNNMT", date(2026, 2, 1)), Seen("2/QĐ-BNNMT", date(2026, 8, 1))
    shown = _shown(NATIONAL, first, second)

    def _lists(**more: Any) -> list[tuple[str, str]]:
        found = _gather(shown, registers=_registers(_row(**more), since=date(2026, 1, 1)))
        return [(one.decision, one.ministry_decision) for one in found]

    assert _lists(signed="2026-03-01", ministry_decision="") == [("3584/QĐ-UBND", "1/QĐ-BNNMT"), ("", "2/QĐ-BNNMT")]
    assert _lists(signed="2026-09-01", ministry_decision="") == [("3584/QĐ-UBND", "2/QĐ-BNNMT")]
    assert _lists(signed="2026-09-01", ministry_decision="2/QĐ-BNNMT") == [("3584/QĐ-UBND", "2/QĐ-BNNMT")]
    assert _lists(signed="2026-09-01", ministry_decision="1/QĐ-BNNMT") == [
        ("3584/QĐ-UBND", "1/QĐ-BNNMT"),
        ("", "2/QĐ-BNNMT"),
    ]


@pytest.mark.parametrize(
    ("number", "found"),
    [
        ("3584/QĐ-UBND", ("3584/QĐ-UBND", date(2026, 9, 8))),
        ("Quyết định số 3584/QĐ-UBND.", ("3584/QĐ-UBND", date(2026, 9, 8))),
        ("2972/QĐ-BNNMT", ("", None)),
        ("1154/QĐ-BNN-TCTS", ("", None)),
        ("", ("", None)),
    ],
)
def test_the_citys_own_system_may_name_the_list_decision(number: str, found: tuple[str, date | None]) -> None:
    """Only a number of the city's own: an older one of the ministry is no list decision."""
    city = replace(NATIONAL, code="1.000010.H26", decision_number=number, decision_date=date(2026, 9, 8))
    (one,) = _gather(_shown(NATIONAL), city=(_shown(city),))
    assert (one.decision, one.signed) == found


def test_the_symbols_of_the_citys_own_decisions_are_learnt_from_the_portal() -> None:
    city = replace(NATIONAL, decision_number="990/QĐ-TTPVHCC", decision_date=date(2026, 9, 8))
    decisions = {one.decision for one in _gather(_shown(NATIONAL), _shown(OWN), city=(_shown(city),))}
    assert decisions == {"918/QĐ-TTPVHCC", "990/QĐ-TTPVHCC"}


def test_a_ministrys_number_on_a_record_of_the_citys_own_teaches_nothing() -> None:
    city = replace(NATIONAL, decision_number="11/QĐ-BNNMT", decision_date=date(2026, 9, 8))
    mistaken = _shown(OWN, Seen("5/QĐ-BNNMT", date(2026, 1, 5)))
    found = _gather(_shown(NATIONAL), mistaken, city=(_shown(city),))
    assert [one.decision for one in found if one.code == NATIONAL.code] == [""]


def test_a_national_procedure_that_the_city_need_not_carry_asks_for_no_list_decision() -> None:
    assert _gather(_shown(NATIONAL), covers=lambda _: False) == ()
    assert len(_gather(_shown(NATIONAL), covers=lambda _: False, registers=_registers(_row()))) == 1


def test_what_a_bad_row_would_have_said_of_a_decision_is_unknown() -> None:
    bad = _row(number="918/QĐ-TTPVHCC", signed="31/02/2026", procedures=CODE, authority="province")
    (one,) = _gather(_shown(OWN), registers=_registers(bad, since=date(2026, 1, 1)))
    assert (one.decision, one.signed, one.is_known_unsigned) == ("918/QĐ-TTPVHCC", None, False)
    assert judge(one, today=date(2026, 11, 24), calendar=CALENDAR).legal is Status.UNKNOWN


def test_a_specific_procedure_that_only_the_city_has_is_signed_and_hidden() -> None:
    (one,) = _gather(city=(_shown(OWN),), watched_since=date(2026, 1, 1))
    assert (one.decision, one.is_known_hidden, one.is_shown, one.is_complete) == ("", False, False, None)
    city = replace(OWN, decision_number="991/QĐ-UBND")
    (one,) = _gather(city=(_shown(city),), watched_since=date(2026, 1, 1))
    assert (one.decision, one.signed, one.is_known_hidden) == ("991/QĐ-UBND", date(2026, 7, 3), True)


def test_a_city_record_that_stands_for_several_codes_speaks_of_each() -> None:
    both = CODES_APART.join(("1.000010", "1.000011"))
    city = Shown(code=both, procedure=replace(NATIONAL, decision_number="3584/QĐ-UBND"))
    found = _gather(_shown(NATIONAL), _shown(replace(NATIONAL, code="1.000011")), city=(city,))
    assert [(one.code, one.decision) for one in found] == [("1.000010", "3584/QĐ-UBND"), ("1.000011", "3584/QĐ-UBND")]


def test_the_citys_word_goes_first_for_who_carries_it_out_and_the_portals_for_all_else() -> None:
    city = replace(OWN, executing_agencies=("Sở Nội vụ",), name="another name", field_code="X")
    (one,) = _gather(_shown(OWN), city=(_shown(city),))
    assert (one.executing_agencies, one.name, one.field_code) == (("Sở Nội vụ",), OWN.name, OWN.field_code)


@settings(deadline=None)
@given(
    st.lists(st.builds(Seen, st.text(max_size=20), st.none() | st.dates()), max_size=5),
    st.sampled_from((OWN, NATIONAL)),
    st.text(max_size=20),
)
def test_any_citation_is_gathered_without_an_error(decisions: list[Seen], procedure: Procedure, number: str) -> None:
    found = _gather(
        _shown(procedure, *decisions),
        city=(_shown(replace(procedure, decision_number=number)),),
        registers=_registers(_row(procedures=procedure.code), since=date(2020, 1, 1)),
        include_national=True,
    )
    assert {one.code for one in found} == {procedure.code}
    assert all(not (one.is_known_unsigned and (one.decision or one.signed)) for one in found)
