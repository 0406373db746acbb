"""The first page says how things stand, says what nobody knows, and leads on with the filter in the address."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest

from syncd.answers.overview import Bar
from syncd.answers.queue import Filter, mismatches_page
from syncd.desk.counting import Counting
from syncd.desk.pages.overview import WORST, parents, worst
from syncd.ledger.passes import begin_pass
from syncd.ledger.readings import record_reading
from syncd.records.roles import Role
from syncd.sides.reading import Proof, ReadingVerdict
from tests.desk.conftest import Build
from tests.desk.living import BELOW, UNIT, living, living_ledger, whole
from tests.documents.office import AS_OF

empty_ledger = living_ledger


def links(text: str, path: str) -> list[dict[str, str]]:
    """The parameters of every link to a path."""
    found = (urlsplit(unescape(one)) for one in re.findall(r'href="([^"]+)"', text))
    return [dict(parse_qsl(one.query)) for one in found if one.path == path]


async def test_the_page_says_how_things_stand(build: Build) -> None:
    """Verdict, ages, counts, publications, index and its trend, points, what changed."""
    house = await living(build)
    page = await (await house.signed_in(Role.REVIEWER)).get("/")
    for said in (
        "Mismatched",
        "read whole 14 minutes ago",
        "of them critical",
        "place 34 of 34",
        "Month 10/2026",
        "55.23",
        "54.46",
        "Points that each unit could win",
        "+0.11",
        "Changed in the last 24 hours",
        "Waived 5",
    ):
        assert said in page.words, said
    assert len(page.text) < 100_000


async def test_each_number_leads_to_what_it_counts(build: Build) -> None:
    """The queue that a number leads to holds just as many."""
    house = await living(build)
    browser = await house.signed_in(Role.REVIEWER)
    page = await browser.get("/")
    found = links(page.text, "/queue")
    for wanted in ({"kind": "field_differs"}, {"unit": "H26.03"}, {"severity": "critical"}, {"state": "waived"}):
        assert wanted in found, wanted
    assert {"status": "overdue"} in links(page.text, "/publications")
    assert {"due": "5"} in links(page.text, "/publications")
    assert {"period": "2026-10"} in links(page.text, "/index")
    how = {"within": None, "now": AS_OF}
    critical = await house.ledger.read(mismatches_page, Filter.parse({"severity": "critical"}), **how)
    whole = await house.ledger.read(mismatches_page, Filter(), **how)
    assert f"{critical.total} of them critical" in page.words
    assert f"{whole.total} open mismatches" in page.words


async def test_a_unit_sees_its_own_and_nothing_else(build: Build) -> None:
    """Neither names nor codes nor counts of others; the city's index is not theirs."""
    house = await living(build)
    page = whole(await (await house.signed_in(Role.UNIT, unit=UNIT)).get("/"))
    assert page.status == 200
    assert set(links(page.text, "/queue")[0]) <= {"pair", "state"}
    shown = set(re.findall(r"H26\.\d+(?:\.\d+)?", page.text))
    assert shown <= {UNIT, BELOW}
    assert "Sở Công Thương" not in page.text
    assert "55.23" not in page.words
    assert "7 open mismatches" in page.words


async def test_what_is_too_old_is_unknown(build: Build) -> None:
    """However few mismatches are open."""
    house = await living(build, fresh_for={"ha-noi": timedelta(hours=6)})
    house.clock.pass_by(hours=7)
    page = await (await house.signed_in(Role.REVIEWER)).get("/")
    assert "Nobody can tell now" in page.words
    assert "The portal: the last whole reading is too old" in page.words
    assert "they differ in the places below" not in page.words


async def test_a_refused_reading_makes_it_unknown_and_gives_its_reason(build: Build) -> None:
    """What it said is shown as text, whatever it was."""
    house = await living(build)

    def refuse(session: object) -> None:
        how = {"pair": "ha-noi", "holder": "h", "now": AS_OF, "actor": "test", "stale_after": timedelta(0)}
        number = begin_pass(session, **how)  # type: ignore[arg-type]
        proof = Proof(verdict=ReadingVerdict.REFUSED, counted=1, pages=1, declared_total=9, reasons=("<b>short</b>",))
        kept = {"pass_id": number, "pair": "ha-noi", "side": "city", "started_at": AS_OF, "ended_at": AS_OF}
        record_reading(session, proof=proof, actor="test", **kept)  # type: ignore[arg-type]

    await house.ledger.write(refuse)
    page = await (await house.signed_in(Role.REVIEWER)).get("/")
    assert "The city's system: the newest reading was refused" in page.words
    assert "&lt;b&gt;short" in page.text
    assert "<b>short" not in page.text


async def test_what_is_still_counted_says_so_and_comes_by_itself(build: Build) -> None:
    """No page waits for the second that judging every publication takes."""
    house = await living(build, counting=Counting(patience=0))
    browser = await house.signed_in(Role.REVIEWER)
    page = await browser.get("/")
    assert page.words.count("This is being counted") == 3
    assert "load delay" in page.text
    assert "not known publications overdue" in page.words
    house.desk.counting.patience = 60
    page = await browser.get("/")
    assert "This is being counted" not in page.words
    assert "load delay" not in page.text


async def test_in_vietnamese_no_english_is_left(build: Build) -> None:
    house = await living(build)
    browser = await house.signed_in(Role.REVIEWER)
    await browser.get("/keys")
    await browser.post("/language", {"language": "vi"})
    page = await browser.get("/")
    assert "trong đó nghiêm trọng" in page.words
    for english in ("mismatch ", "unknown", " open ", "Points", "not known"):
        assert english not in page.words, english


async def test_there_is_neither_style_nor_script_in_the_page(build: Build) -> None:
    """The policy would forbid it, and the chart would be blank."""
    house = await living(build)
    page = await (await house.signed_in(Role.REVIEWER)).get("/")
    assert " style=" not in page.text
    assert not re.search(r"<script(?! src)", page.text)
    ids = re.findall(r' id="([^"]+)"', page.text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([\w-]+)\)", page.text)) <= set(ids)


@pytest.mark.parametrize(("verdicts", "said"), [((), "unknown"), (("in_sync", "unknown", "mismatched"), "unknown")])
def test_the_worst_verdict_is_said_of_all(verdicts: tuple[str, ...], said: str) -> None:
    class One:
        def __init__(self, verdict: str) -> None:
            self.verdict = verdict

    assert worst([One(verdict) for verdict in verdicts]) == said  # type: ignore[arg-type]
    assert WORST[0] == "unknown"


def test_the_queue_of_a_unit_with_others_below_holds_more_than_its_own() -> None:
    """So its number is no link."""
    bars = [Bar("H26.1", 1), Bar("H26.1.5", 1), Bar("H26.17", 1), Bar("", 1)]
    assert parents(bars) == {"H26.1"}
