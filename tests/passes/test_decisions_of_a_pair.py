"""Decisions against a portal that shows them through procedures alone: the memory of a pair, what it can say."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from syncd.answers.decisions_judged import judged, portal_memory
from syncd.ledger import Ledger
from syncd.passes.pass_verdict import PassVerdict
from syncd.reconcile.decisions_told import Standing
from syncd.records.procedure import Kind, Procedure, State
from tests.passes.archives import NAME, Book, Registry
from tests.passes.towns import Town
from tests.stores import Lie

OLD = date(2026, 3, 2)
NEW = date(2026, 11, 27)


def shown(
    code: str, number: str, signed: date | None, *, published: bool = True, kind: Kind = Kind.SPECIFIC
) -> Procedure:
    return Procedure(
        code=code,
        portal_id=f"id-{code}",
        name="Đăng ký khai sinh",
        kind=kind,
        state=State.PUBLIC,
        publisher_code="H26",
        publisher_name="UBND Thành phố Hà Nội",
        decision_number=number,
        decision_date=signed,
        published_at=datetime(2026, 3, 5, tzinfo=UTC) if published else None,
    )


class City:
    """A pair whose portal shows two procedures of one decision, and the city's documents, two days after the start."""

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        self.town = Town(ledger)
        self.registry = Registry(ledger, Book(folder / "van-ban-di.csv"), pair="ha-noi")
        for code in ("1.000001", "1.000002"):
            self.show(code, "406/QĐ-TTPVHCC", OLD)
        self.registry.documents.sign("406/QĐ-TTPVHCC", "02/03/2026", "1.000001, 1.000002")
        self.town.run()
        self.town.now += timedelta(days=3)

    def show(self, code: str, number: str, signed: date | None, **others: bool | Kind) -> None:
        self.town.portal.put(f"id-{code}", shown(code, number, signed, **others))  # type: ignore[arg-type]

    def sign(self, codes: str = "1.000001", number: str = "758/QĐ-TTPVHCC") -> None:
        self.registry.documents.sign(number, f"{NEW:%d/%m/%Y}", codes)

    async def read(self) -> PassVerdict:
        """A pass of the pair, then one over its decisions."""
        await asyncio.to_thread(self.town.run)
        return await self.judge()

    async def judge(self) -> PassVerdict:
        self.registry.now = self.town.now
        outcome = await self.registry.run()
        self.town.now = self.registry.now
        return outcome.verdict

    def standing(self, number: str) -> Standing:
        registry = self.registry
        found = registry.ledger.read_now(judged, registry.course, registry.now)
        (one,) = [each for each in found.judgements if each.identity.startswith(number)]
        return one.standing


@pytest.fixture
def city(ledger: Ledger, tmp_path: Path) -> City:
    return City(ledger, tmp_path)


async def test_what_procedures_name_is_entered(city: City) -> None:
    assert await city.read() is PassVerdict.IN_SYNC
    assert city.standing("406/") is Standing.AGREED


async def test_a_planted_decision_is_suspected_confirmed_and_resolved_by_the_portal(city: City) -> None:
    city.sign()
    assert await city.read() is PassVerdict.MISMATCHED
    assert city.registry.open() == {("decision_not_entered", "", "suspected")}
    await city.read()
    assert city.registry.open() == {("decision_not_entered", "", "confirmed")}
    city.show("1.000001", "758/QĐ-TTPVHCC", NEW)
    assert await city.read() is PassVerdict.IN_SYNC


async def test_without_a_new_reading_of_the_pair_nothing_is_confirmed(city: City) -> None:
    """The documents are read anew in each pass; the portal's memory is no newer than the pair's own reading."""
    city.registry.grace = timedelta(minutes=5)
    city.sign()
    await city.read()
    for _ in range(2):
        city.town.now += timedelta(minutes=9) - timedelta(hours=2)
        assert await city.judge() is PassVerdict.MISMATCHED
    assert city.registry.open() == {("decision_not_entered", "", "suspected")}
    await city.read()
    assert city.registry.open() == {("decision_not_entered", "", "confirmed")}


async def test_an_old_or_partial_reading_of_the_pair_says_nothing(city: City) -> None:
    city.sign()
    await city.read()
    city.town.now += timedelta(hours=5)
    assert await city.judge() is PassVerdict.UNKNOWN
    assert city.registry.open() == {("decision_not_entered", "", "suspected")}
    city.town.portal.lie = Lie.TRUNCATED
    assert await city.read() is PassVerdict.UNKNOWN
    why = city.registry.ledger.read_now(judged, city.registry.course, city.registry.now).unknown
    assert why == {
        "portal": "the newest reading of the portal is partial: the newest reading of the portal of the pair"
        " ha-noi is partial"
    }
    assert city.registry.open() == {("decision_not_entered", "", "suspected")}


async def test_a_decision_without_a_publication_date_is_entered(city: City) -> None:
    city.sign()
    city.show("1.000001", "758/QĐ-TTPVHCC", NEW, published=False)
    assert await city.read() is PassVerdict.IN_SYNC


async def test_a_decision_that_was_superseded_for_all_its_procedures_was_entered(city: City) -> None:
    await city.read()
    for code in ("1.000001", "1.000002"):
        city.show(code, "758/QĐ-TTPVHCC", NEW)
    city.sign("1.000001, 1.000002")
    assert await city.read() is PassVerdict.IN_SYNC
    assert city.standing("406/") is Standing.RECORDED


async def test_a_decision_whose_procedures_name_a_later_one_that_is_known_is_not_missed(city: City) -> None:
    city.sign("1.000001", "757/QĐ-TTPVHCC")
    city.show("1.000001", "758/QĐ-TTPVHCC", NEW + timedelta(days=1))
    city.registry.documents.sign("758/QĐ-TTPVHCC", "28/11/2026", "1.000001")
    await city.read()
    assert city.standing("757/") is Standing.AGREED
    assert city.registry.open() == set()


async def test_what_was_signed_before_syncd_watched_is_not_missed(city: City) -> None:
    city.registry.documents.sign("1/QĐ-TTPVHCC", "05/01/2026", "1.000009")
    await city.read()
    assert city.standing("1/QĐ") is Standing.UNKNOWN


async def test_a_ministrys_procedure_never_shows_the_citys_decision(city: City) -> None:
    city.show("2.000001", "1417/QĐ-BTP", OLD, kind=Kind.STANDARD)
    city.sign("2.000001")
    await city.read()
    assert city.standing("758/") is Standing.UNKNOWN


async def test_a_decision_of_which_nobody_says_the_procedures_is_missed_only_where_expected(city: City) -> None:
    city.sign("")
    await city.read()
    assert city.registry.open() == set()
    city.registry.expects_uncoded = True
    await city.read()
    assert city.registry.open() == {("decision_not_entered", "", "suspected")}


async def test_a_decision_of_the_portal_that_no_document_knows(city: City) -> None:
    city.show("1.000002", "13/QĐ-TTPVHCC", NEW)
    await city.read()
    assert city.registry.open() == {("decision_unknown", "", "suspected")}
    (one,) = city.registry.known()
    assert (one.agency_code, one.agency_name) == ("H26", "UBND Thành phố Hà Nội")
    city.show("1.000002", "406/QĐ-TTPVHCC", OLD)
    await city.read()
    assert city.registry.open() == {("decision_unknown", "", "suspected")}, "it may be a flap"
    city.town.now += timedelta(days=8)
    await city.read()
    assert city.registry.open() == set()


async def test_a_half_entered_decision_differs_in_its_procedures(city: City) -> None:
    city.sign("1.000001, 1.000002")
    city.show("1.000001", "758/QĐ-TTPVHCC", NEW)
    await city.read()
    (one,) = city.registry.known()
    assert (one.kind, one.field, one.portal_value, one.city_value) == ("decision_differs", "codes", "", "1.000002")


async def test_the_past_is_judged_as_it_was_known_then(city: City) -> None:
    city.sign()
    await city.read()
    then = city.registry.now - timedelta(minutes=1)
    city.show("1.000001", "758/QĐ-TTPVHCC", NEW)
    await city.read()
    assert city.standing("758/") is Standing.AGREED
    found = city.registry.ledger.read_now(judged, city.registry.course, then)
    assert [one.standing for one in found.judgements if one.identity.startswith("758/")] == [Standing.NOT_ENTERED]


def test_a_pair_that_was_never_read_says_so(ledger: Ledger, tmp_path: Path) -> None:
    registry = Registry(ledger, Book(tmp_path / "a.csv"), pair="ha-noi")
    assert ledger.read_now(portal_memory, registry.course, registry.now) == (
        "the portal of the pair ha-noi was never read whole"
    )
    assert ledger.read_now(judged, registry.course, registry.now).unknown.keys() == {"portal", "documents"}
    assert registry.course.name == NAME
