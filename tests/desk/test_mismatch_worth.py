"""What a mismatch costs: its publication's deadlines and the points, where publications are judged."""

from __future__ import annotations

import asyncio
import re

from syncd.records.roles import Role
from tests.desk.furnished import furnished
from tests.desk.lively import find, seen


async def test_worth_names_the_deadlines_of_the_publication_and_the_points(build):
    house = await furnished(build)
    judged = await house.ledger.read(house.desk.once.judged, house.desk.sources.about, house.clock())
    code = next(one.publication.code for one in judged.judgements)
    missing = seen(0, code=code, agency_code="H26.11")
    (mismatch_id,) = await asyncio.to_thread(find, house.ledger, [missing], house.clock())
    browser = await house.signed_in(Role.REVIEWER)
    answer = await browser.get(f"/mismatches/{mismatch_id}/worth")
    assert answer.status == 200
    assert re.search(r"Decision .*Made public", answer.words)
    assert "What mending it brings" in answer.words
