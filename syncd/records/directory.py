"""The directory of units: which units a name may mean, and which units stand below another.

In: agencies as systems list them. Out: lookups by code and by name. A name that two units bear means neither, unless it
says more: `Directory.candidates` gives both, `Directory.by_name` none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from syncd.records.agencies import Agency
from syncd.records.text import display, fold, loose

LONGEST_NAME = 300
MOST_REMEMBERED = 10_000

_DOTTED = re.compile(r"[A-Z]\d{2}(?:\.\d{1,3})*", re.ASCII)
_PADDED = re.compile(r"(?:\d{2,3}\.){1,5}[A-Z]\d{2}", re.ASCII)
_PROVINCE = re.compile(r"H\d{2}", re.ASCII)
_COMMITTEE = re.compile(r"\b(?:(?:uỷ|uy) (?:ban nhân dân|ban nhan dan)|ub ?nd)\b")
_CITY = re.compile(r"\btp\b\.?")
_KIND_OF_PLACE = re.compile(r"^(?:ubnd )?(?:thành phố|tỉnh) |^ubnd (?!(?:thành phố|tỉnh)\b)")
_SEVERAL = re.compile(r"[;\n]+")
_AROUND = re.compile(r"^[\s.*+•-]+|[\s.,:]+$")

_FORMS: tuple[Callable[[str], str], ...] = (str, fold)
"""How names are compared: mark by mark; then, for a name that was written without a single mark, without any."""


def parent_code(code: str) -> str:
    """The code of the unit above: ``H26`` of ``H26.17``, ``G08`` of ``000.00.23.G08``; empty where there is none.

    Both are forms of Decision 20/2020/QĐ-TTg: the newer one reads from the root, the older one towards it.
    """
    if _DOTTED.fullmatch(code):
        return code.rpartition(".")[0]
    if not _PADDED.fullmatch(code):
        return ""
    *groups, root = code.split(".")
    inner = next((at for at, group in enumerate(groups) if group.strip("0")), None)
    if inner is None:
        return ""
    above = ["0" * len(group) if at <= inner else group for at, group in enumerate(groups)]
    return ".".join([*above, root]) if any(group.strip("0") for group in above) else root


def is_code(text: str) -> bool:
    """Whether a text has one of the two forms of a code (``H26.17``, ``000.00.17.H26``)."""
    return bool(_DOTTED.fullmatch(text) or _PADDED.fullmatch(text))


def root_code(code: str) -> str:
    """The ministry or province at the top: ``H26`` of ``H26.17`` and of ``000.00.17.H26``; else the code itself."""
    if _DOTTED.fullmatch(code):
        return code.partition(".")[0]
    return code.rpartition(".")[2] if _PADDED.fullmatch(code) else code


class Directory:
    """Units by code and by name. Of two agencies with one code the later one counts."""

    def __init__(self, agencies: Iterable[Agency] = ()) -> None:
        self._agencies = {agency.code: agency for agency in agencies if agency.code}
        self._names: dict[str, _Names] = {}
        self._found: dict[tuple[str, str], tuple[Agency, ...]] = {}

    def __iter__(self) -> Iterator[Agency]:
        return iter(self._agencies.values())

    def __len__(self) -> int:
        return len(self._agencies)

    def by_code(self, code: str) -> Agency | None:
        """The unit with this code, verbatim."""
        return self._agencies.get(code)

    def below(self, code: str) -> tuple[Agency, ...]:
        """The unit itself and every unit below it, by code."""
        return tuple(self._agencies[one] for one in sorted(self._agencies) if self._is_below(one, code))

    def by_name(self, name: str, below: str = "") -> Agency | None:
        """The one unit that the name means, whatever its form; None where there is none, or more than one.

        With ``below`` the unit is sought at or below this one (see `candidates`), else among those of no province.
        """
        found = self.candidates(name, below)
        if below and not found:
            everywhere = self.candidates(name)
            found = tuple(one for one in everywhere if not _PROVINCE.fullmatch(root_code(one.code)))
        return found[0] if len(found) == 1 else None

    def candidates(self, text: str, below: str = "") -> tuple[Agency, ...]:
        """Every unit that a code or a name may mean; a text that names several, with ; between them, means each.

        With ``below`` only units at or below this one, whose names may leave its place out: below ``H26`` a name with
        it (``Sở Tư pháp Thành phố Hà Nội``) means the unit that bears it too, where there is one, and a name without it
        (``Sở Tư pháp``) every unit that is called so. Executors in general (``Ủy ban nhân dân cấp xã``) are below none.
        A name that is written without any mark (``So Tu phap``) is compared without them.
        """
        key = (text, below)
        if (found := self._found.get(key)) is None:
            names = self._names_below(below)
            each = names.find(text) or tuple(one for part in _SEVERAL.split(text) for one in names.find(part))
            found = tuple({one.code: one for one in each}.values())
            if len(self._found) < MOST_REMEMBERED:
                self._found[key] = found
        return found

    def _names_below(self, root: str) -> _Names:
        if root not in self._names:
            top = self.by_code(root)
            known = (one for one in self if not root or self._is_below(one.code, root))
            self._names[root] = _Names(known, root, _place(top.name) if top else None)
        return self._names[root]

    def _is_below(self, code: str, root: str) -> bool:
        """By the codes themselves, else by the parents that the agencies name."""
        if code == root or code.startswith(f"{root}.") or (_PADDED.fullmatch(code) and code.endswith(f".{root}")):
            return True
        seen = {code}
        while (agency := self.by_code(code)) is not None and (code := agency.parent_code) and code not in seen:
            if code == root:
                return True
            seen.add(code)
        return False


class _Names:
    """The units at or below one (``root``; empty: all) by code, and by name without the place that they are in."""

    def __init__(self, agencies: Iterable[Agency], root: str, place: re.Pattern[str] | None) -> None:
        self._place = place
        self._codes: dict[str, Agency] = {}
        self._names: tuple[defaultdict[str, list[tuple[Agency, bool]]], ...] = tuple(defaultdict(list) for _ in _FORMS)
        for one in agencies:
            self._codes[one.code] = one
            whole = _named(one.name)
            short = whole if one.code == root else self._short(whole)
            for form, names in zip(_FORMS, self._names, strict=True):
                if short:
                    names[form(short)].append((one, short != whole))

    def find(self, text: str) -> tuple[Agency, ...]:
        """The units that a text names, if it is one name or one code."""
        shown = display(text)
        if not shown or len(shown) > LONGEST_NAME:
            return ()
        if (coded := self._codes.get(shown.upper())) is not None:
            return (coded,)
        whole = _named(shown)
        short = self._short(whole)
        forms = _FORMS if loose(shown) == fold(shown) else _FORMS[:1]
        for form, names in zip(forms, self._names, strict=False):
            if found := names.get(form(short)) or names.get(form(whole)):
                exact = [agency for agency, has_place in found if has_place and short != whole]
                return tuple(exact or (agency for agency, _ in found))
        return ()

    def _short(self, name: str) -> str:
        return (self._place.sub("", name) if self._place else name) or name


def _named(name: str) -> str:
    """A name for comparison: its loose form, without what stands around it, committee and city written one way."""
    plain = _CITY.sub("thành phố ", _COMMITTEE.sub("ubnd", loose(name)))
    return " ".join(_AROUND.sub("", plain).split())


def _place(name: str) -> re.Pattern[str] | None:
    """What may stand behind the names of units below a committee: its place (Hà Nội of ``UBND Thành phố Hà Nội``)."""
    whole = _named(name)
    place = _KIND_OF_PLACE.sub("", whole)
    if place in ("", whole):
        return None
    either = f"(?:{re.escape(place)}|{re.escape(fold(place))})"
    return re.compile(rf"(?:[\s,-]+|\s+(?:của|cua)\s+)(?:(?:thành phố|thanh pho|tỉnh|tinh)\s+)?{either}$")
