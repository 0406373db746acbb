"""Every built-in adapter keeps every promise of the conformance kit, against its own system.

The kit reads each system once; each of its checks is a test here. Which checks do not apply is part of the table: a
check that silently stops applying is a failure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from loopback.conformance import CHECKS, Kit, Outcome
from syncd.sides.registry import adapters
from tests.conformance.subjects import NOT_APPLICABLE, PLAYED, SUBJECTS

KitOf = Callable[[str], Kit]


@pytest.fixture(scope="module")
def kit_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KitOf]:
    """The kit over an adapter; each is made when it is first wanted, whatever the order of the tests."""
    made: dict[str, Kit] = {}
    with ExitStack() as stack:

        def of(name: str) -> Kit:
            if name not in made:
                made[name] = stack.enter_context(Kit(SUBJECTS[name](tmp_path_factory.mktemp(name))))
            return made[name]

        yield of


@pytest.mark.parametrize("check", list(CHECKS))
@pytest.mark.parametrize("name", sorted(SUBJECTS))
def test_the_adapter_keeps_its_promise(kit_of: KitOf, name: str, check: str) -> None:
    result = kit_of(name).run(check)
    is_applicable = check not in NOT_APPLICABLE[name]
    assert result.outcome is (Outcome.PASSED if is_applicable else Outcome.NOT_APPLICABLE), str(result)


def test_every_adapter_that_makes_a_side_is_in_the_table() -> None:
    """One that is written later must be added, or it is not proven."""
    ours = {name: one.definition for name, one in adapters().items() if one.distribution == "syncd"}
    sides = {name for name, made in ours.items() if made is not None and made.build is not None}
    examined = {"file" if name.startswith("file-") else name for name in SUBJECTS}
    assert sides - PLAYED == examined
