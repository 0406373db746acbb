"""Each alert has a page, each page an alert; what a page tells people to type and to ask for exists."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import typer.main

from syncd.cli.app import app
from syncd.log import EVENTS
from tests.deploy.promql import ROOT, RUNBOOKS, blocks, faults, rules

PAGES = sorted(RUNBOOKS.glob("Syncd*.md"))
HEADINGS = ["What it means", "What to look at", "What to do", "How it ends"]
ALERTS = {rule["alert"]: rule for rule in rules("alert")}


def pages(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def test_each_alert_has_a_page_and_each_page_an_alert() -> None:
    assert {file.stem for file in PAGES} == set(ALERTS)


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_each_page_has_the_same_four_parts_and_the_labels_of_its_alert(file: Path) -> None:
    page, labels = pages(file), ALERTS[file.stem]["labels"]
    assert page.startswith(f"# {file.stem}\n")
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == HEADINGS
    assert f"Severity: {labels['severity']}. For: {labels['audience']}." in page
    assert blocks(page, "promql")
    assert blocks(page, "sh")


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_each_question_of_a_page_asks_for_what_there_is(file: Path) -> None:
    assert [fault for line in blocks(pages(file), "promql") for fault in faults(line)] == []


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_each_command_of_ours_on_a_page_is_one_that_the_program_takes(file: Path) -> None:
    """Commands and options are looked up in the command line itself; nothing is run."""
    for line in blocks(pages(file), "sh"):
        words = shlex.split(line)
        if words[0] == "syncd":
            _require_taken(words[1:])


def _require_taken(words: list[str]) -> None:
    command: Any = typer.main.get_command(app)
    names = [word for word in words if not word.startswith("-")]
    while names and names[0] in getattr(command, "commands", {}):
        command = command.commands[names.pop(0)]
    assert command.name in words, words
    options = {option: one for one in command.params for option in one.opts}
    for option, value in pairwise([*words, ""]):
        assert not option.startswith("-") or option in options or option == "--help", option
        allowed = getattr(getattr(options.get(option), "type", None), "choices", None)
        assert allowed is None or value in {str(getattr(one, "value", one)) for one in allowed}, value


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_each_event_that_a_page_looks_for_is_logged(file: Path) -> None:
    page = pages(file)
    wanted = {word for found in re.findall(r'-g "?([a-z_|]+)"?', page) for word in found.split("|")}
    assert wanted <= set(EVENTS)


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_each_link_of_a_page_leads_somewhere(file: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", pages(file)):
        assert (file.parent / target).is_file(), target


def test_the_how_to_names_files_that_are_there() -> None:
    page = pages(ROOT / "docs" / "how-to" / "prometheus.md")
    named = set(re.findall(r"`(deploy/[\w./-]+|docs/runbooks)`", page))
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
    assert [fault for line in blocks(page, "promql") for fault in faults(line)] == []
