"""What happens to texts on their way through spreadsheets, editors and browsers, without changing what they say.

In: a canonical record. Out: the same record in NFD, with other white space, line ends and unseen characters.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from syncd.records.procedure import Duration, Procedure

Value = TypeVar("Value")


def damaged_text(text: str) -> str:
    """NFD, CRLF, no-break and doubled spaces, zero widths between words, white space around the whole."""
    spread = unicodedata.normalize("NFD", text).replace("\r\n", "\n").replace("\n", "\r\n")
    return f"\ufeff \u00a0{spread.replace(' ', chr(0x00A0) + chr(0x200B) + chr(9))}\u200b\n"


def damaged(procedure: Procedure) -> Procedure:
    """The record with every text of every part damaged; code and other identities as well, which no rule compares."""
    return _damaged(procedure)


def _damaged(value: Value) -> Value:
    changed: Any = value
    if isinstance(value, str) and not isinstance(value, StrEnum):
        changed = damaged_text(value)
    elif isinstance(value, tuple):
        changed = tuple(map(_damaged, value))
    elif isinstance(value, Duration):
        changed = msgspec.structs.replace(value, text=damaged_text(value.text))
    elif isinstance(value, msgspec.Struct):
        parts = {name: _damaged(getattr(value, name)) for name in value.__struct_fields__}
        changed = msgspec.structs.replace(value, **parts)
    return changed  # type: ignore[no-any-return]
