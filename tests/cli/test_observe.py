"""`syncd observe`: one pass now, and an exit status that a script may rely on."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from tests.cli.program import syncd
from tests.cli.town import EXPECTED, Town, pair


def test_two_sides_that_agree_end_with_zero(town: Town) -> None:
    said = syncd("observe", "--format", "json", folder=town.settled().folder)
    assert said.status == 0
    (row,) = said.rows
    assert (row["verdict"], row["in_sync"], row["mismatched"]) == ("in_sync", 2, 0)
    assert (row["portal"]["verdict"], row["portal"]["records"]) == ("whole", 2)


def test_mismatches_end_with_three_and_stay_suspected_until_the_grace_is_over(town: Town) -> None:
    first = syncd("observe", folder=town.folder)
    assert first.status == 3
    assert "mismatched" in first.out
    known = syncd("mismatches", "--format", "json", folder=town.folder).rows
    assert {(one["kind"], one["code"]) for one in known} == EXPECTED
    assert {one["state"] for one in known} == {"suspected"}
    assert syncd("observe", "--grace", "0", folder=town.folder).status == 3
    assert {one["state"] for one in syncd("mismatches", "--format", "json", folder=town.folder).rows} == {"confirmed"}
    lines = [json.loads(line) for line in town.log.read_text(encoding="utf-8").splitlines()]
    assert Counter(line["state"] for line in lines) == {"suspected": 4, "confirmed": 4}
    assert len({line["event_id"] for line in lines}) == 8


def test_a_grace_of_zero_confirms_within_the_pass(town: Town) -> None:
    assert syncd("observe", "--grace", "0", folder=town.folder).status == 3
    known = syncd("mismatches", "--state", "confirmed", "--format", "json", folder=town.folder).rows
    assert {(one["kind"], one["code"]) for one in known} == EXPECTED


def test_a_side_that_shrinks_wildly_is_unknown_and_nothing_is_missing(town: Town) -> None:
    """A lie: the city's export holds a tenth of what it held. No verdict changes, and no procedure goes missing."""
    codes = [f"1.1{number:05}" for number in range(60)]
    town.portal = {code: f"Thủ tục {code}" for code in codes}
    town.city = {f"{code}.H26": f"Thủ tục {code}" for code in codes}
    town.write()
    assert syncd("observe", folder=town.folder).status == 0
    town.city = dict(list(town.city.items())[:6])
    town.write()
    said = syncd("observe", "--grace", "0", "--format", "json", folder=town.folder)
    assert said.status == 4
    (row,) = said.rows
    assert (row["verdict"], row["city"]["verdict"]) == ("unknown", "refused")
    assert "6 records where the last whole reading had 60" in row["reasons"][0]
    assert syncd("mismatches", "--state", "all", "--format", "json", folder=town.folder).rows == []


def test_a_side_that_is_not_there_is_unknown_and_does_not_hide_the_other_pair(town: Town) -> None:
    town.write(pair("hue", city="gone.csv"))
    said = syncd("observe", "--format", "json", folder=town.folder)
    assert said.status == 4, "unknown hides nothing behind it"
    assert {row["pair"]: row["verdict"] for row in said.rows} == {"ha-noi": "mismatched", "hue": "unknown"}
    assert any("gone.csv" in reason for reason in said.rows[1]["reasons"])
    one = syncd("observe", "--pair", "ha-noi", folder=town.folder)
    assert one.status == 3
    assert "hue" not in one.out


def test_any_past_instant_can_be_observed(town: Town) -> None:
    """Before the first pass nothing is known; after it, what was known; a change later does not alter the past."""
    before = "2020-01-01"
    assert syncd("observe", "--grace", "0", folder=town.folder).status == 3
    (known, *_) = syncd("mismatches", "--format", "json", folder=town.folder).rows
    at = known["confirmed_at"]
    town.settled()
    assert syncd("observe", folder=town.folder).status == 0
    unknown = syncd("observe", "--as-of", before, "--format", "json", folder=town.folder)
    assert (unknown.status, unknown.rows[0]["portal"]["verdict"]) == (4, "never read")
    then = syncd("observe", "--as-of", at, "--format", "json", folder=town.folder)
    assert (then.status, then.rows[0]["mismatched"]) == (3, 4)
    past = syncd("mismatches", "--as-of", at, "--format", "json", folder=town.folder).rows
    assert {(one["kind"], one["code"]) for one in past} == EXPECTED
    assert syncd("mismatches", "--format", "json", folder=town.folder).rows == []
    ended = syncd("mismatches", "--state", "all", "--format", "json", folder=town.folder).rows
    assert {one["state"] for one in ended} == {"resolved", "vanished"}
    assert all(one["resolved_at"] for one in ended)


def test_the_past_is_observed_as_it_was_configured_then(town: Town) -> None:
    """An equivalence that is taken away today was in force then; no answer says that it is not remembered."""
    assert syncd("observe", "--grace", "0", folder=town.folder).status == 3
    at = syncd("mismatches", "--format", "json", folder=town.folder).rows[0]["confirmed_at"]
    text = town.configuration.read_text(encoding="utf-8")
    town.configuration.write_text(text.replace('{ "HN-01" = "1.000006" }', "{}"), encoding="utf-8")
    now = syncd("observe", "--format", "json", folder=town.folder).rows[0]
    then = syncd("observe", "--as-of", at, "--format", "json", folder=town.folder).rows[0]
    assert (now["mismatched"], then["mismatched"], then["reasons"]) == (6, 4, [])
    told = syncd("explain", "HN-01", "--as-of", at, "--format", "json", folder=town.folder).rows[0]
    assert (told["verdict"], told["values"]["portal"]["name"]) == ("in_sync", "Đăng ký kết hôn")


def test_a_mismatch_log_on_standard_output_does_not_mix_with_the_result(town: Town) -> None:
    """The lines wait in the ledger for the daemon; the result stays readable by a program."""
    town.write(head='[database]\nurl = "sqlite:///ledger.db"\n[log]\nmismatch_log = "-"\n')
    said = syncd("observe", "--format", "json", folder=town.folder)
    assert (said.status, said.rows[0]["verdict"]) == (3, "mismatched")


@pytest.mark.parametrize("form", ["table", "csv"])
def test_people_read_each_side_in_words(observed: Town, form: str) -> None:
    said = syncd("observe", "--format", form, folder=observed.folder)
    assert "whole, 6 records" in said.out
    assert "whole, 5 records" in said.out


def test_a_city_record_that_cannot_be_read_is_invalid_and_not_missing(town: Town) -> None:
    """It is there; what it says is unknown. Found under its code, so that people can look it up."""
    town.write()
    rows = (town.folder / "city.csv").read_text(encoding="utf-8-sig")
    spoiled = rows.replace("Cấp giấy phép xây dựng,Công khai", "Cấp giấy phép xây dựng,Lạ lùng")
    (town.folder / "city.csv").write_text(spoiled, encoding="utf-8-sig")
    assert syncd("observe", "--grace", "0", folder=town.folder).status == 3
    known = syncd("mismatches", "--format", "json", folder=town.folder).rows
    found = {(one["kind"], one["code"]) for one in known if "1.000002" in one["code"] + one["local_code"]}
    assert found == {("invalid_record", "1.000002")}
