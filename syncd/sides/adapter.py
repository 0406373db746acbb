"""What an adapter must offer: the wall between one foreign system and everything else.

In: the settings of one side. Out: raw records in bytes with their keys, evidence of how whole the listing was, point
reads that confirm, and a pure translation from raw bytes to the canonical record.
An adapter that reads never writes: there is no method here that could.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict

from syncd.records.agencies import Agency
from syncd.records.procedure import Procedure
from syncd.sides.errors import SideError
from syncd.sides.reading import Evidence

if TYPE_CHECKING:
    from syncd.sides.decisions import DecisionReader
    from syncd.sides.dossiers import DossierReader
    from syncd.sides.http import HttpClient, HttpSettings
    from syncd.sides.index import IndexReader
    from syncd.sides.tasks import TaskReader

ENTRY_POINT_GROUP = "syncd.adapters.v1"


class Listed(NamedTuple):
    """One record as a listing shows it: the side's own unique key, and the bytes that it sent."""

    key: str
    raw: bytes


class Record(NamedTuple):
    """One record in full: its listing bytes, and its detail bytes where the system has details of their own."""

    key: str
    raw: bytes
    detail: bytes | None = None


class Wanted(NamedTuple):
    """What a point read asks for: by the side's key where it is known, else by the portal's code."""

    key: str | None
    code: str


class Answer(NamedTuple):
    """What a point read said: the records found (none: the side says that there is none), or why it could not say."""

    wanted: Wanted
    records: tuple[Record, ...] = ()
    error: SideError | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What one side can say.

    ``carries``: the canonical fields that its records hold; only fields that both sides carry are compared.
    ``details``: a listing shows only part of a record; the rest is fetched by key.
    ``scope``: its listing says which departments each record applies to.
    ``translation``: a mark of the settings that `canonical` depends on (a column mapping…); when it changes, every
    record is translated anew although its bytes are the same.
    ``agencies``: it lists units as well, as an `AgencyReader`.
    """

    carries: frozenset[str]
    details: bool = False
    scope: bool = False
    translation: str = ""
    agencies: bool = False


class ReadingAdapter(Protocol):
    """One side that can be read. Every method may raise `SideError`; none may leave a task or a connection behind."""

    @property
    def capabilities(self) -> Capabilities: ...

    def list_records(self, evidence: Evidence) -> AsyncIterator[list[Listed]]:
        """List everything, page by page, reporting to ``evidence``. Keys must be unique on the side."""
        ...

    async def fetch_detail(self, listed: Listed) -> bytes:
        """Fetch the rest of one listed record. Only called where ``capabilities.details``; must be safe to repeat."""
        ...

    async def read_again(self, wanted: Sequence[Wanted]) -> list[Answer]:
        """Point reads that confirm, one answer for each question, in order. Failures are answers, not exceptions."""
        ...

    def canonical(self, record: Record) -> Procedure:
        """Translate; pure, no I/O. Raises `ShapeError` with the path for a record that is not of the protocol's shape.

        Works without the detail as well, leaving what only the detail says as None.
        """
        ...

    async def check(self) -> str:
        """Connect, authenticate and read a little; returns one line that says what was found."""
        ...

    async def close(self) -> None:
        """Let go of everything. Never raises; may be called twice."""
        ...


@runtime_checkable
class AgencyReader(Protocol):
    """What a side with the capability ``agencies`` offers besides."""

    async def list_agencies(self) -> tuple[Agency, ...]:
        """Every unit that the side knows, each code once. Raises `SideError`; what is not whole is an error."""
        ...


class AdapterSettings(BaseModel):
    """Base of every adapter's settings: unknown keys are refused, values are not coerced from other types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)

    adapter: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the daemon hands to an adapter when it is built.

    ``folder``: relative paths in the settings start here (the configuration file's folder).
    ``departments``: the portal ids of the departments whose scope matters to the pair.
    ``secret``: reads a secret by name (systemd credential or file); raises `ConfigurationError` when it is not there.
    ``http``: makes the shared polite client for one base address; its text is the side's label in metrics and logs.
    """

    side: str
    folder: Path
    secret: Callable[[str], str]
    http: Callable[[str, HttpSettings], HttpClient]
    departments: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class AdapterDefinition:
    """What an entry point of the group ``syncd.adapters.v1`` must load to.

    ``build`` makes a side of a pair; ``index`` a reader of the Service Index; ``dossiers`` one that counts dossiers;
    ``decisions`` one that lists publication decisions; ``tasks`` one that counts the tasks of units.
    Each is None where the system has nothing of the kind; one at least is there.
    ``reads``: questions that only read although their method is neither GET nor HEAD, as method and path below
    ``base_url`` (``POST /jsp/rest.jsp``); ``*`` stands for anything, ``{key}`` for the value of a setting. The
    conformance kit refuses an adapter that asks any other.
    """

    name: str
    summary: str
    settings: type[AdapterSettings]
    build: Callable[[Any, Surroundings], ReadingAdapter] | None = None
    index: Callable[[Any, Surroundings], IndexReader] | None = None
    dossiers: Callable[[Any, Surroundings], DossierReader] | None = None
    decisions: Callable[[Any, Surroundings], DecisionReader] | None = None
    tasks: Callable[[Any, Surroundings], TaskReader] | None = None
    reads: tuple[str, ...] = ()
