"""Checks each table that names an adapter with that adapter.

In: a loaded configuration. Out: for each course and side, the adapter's definition and its typed settings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from syncd.config.models import Configuration
from syncd.config.problems import InvalidConfigurationError, Problem, nearest, show
from syncd.errors import ConfigurationError
from syncd.sides.adapter import AdapterDefinition, AdapterSettings

SIDES = ("portal", "city")
SOURCE = "source"
Need = Literal["build", "index", "dossiers", "decisions", "tasks"]
NEEDS: dict[Need, str] = {
    "build": "this adapter cannot be a side of a pair",
    "index": "this adapter reads no index",
    "dossiers": "this adapter counts no dossiers",
    "decisions": "this adapter lists no publication decisions",
    "tasks": "this adapter counts no tasks",
}
"""What a table needs of an adapter's definition, and what is said of one that has none."""

SettingsFor = Callable[[AdapterDefinition, dict[str, Any], str], AdapterSettings]


@dataclass(frozen=True, slots=True)
class CheckedSide:
    """One side of one pair, ready to be built."""

    definition: AdapterDefinition
    settings: AdapterSettings


@dataclass(frozen=True, slots=True)
class Place:
    """One table that names an adapter: of which course and side, where it stands, and what the adapter must offer."""

    course: str
    side: str
    path: str
    table: dict[str, Any]
    needs: Need


Checked = Mapping[str, Mapping[str, CheckedSide]]
"""Course name → side name → what to build."""


def check_sides(
    configuration: Configuration, definitions: Mapping[str, AdapterDefinition], settings_for: SettingsFor
) -> Checked:
    """Check every table that names an adapter. ``definitions`` and ``settings_for`` come from `syncd.sides.registry`.

    Raises `InvalidConfigurationError` with every problem of every table.
    """
    problems: list[Problem] = []
    checked: dict[str, dict[str, CheckedSide]] = {}
    for place in places(configuration):
        found = _check(place, configuration.file, definitions, settings_for)
        if isinstance(found, CheckedSide):
            checked.setdefault(place.course, {})[place.side] = found
        else:
            problems.extend(found)
    if problems:
        raise InvalidConfigurationError(problems)
    return checked


def places(configuration: Configuration) -> Iterator[Place]:
    """Every table of the configuration that names an adapter."""
    for index, pair in enumerate(configuration.pairs):
        for side in SIDES:
            yield Place(pair.name, side, f"pairs[{index}].{side}", getattr(pair, side), "build")
    for index, tallied in enumerate(configuration.dossiers):
        for side in SIDES:
            yield Place(tallied.name, side, f"dossiers[{index}].{side}", getattr(tallied, side), "dossiers")
    for index, decided in enumerate(configuration.decisions):
        for name, table in decided.tables.items():
            yield Place(decided.name, name, f"decisions[{index}].{name}", table, "decisions")
    for index, tasked in enumerate(configuration.tasks):
        yield Place(tasked.name, SOURCE, f"tasks[{index}].source", tasked.source, "tasks")
    if configuration.index is not None:
        yield Place(configuration.index.name, SOURCE, "index.source", configuration.index.source, "index")


def _check(
    place: Place, file: Path, definitions: Mapping[str, AdapterDefinition], settings_for: SettingsFor
) -> CheckedSide | list[Problem]:
    able = {name: one for name, one in definitions.items() if getattr(one, place.needs) is not None}
    name = place.table.get("adapter")
    if name is None:
        return [Problem(str(file), f"{place.path}.adapter", "missing", f"installed: {', '.join(sorted(able))}")]
    definition = able.get(name) if isinstance(name, str) else None
    if definition is None:
        wrong = NEEDS[place.needs] if name in definitions else "no such adapter"
        return [Problem(str(file), f"{place.path}.adapter", wrong, nearest(str(name), [*able]), show(name))]
    try:
        return CheckedSide(definition, settings_for(definition, place.table, place.path))
    except InvalidConfigurationError as error:
        return list(error.problems)
    except ConfigurationError as error:
        return [Problem(str(file), "", line, error.action) for line in error.message.splitlines()]
