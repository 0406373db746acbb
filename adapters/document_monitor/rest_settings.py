"""The settings of a monitor that answers over HTTP: one request, and a path for each field.

In: the table ``rest``. Out: checked values; paths are parsed and placeholders known before anything is asked.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from adapters.document_monitor.paths import parse_path
from adapters.document_monitor.placeholders import PERIOD_NAMES, names_in, texts_in
from adapters.document_monitor.presets import PRESETS, PresetName
from syncd.sides.http import HttpSettings

PAGING = ("page", "size", "offset")
ASKED_UNIT = "unit"
KNOWN = (*PERIOD_NAMES, *PAGING, ASKED_UNIT)


def _path(text: str) -> str:
    parse_path(text)
    return text


JsonPath = Annotated[str, Field(max_length=400), AfterValidator(_path)]
Paths = dict[str, JsonPath]


class Paging(BaseModel):
    """How pages are asked for. ``by``: the number of the page, or of the first row; ``first``: what the first is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    by: Literal["page", "offset"]
    size: Annotated[int, Field(ge=1, le=100_000)] = 100
    first: Annotated[int, Field(ge=0, le=1)] | None = None

    def values(self, number: int) -> dict[str, int]:
        """The placeholders of one page; ``number`` starts at 0."""
        first = self.first if self.first is not None else int(self.by == "page")
        return {"page": number + first, "offset": number * self.size + first, "size": self.size}


class Success(BaseModel):
    """What an answer says when it is one, since some say their errors with status 200."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: JsonPath
    values: Annotated[tuple[str, ...], Field(min_length=1, max_length=20)]
    message: JsonPath | None = None


class RestSettings(HttpSettings):
    """See the adapter's own settings."""

    path: Annotated[str, Field(min_length=1, max_length=2000)]
    method: Literal["GET", "POST"] = "GET"
    params: dict[str, str] = Field(default_factory=dict, max_length=50)
    form: dict[str, str] = Field(default_factory=dict, max_length=50)
    body: dict[str, Any] | None = None
    preset: PresetName | None = None
    rows: JsonPath | None = None
    one_row: bool | None = None
    fields: Paths = Field(default_factory=dict)
    totals: Paths = Field(default_factory=dict)
    count: JsonPath | None = None
    paging: Paging | None = None
    success: Success | None = None
    each_unit: dict[str, Annotated[str, Field(max_length=200)]] = Field(default_factory=dict, max_length=2000)
    max_rows: Annotated[int, Field(ge=1, le=1_000_000)] = 200_000

    @property
    def rows_path(self) -> str:
        """Where the rows stand: as set, else as the preset has it, else the whole answer."""
        return self.rows if self.rows is not None else PRESETS[self.preset].rows if self.preset else ""

    @property
    def is_one_row(self) -> bool:
        """Whether what stands there is one row, a list included."""
        return self.one_row if self.one_row is not None else bool(self.preset and PRESETS[self.preset].one_row)

    @property
    def field_paths(self) -> dict[str, str]:
        """The path of each field inside a row: the preset's, with those that are set in their place."""
        return {**(PRESETS[self.preset].fields if self.preset else {}), **self.fields}

    @property
    def placeholders(self) -> frozenset[str]:
        """Every placeholder of the request."""
        texts = (self.path, *self.params.values(), *self.form.values(), *texts_in(self.body))
        return frozenset(name for text in texts for name in names_in(text, KNOWN))

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        named = self.placeholders
        if not self.field_paths:
            raise ValueError("fields: name a path for each field, or set preset")
        if (self.form or self.body is not None) and self.method == "GET":
            raise ValueError('form and body go with method = "POST"; use params with GET')
        if self.form and self.body is not None:
            raise ValueError("form and body exclude each other: set one")
        self._check_paging(named)
        self._check_units(named)
        return self

    def _check_paging(self, named: frozenset[str]) -> None:
        if self.paging is None:
            if found := named & set(PAGING):
                raise ValueError(f"{{{min(found)}}} stands in the request; say in paging how pages are asked for")
            return
        if self.paging.by not in named:
            raise ValueError(f"paging.by is {self.paging.by!r}, and {{{self.paging.by}}} stands nowhere in the request")
        if self.count is None:
            raise ValueError("paging needs count, the path of the number of rows: else a lost page goes unseen")

    def _check_units(self, named: frozenset[str]) -> None:
        if ASKED_UNIT in named and not self.each_unit:
            raise ValueError("{unit} stands in the request; list under each_unit the units that are asked about")
        if len(self.each_unit) > 1 and ASKED_UNIT not in named:
            raise ValueError("each_unit lists several units, and {unit} stands nowhere in the request")
        if self.is_one_row and not self.each_unit and {"unit_code", "unit_name"}.isdisjoint(self.field_paths):
            raise ValueError("one_row says nothing of its unit; name under each_unit whose it is")
