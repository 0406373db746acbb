"""`syncd-as-service` says what is missing before it asks systemd for anything; the pages show what else it does."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

PROGRAM = ROOT / "deploy/package/program/as-service"


def said(*words: str | Path) -> tuple[int, str]:
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("setpriv") is None, reason="needs root and setpriv")
def test_whoever_is_not_root_is_told_what_to_type() -> None:
    status, told = said("setpriv", "--reuid=nobody", "--clear-groups", "sh", "-c", PROGRAM.read_text(), "x", "check")
    assert (status, told) == (1, "syncd-as-service: only root may read the secrets: sudo syncd-as-service check\n")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_a_city_without_a_folder_of_secrets_is_told_how_to_make_one() -> None:
    folder = "/etc/syncd/no-such-city.secrets"
    status, told = said("sh", PROGRAM, "@no-such-city", "check")
    assert (status, told) == (
        1,
        f"syncd-as-service: there is no folder {folder}: install -d -m 0700 {folder}\n",
    )
