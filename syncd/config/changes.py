"""What a reload would change, in words.

In: the configuration that runs and the one just read. Out: the changed keys (secrets hidden), which courses to start,
replace and stop, and which changes cannot be made while the daemon runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from syncd.config.models import Configuration
from syncd.config.problems import Step, key_path, show

FIXED = ("database.", "daemon.", "secrets.", "desk.", "cluster")
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
    """Compare key by key; courses are matched by name, so that a new order changes nothing."""
    before, after = _flat(old), _flat(new)
    lines = tuple(
        f"{key}: {before.get(key, 'absent')} → {after.get(key, 'absent')}"
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    )
    ran = {course.name: course for course in old.courses}
    runs = {course.name: course for course in new.courses}
    both = ran.keys() & runs.keys()
    return Changes(
        lines=lines,
        added=tuple(name for name in runs if name not in both),
        replaced=tuple(name for name in runs if name in both and ran[name] != runs[name]),
        removed=tuple(name for name in ran if name not in both),
        fixed=tuple(line for line in lines if line.startswith(FIXED)),
    )


def _flat(configuration: Configuration) -> dict[str, str]:
    tree = configuration.model_dump(mode="json")
    for kind in ("pairs", "dossiers", "decisions", "tasks"):
        tree[kind] = {table["name"]: table for table in tree[kind]}
    flat: dict[str, str] = {}
    _flatten(tree, (), flat)
    return flat


def _flatten(value: object, steps: tuple[Step, ...], flat: dict[str, str]) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _flatten(inner, (*steps, str(key)), flat)
    else:
        flat[key_path(steps)] = show(value, steps) or "not set"
