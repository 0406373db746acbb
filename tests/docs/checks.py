"""What a page shows without anybody typing it: configurations, queries, rules, answers.

In: a block. Out: a failure where the program that it is for would not take it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Mapping
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from syncd.cli.operating import read_checked
from tests.docs.pages import FOLLOWED, Block

BASE: dict[str, Any] = {
    "database": {"url": "sqlite:///syncd.db"},
    "pairs": [
        {
            "name": "ha-noi",
            "applies": {"agency": "H26", "levels": ["province", "commune"]},
            "portal": {"adapter": "national-portal", "base_url": "https://dichvucong.gov.vn"},
            "city": {"adapter": "file", "path": "city.csv", "columns": {"local_code": "Mã TTHC", "name": "Tên TTHC"}},
        }
    ],
}
"""What a part of a configuration is a part of."""
SIDES = frozenset({"portal", "city"})


def check_toml(block: Block, folder: Path) -> None:
    """A whole configuration, or a part of one, is taken by the loader, adapters and all.

    What the reference shows of an adapter has dots in the place of what nobody can know: that is TOML, and no more.
    """
    part = tomllib.loads(block.text)
    if block.page.parent.name not in FOLLOWED:
        return
    file = folder / "syncd.toml"
    file.write_text(_toml(joined(BASE, part)), encoding="utf-8")
    read_checked(file)


def joined(base: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    """``part`` laid over ``base``. `[pairs.city]` alone is the city of the base's pair; a side is taken whole."""
    found = dict(base)
    for key, value in part.items():
        old = found.get(key)
        if isinstance(old, list) and isinstance(value, Mapping):
            found[key] = [joined(old[0], value), *old[1:]]
        elif isinstance(old, Mapping) and isinstance(value, Mapping) and key not in SIDES:
            found[key] = joined(old, value)
        else:
            found[key] = value
    return found


def _toml(value: Mapping[str, Any]) -> str:
    return "".join(f"{json.dumps(key)} = {_inline(one)}\n" for key, one in value.items())


def _inline(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_inline(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str | bool | int | float) else str(value)


def check_yaml(block: Block, folder: Path) -> None:
    """Rules and scrape configurations are for promtool, routes for amtool."""
    found = yaml.safe_load(block.text)
    program, *words = (
        ("amtool", "check-config")
        if "route" in found
        else ("promtool", "check", "rules" if "groups" in found else "config")
    )
    if shutil.which(program) is None:
        pytest.skip(f"not installed: {program} (Debian: prometheus, prometheus-alertmanager)")
    file = folder / "page.yml"
    file.write_text(block.text, encoding="utf-8")
    done = subprocess.run([program, *words, file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{block.where}\n{done.stdout}{done.stderr}"


def check_promql(block: Block, _folder: Path) -> None:
    for line in block.text.splitlines():
        promql_parser.parse(line)


def check_json(block: Block, _folder: Path) -> None:
    for line in block.text.splitlines() if block.language == "jsonl" else [block.text]:
        json.loads(line)


def check_ini(block: Block, _folder: Path) -> None:
    """A drop-in of systemd: sections and keys; where it is called like a file, the machine takes it for real."""
    reader = ConfigParser(strict=False)
    reader.read_string(block.text)
    assert reader.sections(), f"{block.where}: no section"


def check_python(block: Block, _folder: Path) -> None:
    """It compiles; pages that need more have tests of their own."""
    compile(block.text, block.where, "exec")


def check_nothing(_block: Block, _folder: Path) -> None:
    """Pictures made of letters, and tables of other programs' words."""


CHECKS: dict[str, Callable[[Block, Path], None]] = {
    "toml": check_toml,
    "yaml": check_yaml,
    "promql": check_promql,
    "json": check_json,
    "jsonl": check_json,
    "ini": check_ini,
    "python": check_python,
    "csv": check_nothing,
    "mermaid": check_nothing,
    "text": check_nothing,
}
"""Every language that a page may use beside those that are typed."""
