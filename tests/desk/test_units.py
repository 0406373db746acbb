"""Units: the list in any order, one page with everything that is theirs, and nothing of anybody else."""

from __future__ import annotations

import re
from decimal import Decimal
from gettext import NullTranslations

import pytest

from syncd.answers.units import OwnScore, Rate, UnitRow
from syncd.desk.counting import Counting
from syncd.desk.pages.units import ORDERS, late_for, ordered, share
from syncd.documents.wanted import Sources
from syncd.records.dossiers import Dossier
from syncd.records.roles import Role
from tests.desk.conftest import Build
from tests.desk.living import BELOW, DAY, UNIT, living, living_ledger, whole
from tests.desk.test_overview import links
from tests.documents.office import AS_OF

empty_ledger = living_ledger


def row(code: str, **values: object) -> UnitRow:
    given: dict[str, object] = dict.fromkeys(("open", "critical", "overdue", "late", "due"), 0)
    given |= {"name": code, "overdue_dossiers": None, "on_time": None, "online": None, "score": None}
    return UnitRow(code=code, **(given | values))  # type: ignore[arg-type]


async def test_the_list_gives_every_unit_its_numbers(build: Build) -> None:
    """With links into the queue and the publications, narrowed to the unit."""
    house = await living(build)
    page = await (await house.signed_in(Role.REVIEWER)).get("/units")
    page = whole(page)
    assert page.status == 200
    assert "Sở Công Thương H26.03" in page.words
    assert {"unit": "H26.03"} in links(page.text, "/queue")
    assert {"status": "late", "unit": "H26.03"} in links(page.text, "/publications")
    assert "98.4 %" in page.words
    assert "Year 2026" in page.words


async def test_the_list_can_be_asked_about_another_period(build: Build) -> None:
    """What is no period that is offered is the running year."""
    house = await living(build)
    browser = await house.signed_in(Role.REVIEWER)
    assert "98.3 %" in (await browser.get("/units?period=2026-10")).words
    year = (await browser.get("/units")).words
    for strange in ("1999", "2026-13", "%3Cscript%3E", "2026-Q1"):
        assert (await browser.get(f"/units?period={strange}")).words == year


async def test_the_list_stands_in_the_order_that_is_asked_for(build: Build) -> None:
    house = await living(build)
    browser = await house.signed_in(Role.REVIEWER)
    page = await browser.get("/units?order=open")
    codes = re.findall(r'data-key-open href="/units/([^"]+)"', page.text)
    assert codes[0] == "H26.03"
    assert 'aria-sort="descending"' in page.text
    assert (await browser.get("/units?order=password")).status == 200


@pytest.mark.parametrize("order", ORDERS)
def test_what_is_not_known_stands_last_in_any_order(order: str) -> None:
    known = {"open": 2, "overdue": 2, "late": 2, "due": 2, "overdue_dossiers": 2}
    rates = {"on_time": Rate(1, 2, "city"), "online": Rate(1, 2, "city"), "score": OwnScore(Decimal(1), Decimal(2))}
    full = row("b", **known, **rates)
    rows = ordered([row("a"), full], order)
    assert [one.code for one in rows] == (["a", "b"] if order == "name" else ["b", "a"])


def test_a_score_of_nothing_is_no_share() -> None:
    assert share(row("a", score=OwnScore(None, Decimal(0)))) is None
    assert share(row("a", score=OwnScore(Decimal(3), Decimal(12)))) == 25


async def test_one_unit_has_everything_that_is_theirs(build: Build) -> None:
    """Its own and what belongs to the units below it."""
    house = await living(build)
    page = await (await house.signed_in(Role.REVIEWER)).get(f"/units/{UNIT}")
    page = whole(page)
    assert page.status == 200
    for said in (
        "Sở Tư pháp",
        "7 open mismatches 3 critical",
        "1 publications overdue",
        "3 overdue dossiers",
        "H26.17-261101-0014",
        "16 days late",
        "Phòng Công chứng số 3",
        "Month 10/2026",
        "Documents of this unit",
    ):
        assert said in page.words, said
    assert "Sở Công Thương" not in page.text
    assert {"unit": UNIT} in links(page.text, "/documents/overdue-dossiers")
    assert "data-print" in page.text


@pytest.mark.parametrize("code", ["H26.03", "H26", "H26.1", "H26.170", "nothing", "%00", "H26.17%2F..%2F", "x" * 81])
async def test_a_unit_cannot_look_at_another(build: Build, code: str) -> None:
    """Nor at what is above it; it is as if there were nothing."""
    house = await living(build)
    page = await (await house.signed_in(Role.UNIT, unit=UNIT)).get(f"/units/{code}")
    assert page.status in (400, 404)
    assert "Công Thương" not in page.text


async def test_a_unit_finds_itself_and_those_below_alone(build: Build) -> None:
    house = await living(build)
    browser = await house.signed_in(Role.UNIT, unit=UNIT)
    page = await browser.get("/units")
    assert set(re.findall(r'href="/units/([^"#?]+)', page.text)) == {UNIT, BELOW}
    assert (await browser.get(f"/units/{BELOW}")).status == 200
    assert (await browser.get(f"/units/{UNIT}")).status == 200


async def test_a_unit_of_which_nothing_is_known_is_not_there(build: Build) -> None:
    house = await living(build)
    assert (await (await house.signed_in(Role.REVIEWER)).get("/units/H99.1")).status == 404


async def test_unknown_is_never_a_zero(build: Build) -> None:
    """Without publications, dossiers and rates there are no numbers of them."""
    house = await living(build, sources=Sources())
    browser = await house.signed_in(Role.REVIEWER)
    page = await browser.get(f"/units/{UNIT}")
    assert "not known publications overdue" in page.words
    assert "not known overdue dossiers" in page.words
    assert "Not known: no system's dossiers are read." in page.words
    listed = await browser.get("/units")
    cells = re.findall(r'data-label="Overdue[^"]*">(.*?)</td>', listed.text)
    assert cells
    assert all("not known" in cell for cell in cells)


async def test_a_page_that_is_worked_out_asks_for_itself_again(build: Build) -> None:
    """The list shows at once what is quick to know."""
    house = await living(build, counting=Counting(patience=0))
    browser = await house.signed_in(Role.REVIEWER)
    page = await browser.get("/units")
    assert "This is being counted" in page.words
    assert "Sở Công Thương" in page.words
    page = await browser.get(f"/units/{UNIT}")
    assert (page.status, "hx-get" in page.text) == (200, True)


def test_a_dossier_is_late_by_whole_days() -> None:
    words = NullTranslations()
    assert late_for(words, Dossier(number="1", due=AS_OF - 3 * DAY), AS_OF) == "3 days late"
    assert late_for(words, Dossier(number="1", due=AS_OF - 3 * DAY, finished=AS_OF - 2 * DAY), AS_OF) == "1 day late"
    assert late_for(words, Dossier(number="1"), AS_OF) == ""
