"""The settings of a file side.

In: the keys of one side in the TOML file. Out: checked values; a key that does not suit the kind of file is refused.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePath
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from adapters.columns import Columns
from adapters.columns.decisions import DecisionRows
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


class FilePlace(BaseModel):
    """Where a file is, and what kind it is of; whatever adapter reads it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Annotated[str, Field(min_length=1, max_length=4096)]
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


class FileSettings(FilePlace, AdapterSettings):
    """One file that somebody, or some system, exports.

    ``path``: relative paths start at the configuration file's folder. ``format``: by the suffix when absent.
    ``sheet``: by name; the first visible one when absent. ``delimiter``: found by the header row when absent.
    ``array``: the key under which a JSON object holds the array. ``max_bytes``: a larger file is not read.
    ``columns``: of a list of procedures. ``decisions``: of a list of signed documents, for ``[decisions.documents]``:

    ```toml
    [decisions.documents.decisions]
    issuer_code = "H26"
    since = 2026-01-01

    [decisions.documents.decisions.columns]
    number = "Số ký hiệu"
    signed = "Ngày ban hành"
    signer = "Người ký"
    abstract = "Trích yếu"
    codes = "Mã TTHC"
    state = "Tình trạng"
    ```

    Fields of a decision: key, number, signed, issuer_code, issuer_name, signer, abstract, codes (several apart by
    comma, semicolon or line), published, state. Rows that are no publication decisions are left out: those without "QĐ"
    in the number, and those whose abstract lacks a word of each group of ``subjects`` or has one of ``others``.
    """

    columns: Columns = Field(default_factory=dict)
    decisions: DecisionRows | None = None

    @model_validator(mode="after")
    def _one_mapping(self) -> Self:
        if bool(self.columns) == (self.decisions is not None):
            raise ValueError("columns: set exactly one of columns (of procedures) and decisions (of signed documents)")
        return self
