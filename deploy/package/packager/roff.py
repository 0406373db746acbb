"""Text as man(7) wants it: what must be escaped is, and Markdown of the reference pages becomes a manual page.

In: text, Markdown. Out: lines of roff.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

ESCAPES = str.maketrans({"\\": "\\e", "-": "\\-", "~": "\\(ti", "^": "\\(ha", "`": "\\(ga"})
CODE = re.compile(r"`([^`]+)`")
EMPHASIS = re.compile(r"(?<!\w)\*([^*]+)\*(?!\w)")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def escape(text: str) -> str:
    """Text in one line of roff, which can never be a request."""
    line = " ".join(text.split()).translate(ESCAPES)
    return f"\\&{line}" if line[:1] in (".", "'") else line


def styled(text: str) -> str:
    """The same, with what stands in backquotes in bold."""
    parts = CODE.split(" ".join(text.replace("**", "").split()))
    line = "".join(f"\\fB{_plain(part)}\\fP" if index % 2 else _plain(part) for index, part in enumerate(parts))
    return f"\\&{line}" if line[:1] in (".", "'") else line


def _plain(text: str) -> str:
    return EMPHASIS.sub(r"\\fI\1\\fP", text.translate(ESCAPES))


def head(name: str, section: int, date: str, version: str, manual: str) -> Iterator[str]:
    """The first lines of a page."""
    yield "'\\\" -*- coding: UTF-8 -*-"
    yield f'.TH "{escape(name.upper())}" "{section}" "{date}" "syncd {version}" "{escape(manual)}"'
    yield ".nh"
    yield ".ad l"


def tagged(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    """A list of terms with their meanings, both in roff."""
    for term, meaning in rows:
        yield from (".TP", term, meaning or "\\&")


def from_markdown(text: str) -> Iterator[str]:
    """Headings, paragraphs, and tables as lists of terms."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt().enable("table").parse(COMMENT.sub("", text))
    row: list[str] = []
    opened = ""
    for token in tokens:
        if token.type == "inline":
            if opened in ("th", "td"):
                row.append(token.content)
            else:
                yield from _text(token, opened)
        elif token.nesting == 1:
            opened = token.tag
            row = [] if token.tag == "tr" else row
        elif token.type == "tr_close" and opened == "td":
            yield from _row(row)


def _text(token: Any, opened: str) -> Iterator[str]:
    if opened.startswith("h"):
        yield f'.SS "{styled(token.content)}"'
    else:
        yield from (".PP", styled(token.content))


def _row(cells: list[str]) -> Iterator[str]:
    """The first cell is the term, the last the meaning; a default stands between them."""
    key, *between = cells[:-1] if len(cells) > 2 else cells
    meaning = cells[-1] if len(cells) > 2 else ""
    default = between[0] if between else ""
    said = {"–": "", "**required**": "Required."}.get(default, f"Default: {default}.")
    yield from tagged([(styled(key), " ".join(part for part in (styled(meaning), styled(said)) if part))])
