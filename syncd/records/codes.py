"""Procedure codes: which portal codes a local code stands for.

In: a local code as the city's system has it, and the hand-made table of equivalences. Out: portal codes, and how they
were found. Codes are compared verbatim and never trimmed: ``" 1.014325"`` and ``"1.014325"`` are two procedures.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

How = Literal["equivalence", "verbatim", "suffix", "unmapped"]

CODES_APART = "\x1f"
"""Stands between the portal codes of a record that stands for several; in no code that a person writes."""

_LOCAL = re.compile(r"(\d\.\d{6,})(?:(?:\.000\.00\.00)?\.[HG]\d+(?:\.\d+)*)?", re.ASCII)


Rows = Mapping[str, str | Iterable[str]] | Iterable[tuple[str, str | Iterable[str]]]


class Resolution(NamedTuple):
    """What a local code stands for: several codes where the table says so, none where it is unmapped."""

    codes: tuple[str, ...]
    how: How


class Equivalences(Mapping[str, tuple[str, ...]]):
    """The table local code → portal codes, made by hand; what it says wins over any formula.

    Takes a mapping whose values are one code or several, or pairs; pairs that share a local code add up, in order.
    Raises `ValueError` for a code that is not text or is empty.
    """

    __slots__ = ("_rows",)

    def __init__(self, rows: Rows = ()) -> None:
        gathered: dict[str, dict[str, None]] = {}
        for local, codes in rows.items() if isinstance(rows, Mapping) else rows:
            several = (codes,) if isinstance(codes, str) else tuple(codes)
            for code in (local, *several):
                if not isinstance(code, str) or not code:
                    raise ValueError(f"equivalence of {local!r}: {code!r} is not a code")
            gathered.setdefault(local, {}).update(dict.fromkeys(several))
        self._rows = {local: tuple(codes) for local, codes in gathered.items()}

    def __getitem__(self, local: str) -> tuple[str, ...]:
        return self._rows[local]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return f"Equivalences({len(self._rows)} local codes)"


NO_EQUIVALENCES = Equivalences()


def root(local: str) -> str | None:
    """The national code inside a local one (``1.001612.000.00.00.H48``, ``2.002622.H56``, ``1.014820.H26.103.17``).

    None for everything else, white space around it included: a formula only knows the forms that are known.
    """
    found = _LOCAL.fullmatch(local)
    return found[1] if found else None


def resolve(local: str, equivalences: Mapping[str, tuple[str, ...]], portal: Container[str] = ()) -> Resolution:
    """Which portal codes a local code stands for.

    First the table; then the code itself, where the portal has it verbatim (``portal``: the codes that it has, where
    they are known) or where white space surrounds it, since such a code is only ever itself; then its root.
    """
    if (codes := equivalences.get(local)) is not None:
        return Resolution(codes, "equivalence" if codes else "unmapped")
    if local in portal or (local.strip() and local != local.strip()):
        return Resolution((local,), "verbatim")
    national = root(local)
    if national is None:
        return Resolution((), "unmapped")
    return Resolution((national,), "verbatim" if national == local else "suffix")
