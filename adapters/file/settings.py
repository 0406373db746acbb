"""The settings of a file side.

In: the keys of one side in the TOML file. Out: checked values; a key that does not suit the kind of file is refused.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePath
from typing import Annotated, Self

from pydantic import Field, model_validator

from adapters.columns import Columns
from syncd.sides.adapter import AdapterSettings

MEBIBYTE = 1024 * 1024


class FileFormat(StrEnum):
    """What kind of file it is."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"


SUFFIXES: dict[str, FileFormat] = {
    ".xlsx": FileFormat.XLSX,
    ".xlsm": FileFormat.XLSX,
    ".csv": FileFormat.CSV,
    ".tsv": FileFormat.CSV,
    ".txt": FileFormat.CSV,
    ".json": FileFormat.JSON,
    ".jsonl": FileFormat.JSONL,
    ".ndjson": FileFormat.JSONL,
}

SUITS: dict[str, FileFormat] = {"sheet": FileFormat.XLSX, "delimiter": FileFormat.CSV, "array": FileFormat.JSON}


class FileSettings(AdapterSettings):
    """One file that somebody, or some system, exports.

    ``path``: relative paths start at the configuration file's folder. ``format``: by the suffix when absent.
    ``sheet``: by name; the first visible one when absent. ``delimiter``: found by the header row when absent.
    ``array``: the key under which a JSON object holds the array. ``max_bytes``: a larger file is not read.
    """

    path: Annotated[str, Field(min_length=1, max_length=4096)]
    columns: Columns
    format: FileFormat | None = None
    sheet: Annotated[str, Field(min_length=1, max_length=31)] | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    array: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    max_bytes: Annotated[int, Field(ge=1024, le=1024 * MEBIBYTE)] = 256 * MEBIBYTE

    @property
    def kind(self) -> FileFormat:
        return self.format or SUFFIXES[PurePath(self.path).suffix.lower()]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        suffix = PurePath(self.path).suffix.lower()
        if self.format is None and suffix not in SUFFIXES:
            raise ValueError(
                f"path: the suffix {suffix!r} says no format; known are {', '.join(SUFFIXES)};"
                " or set format to xlsx, csv, json or jsonl"
            )
        for key, kind in SUITS.items():
            if getattr(self, key) is not None and self.kind is not kind:
                raise ValueError(f"{key}: this is for {kind} files, and the file is {self.kind}; leave it out")
        return self
