"""The audit trail speaks the reader's language: every action, every fact, every break of the chain has words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

import syncd
from syncd.desk.languages import words
from syncd.desk.pages.audit_words import (
    ACTIONS,
    BREAKS,
    FACTS,
    VALUES,
    action_words,
    break_words,
    fact_name,
    fact_words,
)
from syncd.ledger import audit_proof, open_ledger
from syncd.ledger.tables import AUDIT
from tests.desk.conftest import Build
from tests.desk.furnished import furnished
from tests.desk.lively import lively_file

ROOT = Path(syncd.__file__).parent
NOTERS = {"note": (), "note_each": (), "_change": (2,)}
"""Functions that write to the trail, and the place of the action among their arguments where it has no name."""
OF_NOTE = {"at", "actor", "action", "pair", "mismatch_id"}


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path in [*(ROOT / "ledger").glob("*.py"), *(ROOT / "desk").rglob("*.py"), *(ROOT / "passes").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(getattr(node, "func", None), "id", "") or _passed(node)
            if isinstance(node, ast.Call) and name in NOTERS:
                yield name, node


def _passed(node: ast.AST) -> str:
    """``ledger.write(note_each, …)``."""
    is_write = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "write" and node.args
    return getattr(node.args[0], "id", "") if is_write else ""  # type: ignore[attr-defined]


def _texts(node: ast.expr) -> list[str]:
    return [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def _written_actions() -> set[str]:
    found: set[str] = set()
    for name, call in _calls():
        named = [one.value for one in call.keywords if one.arg == "action"]
        for value in (*named, *(call.args[at] for at in NOTERS[name] if len(call.args) > at)):
            found.update(_texts(value))
    return found


def test_every_action_that_is_written_has_words() -> None:
    found = _written_actions()
    assert {"assigned", "password_removed", "document", "tallies_failed"} <= found, "a guard of the search itself"
    assert found - set(ACTIONS) == set()
    assert set(ACTIONS) - found == {"chain_begun"}, "actions that nobody writes any more"


def test_every_fact_that_is_named_where_it_is_written_has_words() -> None:
    named = {one.arg for name, call in _calls() if name == "note" for one in call.keywords if one.arg} - OF_NOTE
    assert len(named) > 10
    assert named - set(FACTS) == set()


async def test_every_fact_of_a_living_desk_has_words(build: Build, tmp_path: Path) -> None:
    house = await furnished(build)
    with open_ledger(f"sqlite:///{lively_file(tmp_path, house.clock())}") as lively:
        names = set()
        for ledger in (house.ledger, lively):
            for detail in ledger.read_now(lambda session: session.scalars(sa.select(AUDIT.c.detail)).all()):
                names |= {*detail, *(one for value in detail.values() if isinstance(value, dict) for one in value)}
    assert {"before", "owner", "report_reference"} <= names
    assert names - set(FACTS) == set()


@pytest.mark.parametrize("table", [ACTIONS, FACTS, *VALUES.values()])
def test_a_table_is_translated_and_says_no_two_things_alike(table: dict[str, str]) -> None:
    for language in ("vi", "en"):
        said = [words(language).gettext(text) for text in table.values()]
        assert all(said)
        assert len(set(said)) == len(said), sorted(one for one in said if said.count(one) > 1)
    assert [text for text in table.values() if words("vi").gettext(text) == text] == []


def test_values_are_told_in_words_as_far_as_they_are_ours() -> None:
    vietnamese, english = words("vi"), words("en")
    before = {
        "state": "confirmed",
        "cause": None,
        "disabled": True,
        "role": "unit",
        "expires_at": "2026-12-01T17:00:00Z",
    }
    assert fact_words("before", before, vietnamese) == (
        "trạng thái: Đã xác nhận; nguyên nhân: –; bị khóa: có; vai trò: Đơn vị; hết hạn: 02/12/2026 00:00"
    )
    assert fact_words("scopes", ["see", "strange"], english) == "See mismatches and publications, strange"
    assert fact_words("rows", 12, vietnamese) == "12"
    assert fact_words("text", "còn 50%; <b>", vietnamese) == "còn 50%; <b>"
    assert fact_words("expires_at", "no instant", vietnamese) == "no instant"
    assert (action_words("new_thing", vietnamese), fact_name("new_fact", vietnamese)) == ("new_thing", "new_fact")
    assert action_words("", vietnamese) == "", "the head of a catalogue is nobody's action"


def test_every_break_of_the_chain_has_words() -> None:
    tree = ast.parse(Path(audit_proof.__file__).read_text(encoding="utf-8"))
    joined = [one for one in ast.walk(tree) if isinstance(one, ast.JoinedStr)]
    found = ["".join(part.value if isinstance(part, ast.Constant) else "7" for part in one.values) for one in joined]
    assert len(found) == 3
    for one in (*found, "the hash that was expected is not in the chain: the trail was written anew"):
        assert break_words(one, words("vi")) != one, one
        assert break_words(one, words("en")) == one
    assert len(BREAKS) == 4
