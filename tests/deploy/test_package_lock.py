"""The locks of the package say the same as the project's."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import requires

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.deploy.building import CHECKOUT

PIN = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+) ?;?(?P<marker>[^\n\\]*)\\(?P<hashes>(?:\n    --hash=[^\n]+)+)",
    re.MULTILINE,
)
PACKAGE = CHECKOUT / "deploy" / "package"
REMEDY = "run deploy/package/lock"


def pins(name: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Version and hashes of every distribution in a lock that is meant for a machine such as this."""
    folder = PACKAGE if name in ("packaged", "tools") else CHECKOUT / "requirements"
    text = (folder / f"{name}.txt").read_text(encoding="utf-8")
    return {
        found["name"]: (found["version"], frozenset(re.findall(r"sha256:[0-9a-f]{64}", found["hashes"])))
        for found in PIN.finditer(text)
        if not found["marker"].strip() or Marker(found["marker"].strip()).evaluate()
    }


def needed(lines: Iterable[str]) -> set[str]:
    """The closure of what these requirements need on a machine such as this, by the metadata that is installed."""
    found: set[str] = set()
    waiting = [Requirement(line) for line in lines]
    while waiting:
        one = waiting.pop()
        found.add(canonicalize_name(one.name))
        below = (Requirement(line) for line in requires(one.name) or ())
        extras = one.extras | {""}
        meant = (
            each for each in below if each.marker is None or any(each.marker.evaluate({"extra": x}) for x in extras)
        )
        waiting += [each for each in meant if canonicalize_name(each.name) not in found or each.extras]
    return found


def test_the_package_holds_every_extra_and_nothing_that_only_builds() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = (line for lines in project["optional-dependencies"].values() for line in lines)
    assert needed([*project["dependencies"], *extras]) == set(pins("packaged")), REMEDY


@pytest.mark.parametrize("other", ["runtime", "dev"])
def test_what_is_packaged_is_what_is_tested(other: str) -> None:
    packaged, ours = pins("packaged"), pins(other)
    shared = packaged.keys() & ours.keys()
    assert len(shared) > 40
    assert {name: packaged[name] for name in shared} == {name: ours[name] for name in shared}, REMEDY


@pytest.mark.parametrize("name", ["packaged", "tools"])
def test_every_pin_has_a_hash_and_no_lock_names_a_place(name: str) -> None:
    folder_text = (PACKAGE / f"{name}.txt").read_text(encoding="utf-8")
    assert len(PIN.findall(folder_text)) == len(re.findall(r"^[^ #\n]", folder_text, re.MULTILINE))
    assert "://" not in folder_text
