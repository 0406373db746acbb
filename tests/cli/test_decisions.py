"""`syncd decisions`, and what `observe` and `check` do with `[[decisions]]`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import syncd
from tests.cli.town import CONFIGURATION, Town
from tests.cli.town import pair as a_pair
from tests.passes.archives import Book

DECISIONS = """
[[decisions]]
name = "quyet-dinh"
issuers = ["H26"]
since = 2026-01-01

[decisions.portal]
adapter = "file"
path = "cong.csv"
[decisions.portal.decisions]
issuer_code = "H26"
columns = { number = "Số ký hiệu", signed = "Ngày ban hành" }

[decisions.documents]
adapter = "file"
path = "van-ban-di.csv"
[decisions.documents.decisions]
issuer_code = "H26"
columns = { number = "Số ký hiệu", signed = "Ngày ban hành", signer = "Người ký", abstract = "Trích yếu" }
"""


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Two sides that agree but for a decision on either side that the other lacks."""
    made = Town(tmp_path).settled()
    made.configuration.write_text(CONFIGURATION + a_pair() + DECISIONS, encoding="utf-8")
    portal, documents = Book(tmp_path / "cong.csv"), Book(tmp_path / "van-ban-di.csv")
    for book in (portal, documents):
        book.sign("1/QĐ-UBND", "05/01/2026")
    portal.sign("77/QĐ-UBND", "02/02/2026")
    documents.sign("3584/QĐ-UBND", "08/09/2026")
    return made


def test_observe_compares_decisions_too_and_the_ledger_answers_afterwards(town: Town) -> None:
    assert syncd("database", "upgrade", folder=town.folder).status == 0
    before = syncd("decisions", "--format", "json", folder=town.folder)
    assert (before.status, before.rows) == (4, [])
    assert "never read whole" in before.err
    observed = syncd("observe", "--format", "json", folder=town.folder)
    assert observed.status == 3
    row = next(one for one in observed.rows if one["pair"] == "quyet-dinh")
    assert (row["verdict"], row["in_sync"], row["mismatched"]) == ("mismatched", 1, 2)
    assert (row["portal"]["records"], row["city"]["records"]) == (2, 2)

    said = syncd("decisions", "--format", "json", folder=town.folder)
    assert said.status == 3
    found = {one["number"]: one for one in said.rows}
    assert {number: (one["standing"], one["portal"], one["documents"]) for number, one in found.items()} == {
        "1/QĐ-UBND": ("agreed", "shown", "issued"),
        "77/QĐ-UBND": ("not_known", "shown", "absent"),
        "3584/QĐ-UBND": ("not_entered", "absent", "issued"),
    }
    late = found["3584/QĐ-UBND"]
    assert (late["public_by"], late["signer"], late["signed"]) == ("2026-09-15", "Nguyễn Văn Bình", "2026-09-08")
    listed = syncd("mismatches", "--format", "json", folder=town.folder).rows
    assert {one["kind"] for one in listed} == {"decision_not_entered", "decision_unknown"}


def test_decisions_are_chosen_by_how_they_stand_and_asked_for_as_of_an_instant(town: Town) -> None:
    syncd("observe", folder=town.folder)
    agreed = syncd("decisions", "--state", "agreed", "--format", "json", folder=town.folder)
    assert (agreed.status, [one["number"] for one in agreed.rows]) == (3, ["1/QĐ-UBND"])
    wrong = syncd("decisions", "--state", "wrong", folder=town.folder)
    assert wrong.status == 3
    assert "3584/QĐ-UBND" in wrong.out
    past = syncd("decisions", "--as-of", "2026-01-01", "--format", "json", folder=town.folder)
    assert (past.status, past.rows) == (4, [])
    then = syncd("observe", "--as-of", "2026-01-01", "--format", "json", folder=town.folder)
    row = next(one for one in then.rows if one["pair"] == "quyet-dinh")
    assert (then.status, row["verdict"], row["portal"]["verdict"]) == (4, "unknown", "never read")


def test_a_source_that_was_not_read_whole_leaves_the_exit_unknown_whichever_rows_are_chosen(town: Town) -> None:
    syncd("observe", folder=town.folder)
    (town.folder / "van-ban-di.csv").write_text("Số ký hiệu,Ngày ban hành\n", encoding="utf-8")
    syncd("observe", folder=town.folder)
    agreed = syncd("decisions", "--state", "agreed", "--format", "json", folder=town.folder)
    assert (agreed.status, [one["number"] for one in agreed.rows]) == (4, ["1/QĐ-UBND"])
    assert "the newest reading of the documents is partial" in agreed.err


def test_check_connects_to_both_sources(town: Town) -> None:
    said = syncd("check", folder=town.folder)
    assert said.status == 0
    assert "quyet-dinh.portal cong.csv: 2 publication decisions" in said.out
    assert "quyet-dinh.documents van-ban-di.csv: 2 publication decisions" in said.out
    (town.folder / "van-ban-di.csv").unlink()
    broken = syncd("check", folder=town.folder)
    assert broken.status == 1
    assert "quyet-dinh.documents" in broken.err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("[decisions.portal]", 'pair = "ha-noi"\n[decisions.portal]'), "set exactly one of pair and portal"),
        (("since = 2026-01-01\n\n[decisions.portal]", "since = 2026-01-01\n\n[decisions.gate]"), "decisions[0]"),
        (('name = "quyet-dinh"', 'name = "ha-noi"'), "has this name"),
        (('adapter = "file"\npath = "van-ban-di.csv"', 'adapter = "opencps"'), "lists no publication decisions"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(town: Town, change: tuple[str, str], said: str) -> None:
    text = town.configuration.read_text(encoding="utf-8")
    assert change[0] in text
    town.configuration.write_text(text.replace(*change), encoding="utf-8")
    refused = syncd("check", folder=town.folder)
    assert refused.status == 1
    assert said in refused.err


def test_an_unknown_pair_and_an_unknown_table_are_named(town: Town) -> None:
    unknown = syncd("decisions", "--name", "vbdh", folder=town.folder)
    assert unknown.status == 2
    assert "quyet-dinh" in unknown.err
    text = town.configuration.read_text(encoding="utf-8")
    start, end = text.index("[decisions.portal]"), text.index("[decisions.documents]")
    town.configuration.write_text(text[:start].rstrip() + '\npair = "ha-noy"\n\n' + text[end:], encoding="utf-8")
    refused = syncd("check", folder=town.folder)
    assert refused.status == 1
    assert "decisions[0].pair" in refused.err
    assert "ha-noi" in refused.err
