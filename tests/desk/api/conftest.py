"""A desk whose ledger holds a whole city (`tests/documents/office.py`), and programs that ask it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from syncd.ledger import open_ledger, upgrade
from syncd.ledger.causes import keep_cause
from syncd.records.roles import Role
from tests.desk.conftest import Answer, Browser, Build, House
from tests.documents.office import AS_OF, SOURCES, furnish

MORE = {"sources": SOURCES, "pairs": ("ha-noi",)}
API = "/api/v1"


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger file with a city in it, to be copied."""
    path = tmp_path_factory.mktemp("api") / "city.db"
    upgrade(f"sqlite:///{path}")
    with open_ledger(f"sqlite:///{path}") as ledger:
        furnish(ledger)
        how = {"slug": "typing", "vietnamese": "Gõ nhầm", "english": "A slip of the keyboard"}
        ledger.write_now(keep_cause, **how, now=AS_OF, actor="test")
    return path


@pytest.fixture(scope="session")
def empty_ledger(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What every house of these tests begins with."""
    return Path(shutil.copy(furnished, tmp_path_factory.mktemp("api") / "copy.db"))


@dataclass(frozen=True, slots=True)
class Program:
    """A program with a token."""

    browser: Browser

    async def get(self, path: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        return await self.browser.get(API + path, headers=headers)

    async def read(self, path: str) -> Any:
        """The answer's content; it must be one."""
        answer = await self.get(path)
        assert answer.status == 200, answer.text
        return json.loads(answer.text)

    async def post(self, path: str, body: Any, **headers: str) -> Answer:
        """A POST of JSON."""
        return await self.browser.ask("POST", API + path, json=body, headers=headers)

    async def refusal(self, path: str, body: Any = None) -> Any:
        """The problem that comes back; with a body to a POST."""
        answer = await (self.get(path) if body is None else self.post(path, body))
        assert answer.headers["Content-Type"] == "application/problem+json; charset=utf-8", answer.text
        problem = json.loads(answer.text)
        assert problem["status"] == answer.status
        return problem


@pytest.fixture
async def office(build: Build) -> House:
    """The desk of the city, at 9h00 of 25/11/2026."""
    house: House = await build(more=MORE)
    house.clock.now = AS_OF
    return house


async def program_of(house: House, role: Role, *scopes: str, unit: str = "") -> Program:
    """A program of a new user of this role."""
    return Program(await house.program(await house.user(role, unit=unit), *scopes))


@pytest.fixture
async def reviewer(office: House) -> Program:
    """A program of a reviewer, with everything that the role may."""
    return await program_of(office, Role.REVIEWER)


async def all_ids(program: Program, query: str = "") -> list[str]:
    """The ids of every mismatch of a filter."""
    found = await program.read(f"/mismatches?limit=500{query}")
    return [one["id"] for one in found["rows"]]
