"""What an operator gets from the package, in a clean Debian without a network and without a running systemd."""

from __future__ import annotations

import re

import pytest

from tests.deploy.debian import CleanRoot

pytestmark = pytest.mark.timeout(900)
PYTHON = "/usr/lib/syncd/bin/python3"
IMPORT_ALL = """
import importlib, importlib.metadata as metadata, importlib.util
tops = [name for name in metadata.packages_distributions() if name.isidentifier() and importlib.util.find_spec(name)]
for name in (*sorted(tops), "psycopg_binary", "lxml.etree", "cryptography.fernet", "uuid", "sqlite3", "ssl"):
    importlib.import_module(name)
print(len(tops))
"""
COMPLETE = """
. /usr/share/bash-completion/completions/syncd
COMP_WORDS=({words}) COMP_CWORD={place}
_shtab_syncd
echo "${{COMPREPLY[@]}}"
"""


def test_it_says_what_to_do_next_and_starts_nothing(installed_root: CleanRoot) -> None:
    said = installed_root.path("/root/installation").read_text(encoding="utf-8")
    assert "syncd: nothing is started yet. Edit /etc/syncd/syncd.toml" in said
    assert "systemctl enable --now syncd" in said
    assert not list(installed_root.path("/etc/systemd/system").glob("**/*syncd*"))
    assert not list(installed_root.path("/var/lib/syncd").iterdir())


def test_the_command_runs_in_its_own_environment(installed_root: CleanRoot) -> None:
    assert re.fullmatch(r"syncd \d\S*\n", installed_root.said("syncd", "--version"))
    assert installed_root.said(PYTHON, "-c", "import sys; print(sys.prefix)") == "/usr/lib/syncd\n"


def test_everything_that_is_inside_finds_its_libraries(installed_root: CleanRoot) -> None:
    assert int(installed_root.said(PYTHON, "-W", "ignore", "-c", IMPORT_ALL)) > 40


def test_running_leaves_no_file_behind(own_root: CleanRoot) -> None:
    before = own_root.files()
    own_root.said("syncd", "--help")
    own_root.said("syncd", "adapters")
    assert {name for name in own_root.files() - before if name.startswith("/usr")} == set()


def test_the_manual_tells_every_command_and_every_key(installed_root: CleanRoot) -> None:
    manual = installed_root.said("man", "syncd")
    for command in ("run", "check", "observe", "database upgrade", "database backup", "index impact", "user add"):
        assert f"syncd {command}" in manual, command
    assert "--config" in manual
    assert "EXIT STATUS" in manual
    settings = installed_root.said("man", "syncd.toml")
    for key in ("[database]", "password_secret", "[[pairs]]", "base_url", "national-portal"):
        assert key in settings, key
    assert "\\f" not in manual + settings
    for page in ("man1/syncd.1.gz", "man5/syncd.toml.5.gz"):
        assert installed_root.said("man", "--warnings", "--local-file", f"/usr/share/man/{page}").count("warning:") == 0


@pytest.mark.parametrize(
    ("words", "place", "expected"),
    [
        ("syncd dat", 1, "database"),
        ("syncd database ba", 2, "backup"),
        ("syncd mismatches --format j", 3, "json jsonl"),
        ("syncd check --con", 2, "--config"),
    ],
)
def test_a_press_of_tab_completes(installed_root: CleanRoot, words: str, place: int, expected: str) -> None:
    said = installed_root.said("bash", "-c", COMPLETE.format(words=words, place=place))
    assert said.strip() == expected


def test_completions_lie_where_each_shell_looks(installed_root: CleanRoot) -> None:
    assert installed_root.path("/usr/share/zsh/vendor-completions/_syncd").read_text().startswith("#compdef syncd\n")
    assert "complete -c syncd" in installed_root.path("/usr/share/fish/vendor_completions.d/syncd.fish").read_text()


def test_settings_and_secrets_are_for_those_who_need_them(installed_root: CleanRoot) -> None:
    wanted = {
        "/etc/syncd": "drwxr-x--- root:syncd",
        "/etc/syncd/syncd.toml": "-rw-r----- root:syncd",
        "/etc/syncd/secrets": "drwx------ root:root",
        "/var/lib/syncd": "drwx------ syncd:syncd",
        "/var/log/syncd": "drwxr-x--- syncd:syncd",
        "/usr/lib/syncd": "drwxr-xr-x root:root",
    }
    said = installed_root.said("stat", "--format", "%n %A %U:%G", *wanted)
    assert dict(line.split(" ", 1) for line in said.splitlines()) == wanted
    assert installed_root.said("getent", "passwd", "syncd").endswith(":/var/lib/syncd:/usr/sbin/nologin\n")


def test_the_example_is_right_as_far_as_it_can_be_without_a_network(own_root: CleanRoot) -> None:
    done = own_root.as_service("syncd", "check", check=False)
    assert done.returncode == 1
    assert "configuration  /etc/syncd/syncd.toml: 1 pair" in done.stdout
    assert "schema not yet made (empty)" in done.stdout
    assert "mismatch log   /var/log/syncd/mismatches.jsonl" in done.stdout
    assert "check base_url and the DNS" in done.stdout
    assert "Traceback" not in done.stdout
    assert not list(own_root.path("/var/lib/syncd").iterdir())


def test_configuring_twice_changes_nothing(own_root: CleanRoot) -> None:
    before = own_root.files()
    said = own_root.said("/var/lib/dpkg/info/syncd.postinst", "configure", "")
    said += own_root.said("/var/lib/dpkg/info/syncd.postinst", "configure", "0.0.1")
    assert "rror" not in said
    assert {name for name in own_root.files() - before if "syncd" in name} == set()
    assert own_root.said("stat", "--format", "%A %U:%G", "/etc/syncd/syncd.toml") == "-rw-r----- root:syncd\n"
