"""From what is wrong in a table to a line that a person can act on.

In: pydantic's errors and the raw table. Out: `Problem`s: file, key path, value (secrets hidden), what would be right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from syncd.errors import ConfigurationError
from syncd.redaction import HIDDEN, is_reference, is_sensitive, redact_text

LONGEST_VALUE = 80
LISTED = 30
ABSENT = object()
Step = str | int


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: in which file, at which key, with which value, and what would be right."""

    file: str
    path: str
    wrong: str
    right: str = ""
    value: str = ""

    def __str__(self) -> str:
        place = f"{self.file}: {self.path}" if self.path else self.file
        given = f" = {self.value}" if self.value else ""
        return f"{place}{given}: {self.wrong}" + (f"; {self.right}" if self.right else "")


class InvalidConfigurationError(ConfigurationError):
    """The configuration has problems; all of them, one line each. ``problems`` holds them as values."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
        self.path = problems[0].path if problems else ""


def key_path(steps: Sequence[Step]) -> str:
    """Write a path as it is read in TOML: ``("pairs", 0, "city")`` → ``pairs[0].city``."""
    text = ""
    for step in steps:
        text += f"[{step}]" if isinstance(step, int) else f".{_quoted(step)}" if text else _quoted(step)
    return text


def _quoted(key: str) -> str:
    return key if key and all(letter.isalnum() or letter in "-_" for letter in key) else f'"{key}"'


def show(value: object, steps: Sequence[Step] = ()) -> str:
    """A value fit for an error line: one line, cut, and hidden where its key or its shape says secret."""
    if value is ABSENT or value is None:
        return ""
    keys = [step for step in steps if isinstance(step, str)]
    if any(is_sensitive(key) and not is_reference(key) for key in keys):
        return HIDDEN
    if isinstance(value, Mapping):
        return "{…}"
    if isinstance(value, list | tuple) and not all(isinstance(one, str | int | float) for one in value):
        return "[…]"
    text = redact_text(f'"{value}"' if isinstance(value, str) else str(value))
    text = text.encode("unicode_escape").decode() if not text.isprintable() else text
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def nearest(name: str, allowed: Sequence[str]) -> str:
    """Which of ``allowed`` was meant, else all of them."""
    close = get_close_matches(name, allowed, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]}?"
    return f"allowed here: {', '.join(list(allowed)[:LISTED])}" if allowed else ""


def look_up(raw: Any, steps: Sequence[Step]) -> Any:
    """The raw value at a path, or ``ABSENT``."""
    for step in steps:
        is_there = step in raw if isinstance(raw, Mapping) else isinstance(raw, list) and step in range(len(raw))
        if not is_there:
            return ABSENT
        raw = raw[step]
    return raw


def _is_tag(step: Step) -> bool:
    return isinstance(step, str) and step.startswith("<") and step.endswith(">")


def _real_steps(location: Sequence[Step]) -> tuple[Step, ...]:
    """Without pydantic's marks of unions and of dictionary keys."""
    return tuple(step for step in location if not _is_tag(step) and step != "[key]")


def _allowed_keys(model: type[BaseModel], location: Sequence[Step]) -> list[str]:
    """The keys of the table that ``location`` leads into, following models only as far as they are models."""
    here: Any = model
    for step in location:
        here = _inner(here, step)
        if here is None:
            return []
    return list(here.model_fields) if isinstance(here, type) and issubclass(here, BaseModel) else []


def _inner(here: Any, step: Step) -> Any:
    """One step down: into a list (same annotation), a union's branch by its tag, or a model's field."""
    if isinstance(step, int):
        return here
    candidates = _models(here)
    if isinstance(step, str) and _is_tag(step):
        wanted = step.strip("<>")
        return next((model for model in candidates if wanted in model.model_fields), None)
    for candidate in candidates:
        if step in candidate.model_fields:
            field = candidate.model_fields[step]
            found = _models(field.annotation)
            return found[0] if len(found) == 1 else field.annotation
    return None


def _models(annotation: Any) -> list[type[BaseModel]]:
    """Every model that an annotation names, however deep: ``tuple[PairConfig, ...]`` → ``[PairConfig]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models(part)]


def _unknown_key(error: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    return "unknown key", nearest(str(error["loc"][-1]), _allowed_keys(model, error["loc"][:-1]))


def _missing(error: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    field = str(error["loc"][-1])
    parent: Any = model
    for step in error["loc"][:-1]:
        parent = _inner(parent, step)
    known = getattr(parent, "model_fields", {}).get(field)
    return "missing", (known.description if known is not None and known.description else "") or ""


def _choice(error: ErrorDetails, _model: type[BaseModel]) -> tuple[str, str]:
    context = error.get("ctx", {})
    allowed = context.get("allowed")
    if allowed is None:
        allowed = [part.strip("'\" ") for part in str(context.get("expected", "")).replace(" or ", ", ").split(",")]
    return "not allowed", nearest(str(error.get("input", "")), [one for one in allowed if one])


def _pattern(error: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    _, described = _missing(error, model)
    pattern = error.get("ctx", {}).get("pattern", "")
    return "not of the right form", described or f"it must match {pattern}"


def _empty(_error: ErrorDetails, _model: type[BaseModel]) -> tuple[str, str]:
    return "empty", "give at least one, or leave the key out"


WORDINGS = {
    "extra_forbidden": _unknown_key,
    "missing": _missing,
    "literal_error": _choice,
    "enum": _choice,
    "choice": _choice,
    "string_pattern_mismatch": _pattern,
    "too_short": _empty,
}


def _own_words(error: ErrorDetails, _model: type[BaseModel]) -> tuple[str, str]:
    text = redact_text(error["msg"]).removeprefix("Value error, ")
    return text[:1].lower() + text[1:], ""


def _is_echo(error: ErrorDetails, errors: Sequence[ErrorDetails]) -> bool:
    """Whether a list is called too short merely because its entries are wrong, which is told already."""
    place = error["loc"]
    return error["type"] == "too_short" and any(
        len(other["loc"]) > len(place) and other["loc"][: len(place)] == place for other in errors
    )


def problems_of(
    error: ValidationError, model: type[BaseModel], raw: object, file: Path, *, prefix: Sequence[Step] = ()
) -> list[Problem]:
    """Every problem that pydantic found in the table ``raw``, which stands at ``prefix`` of ``file``."""
    found = []
    errors = error.errors(include_url=False, include_input=True)
    for one in (one for one in errors if not _is_echo(one, errors)):
        steps = _real_steps(one["loc"])
        wrong, right = WORDINGS.get(one["type"], _own_words)(one, model)
        path = (*prefix, *steps)
        found.append(Problem(str(file), key_path(path), wrong, right, show(look_up(raw, steps), path)))
    return found
