"""A dossier pair under the supervisor: words for how it went, announcements, and what may never be written anywhere."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from adapters.national_portal.dossiers import PortalDossiers
from adapters.national_portal.settings import PortalSettings
from adapters.opencps import OpenCpsDossiers, OpenCpsSettings
from loopback.catalogue import Catalogue
from loopback.catalogue.agencies import HANOI_ID
from loopback.run import Systems, serve
from syncd.errors import ConfigurationError
from syncd.ledger import Ledger
from syncd.ledger.mismatches import Mismatch, open_mismatches
from syncd.passes.announce import Announcer
from syncd.passes.dossier_course import DossierLoop
from syncd.sides.adapter import Surroundings
from syncd.sides.errors import BlockedError
from syncd.sides.http import HttpClient, HttpSettings
from tests.passes.counters import POLICY, UNIT, Office
from tests.worlds import make_room

EMPTY = Catalogue(seed=7, portal=(), city=(), equivalences={}, planted=(), events=(), registers={})
QUICK: dict[str, Any] = {"requests_per_second": 100_000, "attempts": 1, "breaker_failures": 1_000}


class Lines:
    """Keeps the lines of the mismatch log."""

    def __init__(self) -> None:
        self.entries: list[dict[str, object]] = []

    def write(self, entries: list[dict[str, object]], /) -> int:
        self.entries.extend(entries)
        return len(entries)


def loop_of(office: Office, lines: Lines) -> DossierLoop:
    return DossierLoop(
        "ho-so",
        portal=office.portal,
        city=office.city,
        portal_root="root",
        city_root="H26",
        policy=POLICY,
        room=make_room(office.ledger, lambda: office.now),
        announcer=Announcer(office.ledger, lambda: office.now, lines),
    )


@pytest.fixture
def office(ledger: Ledger) -> Office:
    made = Office(ledger)
    made.both(received=100)
    return made


async def test_a_whole_pass_is_complete_and_its_findings_are_announced(office: Office) -> None:
    lines = Lines()
    office.portal.count(UNIT, received=90)

    reported = await loop_of(office, lines).run_once()

    assert (reported.word, reported.failed) == ("complete", False)
    (line,) = lines.entries
    assert (line["kind"], line["code"], line["local_code"], line["field"], line["name"]) == (
        "tally_differs",
        UNIT,
        "2026-10",
        "received",
        "tháng 10/2026",
    )
    assert line["agency_code"] == UNIT


async def test_a_side_that_fails_is_told_and_tried_again_sooner(office: Office) -> None:
    office.portal.error = BlockedError("a web page came", where="portal")

    reported = await loop_of(office, Lines()).run_once()

    assert (reported.word, reported.failed) == ("partial", True)
    assert "portal 2026-10: portal: a web page came" in reported.reason


async def test_what_was_found_is_announced_even_where_the_next_pass_fails(office: Office) -> None:
    office.portal.count(UNIT, received=90)
    await office.run()

    def refuse() -> None:
        raise ConfigurationError("no secret")

    office.city.before = refuse
    lines = Lines()
    with pytest.raises(ConfigurationError):
        await loop_of(office, lines).run_once()

    assert len(lines.entries) == 1


async def test_closing_lets_go_of_both_sides(office: Office) -> None:
    await loop_of(office, Lines()).close()

    assert (office.portal.closed, office.city.closed) == (1, 1)


@dataclass
class Real:
    """Both loopback systems, read by the real adapters."""

    systems: Systems
    loop: DossierLoop
    office: Office
    lines: Lines

    async def day(self) -> None:
        """One pass, then a day goes by everywhere."""
        await self.loop.run_once()
        self.office.now += timedelta(days=1)
        self.systems.opencps.dossiers.advance()

    def known(self) -> list[Mismatch]:
        return self.office.ledger.read_now(open_mismatches, "ho-so")


@asynccontextmanager
async def real(ledger: Ledger) -> AsyncIterator[Real]:
    office, lines = Office(ledger), Lines()
    async with serve(EMPTY) as systems:
        systems.portal.evaluation.today = date(2026, 11, 25)

        def secret(_name: str) -> str:
            return systems.access.password

        def http(side: str, own: HttpSettings) -> HttpClient:
            return HttpClient(side, own, secret=secret)

        portal = PortalSettings(adapter="national-portal", base_url=systems.portal_url, **QUICK)
        city = OpenCpsSettings(
            adapter="opencps",
            base_url=systems.opencps_url,
            group_id=systems.access.group_id,
            basic_user=systems.access.username,
            basic_password_secret="opencps-password",
            page_size=20,
            **QUICK,
        )
        loop = DossierLoop(
            "ho-so",
            portal=PortalDossiers(portal, Surroundings("portal", Path(), secret, http)),
            city=OpenCpsDossiers(city, Surroundings("city", Path(), secret, http)),
            portal_root=HANOI_ID,
            city_root="H26",
            policy=replace(POLICY, grace=timedelta(hours=12)),
            room=make_room(ledger, lambda: office.now),
            announcer=Announcer(ledger, lambda: office.now, lines),
        )
        try:
            yield Real(systems, loop, office, lines)
        finally:
            await loop.close()


async def test_just_the_ends_that_were_moved_back_are_found_in_a_real_system(ledger: Ledger) -> None:
    """Two days over HTTP: the bulk reset is seen, dossiers that ended late for good are not accused."""
    async with real(ledger) as world:
        resets = set(world.systems.opencps.dossiers.resets)
        await world.day()
        await world.day()
        await world.day()

        found = {one.local_code: one.state for one in world.known() if one.kind == "end_date_rewritten"}

    assert resets
    assert found == dict.fromkeys(resets, "confirmed")


async def test_units_are_matched_between_both_real_systems(ledger: Ledger) -> None:
    async with real(ledger) as world:
        await world.day()

        found = {one.code for one in world.known() if one.kind == "tally_differs" and one.field == "received"}

    assert {"H26", "H26.17", "H26.103"} <= found


async def test_nothing_of_an_applicant_is_in_the_ledger_or_in_any_line(
    ledger: Ledger, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Days of which some have answers that break off: no name, number, telephone, address, in any file."""
    caplog.set_level(logging.DEBUG)
    async with real(ledger) as world:
        personal = world.systems.opencps.dossiers.personal()
        with structlog.testing.capture_logs() as logged:
            for fault in ("", "truncated_body", "cut_json", "block_page_200", ""):
                if fault:
                    world.systems.opencps_faults.add(fault, path="/dossiers")
                await world.day()
        rewritten = [one.local_code for one in world.known() if one.kind == "end_date_rewritten"]
        said = json.dumps([world.lines.entries, logged], default=str, ensure_ascii=False) + caplog.text
    ledger.close()
    kept = _bytes_in(tmp_path)

    assert said.count("dossiers_unread") >= 3
    assert rewritten
    assert all(number in said and number.encode() in kept for number in rewritten)
    assert len(personal) > 1_000
    assert not [text for text in personal if text in said or text.encode() in kept]


def _bytes_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())
