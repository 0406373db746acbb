"""Reads the configuration file, whole or not at all.

In: the path of a TOML file. Out: a frozen `Configuration`, or one error that lists every problem.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit, urlunsplit

from pydantic import BaseModel, ValidationError

from syncd.config.credentials import Secrets
from syncd.config.models import Configuration
from syncd.config.pairs import Equivalences, PairConfig
from syncd.config.problems import InvalidConfigurationError, Problem, Step, key_path, nearest, problems_of
from syncd.config.reporting import IndexConfig, NoticesCourse, PublicationConfig
from syncd.errors import ConfigurationError
from syncd.redaction import HIDDEN, holds_credential, is_reference, is_sensitive

LARGEST = 4 * 1024 * 1024
DEEPEST = 20
FREE_TABLES = ("columns", "equivalences", "secret_headers", "units")
"""Tables whose keys are words of the city or the portal or the names of headers, not settings."""

PUT_IT_ASIDE = "put the value into a file of [secrets] folder or a systemd credential, and name that secret here"
SQLITE = "sqlite:///"
ONCE = (PublicationConfig.name, IndexConfig.name, NoticesCourse.name)
M = TypeVar("M", bound=BaseModel)


def load(path: Path) -> Configuration:
    """Read and check everything but the sides' own settings (see `syncd.config.sides.check_sides`).

    Raises `InvalidConfigurationError` with every problem, one line each.
    """
    raw = _read_toml(path)
    problems = [*_inline_secrets(raw, path), *_doubled_names(raw, path)]
    configuration = _validate(Configuration, raw, path, problems)
    if configuration is not None:
        problems.extend(_unknown_pair(configuration, path))
    pairs = [] if configuration is None else [_with_equivalences(pair, path, problems) for pair in configuration.pairs]
    if configuration is None or problems:
        raise InvalidConfigurationError(_once(problems))
    return configuration.model_copy(update={"pairs": tuple(pairs)}).read_from(path.absolute())


def _validate(
    model: type[M], raw: object, path: Path, problems: list[Problem], prefix: Sequence[Step] = ()
) -> M | None:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        problems.extend(problems_of(error, model, raw, path, prefix=prefix))
        return None


def _once(problems: Sequence[Problem]) -> list[Problem]:
    """A key that is wrong in two ways is told once, the first way."""
    return list({problem.path or str(problem): problem for problem in reversed(problems)}.values())[::-1]


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise _unreadable(path, f"cannot be read: {error.strerror}", "check the path and its permissions") from error
    if len(content) > LARGEST:
        raise _unreadable(path, f"is larger than {LARGEST} bytes", "check that this is the configuration")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _unreadable(path, f"is not UTF-8 (byte {error.start + 1})", "save it as UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _unreadable(path, f"is not TOML: {error or 'nested too deeply'}", "") from None


def _unreadable(path: Path, wrong: str, right: str) -> InvalidConfigurationError:
    return InvalidConfigurationError([Problem(str(path), "", wrong, right)])


def _leaves(value: object, steps: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], object]]:
    """Every value that is not a table or a list, with its path."""
    if len(steps) > DEEPEST:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, (*steps, str(key)))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, (*steps, index))
    else:
        yield steps, value


def _inline_secrets(raw: object, path: Path) -> Iterator[Problem]:
    """Secrets that stand in the file itself: by the name of their key, or by their shape."""
    for steps, value in _leaves(raw):
        if not isinstance(value, str) or not value:
            continue
        if _says_secret(steps) or holds_credential(value):
            yield Problem(str(path), key_path(steps), "a secret must not stand in this file", PUT_IT_ASIDE, HIDDEN)


def _says_secret(steps: Sequence[Step]) -> bool:
    keys = [step for step in steps if isinstance(step, str)]
    if any(key in FREE_TABLES for key in keys[:-1]):
        return False
    return any(is_sensitive(key) and not is_reference(key) for key in keys if key != "secrets")


def _doubled_names(raw: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    """Names that two courses share; ``publication`` and ``index`` name the tables that are there once."""
    first: dict[str, str] = {one: f"[{one}]" for one in ONCE}
    for place, name in _names(raw):
        if name in first:
            wrong = f"{first[name]} has this name"
            yield Problem(str(path), f"{place}.name", wrong, "give each its own", f'"{name}"')
        first.setdefault(name, place)


def _names(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for kind in ("pairs", "dossiers", "decisions", "tasks"):
        tables = raw.get(kind)
        for index, table in enumerate(tables if isinstance(tables, list) else []):
            name = table.get("name") if isinstance(table, Mapping) else None
            if isinstance(name, str):
                yield f"{kind}[{index}]", name


def _unknown_pair(configuration: Configuration, path: Path) -> Iterator[Problem]:
    named = [("publication.pair", configuration.publication.pair)] if configuration.publication is not None else []
    named += [(f"decisions[{index}].pair", one.pair) for index, one in enumerate(configuration.decisions)]
    for place, wanted in named:
        if wanted is not None and configuration.pair(wanted) is None:
            right = nearest(wanted, [pair.name for pair in configuration.pairs])
            yield Problem(str(path), place, "no such pair", right, f'"{wanted}"')


def _with_equivalences(pair: PairConfig, path: Path, problems: list[Problem]) -> PairConfig:
    """Add what stands in ``equivalences_file``; a key in both places is refused."""
    if pair.equivalences_file is None:
        return pair
    file = path.parent / pair.equivalences_file
    try:
        raw = _read_toml(file)
    except InvalidConfigurationError as error:
        problems.extend(error.problems)
        return pair
    read = _validate(Equivalences, raw, file, problems)
    if read is None:
        return pair
    problems.extend(_in_both(pair.equivalences, read, file, pair.name))
    return pair.model_copy(update={"equivalences": _merged(pair.equivalences, read)})


def _in_both(inline: Equivalences, read: Equivalences, file: Path, pair: str) -> Iterator[Problem]:
    for table in Equivalences.model_fields:
        for key in getattr(inline, table).keys() & getattr(read, table).keys():
            yield Problem(str(file), key_path((table, key)), f"stands in pair {pair} as well", "keep one of the two")


def _merged(inline: Equivalences, read: Equivalences) -> Equivalences:
    return Equivalences(**{name: getattr(inline, name) | getattr(read, name) for name in Equivalences.model_fields})


def database_url(configuration: Configuration, secrets: Secrets) -> str:
    """The ledger's address, ready to connect: SQLite's path made absolute, PostgreSQL's password put in.

    Raises `ConfigurationError` when the password's secret is not there. Never log what this returns.
    """
    database = configuration.database
    if database.url.startswith(SQLITE):
        return SQLITE + str(configuration.resolve(Path(database.url.removeprefix(SQLITE))))
    if database.password_secret is None:
        return database.url
    parts = urlsplit(database.url)
    user, at, host = parts.netloc.rpartition("@")
    if not at:
        raise ConfigurationError("names no user for the password", path="database.url", action="write user@host")
    return urlunsplit(parts._replace(netloc=f"{user}:{quote(secrets(database.password_secret), safe='')}@{host}"))
