"""Search that finds Vietnamese with or without its marks: `cong bo` finds `công bố`.

In: the words of the pages, and those that somebody types. Out: the same stems for both, in Python and in the browser.
"""

from __future__ import annotations

import unicodedata

from sphinx import package_dir
from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

SCRIPTS = package_dir / "search" / "minified-js"
FOLD = """
var Stemmer = function () {
  const english = new EnglishStemmer();
  this.stemWord = (word) =>
    english.stemWord(word.toLowerCase().normalize("NFD").replace(/[\\u0300-\\u036f]/g, "").replace(/\\u0111/g, "d"));
};
"""


def fold(word: str) -> str:
    """A word in small letters without marks."""
    apart = unicodedata.normalize("NFD", word.lower())
    return "".join(letter for letter in apart if not "\u0300" <= letter <= "\u036f").replace("đ", "d")


class FoldedSearch(SearchEnglish):
    """English stems of words without marks."""

    lang = "folded"
    language_name = "English and Vietnamese, without marks"
    stopwords: frozenset[str] = frozenset()
    """None: without its marks `thế` is `the`, and `độ` is `do`."""
    js_stemmer_rawcode = ""
    js_stemmer_code = "\n".join(
        [*((SCRIPTS / name).read_text(encoding="utf-8") for name in ("base-stemmer.js", "english-stemmer.js")), FOLD]
    )

    def stem(self, word: str) -> str:
        return str(super().stem(fold(word)))


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_search_language(FoldedSearch)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
