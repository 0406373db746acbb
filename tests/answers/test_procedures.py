"""Procedures and decisions as they stood on either side."""

from __future__ import annotations

import gc
from datetime import date

from syncd.answers.about import About
from syncd.answers.decisions import decisions, decisions_page, one_decision
from syncd.answers.field_changes import changed_between
from syncd.answers.once import Once, impacts_of, standing
from syncd.answers.procedures import catalogue, compared_versions, one_procedure, procedures_page
from syncd.answers.publications import judged
from syncd.answers.searching import search
from syncd.ledger.readings import last_whole
from syncd.publication.recount import World
from syncd.reconcile.scope import DepartmentScope
from syncd.records.periods import Period
from syncd.records.procedure import Kind, State
from tests.answers.town import DAY, HOUR, NOW, PAIR, find, seen
from tests.ledger.test_history import change, procedure, read

RESIDENCE = procedure("1.004222", "Đăng ký thường trú", decision_number="12/QĐ-UBND", decision_date=date(2026, 11, 2))
BIRTH = procedure("1.000656", "Đăng ký khai sinh", decision_number="12/QĐ-UBND.", decision_date=date(2026, 11, 2))


def both_sides(ledger):
    """The portal has two procedures, the city one of them, under its own code; then the portal changes a name."""
    read(ledger, [change(RESIDENCE), change(BIRTH)], at=NOW - 2 * DAY)
    local = procedure("1.004222", "Đăng ký thường trú", local_code="1.004222.H26")
    read(ledger, [change(local, key="1.004222.H26")], side="city", at=NOW - 2 * DAY)
    renamed = procedure("1.004222", "Đăng ký thường trũ", state=State.WITHDRAWN, decision_number="12/QĐ-UBND")
    read(ledger, [change(renamed)], gone=["1.000656"], at=NOW - DAY)


def rows(ledger, at=NOW):
    return ledger.read_now(catalogue, PAIR, at)


def test_the_catalogue_is_that_of_its_instant(ledger):
    """Who shows what, then and now."""
    both_sides(ledger)
    then = {one.code: (one.portal, one.city) for one in rows(ledger, NOW - DAY - HOUR)}
    now = {one.code: (one.portal, one.city) for one in rows(ledger)}
    assert then == {"1.004222": ("public", "public"), "1.000656": ("public", "absent")}
    assert now == {"1.004222": ("hidden", "public"), "1.000656": ("gone", "absent")}
    assert rows(ledger, NOW - 3 * DAY) == ()


def test_pages_are_searched_and_follow_one_another(ledger):
    """In any form, in Vietnamese order."""
    both_sides(ledger)
    every = rows(ledger)
    assert [one.code for one in procedures_page(every, text="dang ky").rows] == ["1.000656", "1.004222"]
    for text in ("1.004222.000.00.00.H26", "thuong tru", "12/qđ-ubnd thường"):
        assert [one.code for one in procedures_page(every, text=text).rows] == ["1.004222"]
    first = procedures_page(every, size=1)
    assert (first.next, first.total) == ("1.000656", 2)
    second = procedures_page(every, size=1, after=first.next)
    assert ([one.code for one in second.rows], second.next) == (["1.004222"], "")
    assert [one.code for one in procedures_page(every, portal="gone").rows] == ["1.000656"]


def test_one_procedure_has_its_versions(ledger):
    """What changed in each, and what the two sides say differently now."""
    both_sides(ledger)
    for code in ("1.004222", "1.004222.H26"):
        found = ledger.read_now(one_procedure, rows(ledger), PAIR, code, NOW)
        assert found.row.code == "1.004222"
    newest, *_, oldest = found.versions
    assert (newest.side, newest.changed) == ("portal", ("name", "state", "decision_date"))
    assert (oldest.is_first, oldest.changed) == (True, ())
    assert {one.field: one.difference for one in found.differences} == {
        "name": "tone-mark",
        "local_code": "",
        "state": "",
    }
    first = next(one for one in found.versions if one.side == "portal" and one.is_first)
    changed = ledger.read_now(compared_versions, first.id, newest.id)
    assert {one.field for one in changed} == {"name", "state", "decision_date"}
    assert ledger.read_now(compared_versions, first.id, 10**9) == ()
    assert ledger.read_now(one_procedure, rows(ledger), PAIR, "9.999999", NOW) is None


def test_silence_is_a_change_between_versions_and_none_between_sides():
    """A side that does not carry a field does not differ in it."""
    said, silent = procedure(requirements="Có hộ khẩu"), procedure()
    assert changed_between(said, silent) == ()
    (one,) = changed_between(said, silent, counts_silence=True)
    assert (one.field, one.before, one.after) == ("requirements", "Có hộ khẩu", "")


ABOUT = About(pair=PAIR, unit="H26", scope=DepartmentScope(frozenset()))


def own_decisions(ledger):
    """Two decisions of the city about procedures of its own."""
    of_city = {"kind": Kind.SPECIFIC, "publisher_code": "H26", "publisher_name": "UBND Thành phố Hà Nội"}
    first = procedure("1.000001", "Cấp thẻ", decision_number="7/QĐ-UBND", decision_date=date(2026, 11, 2), **of_city)
    second = procedure(
        "1.000002", "Cấp lại thẻ", decision_number="7/QĐ-UBND", decision_date=date(2026, 11, 2), **of_city
    )
    third = procedure("1.000003", "Thu thẻ", decision_number="9/QĐ-UBND", decision_date=date(2026, 11, 9), **of_city)
    read(ledger, [change(first), change(second), change(third)], at=NOW - DAY)


def test_a_decision_has_its_procedures_on_both_sides(ledger):
    """With deadlines; its number in any form."""
    own_decisions(ledger)
    found = ledger.read_now(judged, ABOUT, NOW)
    several = decisions(found, within=None)
    assert [(one.number, one.procedures) for one in several] == [("9/QĐ-UBND", 1), ("7/QĐ-UBND", 2)]
    assert [one.number for one in decisions(found, within=None, text="7/qd-ubnd")] == ["7/QĐ-UBND"]
    assert decisions(found, within="H26.17") == []
    page = decisions_page(several, size=1)
    assert (page.next, page.total) == (1, 2)
    one = one_decision(rows(ledger), found, "số 7/QĐ-UBND.", within=None)
    assert [(each.procedure.code, each.is_cited_by_portal, each.is_cited_by_city) for each in one.procedures] == [
        ("1.000002", True, False),
        ("1.000001", True, False),
    ]
    assert all(each.publication is not None for each in one.procedures)
    assert one_decision(rows(ledger), found, "7/QĐ-UBND", issuer="Bộ Công an", within=None) is None
    assert one_decision(rows(ledger), found, "7/QĐ-UBND", within="H26.17") is None


def test_one_search_finds_everything(ledger):
    """Mismatches, procedures, decisions, units; an empty one nothing."""
    own_decisions(ledger)
    find(ledger, seen("1.000001", name="Cấp thẻ"))
    found = ledger.read_now(judged, ABOUT, NOW)
    given = {"within": None, "now": NOW, "catalogue": rows(ledger), "found": found}
    by_code = ledger.read_now(search, "1.000001.H26", **given)
    assert (by_code.mismatch_total, by_code.procedure_total) == (1, 1)
    assert ledger.read_now(search, "9/QĐ-UBND", **given).decision_total == 1
    assert [one.value for one in ledger.read_now(search, "cong an", **given).units] == ["H26.17"]
    assert ledger.read_now(search, "   ", **given).procedure_total == 0


def test_heavy_answers_are_worked_out_once(ledger):
    """Until something that they rest on changes; or the newest known one where that will do."""
    own_decisions(ledger)
    once, asked = Once(), []

    def count(session, at, may_be_old=False):
        return once.of(session, "q", at, lambda: asked.append(at) or len(asked), may_be_old=may_be_old)

    assert [ledger.read_now(count, NOW), ledger.read_now(count, NOW + HOUR)] == [1, 1]
    before = ledger.read_now(standing, NOW)
    find(ledger, seen(), at=NOW + HOUR)
    assert ledger.read_now(standing, NOW) == before
    assert ledger.read_now(count, NOW + HOUR, may_be_old=True) == 1
    assert [ledger.read_now(count, NOW + HOUR), ledger.read_now(count, NOW + DAY)] == [2, 3]
    judgements = ledger.read_now(lambda session: once.judged(session, ABOUT, NOW))
    assert ledger.read_now(lambda session: once.judged(session, ABOUT, NOW + HOUR)).judgements == judgements.judgements
    assert ledger.read_now(last_whole, PAIR, "portal") is not None


def test_a_question_that_nobody_asks_any_more_leaves_no_lock(ledger):
    once = Once()
    for question in range(50):
        ledger.read_now(lambda session, asked=question: once.of(session, asked, NOW, lambda: asked))
    gc.collect()
    assert len(once._locks) == 0


def test_what_units_could_win_is_a_recount(ledger):
    """Of all of a unit's actions together."""
    own_decisions(ledger)
    once = Once()
    period = Period.parse("2026")
    found = ledger.read_now(lambda session: once.impacts(session, ABOUT, NOW, root=None, period=period))
    assert found.units == ()
    judgements = ledger.read_now(judged, ABOUT, NOW)
    world = World(
        judgements=judgements.judgements,
        attributions=judgements.attributions,
        period=period,
        today=judgements.today,
        calendar=judgements.calendar,
    )
    assert impacts_of(world) == found
