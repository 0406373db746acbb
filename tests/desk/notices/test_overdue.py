"""What becomes overdue is told once, to whom it belongs, and also when it was only learned of later."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

from syncd.ledger.dossiers import record_dossiers
from syncd.records.dossiers import Dossier
from tests.desk.notices.conftest import LAN, Post
from tests.documents.office import BEFORE, SOURCES, furnish


async def furnished(post: Post) -> None:
    """The office's city, a day before everything in it was learned."""
    post.sources = SOURCES
    post.clock.now = BEFORE - timedelta(hours=20)
    await post.open(*tables(post)).run_once()
    await asyncio.to_thread(furnish, post.ledger)


def tables(post: Post) -> tuple[dict[str, Any], ...]:
    return ({"webhook": post.hook.url}, {"unit": "H26.17", "to": [LAN]})


async def test_what_is_overdue_is_told_once_however_often_digests_are_written(post: Post) -> None:
    await furnished(post)
    for _ in range(30):
        post.clock.pass_by(days=1)
        await post.open(*tables(post)).run_once()
    told = [one for body in post.hook.bodies for one in json.loads(body)["listed"]["overdue"]]
    keys = [(one["code"], one["decision"], one["step"], one["reading"]) for one in told]
    assert len(keys) == len(set(keys)) > 1
    dossiers = [one["number"] for body in post.hook.bodies for one in json.loads(body)["listed"]["overdue_dossiers"]]
    assert len(dossiers) == len(set(dossiers)) > 5


async def test_a_unit_hears_of_its_own_deadlines_alone(post: Post) -> None:
    await furnished(post)
    post.clock.pass_by(days=2)
    await post.open(*tables(post)).run_once()
    told = json.loads(post.hook.bodies[-1])
    (mail,) = post.box.taken
    part = mail.get_body(("plain",))
    assert part is not None
    text = str(part.get_content())
    own = {one["number"] for one in told["listed"]["overdue_dossiers"] if one["unit"] == "H26.17"}
    others = {one["number"] for one in told["listed"]["overdue_dossiers"] if one["unit"] != "H26.17"}
    assert own
    assert others
    assert all(number in text for number in own)
    assert not any(number in text for number in others)


async def test_a_dossier_that_was_overdue_before_anybody_knew_of_it_is_told_all_the_same(post: Post) -> None:
    await furnished(post)
    post.clock.pass_by(days=2)
    await post.open(*tables(post)).run_once()
    late = Dossier(number="H26.17-260101-0001", unit_code="H26.17", due=BEFORE - timedelta(days=200))
    now = post.clock()
    post.ledger.write_now(record_dossiers, pair="mot-cua", dossiers=[late], seen_at=now, actor="test")
    post.clock.pass_by(days=1)
    await post.open(*tables(post)).run_once()
    assert "H26.17-260101-0001" in post.hook.bodies[-1].decode()
