"""Whoever types what the documentation says gets what it shows."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.docs.checks import CHECKS
from tests.docs.pages import COMMANDS, DOCS, ELSEWHERE, ROOT, Block, blocks, every_page, followed_pages
from tests.docs.worlds import follow

pytestmark = pytest.mark.timeout(1500)
WORLDS = ("server", "demo", "checkout", "postgresql")
MOST_SKIPPED = 3
"""Blocks that nobody can run here; each says why, and there shall be no more of them."""
BLOCKS = {page: blocks(page) for page in every_page()}
FOLLOWED = {page: [one for one in BLOCKS[page] if one.is_followed] for page in followed_pages()}
SHOWN = [one for page in BLOCKS for one in BLOCKS[page] if one.language in CHECKS]


def pages_of(world: str) -> list[Path]:
    return [page for page, found in FOLLOWED.items() if any(one.world == world for one in found)]


def named(page: Path) -> str:
    return str(page.relative_to(DOCS).with_suffix(""))


def test_no_block_of_any_page_is_left_out() -> None:
    """Every block is of a known language; what is typed names a world, or says why nobody can run it here."""
    faults = [
        f"{one.where}: a fence names its language" if not one.language else f"{one.where}: unknown: {one.language}"
        for found in BLOCKS.values()
        for one in found
        if one.language not in {*COMMANDS, *CHECKS}
    ]
    typed = [one for page in FOLLOWED for one in BLOCKS[page] if one.language in COMMANDS]
    faults += [
        f"{one.where}: name a world, <!-- run: world=… --> with one of {', '.join(WORLDS)}"
        for one in typed
        if one.world not in WORLDS and not one.marks.get("skip")
    ]
    assert faults == []


def test_what_nobody_can_run_is_told_with_its_reason() -> None:
    """The table is printed with the test's output, and is kept near zero."""
    skipped = [one for page in FOLLOWED for one in BLOCKS[page] if one.marks.get("skip")]
    table = [f"{one.where}: {one.marks['skip']}" for one in skipped]
    print("\n".join(["Not run:", *(table or ["nothing"])]))  # noqa: T201
    assert len(skipped) <= MOST_SKIPPED, table
    assert all(len(one.marks["skip"].split()) > 3 for one in skipped), "a reason is a sentence"


def test_other_pages_have_nothing_to_type() -> None:
    """Reference and explanation show; whoever wants to do something is led to a page that is followed."""
    typed = [one.where for page in BLOCKS if page not in FOLLOWED for one in BLOCKS[page] if one.language in COMMANDS]
    assert typed == []


@pytest.mark.parametrize(("page", "test"), ELSEWHERE.items(), ids=ELSEWHERE)
def test_a_page_that_is_followed_elsewhere_has_a_test_that_reads_it(page: str, test: str) -> None:
    assert (ROOT / page).is_file()
    assert Path(page).name in (ROOT / test).read_text(encoding="utf-8")


@pytest.mark.parametrize("block", SHOWN, ids=lambda one: f"{one.where} {one.language}")
def test_what_is_shown_is_taken_by_the_program_that_it_is_for(block: Block, tmp_path: Path) -> None:
    CHECKS[block.language](block, tmp_path)


@pytest.mark.parametrize("page", pages_of("demo"), ids=named)
def test_a_page_can_be_followed_beside_the_practice_city(page: Path, request: pytest.FixtureRequest) -> None:
    _follow(page, "demo", request)


@pytest.mark.parametrize("page", pages_of("checkout"), ids=named)
def test_a_page_can_be_followed_in_a_checkout(page: Path, request: pytest.FixtureRequest) -> None:
    _follow(page, "checkout", request)


@pytest.mark.parametrize("page", pages_of("postgresql"), ids=named)
def test_a_page_can_be_followed_on_postgresql(page: Path, request: pytest.FixtureRequest) -> None:
    _follow(page, "postgresql", request)


def test_every_page_can_be_followed_on_a_server(request: pytest.FixtureRequest, subtests: pytest.Subtests) -> None:
    """One machine is booted for all of them; each page begins in a known state."""
    for page in pages_of("server"):
        with subtests.test(named(page)):
            _follow(page, "server", request)


def _follow(page: Path, name: str, request: pytest.FixtureRequest) -> None:
    world = request.getfixturevalue(name)
    world.prepare(page)
    for block in (one for one in FOLLOWED[page] if one.world == name):
        follow(block, world)


def test_every_world_is_one_that_pages_use() -> None:
    used = Counter(one.world for found in FOLLOWED.values() for one in found)
    assert set(used) == set(WORLDS)
