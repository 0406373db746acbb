"""What a reload would change, in words.

In: the configuration that runs and the one just read. Out: the changed keys (secrets hidden), which pairs to start,
replace and stop, and which changes cannot be made while the daemon runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from syncd.config.models import Configuration
from syncd.config.problems import Step, key_path, show

FIXED = ("database.", "daemon.", "secrets.")
"""Keys that need a restart."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The difference between two configurations. ``lines`` are fit for a log."""

    lines: tuple[str, ...]
    added: tuple[str, ...]
    replaced: tuple[str, ...]
    removed: tuple[str, ...]
    fixed: tuple[str, ...]


def changes(old: Configuration, new: Configuration) -> Changes:
    """Compare key by key; pairs are matched by name, so that a new order changes nothing."""
    before, after = _flat(old), _flat(new)
    lines = tuple(
        f"{key}: {before.get(key, 'absent')} → {after.get(key, 'absent')}"
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    )
    pairs_before = {pair.name: pair for pair in old.pairs}
    pairs_after = {pair.name: pair for pair in new.pairs}
    both = pairs_before.keys() & pairs_after.keys()
    return Changes(
        lines=lines,
        added=tuple(name for name in pairs_after if name not in both),
        replaced=tuple(name for name in pairs_after if name in both and pairs_before[name] != pairs_after[name]),
        removed=tuple(name for name in pairs_before if name not in both),
        fixed=tuple(line for line in lines if line.startswith(FIXED)),
    )


def _flat(configuration: Configuration) -> dict[str, str]:
    tree = configuration.model_dump(mode="json")
    tree["pairs"] = {pair["name"]: pair for pair in tree["pairs"]}
    flat: dict[str, str] = {}
    _flatten(tree, (), flat)
    return flat


def _flatten(value: object, steps: tuple[Step, ...], flat: dict[str, str]) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _flatten(inner, (*steps, str(key)), flat)
    else:
        flat[key_path(steps)] = show(value, steps) or "not set"
