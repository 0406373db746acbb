"""Finds the adapters that are installed and reads their settings.

In: entry points of the group ``syncd.adapters.v1``, and one side's TOML table. Out: definitions, checked settings, or a
`ConfigurationError` that names the key and what would be right. A plug-in that fails is reported, not fatal to others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from syncd.errors import ConfigurationError
from syncd.sides.adapter import ENTRY_POINT_GROUP, AdapterDefinition, AdapterSettings

_HIDDEN_KEY = re.compile(r"secret|password|token|auth|credential|cookie|headers|api_?key|private", re.IGNORECASE)
_CREDENTIALS = re.compile(r"//[^/\s]*@")


@dataclass(frozen=True, slots=True)
class Found:
    """One installed adapter: its definition, or ``error``, the sentence why it cannot be used."""

    name: str
    distribution: str
    definition: AdapterDefinition | None = None
    error: str = ""


def adapters(installed: Iterable[EntryPoint] | None = None) -> dict[str, Found]:
    """Every installed adapter by name, those that cannot be used included. ``installed`` is for tests."""
    points = entry_points(group=ENTRY_POINT_GROUP) if installed is None else installed
    found: dict[str, Found] = {}
    for point in sorted(points, key=lambda point: (point.name, point.value)):
        loaded = _load(point)
        known = found.get(point.name)
        found[point.name] = loaded if known is None else _twice(known, loaded)
    return found


def _twice(one: Found, other: Found) -> Found:
    if one.distribution == other.distribution and one.definition is other.definition:
        return one
    both = f"{one.distribution} and {other.distribution}"
    return Found(one.name, both, error=f"two distributions offer it: {both}; uninstall one")


def _load(point: EntryPoint) -> Found:
    distribution = point.dist.name if point.dist is not None else "unknown"
    try:
        loaded = point.load()
    except Exception as error:  # a foreign module may raise anything while it is imported
        return Found(point.name, distribution, error=f"{point.value} does not load: {type(error).__name__}: {error}")
    if not isinstance(loaded, AdapterDefinition):
        kind = type(loaded).__name__
        return Found(point.name, distribution, error=f"{point.value} is a {kind}, not an AdapterDefinition")
    return Found(point.name, distribution, loaded)


def definition(name: str, found: Mapping[str, Found] | None = None, *, path: str = "adapter") -> AdapterDefinition:
    """The adapter of that name. Raises `ConfigurationError` that names what exists, or why it cannot be used."""
    known = adapters() if found is None else found
    one = known.get(name)
    if one is not None and one.definition is not None:
        return one.definition
    if one is not None:
        raise ConfigurationError(
            f"the adapter {name!r} of {one.distribution} cannot be used: {one.error}",
            path=path,
            action="repair or reinstall it",
        )
    usable = sorted(name for name, one in known.items() if one.definition is not None)
    raise ConfigurationError(
        f"there is no adapter {name!r}{_nearest(name, usable)}",
        path=path,
        action=f"installed are: {', '.join(usable) or 'none'}",
    )


def settings_for(definition: AdapterDefinition, table: Mapping[str, Any], path: str) -> AdapterSettings:
    """The checked settings of one side. Raises one `ConfigurationError`; several wrong keys are several lines of it."""
    errors = problems(definition, table, path)
    if not errors:
        return definition.settings.model_validate(table)
    if len(errors) == 1:
        raise errors[0]
    first = errors[0]
    lines = [first.message.removeprefix(f"{first.path}: "), *(str(error) for error in errors[1:])]
    raise ConfigurationError("\n".join(lines), path=first.path, action=first.action)


def problems(definition: AdapterDefinition, table: Mapping[str, Any], path: str) -> list[ConfigurationError]:
    """Everything that is wrong with one side's table, one error for each key; empty where nothing is."""
    try:
        definition.settings.model_validate(table)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_context=False)
        return [_explain(definition.settings, each, path) for each in wrong]
    return []


def _explain(settings: type[BaseModel], wrong: ErrorDetails, path: str) -> ConfigurationError:
    where = _path(path, wrong["loc"])
    if wrong["type"] == "extra_forbidden":
        valid = sorted(_keys(settings, wrong["loc"][:-1]))
        key = str(wrong["loc"][-1])
        return ConfigurationError(
            f"there is no such key{_nearest(key, valid)}", path=where, action=f"known are: {', '.join(valid)}"
        )
    if wrong["type"] == "missing":
        return ConfigurationError("this key is missing", path=where, action="add it")
    right = wrong["msg"].removeprefix("Value error, ")
    if wrong["type"] == "value_error" and not wrong["loc"]:
        return ConfigurationError(right, path=where)
    return ConfigurationError(f"{_shown(wrong)} cannot be used: {right}", path=where)


def _shown(wrong: ErrorDetails) -> str:
    """The value as it may be shown: never one that is, or may be, a secret."""
    value = wrong["input"]
    if any(_HIDDEN_KEY.search(str(part)) for part in wrong["loc"]) or isinstance(value, dict | list):
        return "the value (not shown)"
    return _CREDENTIALS.sub("//***@", repr(value)[:200])


def _path(path: str, loc: tuple[int | str, ...]) -> str:
    for part in loc:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def _keys(settings: type[BaseModel], loc: tuple[int | str, ...]) -> set[str]:
    """The valid keys at one place of nested settings; empty where the place holds no table of settings."""
    fields = settings.model_fields
    if not loc:
        return {field.alias or name for name, field in fields.items()}
    named = fields.get(str(loc[0]))
    inner = _models(named.annotation) if named is not None else []
    rest = loc[2:] if len(loc) > 1 and isinstance(loc[1], int) else loc[1:]
    return {key for model in inner for key in _keys(model, rest)}


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models(part)]


def _nearest(word: str, known: Iterable[str]) -> str:
    close = get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
