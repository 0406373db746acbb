"""The settings of a monitor of directives and documents: where its counts stand, and what its rows mean.

In: the keys of one source in the TOML file. Out: checked values, and the kinds of periods that can be asked about.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from adapters.document_monitor.fields import RowKind, check_fields
from adapters.document_monitor.placeholders import PERIOD_NAMES, kinds_told, names_in
from adapters.document_monitor.rest_settings import RestSettings
from adapters.document_monitor.sql_names import binds_in
from adapters.file.settings import FilePlace
from adapters.sql.settings import SqlConnection
from adapters.sql.statement import check_query
from syncd.records.periods import PeriodKind
from syncd.sides.adapter import AdapterSettings

Titles = dict[str, Annotated[str, Field(min_length=1, max_length=400)]]
Unit = Annotated[str, Field(min_length=1, max_length=300)]
UNTOLD = (
    "nothing ties what is read to a period; use placeholders such as {year} and {month} (in a query :first and :after),"
    " or name assigned_on where a row is a task, or say in shows which running period is shown"
)


class SqlForm(SqlConnection):
    """The table ``sql``."""

    query: Annotated[str, Field(min_length=1, max_length=100_000)]
    fields: Titles = Field(default_factory=dict)

    @field_validator("query")
    @classmethod
    def _query(cls, query: str) -> str:
        checked = check_query(query)
        binds_in(checked)
        return checked


class FileForm(FilePlace):
    """The table ``file``."""

    fields: Titles = Field(default_factory=dict)

    @field_validator("path")
    @classmethod
    def _path(cls, path: str) -> str:
        names_in(path, PERIOD_NAMES)
        return path


class MonitorSettings(AdapterSettings):
    """The city's system that monitors tasks given by directives and documents (theo dõi văn bản, nhiệm vụ).

    Exactly one of the tables ``sql``, ``file`` and ``rest``. ``one_row_per``: ``unit`` where rows are counts, ``task``
    where they are tasks, which are then counted. ``units``: the system's name or code of a unit → the portal's code.
    ``shows``: the source has no placeholder and shows the running month, quarter or year.

    ``sql``: ``url``, ``password_secret``, ``query`` (one SELECT; ``:period``, ``:year``, ``:month``, ``:quarter``,
    ``:first``, ``:last`` and ``:after`` are bound), ``fields`` (field → column), ``timeout``, ``max_rows``.

    ``file``: ``path`` (with ``{year}``, ``{month:02}``…), ``fields`` (field → title; else the usual Vietnamese titles),
    ``format``, ``sheet``, ``delimiter``, ``array``, ``max_bytes``.

    ``rest``: the keys of the HTTP client, ``path``, ``method``, ``params``, ``form``, ``body``, ``preset`` (``units``,
    ``totals``), ``rows`` (path of the rows), ``one_row``, ``fields`` (field → path in a row), ``totals`` (count → path
    in the answer), ``count`` (path of the declared number of rows), ``paging`` (``by``, ``size``, ``first``),
    ``success`` (``path``, ``values``, ``message``), ``each_unit`` (portal's code → what ``{unit}`` is), ``max_rows``.

    Fields of a unit: ``unit_code``, ``unit_name``, ``assigned``, ``done_on_time``, ``done_late``, ``running_in_time``,
    ``running_late``, ``no_time_limit``, ``done``, ``running``, ``overdue``; of a task: ``task``, ``unit_code``,
    ``unit_name``, ``assigned_on``, ``due_on``, ``done_on``.
    """

    one_row_per: RowKind = RowKind.UNIT
    shows: Literal["month", "quarter", "year"] | None = None
    units: dict[Unit, Unit] = Field(default_factory=dict, max_length=10_000)
    sql: SqlForm | None = None
    file: FileForm | None = None
    rest: RestSettings | None = None

    @property
    def fields(self) -> dict[str, str]:
        """The fields that the settings name; empty for the usual titles."""
        if self.rest is not None:
            return self.rest.field_paths
        form = self.sql or self.file
        return form.fields if form is not None else {}

    @property
    def placeholders(self) -> frozenset[str]:
        """Those of a period, in a query the bound names."""
        if self.sql is not None:
            return binds_in(self.sql.query)
        if self.file is not None:
            return names_in(self.file.path, PERIOD_NAMES)
        return self.rest.placeholders & set(PERIOD_NAMES) if self.rest is not None else frozenset()

    @property
    def kinds(self) -> frozenset[PeriodKind]:
        """The kinds of periods that can be asked about, the running one alone where ``shows`` is set."""
        if self.shows is not None:
            return frozenset({PeriodKind(self.shows)})
        if not self.placeholders and self._tells_days:
            return frozenset(PeriodKind)
        return kinds_told(self.placeholders)

    @property
    def _tells_days(self) -> bool:
        return self.one_row_per is RowKind.TASK and "assigned_on" in self.fields

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if sum(form is not None for form in (self.sql, self.file, self.rest)) != 1:
            raise ValueError("set exactly one of the tables sql, file and rest")
        if self.fields:
            check_fields(self.one_row_per, self.fields, names_units=not (self.rest and self.rest.each_unit))
        if self.rest is not None:
            check_totals(self.one_row_per, self.rest)
        if self.shows is not None and self.placeholders:
            raise ValueError(f"shows: the source has the placeholder {min(self.placeholders)}; leave shows out")
        if not self.kinds:
            raise ValueError(UNTOLD)
        return self


def check_totals(kind: RowKind, rest: RestSettings) -> None:
    """Raises `ValueError` for totals of what is no count, or of rows that are not counts of units."""
    if not rest.totals:
        return
    if kind is RowKind.TASK or rest.each_unit:
        raise ValueError("totals are compared with the rows of all units in one answer; leave them out here")
    check_fields(RowKind.UNIT, {"unit_name": "", **rest.totals})
