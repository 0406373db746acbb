"""What may stand in the configuration file: one frozen model for each table, every key with its meaning.

In: tables read from TOML. Out: typed values. The reference in ``docs/configuration.md`` is generated from here, so a
key without a description does not pass the tests.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from syncd.config.care import CareConfig
from syncd.config.cluster import SHARED_ON_SQLITE, ClusterConfig
from syncd.config.decisions import DecisionConfig
from syncd.config.desk import DeskConfig
from syncd.config.pairs import PairConfig
from syncd.config.reporting import DossierConfig, IndexConfig, NoticesCourse, PublicationConfig
from syncd.config.tasks import TaskConfig
from syncd.config.values import SecretName, Table


class DatabaseConfig(Table):
    """Where the ledger is kept."""

    url: str = Field(
        default="sqlite:///syncd.db",
        pattern=r"^(sqlite:///|postgresql(\+psycopg)?://).+",
        description="Address of the ledger: `sqlite:///file` (from the configuration's folder) or `postgresql://…`.",
    )
    password_secret: SecretName | None = Field(
        default=None, description="Name of the secret that holds the database password; it never stands in the address."
    )
    most_gigabytes: int | None = Field(
        default=None,
        ge=1,
        le=1_000_000,
        description="How large the ledger may become; metrics show what is left, so that an alert comes in time."
        " Nothing is refused beyond it. Not set: what is free on the disk (SQLite), not known (PostgreSQL).",
    )


class DaemonConfig(Table):
    """How the daemon runs."""

    listen: str = Field(
        default="127.0.0.1:9614",
        pattern=r"^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):\d{1,5}$",
        description="Address and port of `/`, `/health`, `/ready` and `/metrics`; needs a restart to change.",
    )
    concurrency: int | None = Field(
        default=None,
        ge=1,
        le=1000,
        description="How many passes may run at once. Not set: no limit, so that no slow side delays another pair.",
    )

    @property
    def host(self) -> str:
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        return int(self.listen.rpartition(":")[2])


class LogConfig(Table):
    """What is logged, and how."""

    format: Literal["auto", "json", "console"] = Field(
        default="auto", description="`auto` is coloured text on a terminal and JSON everywhere else."
    )
    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least level that is written."
    )
    mismatch_log: Path | None = Field(
        default=None,
        description="File that gets one JSON line for each change of a mismatch's state; `-` is standard output.",
    )


class SecretsConfig(Table):
    """Where secrets are read from when they are not systemd credentials."""

    folder: Path | None = Field(
        default=None,
        description="Folder with one file for each secret, named like the secret, readable by the service alone.",
    )


CourseConfig = (
    PairConfig | DossierConfig | DecisionConfig | TaskConfig | PublicationConfig | IndexConfig | NoticesCourse
)


class Configuration(Table):
    """Everything that the operator decides. ``file`` and ``folder`` say where it was read from."""

    database: DatabaseConfig = Field(default=DatabaseConfig(), description="Where the ledger is kept.")
    daemon: DaemonConfig = Field(default=DaemonConfig(), description="How the daemon runs.")
    log: LogConfig = Field(default=LogConfig(), description="What is logged, and how.")
    secrets: SecretsConfig = Field(default=SecretsConfig(), description="Where secrets are read from.")
    pairs: tuple[PairConfig, ...] = Field(min_length=1, description="The pairs, one `[[pairs]]` table each.")
    publication: PublicationConfig | None = Field(
        default=None, description="Whose publications are judged; not set: none."
    )
    index: IndexConfig | None = Field(default=None, description="Where the Service Index is read; not set: nowhere.")
    dossiers: tuple[DossierConfig, ...] = Field(
        default=(), description="Systems whose dossier tallies are compared, one `[[dossiers]]` table each."
    )
    decisions: tuple[DecisionConfig, ...] = Field(
        default=(),
        description="Document-management systems whose decisions are compared, one `[[decisions]]` table each.",
    )
    tasks: tuple[TaskConfig, ...] = Field(
        default=(), description="Systems that count the tasks of units, one `[[tasks]]` table each."
    )
    desk: DeskConfig | None = Field(default=None, description="The review desk; not set: none is served.")
    cluster: ClusterConfig | None = Field(
        default=None, description="Several daemons share the pairs; not set: this one is alone."
    )
    care: CareConfig = Field(default=CareConfig(), description="Backups, and what the ledger may forget.")
    _file: Path = PrivateAttr(Path("syncd.toml"))

    @model_validator(mode="after")
    def _shared_on_postgresql(self) -> Self:
        if self.cluster is not None and self.database.url.startswith("sqlite"):
            raise PydanticCustomError("shared", SHARED_ON_SQLITE)
        return self

    @property
    def file(self) -> Path:
        return self._file

    @property
    def folder(self) -> Path:
        """Relative paths in the configuration start here."""
        return self._file.parent

    def read_from(self, file: Path) -> Self:
        """The same configuration, knowing its file."""
        known = self.model_copy()
        known._file = file  # noqa: SLF001
        return known

    def resolve(self, path: Path) -> Path:
        """Make a path of the configuration absolute."""
        return path if path.is_absolute() else (self.folder / path).resolve()

    @property
    def comparing(self) -> tuple[PairConfig | DossierConfig | DecisionConfig, ...]:
        """The courses that have mismatches."""
        return (*self.pairs, *self.dossiers, *self.decisions)

    @property
    def courses(self) -> tuple[CourseConfig, ...]:
        """Everything that the daemon runs again and again: pairs first, then what reports on them."""
        notices = NoticesCourse() if self.desk is not None and self.desk.notices else None
        reporting = tuple(one for one in (self.publication, self.index, notices) if one is not None)
        return (*self.comparing, *self.tasks, *reporting)

    def pair(self, name: str) -> PairConfig | None:
        return next((pair for pair in self.pairs if pair.name == name), None)
