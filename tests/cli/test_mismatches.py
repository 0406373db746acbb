"""`syncd mismatches`: the same rows for people, programs and spreadsheets."""

from __future__ import annotations

import csv
import json
import subprocess
from io import StringIO

import pytest

from tests.cli.program import LIMIT, command, environment, syncd
from tests.cli.town import EXPECTED, SPACED, Town

PROMISED = {
    "id", "pair", "kind", "code", "local_code", "name", "field", "difference", "portal_value", "city_value",
    "severity", "state", "agency_code", "agency_name", "first_seen", "confirmed_at", "resolved_at",
}  # fmt: skip


def test_json_is_an_array_of_objects_with_every_promised_key(observed: Town) -> None:
    said = syncd("mismatches", "--format", "json", folder=observed.folder)
    assert said.status == 0
    assert {(one["kind"], one["code"]) for one in said.rows} == EXPECTED
    assert all(set(one) >= PROMISED for one in said.rows)
    (name,) = [one for one in said.rows if one["kind"] == "field_differs"]
    assert (name["field"], name["difference"]) == ("name", "tone-mark")
    assert (name["portal_value"], name["city_value"]) == ("Đăng ký thường trú", "Đăng ký thường trũ")
    assert "Đăng ký thường trú" in said.out, "Vietnamese is readable as it is"
    assert SPACED in {one["code"] for one in said.rows}, "a code is never trimmed"


def test_jsonl_holds_the_same_rows_one_a_line(observed: Town) -> None:
    said = syncd("mismatches", "--format", "jsonl", folder=observed.folder)
    rows = [json.loads(line) for line in said.out.splitlines()]
    assert rows == syncd("mismatches", "--format", "json", folder=observed.folder).rows


def test_csv_opens_in_a_spreadsheet_and_runs_nothing(observed: Town) -> None:
    """UTF-8 with a byte-order mark, CRLF; a name that a spreadsheet would take for a formula is text."""
    ended = subprocess.run(
        command("mismatches", "--format", "csv"),
        cwd=observed.folder, env=environment(observed.folder, {"LC_ALL": "en_US.ISO-8859-1"}),
        capture_output=True, timeout=LIMIT, check=True,
    )  # fmt: skip
    assert ended.stdout.startswith(b"\xef\xbb\xbfid,pair,kind,code")
    assert ended.stdout.endswith(b"\r\n")
    rows = list(csv.DictReader(StringIO(ended.stdout.decode("utf-8-sig"), newline="")))
    assert len(rows) == len(EXPECTED)
    (stranger,) = [row for row in rows if row["code"] == "1.000009"]
    assert stranger["name"] == '\'=HYPERLINK("http://x")'
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_the_table_shows_foreign_text_without_obeying_it(town: Town) -> None:
    """A name that holds terminal commands or turns the writing direction round is shown, not followed."""
    town.city["1.000009.H26"] = "Xóa\x1b[2J màn hình\u202etxt"
    town.write()
    syncd("observe", folder=town.folder)
    said = syncd("mismatches", folder=town.folder)
    assert said.status == 0
    assert "\\u001b[2J" in said.out
    assert "\x1b" not in said.out
    assert "\u202e" not in said.out


@pytest.mark.parametrize(
    ("state", "number"), [("open", 4), ("confirmed", 4), ("suspected", 0), ("waived", 0), ("all", 4)]
)
def test_a_state_is_asked_for_by_its_name(observed: Town, state: str, number: int) -> None:
    assert len(syncd("mismatches", "--state", state, "--format", "json", folder=observed.folder).rows) == number


@pytest.mark.parametrize("form", ["table", "json"])
def test_a_closed_pipe_is_no_error(observed: Town, form: str) -> None:
    """``syncd mismatches | head -0``: the reader is gone before anything is written."""
    with subprocess.Popen(
        command("mismatches", "--format", form),
        cwd=observed.folder, env=environment(observed.folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as child:  # fmt: skip
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        assert child.stderr.read() == b""
        assert child.wait(LIMIT) == 0
