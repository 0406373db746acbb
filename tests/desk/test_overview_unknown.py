"""The first page of a desk that has nothing yet: it knows nothing, and says so."""

from __future__ import annotations

from syncd.records.roles import Role
from tests.desk.conftest import Build


async def test_an_empty_desk_knows_nothing_and_says_so(build: Build) -> None:
    """No zero, no "in sync": nobody has read anything yet."""
    house = await build(more={"pairs": ("ha-noi",)})
    page = await (await house.signed_in(Role.REVIEWER)).get("/")
    assert page.status == 200
    assert "Unknown" in page.words
    assert "In sync" not in page.words
    assert "The portal was never read whole" in page.words
    assert page.words.count("not known") >= 4
    assert 'class="verdict-mark"' in page.text


async def test_without_a_pair_nothing_is_known(build: Build) -> None:
    house = await build()
    page = await (await house.signed_in(Role.REVIEWER)).get("/")
    assert "No pair of systems is configured" in page.words
