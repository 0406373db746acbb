"""`[publication]`, `[index]`, `[[dossiers]]`: what may be said, and what is refused with which words."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from syncd.config import InvalidConfigurationError, changes, check_sides, load
from syncd.records.periods import PeriodKind
from syncd.sides.registry import adapters, settings_for
from tests.test_config import PAIR as SMALL

PAIR = SMALL + 'columns = { local_code = "Mã TTHC" }\n'

PUBLICATION = """
[publication]
unit = "H26"
legal_documents = "documents.xlsx"
decisions = "decisions.csv"
decisions_complete_since = 2026-01-01
calendar = "calendar.toml"
"""
INDEX = """
[index]
root = "019d2be3-6a86-70a8-a0af-76e986804225"
[index.source]
adapter = "national-portal"
"""
DOSSIERS = """
[[dossiers]]
name = "ha-noi-dossiers"
portal_root = "019d2be3-6a86-70a8-a0af-76e986804225"
units = { "HN-TP" = "H26.16" }
[dossiers.portal]
adapter = "national-portal"
[dossiers.city]
adapter = "opencps"
base_url = "https://city.example/o/rest/v2"
group_id = "55301"
"""


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "syncd.toml"
    file.write_text(text, encoding="utf-8")
    return file


def checked(file: Path) -> list[str]:
    """Every line of the refusal of an adapter."""
    definitions = {name: found.definition for name, found in adapters().items() if found.definition}
    with pytest.raises(InvalidConfigurationError) as caught:
        check_sides(load(file), definitions, settings_for)
    return str(caught.value).replace(f"{file.parent}/", "").splitlines()


def refused(file: Path) -> list[str]:
    with pytest.raises(InvalidConfigurationError) as caught:
        load(file)
    return str(caught.value).replace(f"{file.parent}/", "").splitlines()


def test_everything_can_be_said_and_every_course_has_its_name(tmp_path: Path) -> None:
    configuration = load(written(tmp_path, PAIR + PUBLICATION + INDEX + DOSSIERS))
    assert [course.name for course in configuration.courses] == ["ha-noi", "ha-noi-dossiers", "publication", "index"]
    assert configuration.publication is not None
    assert configuration.publication.decisions_complete_since == date(2026, 1, 1)
    assert {name: str(file) for name, file in configuration.publication.registers.items()} == {
        "legal_documents": "documents.xlsx",
        "decisions": "decisions.csv",
        "calendar": "calendar.toml",
    }
    (dossiers,) = configuration.dossiers
    assert dossiers.periods == (PeriodKind.MONTH, PeriodKind.YEAR)
    assert (dossiers.tolerance.dossiers, dossiers.tolerance.share) == (5, 0.01)
    assert configuration.index is not None
    assert configuration.index.interval == timedelta(hours=6)


def test_nothing_of_it_need_be_said(tmp_path: Path) -> None:
    configuration = load(written(tmp_path, PAIR))
    assert (configuration.publication, configuration.index, configuration.dossiers) == (None, None, ())
    assert [course.name for course in configuration.courses] == ["ha-noi"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            '[publication]\nunit = "H26"\npair = "ha-noii"',
            'syncd.toml: publication.pair = "ha-noii": no such pair; did you mean ha-noi?',
        ),
        (
            '[publication]\nunit = "Hà Nội"',
            'syncd.toml: publication.unit = "Hà Nội": not of the right form; '
            "Code of the city or province, e.g. `H26` for Hà Nội.",
        ),
        (
            DOSSIERS.replace("ha-noi-dossiers", "ha-noi"),
            'syncd.toml: dossiers[0].name = "ha-noi": pairs[0] has this name; give each its own',
        ),
        (
            DOSSIERS.replace("ha-noi-dossiers", "index"),
            'syncd.toml: dossiers[0].name = "index": [index] has this name; give each its own',
        ),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, text: str, told: str) -> None:
    assert refused(written(tmp_path, PAIR + text)) == [told]


def test_an_adapter_that_cannot_do_it_is_refused_with_those_that_can(tmp_path: Path) -> None:
    text = INDEX.replace("national-portal", "file") + DOSSIERS.replace('"opencps"', '"sql"')
    assert checked(written(tmp_path, PAIR + text)) == [
        'syncd.toml: dossiers[0].city.adapter = "sql": this adapter counts no dossiers; '
        "allowed here: igate, national-portal, opencps",
        'syncd.toml: index.source.adapter = "file": this adapter reads no index; '
        "allowed here: national-portal, national-report",
    ]


def test_an_adapter_for_the_index_alone_is_no_side(tmp_path: Path) -> None:
    (line,) = checked(written(tmp_path, PAIR.replace('"national-portal"', '"national-report"')))
    assert line.startswith('syncd.toml: pairs[0].portal.adapter = "national-report": this adapter cannot be a side')


def test_a_reload_starts_replaces_and_ends_courses_of_every_kind(tmp_path: Path) -> None:
    before = load(written(tmp_path, PAIR + PUBLICATION + DOSSIERS))
    after = load(written(tmp_path, PAIR + PUBLICATION.replace("decisions.csv", "new.csv") + INDEX))
    found = changes(before, after)
    assert (found.added, found.replaced, found.removed) == (("index",), ("publication",), ("ha-noi-dossiers",))
    assert 'publication.decisions: "decisions.csv" → "new.csv"' in found.lines
