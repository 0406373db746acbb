"""Everything that is planted is found and confirmed, and nothing else is, on every kind of city and of ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from loopback.catalogue import Catalogue
from syncd.ledger.mismatches import Mismatch
from syncd.passes.pass_verdict import PassVerdict
from syncd.reconcile.mismatches import KINDS
from tests.scenarios.conftest import Story, tell
from tests.systems import Subject

CITIES = ("opencps", "csv", "jsonl")


@pytest.fixture(params=CITIES, scope="module")
def story(request: pytest.FixtureRequest, stories: Callable[[str], Story]) -> Story:
    return stories(request.param)


def subjects(mismatches: Iterable[Mismatch]) -> set[Subject]:
    return {(one.kind, one.code or one.local_code, one.field) for one in mismatches}


def assert_same(found: set[Subject], expected: set[Subject]) -> None:
    """Compare as sets; a failure shows what was missed and what was invented."""
    missed, invented = sorted(expected - found), sorted(found - expected)
    assert not missed, f"planted and not found: {missed}; found and not planted: {invented}"
    assert not invented, f"found and not planted: {invented}"


def test_the_first_pass_finds_every_planted_mismatch_and_nothing_else(story: Story) -> None:
    assert_same(subjects(story.found), story.expected)
    assert len(story.found) == len(story.expected)
    assert story.outcomes[0].verdict is PassVerdict.MISMATCHED


def test_nothing_is_believed_at_first_sight(story: Story) -> None:
    assert {one.state for one in story.found} == {"suspected"}


def test_the_city_is_named_by_its_own_code(story: Story) -> None:
    """Wherever a readable record of the city is part of a mismatch."""
    named = {
        (one.kind, one.code or one.local_code, one.field): one.local_code
        for one in story.found
        if one.city_key and one.kind != "invalid_record"
    }
    assert named == {subject: story.local_codes[subject] for subject in named}
    assert len(named) > 20


def test_the_second_look_confirms_every_one_after_the_grace(story: Story) -> None:
    assert_same(subjects(one for one in story.confirmed if one.state == "confirmed"), story.expected)
    assert story.outcomes[1].moves == len(story.expected)


def test_confirming_reads_records_again_by_key(story: Story) -> None:
    """At least every portal record in question is fetched anew; OpenCPS is asked record by record."""
    with_portal = {one.portal_key for one in story.found if one.portal_key and one.kind != "withdrawn_on_portal"}
    assert story.asked_to_confirm["portal", "detail"] >= len(with_portal) > 20
    if ("city", "list") in story.asked_to_confirm:
        assert story.asked_to_confirm["city", "detail"] >= len({one.city_key for one in story.found if one.city_key})


def test_a_third_pass_has_nothing_to_say(story: Story) -> None:
    third = story.outcomes[2]
    assert (third.verdict, third.moves) == (PassVerdict.MISMATCHED, 0)
    assert third.counts["mismatched"] == story.outcomes[0].counts["mismatched"]


def test_differences_of_form_are_counted_and_not_alarmed(story: Story) -> None:
    """The catalogue writes at least eight names and three lists of agencies in other forms; none is reported."""
    assert story.outcomes[0].counts["form_only"] >= 11
    assert not {one.difference for one in story.found} & {"form-only", "mapped"}


def test_each_finding_carries_what_staff_need(story: Story) -> None:
    for one in story.found:
        assert one.severity == KINDS[one.kind].severity.value
        assert one.name or one.kind == "invalid_record"
        assert (one.portal_value or one.city_value) or not one.difference
        assert one.portal_version_id or one.city_version_id


@pytest.mark.postgresql
def test_postgresql_tells_the_same_story(
    catalogue: Catalogue, postgresql_url: str, tmp_path: Path, opencps_story: Story
) -> None:
    story = asyncio.run(tell("opencps", catalogue, postgresql_url, tmp_path))

    assert_same(subjects(story.confirmed), opencps_story.expected)
    assert {one.state for one in story.confirmed} == {"confirmed"}
    assert [one.counts for one in story.outcomes] == [one.counts for one in opencps_story.outcomes]
