"""Local codes and the portal codes that they stand for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.records.codes import NO_EQUIVALENCES, Equivalences, Resolution, resolve, root

HAND_MADE = Equivalences(
    {"TS_lop1.000.00.00.H22": "2.002492", "1.004850A": "1.004850", "2.002622.H56": ("2.002622", "1.006714"), "cũ": ()}
)


@pytest.mark.parametrize(
    ("local", "national"),
    [
        ("1.015045", "1.015045"),
        ("1.001612.000.00.00.H48", "1.001612"),
        ("2.002622.H56", "2.002622"),
        ("1.014820.H26.103.17", "1.014820"),
        ("1.001612.000.00.00.G01", "1.001612"),
        ("1.0133611.H26", "1.0133611"),
        ("2.009182739", "2.009182739"),
    ],
)
def test_the_root_of_a_known_form(local: str, national: str) -> None:
    assert root(local) == national


@pytest.mark.parametrize(
    "local",
    [
        "",
        " 1.014325",
        "1.014325 ",
        "1.014325\xa0.H26",
        "1.014955-Xoa",
        "1.01432",
        "TS_lop1.000.00.00.H22",
        "1.004850A",
        "1.001612.000.00.H48",
        "1.001612.h48",
        "1.001612.H",
        "1.001612.H26\n",
        "١.٠١٤٣٢٥",
        "1.001612.X26",
        "11.001612",
    ],
)
def test_no_formula_knows_any_other_form(local: str) -> None:
    assert root(local) is None


@pytest.mark.parametrize(
    ("local", "codes", "how"),
    [
        ("1.015045", ("1.015045",), "verbatim"),
        ("1.015045.H26", ("1.015045",), "suffix"),
        ("TS_lop1.000.00.00.H22", ("2.002492",), "equivalence"),
        ("2.002622.H56", ("2.002622", "1.006714"), "equivalence"),
        ("cũ", (), "unmapped"),
        ("1.014955-Xoa", (), "unmapped"),
        ("", (), "unmapped"),
        ("   ", (), "unmapped"),
    ],
)
def test_the_table_wins_over_the_formula(local: str, codes: tuple[str, ...], how: str) -> None:
    assert resolve(local, HAND_MADE) == Resolution(codes, how)  # type: ignore[arg-type]


def test_white_space_around_a_code_is_never_trimmed() -> None:
    assert resolve(" 1.014325", NO_EQUIVALENCES) == ((" 1.014325",), "verbatim")
    assert resolve("1.014325", NO_EQUIVALENCES) == (("1.014325",), "verbatim")
    assert resolve("1.014325.H26 ", NO_EQUIVALENCES) == (("1.014325.H26 ",), "verbatim")


def test_a_code_that_the_portal_has_verbatim_is_itself() -> None:
    assert resolve("1.014955-Xoa", NO_EQUIVALENCES, {"1.014955-Xoa"}) == (("1.014955-Xoa",), "verbatim")
    assert resolve("1.014820.H26", NO_EQUIVALENCES, {"1.014820.H26"}) == (("1.014820.H26",), "verbatim")


def test_pairs_of_one_local_code_add_up_once() -> None:
    table = Equivalences([("a", "1.000001"), ("a", ["1.000002", "1.000001"]), ("b", "1.000003")])
    assert dict(table) == {"a": ("1.000001", "1.000002"), "b": ("1.000003",)}
    assert repr(table) == "Equivalences(2 local codes)"


@pytest.mark.parametrize("rows", [{"": "1.000001"}, {"a": ""}, {"a": ["1.000001", ""]}, [("a", [1])]])
def test_an_empty_code_or_a_number_is_refused(rows: object) -> None:
    with pytest.raises(ValueError, match="is not a code"):
        Equivalences(rows)  # type: ignore[arg-type]


CODES = st.from_regex(r"[ \u00a0\t]?[12]\.\d{6}(\.000\.00\.00)?(\.H26)?[ \n]?", fullmatch=True) | st.text(max_size=12)


@given(CODES, st.lists(CODES, max_size=2))
def test_white_space_is_never_trimmed_and_never_added(local: str, portal: list[str]) -> None:
    """A code with white space around it stands for itself or for nothing; without, for no code that has any."""
    codes = resolve(local, NO_EQUIVALENCES, portal).codes
    if local != local.strip():
        assert codes in ((local,), ())
    else:
        assert [code for code in codes if code not in portal and code != code.strip()] == []


@given(CODES, st.lists(CODES.filter(bool), min_size=1, max_size=3))
def test_the_table_is_believed_to_the_letter(local: str, codes: list[str]) -> None:
    table = Equivalences({local or "x": codes})
    assert resolve(local or "x", table, [local]) == (tuple(dict.fromkeys(codes)), "equivalence")
