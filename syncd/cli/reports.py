"""Rows that go to people's desks: what several commands share to show them, spreadsheets included.

In: rows, the columns of their sheet, a format. Out: a table, JSON or CSV on standard output, or a workbook in a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from syncd.cli.show import Format, Row, say, show
from syncd.documents.columns import Column
from syncd.documents.workbook import Sheet, write_workbook


class ReportFormat(StrEnum):
    """How rows are shown; a workbook needs ``--output``."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


AsReport = Annotated[ReportFormat, typer.Option("--format", help="How they are shown; xlsx needs --output.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="The workbook's file, for --format xlsx.")]


def require_output(form: ReportFormat, output: Path | None) -> None:
    """Raise a usage error where a file is missing, or is given for a format that goes to standard output."""
    if form is ReportFormat.XLSX and output is None:
        raise typer.BadParameter("a workbook needs a file: --output FILE.xlsx", param_hint="--format xlsx")
    if form is not ReportFormat.XLSX and output is not None:
        raise typer.BadParameter(f"{form} goes to standard output; only xlsx goes to a file", param_hint="--output")


def report(
    rows: Sequence[Row],
    form: ReportFormat,
    columns: Sequence[Column],
    *,
    table: Sequence[str],
    heading: str,
    sheet: str,
    as_of: datetime,
    output: Path | None,
) -> None:
    """Show rows. ``table``: the columns that a terminal has room for. Raises `OSError` for a file that cannot be."""
    require_output(form, output)
    if output is not None:
        write_workbook(output, [Sheet(sheet, heading, columns, rows)], as_of=as_of)
        say(f"{len(rows)} rows in {output}")
        return
    show([_flat(row) for row in rows], Format(form.value), [column.name for column in columns], table_columns=table)


def _flat(row: Row) -> dict[str, Any]:
    """Tuples as text: a cell holds one value."""
    return {name: "; ".join(map(str, value)) if isinstance(value, tuple) else value for name, value in row.items()}
