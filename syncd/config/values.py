"""What every table of the configuration shares: the frozen base, and the types of single values.

In: nothing. Out: types that refuse with words that say what would be right.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from syncd.config.durations import parse_duration
from syncd.records.procedure import FIELDS

LEARN: Final = "learn"
STDOUT = "-"
SECRET_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"  # noqa: S105


def _known_field(name: str) -> str:
    if name not in FIELDS:
        raise PydanticCustomError("choice", "no such field", {"allowed": list(FIELDS)})
    return name


def _read_grace(value: object) -> object:
    return LEARN if value == LEARN else parse_duration(value)


def _as_tuple(value: object) -> object:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list | tuple):
        raise PydanticCustomError("codes", "not a code; write one code or a list of codes, as text")
    return value


Duration = Annotated[timedelta, BeforeValidator(parse_duration), Field(gt=timedelta(0))]
Grace = Annotated[timedelta | Literal["learn"], BeforeValidator(_read_grace)]
FieldName = Annotated[str, AfterValidator(_known_field)]
SecretName = Annotated[str, Field(pattern=SECRET_NAME)]
Text = Annotated[str, Field(min_length=1, max_length=500)]
Codes = Annotated[tuple[Text, ...], BeforeValidator(_as_tuple), Field(min_length=1)]


class Table(BaseModel):
    """Base of every table: unknown keys are refused, nothing changes after it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
