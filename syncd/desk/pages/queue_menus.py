"""The menus of the queue: what can be filtered by, how many there would be, and the address of each choice.

In: the filter, counts, names. Out: menus of links, and the chips that take a filter away again. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from gettext import NullTranslations
from typing import Any

from msgspec import structs

from syncd.answers.queue_beside import WorkCounts
from syncd.answers.queue_facets import Facet, Facets
from syncd.answers.queue_filter import ME, NO_CAUSE, NOBODY, OPEN_STATES, ORDERS, UNFILTERED, Filter
from syncd.desk.badges import BADGES
from syncd.desk.fields import field_text
from syncd.desk.languages import N_
from syncd.desk.pages.naming import Names

AGES = (1, 7, 30, 90)
CLOSED = ("resolved", "vanished")
TITLES = {
    "units": N_("Unit"),
    "kinds": N_("Kind"),
    "fields": N_("Field"),
    "classes": N_("Class of difference"),
    "severities": N_("Severity"),
    "states": N_("State"),
    "older": N_("Age"),
    "assignee": N_("Assignee"),
    "cause": N_("Cause"),
    "reported": N_("Reported"),
}
"""The menus, by the attribute of the filter, in their order."""
LATER = ("older", "assignee", "cause")
"""Menus whose counts are asked when they are opened."""
FAMILIES = {"kinds": "kind", "classes": "difference", "severities": "severity", "states": "state"}
ORDER_TEXTS = {
    "severity": N_("Gravest first"),
    "oldest": N_("Oldest first"),
    "newest": N_("Newest first"),
    "changed": N_("Last changed first"),
    "name": N_("By name"),
    "unit": N_("By unit"),
    "code": N_("By code"),
}
PRESETS: tuple[tuple[str, Filter], ...] = (
    (N_("All open"), UNFILTERED),
    (N_("Mine"), Filter(assignee=ME)),
    (N_("Not assigned"), Filter(assignee=NOBODY)),
    (N_("Critical"), Filter(severities=("critical",))),
    (N_("Only marks differ"), Filter(classes=("tone-mark",))),
    (N_("Older than 30 days"), Filter(older=30, order="oldest")),
)
"""Views that everybody has."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a menu. ``wanted`` is the filter that it leads to; ``count`` None: not counted."""

    text: str
    wanted: Filter
    count: int | None = None
    is_on: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """One menu. ``is_vietnamese``: its words are a side's. ``is_later``: its counts are still to be asked."""

    name: str
    title: str
    choices: tuple[Choice, ...]
    is_vietnamese: bool = False
    is_later: bool = False

    @property
    def chosen(self) -> tuple[Choice, ...]:
        """The choices that hold now."""
        return tuple(one for one in self.choices if one.is_on)


@dataclass(frozen=True, slots=True)
class Counts:
    """Everything that was counted. ``work`` and ``ages`` are asked when their menus are opened: None, nothing yet."""

    facets: Facets | None = None
    work: WorkCounts | None = None
    ages: Mapping[int, int] | None = None


_NO_FACETS = Facets(total=0, states=(), severities=(), kinds=(), fields=(), units=())


@dataclass(frozen=True, slots=True)
class Words:
    """The language that menus are written in."""

    language: str
    said: NullTranslations

    def __call__(self, text: str) -> str:
        return self.said.gettext(text)


def menus(wanted: Filter, counts: Counts, names: Names, words: Words) -> list[Menu]:
    """Every menu, in the order of `TITLES`."""
    return [menu(name, wanted, counts, names, words) for name in TITLES]


def menu(name: str, wanted: Filter, counts: Counts, names: Names, words: Words) -> Menu:
    """One menu."""
    facets = counts.facets or _NO_FACETS
    builders: dict[str, Callable[[], Iterable[Choice]]] = {
        "units": lambda: _units(wanted, facets.units, names),
        "kinds": lambda: _several(wanted, "kinds", facets.kinds, words),
        "fields": lambda: _fields(wanted, facets.fields, words),
        "classes": lambda: _several(wanted, "classes", [Facet(one, -1) for one in BADGES["difference"]], words),
        "severities": lambda: _several(wanted, "severities", _ranked(facets.severities), words),
        "states": lambda: _states(wanted, facets.states, words),
        "older": lambda: _ages(wanted, counts.ages or {}, words),
        "assignee": lambda: _assignees(wanted, counts.work, names, words),
        "cause": lambda: _causes(wanted, counts.work, names, words),
        "reported": lambda: _reported(wanted, words),
    }
    is_later = name in LATER and (counts.ages if name == "older" else counts.work) is None
    return Menu(name, words(TITLES[name]), tuple(builders[name]()), name == "units", is_later)


def orders(wanted: Filter, words: Words) -> Menu:
    """The menu of orders."""
    choices = (
        Choice(words(ORDER_TEXTS[one]), structs.replace(wanted, order=one), is_on=one == wanted.order) for one in ORDERS
    )
    return Menu("order", words(N_("Sort")), tuple(choices))


def chips(several: Sequence[Menu], wanted: Filter, words: Words) -> list[Choice]:
    """What is filtered by, each with the filter that is left without it."""
    found = [
        Choice(one.text, one.wanted, note=menu.title)
        for menu in several
        for one in menu.chosen
        if one.wanted != wanted and one.is_on
    ]
    if wanted.younger is not None:
        found.append(Choice(f"≤ {wanted.younger}", structs.replace(wanted, younger=None), note=words(N_("Days"))))
    found += [
        Choice(one, structs.replace(wanted, pairs=tuple(left for left in wanted.pairs if left != one)))
        for one in wanted.pairs
    ]
    if wanted.text:
        found.append(Choice(f"“{wanted.text}”", structs.replace(wanted, text=""), note=words(N_("Search"))))
    return found


def _toggled(wanted: Filter, attribute: str, value: str) -> Filter:
    """The filter with one value more, or less where it has it."""
    present: tuple[str, ...] = getattr(wanted, attribute)
    left = tuple(one for one in present if one != value) if value in present else (*present, value)
    return structs.replace(wanted, **{attribute: tuple(sorted(left))})


def _single(wanted: Filter, attribute: str, value: Any) -> Filter:
    return structs.replace(
        wanted, **{attribute: getattr(UNFILTERED, attribute) if getattr(wanted, attribute) == value else value}
    )


def _with_chosen(found: Iterable[Facet], chosen: Iterable[str]) -> list[Facet]:
    """What was counted, and what is chosen though there is none of it."""
    listed = list(found)
    known = {one.value for one in listed}
    return [*listed, *(Facet(value, 0) for value in chosen if value not in known)]


def _several(wanted: Filter, attribute: str, found: Iterable[Facet], words: Words) -> Iterable[Choice]:
    family, chosen = BADGES[FAMILIES[attribute]], getattr(wanted, attribute)
    for one in _with_chosen(found, chosen):
        text = words(family[one.value].text) if one.value in family else one.value
        count = one.count if one.count >= 0 else None
        yield Choice(text, _toggled(wanted, attribute, one.value), count, one.value in chosen)


def _ranked(found: Iterable[Facet]) -> list[Facet]:
    ranks = list(BADGES["severity"])
    return sorted(found, key=lambda one: ranks.index(one.value))


def _units(wanted: Filter, found: Iterable[Facet], names: Names) -> Iterable[Choice]:
    for one in _with_chosen(found, wanted.units):
        if one.value:
            name = names.unit(one.value, one.name)
            yield Choice(name, _toggled(wanted, "units", one.value), one.count, one.value in wanted.units, one.value)


def _fields(wanted: Filter, found: Iterable[Facet], words: Words) -> Iterable[Choice]:
    for one in _with_chosen(found, wanted.fields):
        if one.value:
            text = field_text(one.value, words.language)
            yield Choice(text, _toggled(wanted, "fields", one.value), one.count, one.value in wanted.fields)


def _states(wanted: Filter, found: Iterable[Facet], words: Words) -> Iterable[Choice]:
    """Choosing the first state narrows the open ones; taking the last one away shows the open ones again."""
    counts = {one.value: one.count for one in found}
    is_default = wanted.states == OPEN_STATES
    for state, badge in BADGES["state"].items():
        is_on = not is_default and state in wanted.states
        after = structs.replace(wanted, states=(state,)) if is_default else _toggled(wanted, "states", state)
        yield Choice(
            words(badge.text), after if after.states else structs.replace(wanted, states=OPEN_STATES),
            counts.get(state, None if state in CLOSED and is_default else 0), is_on,
        )  # fmt: skip


def _ages(wanted: Filter, counts: Mapping[int, int], words: Words) -> Iterable[Choice]:
    for days in sorted({*AGES, *([wanted.older] if wanted.older is not None else [])}):
        text = words.said.ngettext("At least %(num)d day", "At least %(num)d days", days) % {"num": days}
        yield Choice(text, _single(wanted, "older", days), counts.get(days), wanted.older == days)


def _assignees(wanted: Filter, counted: WorkCounts | None, names: Names, words: Words) -> Iterable[Choice]:
    for value, text in ((ME, N_("Me")), (NOBODY, N_("Nobody"))):
        yield Choice(words(text), _single(wanted, "assignee", value), None, wanted.assignee == value)
    chosen = () if wanted.assignee in ("", ME, NOBODY) else (wanted.assignee,)
    counts = None if counted is None else counted.assignees
    for login in _named(counts, chosen, [one.login for one in names.assignable()]):
        count = None if counts is None else counts.get(login, 0)
        yield Choice(names.person(login), _single(wanted, "assignee", login), count, login == wanted.assignee)


def _causes(wanted: Filter, counted: WorkCounts | None, names: Names, words: Words) -> Iterable[Choice]:
    yield Choice(words(N_("No cause set")), _single(wanted, "cause", NO_CAUSE), None, wanted.cause == NO_CAUSE)
    chosen = () if wanted.cause in ("", NO_CAUSE) else (wanted.cause,)
    counts = None if counted is None else counted.causes
    for slug in _named(counts, chosen, [slug for slug, _ in names.offered_causes(words.language)]):
        count = None if counts is None else counts.get(slug, 0)
        text = names.cause(slug, words.language)
        yield Choice(text, _single(wanted, "cause", slug), count, slug == wanted.cause)


def _named(counts: Mapping[str, int] | None, chosen: Iterable[str], every: Sequence[str]) -> list[str]:
    """What was counted, the most first, with what is chosen; everything where nothing was counted yet."""
    if counts is None:
        return list(dict.fromkeys([*chosen, *every]))
    return sorted({*counts, *chosen}, key=lambda one: (-counts.get(one, 0), one))


def _reported(wanted: Filter, words: Words) -> Iterable[Choice]:
    for value, text in ((True, N_("Reported to the portal")), (False, N_("Not reported"))):
        yield Choice(words(text), _single(wanted, "reported", value), None, wanted.reported is value)
