"""The page about the API: its examples are sent, its table is that of the operations."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from string import Template
from typing import Any

import pytest

from syncd.desk.api.description import OPERATIONS
from syncd.desk.api.operations import BASE
from syncd.records.roles import Role
from tests.desk.api.conftest import all_ids, program_of
from tests.desk.conftest import House

PAGE = Path(__file__).parents[3] / "docs" / "api.md"
_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
_ROW = re.compile(r"^\| ([^|]+) \| `([A-Z]+) (/[^`]+)` \| `([a-z_]+)` \|$", re.MULTILINE)


def _examples() -> list[tuple[str, int, Any]]:
    """Each command with the status and the part of the answer that the page shows of it."""
    found = []
    for block in _BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        for command in block.split("$ curl ")[1:]:
            words, status, *shown = command.strip().splitlines()
            found.append((words, int(status), json.loads(shown[0]) if shown else None))
    return found


EXAMPLES = _examples()


def _request(words: str) -> tuple[str, str, dict[str, str], bytes | None]:
    """Method, address, headers and body of a command."""
    parts = shlex.split(words)
    method, address, body = "GET", "", None
    headers = {}
    while parts:
        match parts.pop(0):
            case "-X":
                method = parts.pop(0)
            case "-H":
                name, _, value = parts.pop(0).partition(": ")
                headers[name] = value
            case "-d":
                body = parts.pop(0).encode()
            case "-o":
                parts.pop(0)
            case other:
                address = other
    return method, address, headers, body


def _agrees(shown: Any, given: Any) -> bool:
    """Whether an answer holds what the page shows of it; … stands for anything."""
    if shown == "…":
        return True
    if isinstance(shown, dict):
        return all(name in given and _agrees(value, given[name]) for name, value in shown.items())
    if isinstance(shown, list):
        return len(shown) == len(given) and all(map(_agrees, shown, given))
    return bool(shown == given)


@pytest.mark.parametrize(("words", "status", "shown"), EXAMPLES, ids=[str(n) for n in range(len(EXAMPLES))])
async def test_an_example_of_the_page_does_what_the_page_says(
    office: House, words: str, status: int, shown: Any
) -> None:
    program = await program_of(office, Role.OPERATOR)
    token = program.browser.client.headers["Authorization"].removeprefix("Bearer ")
    mismatch_id = (await all_ids(program))[0]
    values = {"DESK": office.base, "TOKEN": token, "MISMATCH": mismatch_id}
    method, address, headers, body = _request(Template(words).substitute(values))
    stranger = await office.browser()
    async with stranger.client.request(method, address, headers=headers, data=body) as answer:
        assert answer.status == status, await answer.text()
        given = await answer.read()
    assert shown is None or _agrees(shown, json.loads(given)), given


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) >= 6


def test_the_table_of_the_page_is_that_of_the_operations() -> None:
    rows = [match.groups() for match in _ROW.finditer(PAGE.read_text(encoding="utf-8"))]
    assert rows == [(one.summary, one.method, one.plain_path.removeprefix(BASE), one.needs.value) for one in OPERATIONS]
