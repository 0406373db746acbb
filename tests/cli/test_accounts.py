"""`syncd user`: accounts from the command line; a password is never an argument and never shown, unless drawn."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from syncd.ledger import open_ledger
from syncd.ledger.accounts import password_hash_of
from syncd.records.passwords import check
from tests.cli.program import LIMIT, Said, checked, command, environment, syncd
from tests.cli.town import Town

PASSWORD = "một mật khẩu dài"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    town = Town(tmp_path).write()
    assert syncd("database", "upgrade", folder=town.folder).status == 0
    return town


def typed(town: Town, text: str, *arguments: str) -> Said:
    """Run a command that reads standard input."""
    ended = subprocess.run(
        command(*arguments), cwd=town.folder, env=environment(town.folder), input=text.encode(),
        capture_output=True, timeout=LIMIT, check=False,
    )  # fmt: skip
    return checked(ended.returncode, ended.stdout, ended.stderr)


def signs_in(town: Town, login: str, password: str) -> bool:
    with open_ledger(f"sqlite:///{town.folder / 'ledger.db'}") as ledger:
        return check(password, ledger.read_now(password_hash_of, login)).is_right


def add(town: Town, login: str, *more: str) -> Said:
    return typed(town, f"{PASSWORD}\n", "user", "add", login, "--name", "Nguyễn Thị Hòa", *more)


def test_a_user_is_added_with_the_password_from_standard_input(town: Town) -> None:
    said = add(town, "hoa", "--role", "reviewer")
    assert (said.status, said.err) == (0, "")
    assert PASSWORD not in said.out
    assert signs_in(town, "HOA", PASSWORD)
    (row,) = syncd("user", "list", "--format", "json", folder=town.folder).rows
    assert (row["login"], row["name"], row["role"], row["disabled_at"]) == ("hoa", "Nguyễn Thị Hòa", "reviewer", None)
    assert not any("hash" in name for name in row)


def test_a_drawn_password_is_shown_once_and_opens_the_desk(town: Town) -> None:
    said = syncd("user", "add", "lan", "--name", "Lan", "--role", "operator", "--generate", folder=town.folder)
    drawn = said.out.split("password ")[1].strip()
    assert signs_in(town, "lan", drawn)
    again = syncd("user", "password", "lan", "--generate", folder=town.folder)
    assert not signs_in(town, "lan", drawn)
    assert signs_in(town, "lan", again.out.split("password ")[1].strip())


def test_disabling_enabling_and_another_role_are_said(town: Town) -> None:
    add(town, "hoa", "--role", "reviewer")
    for arguments, words in (
        (("disable", "HOA"), "is disabled"),
        (("disable", "hoa"), "was disabled already"),
        (("enable", "hoa"), "is enabled"),
        (("role", "hoa", "unit", "--unit", "H26.17"), "is now unit"),
    ):
        said = syncd("user", *arguments, folder=town.folder)
        assert (said.status, words in said.out) == (0, True), said
    (row,) = syncd("user", "list", "--format", "json", folder=town.folder).rows
    assert (row["role"], row["unit"], row["disabled_at"]) == ("unit", "H26.17", None)


@pytest.mark.parametrize(
    ("text", "arguments", "status", "words"),
    [
        ("short\n", ("user", "add", "hoa", "--name", "Hòa", "--role", "reviewer"), 1, "12 to 1024"),
        ("", ("user", "add", "hoa", "--name", "Hòa", "--role", "reviewer"), 1, "no password on standard input"),
        ("", ("user", "add", "hoa", "--name", "Hòa", "--role", "root"), 2, "operator"),
        (f"{PASSWORD}\n", ("user", "add", "a b", "--name", "Hòa", "--role", "reviewer"), 1, "cannot be a login"),
        (f"{PASSWORD}\n", ("user", "add", "hoa", "--name", "Hòa", "--role", "unit"), 1, "belongs to a unit"),
        ("", ("user", "disable", "nobody"), 1, "there is no user 'nobody'"),
        (f"{PASSWORD}\n", ("user", "password", "nobody"), 1, "there is no user 'nobody'"),
        ("", ("user", "password", "hoa", "secret"), 2, "unexpected extra argument"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    town: Town, text: str, arguments: tuple[str, ...], status: int, words: str
) -> None:
    said = typed(town, text, *arguments)
    assert said.status == status
    assert words in " ".join(said.err.replace("│", " ").split())
    assert syncd("user", "list", "--format", "json", folder=town.folder).rows == []
