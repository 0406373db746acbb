"""The pytest plug-in of the conformance kit (entry point group ``pytest11``): each check is a test of its own.

In: a fixture ``syncd_subject`` of module or session scope that an author writes and that returns a
`loopback.conformance.Subject`. Out: the fixture ``syncd_conformance``: a test that asks for it runs once for each
check. Nothing of the kit is imported for people who do not ask for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from loopback.conformance import Kit, Subject

FIXTURE = "syncd_conformance"
Demand = Callable[[], None]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each check."""
    if FIXTURE in metafunc.fixturenames:
        from loopback.conformance import CHECKS

        metafunc.parametrize(FIXTURE, list(CHECKS), indirect=True)


@pytest.fixture(scope="module")
def syncd_conformance_kit(syncd_subject: Subject) -> Iterator[Kit]:
    """The kit over the author's subject; its system is read once for the whole module."""
    from loopback.conformance import Kit

    with Kit(syncd_subject) as kit:
        yield kit


@pytest.fixture
def syncd_conformance(request: pytest.FixtureRequest, syncd_conformance_kit: Kit) -> Demand:
    """Call it to run the check: it fails with what was seen and what is demanded, and skips what does not apply."""

    def demand() -> None:
        result = syncd_conformance_kit.run(request.param)
        if result.is_failed:
            pytest.fail(str(result), pytrace=False)
        if result.outcome.name == "NOT_APPLICABLE":
            pytest.skip(f"does not apply: {result.seen}")

    return demand
