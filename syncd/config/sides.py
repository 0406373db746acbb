"""Checks each side's own table with the adapter that it names.

In: a loaded configuration. Out: for each pair and side, the adapter's definition and its typed settings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from syncd.config.models import Configuration
from syncd.config.pairs import PairConfig
from syncd.config.problems import InvalidConfigurationError, Problem, nearest, show
from syncd.errors import ConfigurationError
from syncd.sides.adapter import AdapterDefinition, AdapterSettings

SIDES = ("portal", "city")
SettingsFor = Callable[[AdapterDefinition, dict[str, Any], str], AdapterSettings]


@dataclass(frozen=True, slots=True)
class CheckedSide:
    """One side of one pair, ready to be built."""

    definition: AdapterDefinition
    settings: AdapterSettings


Checked = Mapping[str, Mapping[str, CheckedSide]]
"""Pair name → side name → what to build."""


def check_sides(
    configuration: Configuration, definitions: Mapping[str, AdapterDefinition], settings_for: SettingsFor
) -> Checked:
    """Check every side of every pair. ``definitions`` and ``settings_for`` come from `syncd.sides.registry`.

    Raises `InvalidConfigurationError` with every problem of every side.
    """
    problems: list[Problem] = []
    checked: dict[str, dict[str, CheckedSide]] = {}
    for index, pair in enumerate(configuration.pairs):
        for side in SIDES:
            found = _check(pair, side, f"pairs[{index}].{side}", configuration.file, definitions, settings_for)
            if isinstance(found, CheckedSide):
                checked.setdefault(pair.name, {})[side] = found
            else:
                problems.extend(found)
    if problems:
        raise InvalidConfigurationError(problems)
    return checked


def _check(
    pair: PairConfig,
    side: str,
    path: str,
    file: Path,
    definitions: Mapping[str, AdapterDefinition],
    settings_for: SettingsFor,
) -> CheckedSide | list[Problem]:
    table: dict[str, Any] = getattr(pair, side)
    name = table.get("adapter")
    if name is None:
        return [Problem(str(file), f"{path}.adapter", "missing", f"installed: {', '.join(sorted(definitions))}")]
    definition = definitions.get(name) if isinstance(name, str) else None
    if definition is None:
        right = nearest(str(name), [*definitions])
        return [Problem(str(file), f"{path}.adapter", "no such adapter", right, show(name))]
    try:
        return CheckedSide(definition, settings_for(definition, table, path))
    except InvalidConfigurationError as error:
        return list(error.problems)
    except ConfigurationError as error:
        return [Problem(str(file), "", line, error.action) for line in error.message.splitlines()]
