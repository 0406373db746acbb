"""Whoever watches the desk is told of each answer that could not be made, and of no other."""

from __future__ import annotations

import pytest

from syncd.records.roles import Role
from tests.desk.conftest import Build, House
from tests.desk.test_security import _pages


@pytest.mark.parametrize(
    ("path", "times"), [("/broken", 1), ("/slow", 1), ("/unreachable", 1), ("/refused", 0), ("/nowhere", 0), ("/", 0)]
)
async def test_each_failure_is_told_and_a_refusal_is_none(build: Build, path: str, times: int) -> None:
    told: list[bool] = []
    house: House = await build(more_pages=_pages(), more={"failed": lambda: told.append(True)})
    await (await house.signed_in(Role.REVIEWER)).get(path)
    assert len(told) == times
