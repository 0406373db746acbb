"""The pages as a reader finds them: every fenced block, where it stands, and what is marked beside it.

In: Markdown. Out: `Block`s in the order of the page. A mark is a comment right before a block,
`<!-- run: world=demo -->`, or at the head of a page, `<!-- page: world=demo -->`, for all of its blocks that are run.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
FOLLOWED = ("tutorial", "how-to", "runbooks")
"""Folders whose blocks are followed; the other pages are read, and what they show is checked by language alone."""
ELSEWHERE = {
    "README.md": "tests/test_readme.py",
    "docs/api.md": "tests/desk/api/test_docs.py",
    "docs/how-to/write-an-adapter.md": "tests/test_guide.py",
}
"""Pages that a test of their own follows, word for word."""
COMMANDS = frozenset({"console", "sh", "bash", "sql"})
"""Languages of what people type."""
WORLDS = {"runbooks": "server"}
"""The world of a folder's pages that name none."""
MARK = re.compile(r"<!--\s*(run|page):\s*(.*?)\s*-->", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block.

    ``marks``: `world`, `status`, `file`, `typed`, `until`, `patience`, `skip`, as they are written.
    """

    page: Path
    line: int
    language: str
    text: str
    marks: Mapping[str, str] = field(default_factory=dict)

    @property
    def where(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def world(self) -> str:
        return self.marks.get("world", "")

    @property
    def is_followed(self) -> bool:
        """Whether a world has something to do for it: a command to run or a file to write."""
        return not self.marks.get("skip") and (self.language in COMMANDS or "file" in self.marks)


def followed_pages() -> list[Path]:
    """Every page that tells people what to type."""
    pages = [page for folder in FOLLOWED for page in sorted((DOCS / folder).rglob("*.md"))]
    return [page for page in pages if str(page.relative_to(ROOT)) not in ELSEWHERE]


def every_page() -> list[Path]:
    """Every page but those of `ELSEWHERE`."""
    return [page for page in sorted(DOCS.rglob("*.md")) if str(page.relative_to(ROOT)) not in ELSEWHERE]


def blocks(page: Path) -> list[Block]:
    """The blocks of a page, directives of the site left out."""
    return list(blocks_of(page.read_text(encoding="utf-8"), page))


def blocks_of(text: str, page: Path) -> Iterator[Block]:
    """The same of a text. Raises `ValueError` for a mark that cannot be read."""
    defaults = {"world": WORLDS.get(page.parent.name, "")}
    pending: dict[str, str] = {}
    for token in MarkdownIt("commonmark").parse(text):
        if token.type == "html_block" and (mark := MARK.search(token.content)):
            told = marks(mark[2])
            defaults, pending = (defaults | told, {}) if mark[1] == "page" else (defaults, told)
        elif token.type == "fence":
            language = token.info.partition(" ")[0]
            if not language.startswith("{"):
                given = {name: value for name, value in (defaults | pending).items() if value}
                yield Block(page, (token.map or [0])[0] + 1, language, token.content, given)
            pending = {}


def marks(text: str) -> dict[str, str]:
    """``world=demo status=3`` as a mapping; a word alone stands for itself."""
    return {name: value or name for name, _, value in (word.partition("=") for word in shlex.split(text))}


@dataclass(frozen=True)
class Step:
    """One thing to type, and the lines that the page shows below it."""

    command: str
    shown: tuple[str, ...] = ()


def steps(block: Block) -> list[Step]:
    """A transcript (`console`) is taken apart at its prompts, commands (`sh`) line by line; SQL is sent as a whole."""
    if block.language == "sql":
        return [Step(block.text)]
    if block.language != "console":
        whole = block.text.replace("\\\n", " ")
        return [Step(line) for line in whole.splitlines() if line.strip() and not line.startswith("#")]
    found: list[Step] = []
    for line in block.text.splitlines():
        if line.startswith(("$ ", "# ")):
            found.append(Step(line[2:]))
        elif found and found[-1].command.endswith("\\"):
            found[-1] = Step(f"{found[-1].command}\n{line.removeprefix('> ')}")
        elif found:
            found[-1] = Step(found[-1].command, (*found[-1].shown, line))
        else:
            raise ValueError(f"{block.where}: a transcript begins with a prompt, `$ ` or `# `")
    return found
