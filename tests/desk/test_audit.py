"""The audit trail on its page: filters, paging, and whether the chain is whole."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from syncd.ledger.audit import Change, chain_head, note_each
from syncd.ledger.tables import AUDIT
from syncd.records.roles import Role
from tests.desk.conftest import Browser, House


async def _noted(house: House, number: int, **more: str) -> None:
    changes = [Change(detail={"n": n, **more}) for n in range(number)]
    await house.ledger.write(note_each, at=house.clock(), actor="user:hoa", action="comment", changes=changes)


@pytest.fixture
async def browser(house: House) -> Browser:
    """An auditor; heavy answers are waited for."""
    house.desk.counting.patience = 60
    return await house.signed_in(Role.AUDITOR)


def _numbers(text: str) -> list[int]:
    return [int(one) for one in re.findall(r">no\. (\d+)<", text)]


async def test_entries_are_paged_newest_first(house: House, browser: Browser) -> None:
    """Nothing twice, nothing lost."""
    await _noted(house, 230)
    seen: list[int] = []
    path = "/audit?actor=user%3Ahoa"
    while path:
        page = await browser.get(path)
        seen += _numbers(page.text)
        path = next(iter(re.findall(r'rel="next" href="([^"]+)"', page.text)), "").replace("&amp;", "&")
    assert len(seen) == 230
    assert seen == sorted(set(seen), reverse=True)


async def test_the_trail_is_filtered(house: House, browser: Browser) -> None:
    """By who, what, pair and mismatch; what is not there is said so."""
    await _noted(house, 1)
    change = Change("ha-noi", "m1", {"text": "<b>x</b>", "before": {"a": [1]}})
    await house.ledger.write(note_each, at=house.clock(), actor="daemon", action="waived", changes=[change])
    for query in ("mismatch=m1", "pair=ha-noi", "actor=daemon&action=waived", "mismatch=m1&actor=daemon&pair=ha-noi"):
        page = await browser.get(f"/audit?{query}")
        assert len(_numbers(page.text)) == 1, query
        assert "&lt;b&gt;x&lt;/b&gt;" in page.text
        assert "<b>x" not in page.text
    for query in ("mismatch=m1&actor=user:hoa", "mismatch=m2", "actor=nobody", "before=1"):
        assert "No entry is found" in (await browser.get(f"/audit?{query}")).words, query


async def test_an_untouched_trail_is_intact(house: House, browser: Browser) -> None:
    """With how many entries, since when, and the newest hash."""
    await _noted(house, 3)
    page = await browser.get("/audit")
    head = await house.ledger.read(chain_head)
    assert head is not None
    assert re.search(r"Intact since 02/03/2026 09:00, \d+ entries", page.words)
    assert head.split()[1] in page.words


async def test_a_changed_entry_breaks_the_chain_in_sight(house: House, browser: Browser) -> None:
    """Where it was changed is told."""
    await _noted(house, 3)

    def forge(session: Session) -> None:
        session.execute(sa.text("DROP TRIGGER IF EXISTS audit_no_update"))
        for name in session.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            session.execute(sa.text(f'DROP TRIGGER "{name}"'))
        session.execute(sa.update(AUDIT).where(AUDIT.c.id == 2).values(actor="user:forged"))

    await house.ledger.write(forge)
    page = await browser.get("/audit")
    assert "The trail was changed: the chain breaks after 1 entries" in page.words
    assert "Intact" not in page.words


async def test_a_hash_that_was_noted_is_looked_for(house: House, browser: Browser) -> None:
    """In any case of its letters; what is no hash asks nothing."""
    await _noted(house, 3)
    head = (await house.ledger.read(chain_head) or "").split()[1]
    await _noted(house, 2)
    assert "is in the chain" in (await browser.get(f"/audit?noted={head.upper()}")).words
    assert "is not in the chain" in (await browser.get(f"/audit?noted={'0' * 64}")).words
    assert "hash that you noted is" not in (await browser.get("/audit?noted=nonsense")).words


async def test_the_chain_is_followed_once_in_a_while(house: House, browser: Browser) -> None:
    """A page that is opened often does not follow it each time."""
    await browser.get("/audit")
    await _noted(house, 5)
    again = await browser.get("/audit")
    house.clock.pass_by(minutes=11)
    later = await browser.get("/audit")
    counts = [int(re.findall(r", (\d+) entr", page.words)[0]) for page in (again, later)]
    assert counts[1] >= counts[0] + 5


async def test_a_long_detail_is_cut(house: House, browser: Browser) -> None:
    """A page stays small whatever somebody wrote."""
    await _noted(house, 100, text="x" * 5_000)
    page = await browser.get("/audit")
    assert "cut here" in page.words
    assert len(page.text) < 400_000
