"""Blocks, their marks and their steps are read as they are written."""

from __future__ import annotations

import pytest

from tests.docs.checks import BASE, CHECKS, joined
from tests.docs.pages import DOCS, Block, Step, blocks_of, marks, steps
from tests.docs.worlds import Ended, allowed, follow

PAGE = DOCS / "how-to" / "example.md"
RUNBOOK = DOCS / "runbooks" / "SyncdExample.md"


def test_a_mark_holds_for_the_next_block_alone_and_a_page_for_all() -> None:
    text = "<!-- page: world=demo -->\n# A\n<!-- run: status=3 -->\n```sh\nfirst\n```\n\n```sh\nsecond\n```\n"
    first, second = blocks_of(text, PAGE)
    assert (first.marks, second.marks) == ({"world": "demo", "status": "3"}, {"world": "demo"})
    assert (first.line, second.text) == (4, "second\n")


def test_a_runbook_is_followed_on_a_server_without_a_mark() -> None:
    (block,) = blocks_of("```sh\ndf -h\n```\n", RUNBOOK)
    assert block.world == "server"
    assert block.is_followed


def test_a_block_in_a_list_is_found_and_a_directive_is_none() -> None:
    text = "1. Do\n\n   ```sh\n   df -h\n   ```\n\n```{toctree}\nindex\n```\n"
    assert [one.text for one in blocks_of(text, PAGE)] == ["df -h\n"]


def test_marks_may_be_quoted() -> None:
    assert marks('until="Ctrl-C ends" world=demo') == {"until": "Ctrl-C ends", "world": "demo"}


def test_a_transcript_is_taken_apart_and_commands_line_by_line() -> None:
    shown = Block(PAGE, 1, "console", "$ ls \\\n> -l\nfirst\n# id\n")
    assert steps(shown) == [Step("ls \\\n-l", ("first",)), Step("id")]
    assert steps(Block(PAGE, 1, "sh", "ls \\\n  -l\n# a word\nid\n")) == [Step("ls    -l"), Step("id")]
    with pytest.raises(ValueError, match="begins with a prompt"):
        steps(Block(PAGE, 1, "console", "said\n"))


def test_a_part_of_a_configuration_is_laid_over_a_whole_one() -> None:
    found = joined(BASE, {"pairs": {"city": {"adapter": "sql"}}, "desk": {"listen": "x"}})
    assert found["pairs"][0]["city"] == {"adapter": "sql"}
    assert found["pairs"][0]["name"] == "ha-noi"
    assert found["desk"] == {"listen": "x"}


def test_a_wrong_configuration_is_refused(tmp_path: object) -> None:
    block = Block(PAGE, 1, "toml", "[database]\nurll = 1\n")
    with pytest.raises(Exception, match="unknown key"):
        CHECKS["toml"](block, tmp_path)  # type: ignore[arg-type]


class Parrot:
    """A world that says what it is told to."""

    def __init__(self, status: int, said: str) -> None:
        self.ended = Ended(status, said)

    def prepare(self, page: object) -> None: ...
    def write(self, file: str, text: str) -> None: ...

    def run(self, command: str, *, typed: str | None = None, until: str | None = None) -> Ended:
        return self.ended

    def named(self, word: str) -> str:
        return word


@pytest.mark.parametrize(
    ("status", "said", "why"),
    [(1, "right", "status 1"), (0, "wrong", "The page shows: right"), (0, "Traceback (most…", "Traceback")],
)
def test_a_command_that_fails_or_says_something_else_is_told_with_its_place(status: int, said: str, why: str) -> None:
    with pytest.raises(AssertionError) as failure:
        follow(Block(PAGE, 7, "console", "$ id\nright\n"), Parrot(status, said))
    assert "docs/how-to/example.md:7" in str(failure.value)
    assert why in str(failure.value)


def test_a_look_may_end_with_a_verdict_and_a_block_may_name_its_status() -> None:
    assert allowed(Block(PAGE, 1, "sh", ""), "syncd-as-service observe") == {0, 3, 4}
    assert allowed(Block(PAGE, 1, "sh", ""), "syncd check") == {0}
    assert allowed(Block(PAGE, 1, "sh", "", {"status": "78"}), "syncd check") == {78}
