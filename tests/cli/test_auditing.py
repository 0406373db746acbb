"""`syncd waive`, `syncd waivers`, `syncd unwaive`, and the trail that they leave: `syncd audit`."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.program import syncd
from tests.cli.town import Town

SOON = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()


@pytest.fixture
def town(tmp_path: Path) -> Town:
    town = Town(tmp_path).write()
    assert syncd("observe", "--grace", "0", folder=town.folder).status == 3
    return town


def ids(town: Town, state: str) -> list[str]:
    rows = syncd("mismatches", "--state", state, "--format", "json", folder=town.folder).rows
    return [row["id"] for row in rows]


def waive(town: Town, *identities: str, until: str = SOON, reason: str = "Chờ Bộ"):
    terms = ("--reason", reason, "--until", until, "--owner", "Trần Lan")
    return syncd("waive", *identities, *terms, folder=town.folder)


def test_mismatches_are_waived_at_once_listed_and_waived_no_more(town: Town) -> None:
    first, second, *_ = ids(town, "confirmed")
    said = waive(town, first, second)
    assert (said.status, ids(town, "waived")) == (0, [first, second])
    assert "nothing to waive" in waive(town, first).out
    rows = syncd("waivers", "--format", "json", folder=town.folder).rows
    assert {(row["owner"], row["reason"]) for row in rows} == {("Trần Lan", "Chờ Bộ")}
    assert syncd("unwaive", first, second, folder=town.folder).status == 0
    assert (ids(town, "waived"), syncd("waivers", "--format", "json", folder=town.folder).rows) == ([], [])
    listed = syncd("audit", "list", "--mismatch", first, "--format", "json", folder=town.folder).rows
    assert [row["action"] for row in listed] == ["waive", "unwaive"]
    assert all(row["actor"].startswith("command:") for row in listed)


@pytest.mark.parametrize(
    ("until", "reason", "identity", "words"),
    [
        ("2000-01-01", "Chờ", "", "must end in the future"),
        ("9990-01-01", "Chờ", "", "within a year"),
        ("soon", "Chờ", "", "Invalid value for --until"),
        (SOON, " ", "", "the reason is empty"),
        (SOON, "Chờ", "M-NONE", "there is no mismatch 'M-NONE'"),
    ],
)
def test_a_waiver_that_cannot_be_is_refused(town: Town, until: str, reason: str, identity: str, words: str) -> None:
    said = waive(town, *filter(None, (ids(town, "confirmed")[0], identity)), until=until, reason=reason)
    assert said.status in (1, 2)
    assert words in " ".join(said.err.replace("│", " ").split())
    assert ids(town, "waived") == []


def test_the_trail_is_proven_whole_and_its_newest_hash_told(town: Town) -> None:
    whole = syncd("audit", "verify", folder=town.folder)
    assert whole.status == 0
    newest = whole.out.split("newest hash ")[1].strip()
    assert syncd("audit", "verify", "--expect", newest, folder=town.folder).status == 0
    other = syncd("audit", "verify", "--expect", "f" * 64, folder=town.folder)
    assert (other.status, "written anew" in other.err) == (1, True)
    assert syncd("audit", "verify", "--expect", "xyz", folder=town.folder).status == 2


def test_a_trail_that_was_changed_is_told_with_the_row(town: Town) -> None:
    ledger = sqlite3.connect(town.folder / "ledger.db")
    ledger.execute("UPDATE audit SET actor = 'nobody' WHERE id = 2")
    ledger.commit()
    ledger.close()
    said = syncd("audit", "verify", folder=town.folder)
    assert said.status == 1
    assert "broken after 1 row: row 2 does not follow" in said.err
