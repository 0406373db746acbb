"""The site is built without a warning, and needs no other host."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from syncd.reconcile.lifecycle import diagram
from tests.docs.pages import DOCS, ROOT

pytestmark = pytest.mark.timeout(300)
FOREIGN = re.compile(r"""(?:src|href)="(?:https?:)?//[^"]+"|url\(["']?(?:https?:)?//|@import""")
LINK = re.compile(r'<a\b[^>]*\bhref="(?:https?:)?//')


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as `./do docs` builds it: a warning is an error, and a link that leads nowhere is one."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html"]
    done = subprocess.run(
        [*command, "-d", str(folder / "trees"), str(DOCS), str(folder / "html")],
        cwd=ROOT, capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "html"


def test_no_page_asks_another_host_for_anything(site: Path) -> None:
    """Links that somebody may follow are no assets."""
    for file in (*site.rglob("*.html"), *site.rglob("*.css")):
        text = LINK.sub("", file.read_text(encoding="utf-8"))
        assert FOREIGN.findall(text) == [], file.relative_to(site)


def test_every_page_of_the_docs_is_there_with_the_letters_of_the_desk(site: Path) -> None:
    pages = {page.relative_to(DOCS).with_suffix(".html").as_posix() for page in DOCS.rglob("*.md")}
    assert pages <= {page.relative_to(site).as_posix() for page in site.rglob("*.html")}
    assert len(list((site / "_static").glob("*.woff2"))) >= 4
    assert "be-vietnam-pro-vietnamese-400" in (site / "_static/site.css").read_text(encoding="utf-8")


def test_words_are_found_with_and_without_their_marks(site: Path) -> None:
    """`công bố` stands in the index as `cong`, `bo`, which both spellings become."""
    found = (site / "searchindex.js").read_text(encoding="utf-8")
    terms = json.loads(found.removeprefix("Search.setIndex(").rstrip(")\n"))["terms"]
    assert {"cong", "bo", "tuc", "thanh"} <= terms.keys()
    assert not any(letter in term for term in terms for letter in "àáăâđêôơưế")
    script = (site / "_static/language_data.js").read_text(encoding="utf-8")
    assert 'normalize("NFD")' in script
    assert "EnglishStemmer" in script


def test_the_life_of_a_mismatch_is_drawn_from_its_table(site: Path) -> None:
    page = (site / "lifecycle.html").read_text(encoding="utf-8")
    drawing = page[page.index('<svg class="states"') : page.index("</svg>", page.index('<svg class="states"'))]
    names = set(re.findall(r"\b(suspected|confirmed|waived|resolved|vanished)\b", diagram()))
    events = {event.replace("_", " ") for event in re.findall(r": (\w+)$", diagram(), re.MULTILINE)}
    shown = ", ".join(re.findall(r">([^<>]+)</text>", drawing))
    assert names | events <= set(shown.split(", "))
