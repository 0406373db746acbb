"""`syncd explain CODE`: what each side says, how it was read, and every verdict so far."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.program import Said, syncd
from tests.cli.town import SPACED, Town


def explained(town: Town, code: str, *more: str) -> tuple[Said, Any]:
    said = syncd("explain", code, "--format", "json", *more, folder=town.folder)
    (only,) = said.rows
    return said, only


@pytest.mark.parametrize("code", ["1.000001", "1.000001.H26"])
def test_a_code_is_explained_with_both_values_proofs_and_history(observed: Town, code: str) -> None:
    """By the portal's code or by the city's."""
    said, found = explained(observed, code)
    assert (said.status, found["verdict"]) == (3, "mismatched")
    assert found["values"]["portal"]["name"] == "Đăng ký thường trú"
    assert found["values"]["city"]["name"] == "Đăng ký thường trũ"
    assert [(one["field"], one["difference"]) for one in found["differences"]] == [("name", "tone-mark")]
    assert {side: one["verdict"] for side, one in found["readings"].items()} == {"portal": "whole", "city": "whole"}
    assert found["last_whole"]["portal"]["counted"] == 6
    assert [(one["from_state"], one["to_state"]) for one in found["events"]] == [
        (None, "suspected"), ("suspected", "confirmed"),
    ]  # fmt: skip
    assert found["why"] == ["confirmed: field_differs name"]


def test_people_read_the_same_in_words(observed: Town) -> None:
    said = syncd("explain", "1.000001", folder=observed.folder)
    assert said.status == 3
    assert "ha-noi · 1.000001 · mismatched" in said.out
    assert "Đăng ký thường trũ" in said.out
    assert "suspected → confirmed" in said.out
    assert "6 records in 1 page" in said.out


def test_a_hand_made_local_code_is_explained_through_the_equivalences(observed: Town) -> None:
    said, found = explained(observed, "HN-01")
    assert (said.status, found["verdict"]) == (0, "in_sync")
    assert found["values"]["portal"]["code"] == "1.000006"
    assert found["values"]["city"]["local_code"] == "HN-01"


def test_a_code_with_a_leading_space_is_another_procedure(observed: Town) -> None:
    spaced, plain = explained(observed, SPACED), explained(observed, SPACED.strip())
    assert (spaced[1]["verdict"], plain[1]["verdict"]) == ("mismatched", "in_sync")
    assert spaced[1]["values"]["portal"]["name"] == "Cấp giấy chứng nhận (mã có dấu cách)"
    assert spaced[1]["values"]["city"] is None
    assert plain[1]["values"]["city"]["name"] == "Cấp giấy chứng nhận"


def test_a_code_that_nobody_has_shown_is_unknown(observed: Town) -> None:
    """It is not called in sync."""
    said, found = explained(observed, "9.999999")
    assert (said.status, found["verdict"]) == (4, "unknown")
    assert said.lines == [
        "syncd: no side has shown a record with the code '9.999999' (codes are compared exactly as written)"
    ]


def test_a_past_instant_is_explained_as_it_was(town: Town) -> None:
    syncd("observe", folder=town.folder)
    (known, *_) = syncd("mismatches", "--format", "json", folder=town.folder).rows
    town.settled()
    syncd("observe", folder=town.folder)
    now, then = explained(town, "1.000001")[1], explained(town, "1.000001", "--as-of", known["first_seen"])[1]
    assert (now["verdict"], then["verdict"]) == ("in_sync", "mismatched")
    assert then["values"]["city"]["name"] == "Đăng ký thường trũ"
    assert now["values"]["city"]["name"] == "Đăng ký thường trú"
    before = explained(town, "1.000001", "--as-of", "2020-01-01")
    assert (before[0].status, before[1]["verdict"], before[1]["versions"]) == (4, "unknown", [])
