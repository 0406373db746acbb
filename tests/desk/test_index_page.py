"""The page of the Service Index: figures side by side, and the joint gain of chosen things."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape

import pytest

from syncd.answers.index_figures import impacts_page, joint, open_once
from syncd.answers.once import Once
from syncd.desk.pages.index_page import usual_period
from syncd.records.periods import Period
from syncd.records.roles import Role
from tests.desk.conftest import Build, House
from tests.desk.furnished import NEW, furnished
from tests.documents.office import AS_OF, HANOI, SOURCES

ALL = [f"publish:1.00088{n}:{NEW}" for n in (1, 2, 3)]


@pytest.fixture
async def office(build: Build) -> House:
    """A desk over a city with a past."""
    return await furnished(build)


async def test_every_figure_stands_beside_the_others(office: House) -> None:
    """Counts, the portal's points, the recomputed ones, ours, the difference; rank, trend and when each was read."""
    page = await (await office.signed_in(Role.AUDITOR)).get("/index?period=2026-10")
    for words in ("65 / 80 3.25 3.25", "−3.25", "788,612 / 1,065,150 14.81", "34 Rank of 34 provinces"):
        assert words in page.words
    assert "service-results-units 15/11/2026 09:00" in page.words
    assert "the portal gives no figure" in page.words
    assert "53.94 26-09 55.23 26-10" in page.words


async def test_figures_are_written_as_the_language_has_them(office: House) -> None:
    """A comma before decimals in Vietnamese, and no English word among its lacks."""
    await office.user(Role.REVIEWER, "hoa")
    browser = await office.signed_in(Role.AUDITOR)
    await browser.post("/language", {"language": "vi", "back": "/"})
    page = await browser.get("/index?period=2026-10")
    assert "788.612 / 1.065.150 14,81" in page.words
    assert "Cổng không có số liệu" in page.words
    assert "no counts" not in page.words


async def test_without_a_period_the_newest_known_one_is_shown(office: House) -> None:
    """The running year where it is known."""
    page = await (await office.signed_in(Role.AUDITOR)).get("/index")
    assert "Thành phố Hà Nội , Month 10/2026" in page.words
    months = [Period.parse("2026-09"), Period.parse("2026-10")]
    assert usual_period(months, AS_OF) == Period.parse("2026-10")
    assert usual_period([*months, Period.parse("2026")], AS_OF) == Period.parse("2026")
    assert usual_period([], AS_OF) == Period.parse("2026")


async def test_nothing_known_of_a_period_is_said_so(office: House) -> None:
    """And what is no period at all is refused."""
    browser = await office.signed_in(Role.AUDITOR)
    assert "Nothing is known of the index" in (await browser.get("/index?period=2024-Q2")).words
    assert (await browser.get("/index?period=2026-13")).status == 400
    unknown = await browser.get("/index?period=2026-10&unit=H26.999")
    assert "No interface names this unit" in unknown.words


async def test_chosen_things_are_computed_together_without_a_script(office: House) -> None:
    """The boxes of the page are what the form sends; the sum of the whole is not the sum of its parts."""
    browser = await office.signed_in(Role.REVIEWER)
    page = await browser.get("/index?period=2026")
    ids = [unescape(one) for one in re.findall(r'type="checkbox" name="mend" value="([^"]+)"', page.text)]
    assert ids == ALL
    together = await browser.get("/index", params=[("period", "2026"), *(("mend", one) for one in [*ids, "no:such"])])
    assert "+4.00 points for the city when 3 chosen things are done together; added up singly: 3.99" in together.words
    assert "1 chosen thing is not open here any more" in together.words
    assert "1.2 procedures made public on time 0 / 3 3 / 3 0.00 4.00 ours" in together.words
    assert together.text.count(" checked>") == 3
    fewer = await browser.get("/index", params=[("period", "2026"), ("mend", ids[0])])
    assert "+1.33 point for the city when 1 chosen thing is done" in fewer.words


async def test_a_joint_gain_is_a_recount(office: House) -> None:
    """Three thirds are a whole, although a third is rounded; what is named twice is done once."""

    def ask(session):  # type: ignore[no-untyped-def]
        how = {"root": HANOI, "period": Period.parse("2026"), "dossiers": ()}
        opened = open_once(Once(), session, SOURCES.about, AS_OF, **how)
        return opened, joint(opened, [*ALL, *ALL], within=None), joint(opened, ALL, within="H26.17")

    opened, together, elsewhere = await office.ledger.read(ask)
    assert (together.city, together.singly) == (Decimal("4.00"), Decimal("3.99"))
    assert [(one.number, one.before, one.after, one.base) for one in together.moved] == [
        ("1.2", (0, 3), (3, 3), "ours")
    ]
    assert (elsewhere.chosen, elsewhere.city, elsewhere.unknown) == ((), Decimal("0.00"), tuple(ALL))
    everything = impacts_page(opened.rows, within=None, brings="all", size=10**6)
    assert everything.total == sum(everything.counts.values()) == len(opened.rows)


async def test_a_unit_sees_only_what_it_could_mend(office: House) -> None:
    """And cannot compute with what is another's."""
    browser = await office.signed_in(Role.UNIT, unit="H26.17")
    page = await browser.get("/index", params=[("period", "2026"), ("brings", "nothing"), ("mend", ALL[0])])
    assert "1 chosen thing is not open here" in page.words
    units = set(re.findall(r"(?:publish|sign|reconcile|too_late):[^\"]+", page.text))
    everybody = await (await office.signed_in(Role.REVIEWER)).get("/index?period=2026&brings=nothing")
    assert 0 < len(units) < len(set(re.findall(r"(?:publish|sign|reconcile|too_late):[^\"]+", everybody.text)))
