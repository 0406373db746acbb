"""Decision numbers with the typing noise of real records."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syncd.records.decisions import NOT_A_NUMBER, STEPS, parse_number
from syncd.records.text import form


@pytest.mark.parametrize(
    ("typed", "canonical", "noise"),
    [
        ("936/QĐ-TTPVHCC", "936/QĐ-TTPVHCC", ()),
        ("1523/QĐ-BCA-C06", "1523/QĐ-BCA-C06", ()),
        ("2193/QĐ-UBND.", "2193/QĐ-UBND", ("a dot at the end",)),
        ("1931/.QĐ-BNNMT", "1931/QĐ-BNNMT", ("a dot beside the slash",)),
        ("1615./QĐ-UBND", "1615/QĐ-UBND", ("a dot beside the slash",)),
        ("Quyết định số 5519/QĐ-BQP", "5519/QĐ-BQP", ("a prefix in words",)),
        ("SỐ 64/QĐ-NHNN", "64/QĐ-NHNN", ("a prefix in words",)),
        ("Số:1111/QĐ-UBND", "1111/QĐ-UBND", ("a prefix in words",)),
        ("Số: 12/QĐ-UBND", "12/QĐ-UBND", ("a prefix in words",)),
        ("628 /QĐ-BCT", "628/QĐ-BCT", ("white space inside",)),
        ("628 / QĐ - BCT", "628/QĐ-BCT", ("white space inside",)),
        ("3098/QĐ_BYT", "3098/QĐ-BYT", ("an underscore",)),
        ("3713/QD-BTP", "3713/QĐ-BTP", ("QD for QĐ",)),
        ("3713/QÐ-BTP", "3713/QĐ-BTP", ("Ð for Đ",)),
        ("3713/QĐ–BTP", "3713/QĐ-BTP", ("another dash",)),
        ("519/qđ-ubnd", "519/QĐ-UBND", ("lower case",)),
        ("3287/QĐUBND", "3287/QĐ-UBND", ("no hyphen after QĐ",)),
        ("02204/QĐ-UBND.", "2204/QĐ-UBND", ("a dot at the end", "leading zeros")),
        ("0012/QĐ-UBND", "12/QĐ-UBND", ("leading zeros",)),
        ("2226/QĐ-UBND ngày 04/12/2025", "2226/QĐ-UBND", ("a date after it",)),
        ("12/QĐ-UBND, ngày 4-12-2025.", "12/QĐ-UBND", ("a date after it",)),
        (" 12/QĐ-UBND\u00a0", "12/QĐ-UBND", ("stray white space",)),
        ("1061b/QĐ-BNG", "1061B/QĐ-BNG", ("a letter in the number",)),
        ("1061B/QĐ-BNG", "1061B/QĐ-BNG", ("a letter in the number",)),
        ("753.1/QĐ-BKHCN", "753.1/QĐ-BKHCN", ("a part number",)),
        ("2120/2022/QĐ-UBND", "2120/2022/QĐ-UBND", ("a year in the number",)),
        ("113/QĐ-VP.UBND.KSTT", "113/QĐ-VP.UBND.KSTT", ("dots in the issuer",)),
        ("1122/QĐ-UBND-2026-SXDdacthu", "1122/QĐ-UBND-2026-SXDDACTHU", ("lower case",)),
    ],
)
def test_noise_is_normalised_and_named(typed: str, canonical: str, noise: tuple[str, ...]) -> None:
    assert parse_number(typed) == (canonical, noise)


@pytest.mark.parametrize(
    "typed",
    [
        "QĐ000001SNNTEST",
        "Demo/QĐ-BCA",
        "205/TTr-SNNMT.2",
        "290601",
        "13",
        "674/UBND",
        "QĐ/0001-BCA",
        "1562/BNG-VP",
        "Số",
        "0/",
        "/QĐ-UBND",
        "12/QĐ-",
        "9" * 200,
        "12/QĐ-" + "A" * 200,
    ],
)
def test_what_is_no_decision_number_stays_what_it_is(typed: str) -> None:
    assert parse_number(f" {typed} ") == (typed, (NOT_A_NUMBER,))


def test_an_empty_number_says_nothing() -> None:
    assert parse_number(" \u00a0") == ("", ())


def test_different_decisions_stay_different() -> None:
    numbers = [
        "12/QĐ-UBND",
        "120/QĐ-UBND",
        "12/QĐ-BTP",
        "12A/QĐ-UBND",
        "12.1/QĐ-UBND",
        "12/2025/QĐ-UBND",
        "12/TTr-UBND",
    ]
    assert len({parse_number(number).canonical for number in numbers}) == len(numbers)


def test_the_normal_form_of_the_text_does_not_matter() -> None:
    assert (
        parse_number("Quyết định số 5/QĐ-BQP").canonical
        == parse_number("Quyê\u0301t đi\u0323nh sô\u0301 5/QĐ-BQP").canonical
    )


def test_every_kind_of_noise_has_a_name_of_its_own() -> None:
    assert len({step.noise for step in STEPS}) == len(STEPS)


@given(st.text(st.sampled_from("0123456789/QĐDqđ-_. ngàysốSỐUBND:,ab"), max_size=25) | st.text(max_size=120))
def test_a_canonical_number_is_its_own_canonical_number(text: str) -> None:
    canonical = parse_number(text).canonical
    assert parse_number(canonical).canonical == canonical


@given(st.text(st.characters(), max_size=120))
@example("\ud800/QĐ-UBND")
@example("1" * 100_000)
@example("12/QĐ-" + " " * 100_000 + "UBND")
@example("/" * 5_000 + "QĐ")
def test_any_text_has_one_canonical_number_without_stray_white_space(text: str) -> None:
    canonical, noise = parse_number(text)
    assert canonical == " ".join(canonical.split())
    assert (canonical == "") is (form(text) == "")
    assert noise or canonical in ("", text)
