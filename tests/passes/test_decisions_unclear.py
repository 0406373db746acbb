"""What a pass over decisions cannot tell stays as it stands: procedures that are not believed, clocks, documents."""

from __future__ import annotations

import asyncio
import csv
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from syncd.answers.decisions_judged import judged, judged_now
from syncd.ledger import Ledger
from syncd.ledger.readings import last_whole
from syncd.ledger.tables_configurations import CONFIGURATIONS
from syncd.passes.decision_pass import run_decision_pass
from syncd.passes.pass_verdict import PassVerdict
from syncd.reconcile.decisions_told import Standing
from syncd.sides.reading import ReadingVerdict
from tests.passes.archives import ADVICE, TITLES, Book, Registry, Unwatched
from tests.passes.test_decisions_of_a_pair import NEW, OLD, City
from tests.worlds import make_room

CODE = "1.000001"


@pytest.fixture
def city(ledger: Ledger, tmp_path: Path) -> City:
    return City(ledger, tmp_path)


@pytest.fixture
def registry(ledger: Ledger, tmp_path: Path) -> Registry:
    """Both sides have one decision."""
    made = Registry(ledger, Book(tmp_path / "van-ban-di.csv"), Book(tmp_path / "cong.csv"))
    for book in (made.documents, portal_of(made)):
        book.sign("3584/QĐ-UBND", "08/09/2026")
    return made


def portal_of(registry: Registry) -> Book:
    assert registry.portal is not None
    return registry.portal


def standings(registry: Registry) -> dict[str, Standing]:
    found = registry.ledger.read_now(judged_now, registry.course, registry.now)
    return {one.identity.partition(" ")[0]: one.standing for one in found.judgements}


@pytest.mark.parametrize("how", ["unread", "invalid"])
async def test_a_portal_record_that_cannot_be_read_does_not_lack_a_decision(city: City, how: str) -> None:
    """The portal has the decision; only its detail is unread, or the record cannot be understood."""
    if how == "unread":
        city.town.portal.details = True
        city.town.restart()
    await city.read()
    city.sign(CODE)
    city.show(CODE, "758/QĐ-TTPVHCC", NEW)
    key = f"id-{CODE}"
    if how == "unread":
        city.town.portal.unreadable = {key}
    else:
        city.town.portal.records[key] = city.town.portal.records[key].replace(b'"name":"', b'"name":1,"x":"')
    for _ in range(3):
        await city.read()
    assert city.registry.open() == set()
    assert standings(city.registry) == {"406/QĐ-TTPVHCC": Standing.AGREED, "758/QĐ-TTPVHCC": Standing.UNKNOWN}


async def test_a_flap_of_the_portal_leaves_differences_as_they_are(city: City) -> None:
    await city.read()
    city.sign(CODE)
    city.show(CODE, "758/QĐ-TTPVHCC", NEW - timedelta(days=2))
    for _ in range(2):
        await city.read()
    assert city.registry.open() == {("decision_differs", "signed", "confirmed")}
    city.show(CODE, "406/QĐ-TTPVHCC", OLD)
    await city.read()
    assert city.registry.open() == {("decision_differs", "signed", "confirmed")}


async def test_one_procedure_that_flaps_is_no_difference_of_its_decision(city: City) -> None:
    for code in (CODE, "1.000002"):
        city.show(code, "758/QĐ-TTPVHCC", NEW)
    city.sign(f"{CODE}, 1.000002")
    await city.read()
    city.show("1.000002", "406/QĐ-TTPVHCC", OLD)
    for _ in range(2):
        await city.read()
    assert city.registry.open() == set()


async def test_a_confirmed_decision_that_was_overtaken_ends(city: City) -> None:
    city.sign(CODE)
    for _ in range(2):
        await city.read()
    assert city.registry.open() == {("decision_not_entered", "", "confirmed")}
    late = date(2026, 12, 20)
    city.show(CODE, "900/QĐ-TTPVHCC", late)
    city.registry.documents.sign("900/QĐ-TTPVHCC", f"{late:%d/%m/%Y}", CODE)
    await city.read()
    assert city.registry.open() == set()


async def test_a_mismatch_rests_on_the_reading_of_the_pair_that_was_judged(city: City) -> None:
    """The pair is read once more between asking its memory and judging."""
    city.sign(CODE)
    await city.read()
    await asyncio.to_thread(city.town.run)
    own = city.registry.ledger.read_now(last_whole, "ha-noi", "portal")
    found = city.registry.ledger.read_now(judged_now, city.registry.course, city.town.now)
    assert own is not None
    assert found.readings["portal"].evidence == own.id


async def test_what_was_read_while_the_clock_was_ahead_is_not_hidden(registry: Registry) -> None:
    await registry.run()
    right = registry.now
    registry.now = right + timedelta(days=10)
    registry.documents.sign("200/QĐ-UBND", "20/09/2026")
    await registry.run()
    registry.now = right + timedelta(hours=2)
    portal_of(registry).sign("200/QĐ-UBND", "20/09/2026")
    for _ in range(2):
        assert (await registry.run()).verdict is PassVerdict.IN_SYNC
    assert set(standings(registry).values()) == {Standing.AGREED}


async def test_a_clock_that_steps_back_within_the_first_pass_breaks_nothing(registry: Registry) -> None:
    for steps in range(1, 12):
        asked = iter(range(100))
        room = make_room(
            registry.ledger,
            lambda: registry.now - timedelta(minutes=5) * (next(asked) >= steps),  # noqa: B023
        )
        outcome = await run_decision_pass(registry.sources, room, Unwatched(), actor="test")
        assert outcome.verdict is PassVerdict.IN_SYNC
        registry.now -= timedelta(days=1)


async def test_a_document_that_its_abstract_leaves_out_is_there(registry: Registry) -> None:
    about = "Về việc công bố Danh mục thủ tục hành chính và ủy quyền giải quyết"
    registry.documents.sign("100/QĐ-UBND", "08/09/2026", **{"Trích yếu": about})
    portal_of(registry).sign("100/QĐ-UBND", "08/09/2026")
    for _ in range(2):
        await registry.run()
    assert registry.open() == set()
    assert standings(registry)["100/QĐ-UBND"] is Standing.UNKNOWN


async def test_a_key_that_comes_twice_on_one_page_is_refused(registry: Registry) -> None:
    titles = TITLES | {"key": "Mã VB"}
    book = replace(registry.documents, titles=titles)
    shared = ADVICE | {"Số ký hiệu": "3584/QĐ-UBND", "Ngày ban hành": "08/09/2026", "Mã VB": "77"}
    with book.file.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(titles.values()))
        writer.writeheader()
        writer.writerows(shared | {"Mã TTHC": code} for code in (CODE, "1.000002"))
    registry.documents = book
    outcome = await registry.run()
    assert outcome.proofs["documents"].verdict is ReadingVerdict.REFUSED
    assert outcome.proofs["documents"].reasons == ("1 keys were listed more than once",)


async def test_the_past_is_judged_by_the_rules_of_then(registry: Registry) -> None:
    registry.documents.sign("100/QĐ-UBND", "08/09/2026")
    await registry.run()
    then = registry.now
    before = registry.ledger.read_now(judged, registry.course, then)
    registry.since = date(2026, 10, 1)
    after = registry.ledger.read_now(judged, registry.course, then)
    assert (after.judgements, after.remark) == (before.judgements, "")
    assert standings(registry)["100/QĐ-UBND"] is Standing.UNKNOWN


async def test_an_answer_about_a_time_whose_rules_nobody_remembers_says_so(registry: Registry) -> None:
    await registry.run()
    registry.ledger.write_now(lambda session: session.execute(sa.delete(CONFIGURATIONS)).close())
    assert registry.ledger.read_now(judged, registry.course, registry.now).remark == (
        "how the course was configured then is not remembered: judged by the configuration of today"
    )
    assert registry.ledger.read_now(judged_now, registry.course, registry.now).remark == ""
