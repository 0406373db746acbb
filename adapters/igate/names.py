"""Names of iGate: a text, or one for each language; and the portal's code as the city typed it.

In: a name as sent (``"…"`` or ``[{languageId: 228, name: "…"}, …]``), a ``nationCode``. Out: the Vietnamese text, or
None where none is told; a portal code, or an empty text. Pure.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from syncd.records.codes import root

VIETNAMESE: Final = frozenset({"228", "vi", "vi-vn", "vi_vn", "vie"})
"""How answers write the language; 228 is iGate's own number of it, 46 that of English."""


class Spoken(Struct, rename="camel"):
    """A text in one language; an entry without a name is of another shape."""

    name: str | None
    language_id: int | str | None = None


Name = str | list[Spoken] | None


def vietnamese(name: Name) -> str | None:
    """The text as it stands, or the first Vietnamese one that is not empty. One without a language is Vietnamese.

    None where only other languages speak: what is not told in Vietnamese is not told.
    """
    if name is None or isinstance(name, str):
        return name
    texts = [one.name for one in name if _is_vietnamese(one) and one.name is not None]
    return next((text for text in texts if text.strip()), texts[0] if texts else None)


def _is_vietnamese(one: Spoken) -> bool:
    return one.language_id is None or str(one.language_id).strip().lower() in VIETNAMESE


def portal_code(nation_code: str | None) -> str:
    """The portal code that a ``nationCode`` means; "" where it is empty or blank.

    The suffix of a province falls away. Anything else stays as it is typed, blanks included: a city that typed it wrong
    sends it wrong as well, and the portal knows no such code.
    """
    if nation_code is None or not nation_code.strip():
        return ""
    return root(nation_code) or nation_code


def is_odd(nation_code: str | None) -> bool:
    """Whether a ``nationCode`` is none that the portal could have given: a suffix, a blank around it, another form."""
    return bool(nation_code and nation_code.strip()) and root(nation_code or "") != nation_code
