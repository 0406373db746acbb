"""The page of what each adapter can say, asked of the adapters themselves: part of ``python -m syncd.reference``.

In: the installed adapters of ours, each built twice: with the least that it needs, and with everything on. Out: one
table. Nothing is connected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from syncd.markdown import NOTE, table
from syncd.records.procedure import FIELDS
from syncd.sides.adapter import AdapterDefinition, Capabilities, Surroundings
from syncd.sides.http import HttpClient, HttpSettings
from syncd.sides.registry import adapters, problems, settings_for

YES, WITH_SETTINGS, NO = "●", "○", ""
MAPPED = "columns"
REPLAY = "replay"
OFFERS: tuple[tuple[str, str], ...] = (
    ("index", "the Service Index"),
    ("dossiers", "dossiers, counted by unit"),
    ("decisions", "publication decisions as documents"),
    ("tasks", "tasks, counted by unit"),
)
ABLE: tuple[tuple[str, tuple[str, Callable[[Capabilities], bool]]], ...] = (
    ("details", ("a listing shows part, the rest is fetched by key", lambda one: one.details)),
    ("scope", ("the listing says to which departments a record applies", lambda one: one.scope)),
    ("agencies", ("lists units", lambda one: one.agencies)),
)

Table = dict[str, Any]
_WEB: Table = {"base_url": "https://example.invalid"}
_MEANT: Table = {"kinds": {"1": "standard"}}
_AXIS: Table = _WEB | {
    "share_path": "/mapi/share",
    "integration_path": "/mapi/integration",
    "dstcode": "VN:GOV:000",
    "username": "u",
    "password_secret": "s",
    "madonvi": "H26",
}
_IGATE: Table = _WEB | {"sso_url": "https://sso.example.invalid", "client_secret_secret": "s"}

SETTINGS: Mapping[str, tuple[Table, Table]] = {
    "file": ({"path": "a.csv", MAPPED: {"code": "code"}}, {"path": "a.csv", MAPPED: {}}),
    "igate": (
        _IGATE,
        _IGATE | {"agency_id": "1", "sector_codes": {"A": "G01-A"}, "online_levels": {"1": "một phần"}},
    ),
    "national-gateway": (_WEB | {"decisions": False, "export": False, "kinds": False}, _WEB),
    "national-integration": (_AXIS | {"catalogues": False}, _AXIS | _MEANT),
    "national-portal": (_WEB | {"inventory": "citizen"}, _WEB),
    "opencps": (_WEB | {"basic_user": "u", "basic_password_secret": "s", "group_id": "1"},) * 2,
    "provincial-bridge": (_WEB, _WEB | _MEANT),
    "sql": (
        {"url": "sqlite:///a.db", "table": "t", MAPPED: {"code": "code"}},
        {"url": "sqlite:///a.db", "table": "t", MAPPED: {}},
    ),
}
"""For each adapter that can be a side: the least settings, and those with which it carries the most."""


@dataclass(frozen=True)
class Able:
    """What one adapter can say: with the least settings, and at most; None where it is no side of a pair."""

    definition: AdapterDefinition
    least: Capabilities | None = None
    most: Capabilities | None = None

    def sign(self, says: Callable[[Capabilities], bool]) -> str:
        if self.least is None or self.most is None:
            return NO
        return YES if says(self.least) else WITH_SETTINGS if says(self.most) else NO


def able() -> dict[str, Able]:
    """Every adapter of ours by name, but for the one that says what others say. Raises `KeyError` for one whose
    settings are not in `SETTINGS`."""
    found = {name: one for name, one in adapters().items() if one.distribution == "syncd" and name != REPLAY}
    return {name: _able(name, one.definition) for name, one in sorted(found.items()) if one.definition is not None}


def _able(name: str, definition: AdapterDefinition) -> Able:
    if definition.build is None:
        return Able(definition)
    least, most = SETTINGS[name]
    return Able(definition, _asked(definition, least), _asked(definition, _everything_mapped(definition, most)))


def _everything_mapped(definition: AdapterDefinition, chosen: Table) -> Table:
    """A mapping of columns that is left empty stands for every field that can be mapped."""
    if chosen.get(MAPPED) != {}:
        return chosen
    named = {"adapter": definition.name} | chosen
    able = [name for name in FIELDS if not problems(definition, named | {MAPPED: {"code": "code", name: name}}, "")]
    return chosen | {MAPPED: {name: name for name in able}}


def _asked(definition: AdapterDefinition, chosen: Table) -> Capabilities:
    if definition.build is None:
        raise TypeError(f"{definition.name} cannot be a side of a pair")
    settings = settings_for(definition, {"adapter": definition.name} | chosen, definition.name)
    return definition.build(settings, Surroundings("side", Path(), _secret, _http)).capabilities


def _secret(_name: str) -> str:
    return "nobody is asked"


def _http(label: str, settings: HttpSettings) -> HttpClient:
    return HttpClient(label, settings, secret=_secret)


def capabilities_page() -> str:
    """One row for each field and ability, one column for each adapter."""
    known = able()
    sides = {name: one for name, one in known.items() if one.most is not None}
    fields = [(f"`{name}`", *(one.sign(partial(_carries, name)) for one in sides.values())) for name in FIELDS]
    abilities = [(f"{name}: {words}", *(one.sign(says) for one in sides.values())) for name, (words, says) in ABLE]
    offers = [(f"{name}: {words}", *(_offers(one, name) for one in known.values())) for name, words in OFFERS]
    return "\n\n".join(
        [
            "# What each adapter can say",
            NOTE,
            f"{YES} always, {WITH_SETTINGS} where its settings say so (a mapped column, what an undocumented number\n"
            "means, another list; see [adapters](adapters.md)), empty: never, because the system does not tell. Only\n"
            "fields that both sides of a pair carry are compared; records find each other by the code, and a side\n"
            "that does not carry it has it from the local code. `replay` says what the adapter says that it plays.",
            table(("canonical field", *(f"`{name}`" for name in sides)), fields),
            table(("ability of a side", *(f"`{name}`" for name in sides)), abilities),
            table(("reads besides", *(f"`{name}`" for name in known)), offers),
        ]
    )


def _carries(name: str, capabilities: Capabilities) -> bool:
    return name in capabilities.carries


def _offers(one: Able, name: str) -> str:
    return YES if getattr(one.definition, name) is not None else NO
