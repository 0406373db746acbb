"""Both languages are complete, and what is compiled is what is written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from syncd.desk.languages import words
from syncd.desk.locale.__main__ import main
from syncd.desk.locale.catalogues import DESK, LOCALE, packed, source, vietnamese


def test_every_string_is_translated_once_and_the_compiled_catalogues_are_fresh(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = main(["--check"])
    assert (status, capsys.readouterr().out) == (0, ""), "run python -m syncd.desk.locale"


def test_every_string_is_extracted_that_templates_and_tables_mark() -> None:
    """A guard of the extraction itself: what it does not find would never be missed."""
    strings = source()
    assert {"Overview", "Sign in", "Missing in the city", "This login is taken."} <= {
        message.id for message in strings if isinstance(message.id, str)
    }
    assert any(message.id == ("%(num)d day ago", "%(num)d days ago") for message in strings)


def test_no_template_shows_words_that_are_not_marked() -> None:
    """Text between tags that has a word of English letters and stands in no call of gettext."""
    bare: list[str] = []
    for path in sorted((DESK / "templates").rglob("*.html")):
        text = re.sub(
            r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->", "\x00", path.read_text(encoding="utf-8"), flags=re.DOTALL
        )
        found = (words.strip() for words in re.findall(r">([^<>\x00]*[A-Za-z]{3,}[^<>\x00]*)<", text))
        bare += [f"{path.name}: {words}" for words in found if words not in ("", "syncd")]
    assert bare == []


def _catalogue(folder: Path, *entries: str) -> list[str]:
    folder.mkdir()
    head = 'msgid ""\nmsgstr ""\n"Language: vi\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    for number, entry in enumerate(entries):
        (folder / f"{number}.po").write_text(f"{head}\n{entry}\n", encoding="utf-8")
    return vietnamese(source(), folder)[1]


@pytest.mark.parametrize(
    ("entries", "fault"),
    [
        (
            ('msgid "Overview"\nmsgstr "Tổng quan"', 'msgid "Overview"\nmsgstr "Khác"'),
            "1.po: translated twice, differently: Overview",
        ),
        (('msgid "No such string"\nmsgstr "Không có"',), "0.po: not in the source any more: No such string"),
        (('msgid "Overview"\nmsgstr ""',), "0.po: empty: Overview"),
        (('#, fuzzy\nmsgid "Overview"\nmsgstr "Tổng"',), "0.po: fuzzy: Overview"),
        (
            ('msgid "Sign in with %(name)s"\nmsgstr "Đăng nhập bằng %(ten)s"',),
            "0.po: other placeholders than the source: Sign in with %(name)s",
        ),
        ((), "not translated: Overview"),
    ],
)
def test_each_fault_of_a_catalogue_is_named(tmp_path: Path, entries: tuple[str, ...], fault: str) -> None:
    assert fault in _catalogue(tmp_path / "vi", *entries)


def test_the_languages_say_the_same_in_their_own_words() -> None:
    assert words("vi").gettext("Overview") == "Tổng quan"
    assert words("en").gettext("Overview") == "Overview"
    assert words("vi").ngettext("%(num)d day ago", "%(num)d days ago", 5) == "%(num)d ngày trước"
    assert words("en").ngettext("%(num)d day ago", "%(num)d days ago", 5) == "%(num)d days ago"


def test_what_is_compiled_does_not_depend_on_the_day() -> None:
    joined, _faults = vietnamese(source())
    assert packed(joined) == packed(vietnamese(source())[0])
    assert b"2026-01-01" in (LOCALE / "vi" / "LC_MESSAGES" / "desk.mo").read_bytes()
