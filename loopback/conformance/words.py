"""The words of the conformance kit: a subject, a check, a result.

In: an adapter's definition and the table of one side. Out: small frozen types that every module of the kit shares.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from syncd.errors import ConfigurationError
from syncd.sides.adapter import AdapterDefinition, AdapterSettings
from syncd.sides.http import HttpSettings
from syncd.sides.registry import settings_for

if TYPE_CHECKING:
    from loopback.conformance.stage import Stage

Addresses = Mapping[str, str]
"""Settings that are addresses, by key: ``base_url``, and every other whose key ends in ``_url``."""

System = Callable[[], AbstractAsyncContextManager[str | Addresses]]


class BrokenPromiseError(Exception):
    """The adapter did not do what a check demands; the text says what was seen instead."""


class NotApplicableError(Exception):
    """The check says nothing about this adapter; the text says why."""


class Outcome(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class Result:
    """What one check found. ``seen``: what was seen; for one that is not applicable, why."""

    check: str
    demands: str
    outcome: Outcome
    seen: str = ""

    @property
    def is_failed(self) -> bool:
        return self.outcome is Outcome.FAILED

    def __str__(self) -> str:
        return f"{self.check}: {self.outcome.value}: {self.seen}\n  demanded: {self.demands}"


class Check(NamedTuple):
    """One demand: a name, the sentence that says it, and what is done to see whether it is met.

    ``act`` returns what was seen; raises `BrokenPromiseError` or `NotApplicableError`.
    """

    name: str
    demands: str
    act: Callable[[Stage], Awaitable[str]]


def no_secret(name: str) -> str:
    """The secrets of a subject that has none."""
    raise ConfigurationError(f"there is no secret {name!r}", action="give the subject its secrets")


@dataclass(frozen=True, slots=True)
class Subject:
    """One adapter with the table of one side, as an operator would write it.

    ``folder``: relative paths start here. ``secret`` reads a secret by name. ``system`` runs a loopback system while
    its context is open and yields the address that becomes ``base_url``, or every address by its key; without it the
    side's own system is read, once.
    """

    definition: AdapterDefinition
    table: Mapping[str, Any]
    folder: Path = field(default_factory=Path)
    secret: Callable[[str], str] = field(default=no_secret, repr=False)
    departments: frozenset[str] = frozenset()
    system: System | None = None

    def settings(self, **changes: Any) -> AdapterSettings:
        """The checked settings, with ``changes``; a change to None leaves the key out. Raises `ConfigurationError`."""
        table = {
            key: value for key, value in {**self.table, **changes}.items() if key not in changes or value is not None
        }
        return settings_for(self.definition, table, "conformance")

    @property
    def addresses(self) -> Addresses:
        """The addresses of its table, and the ``base_url`` that the settings have without one."""
        own = self.settings().model_dump()
        named = {key: value for key, value in own.items() if key.endswith("_url") and isinstance(value, str)}
        return {key: value for key, value in named.items() if value.startswith(("http://", "https://"))}

    @property
    def speaks_http(self) -> bool:
        """Whether its settings are those of the shared HTTP client: then the hostile proxy can stand in front."""
        return issubclass(self.definition.settings, HttpSettings)
