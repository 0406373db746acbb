"""Everything that is known of one procedure, gathered and shown.

In: a pair, the ledger, a code, an instant. Out: one plain tree: values, differences with classes, proofs, history.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import structs, to_builtins
from rich.table import Table
from rich.text import Text

from syncd.cli.show import console, counted, local, say, visible, write_json
from syncd.ledger import Ledger
from syncd.ledger.mismatches import Mismatch, MismatchEvent, history, select
from syncd.ledger.readings import Reading
from syncd.ledger.versions import Head, Version, each_head_at, timeline
from syncd.passes.pair import Pair
from syncd.passes.pass_verdict import PassVerdict
from syncd.passes.past import Then, then
from syncd.reconcile.comparison import differences
from syncd.records.codes import resolve
from syncd.records.procedure import Procedure

ALL_STATES = ("suspected", "confirmed", "waived", "resolved", "vanished")
HIDDEN = frozenset({"applied_departments"})


class TreeFormat(StrEnum):
    """How an explanation is shown."""

    TABLE = "table"
    JSON = "json"


async def explanation(pair: Pair, ledger: Ledger, code: str, at: datetime) -> dict[str, Any]:
    """What is known of ``code`` (a portal code or a local one) at ``at``."""
    past = await then(pair, ledger, at)
    codes = (code, *resolve(code, past.pair.equivalences).codes)
    versions = await ledger.read(timeline, pair.name, codes=codes, keys=codes, as_of=at)
    if not any(one.side == "city" for one in versions):
        codes = (*codes, *await _mapped_by_city(pair, ledger, code, at))
        versions = await ledger.read(timeline, pair.name, codes=codes, keys=codes, as_of=at)
    known = await ledger.read(select, pair=pair.name, states=ALL_STATES, as_of=at, codes=codes)
    events = await ledger.read(history, [one.id for one in known], at)
    portal, city = _present(versions, "portal"), _present(versions, "city")
    found = {
        "pair": pair.name,
        "code": code,
        "as_of": at.isoformat(),
        "readings": {side: _reading(one) for side, one in past.latest.items()},
        "last_whole": {side: _reading(one) for side, one in past.whole.items()},
        "values": {"portal": _values(portal), "city": _values(city)},
        "differences": [to_builtins(one) for one in differences(portal, city, past.pair.rules)]
        if portal and city
        else [],
        "versions": [_version(one) for one in versions],
        "mismatches": [to_builtins(one) for one in known],
        "events": [_event(one) for one in events],
    }
    return found | {
        "verdict": (_verdict(past, known) if is_known(found) else PassVerdict.UNKNOWN).value,
        "why": _why(past, known, portal, city) if is_known(found) else ["neither side has shown it"],
    }


def is_known(found: Mapping[str, Any]) -> bool:
    """Whether either side has ever shown the code of an explanation."""
    return bool(found["versions"] or found["mismatches"])


async def _mapped_by_city(pair: Pair, ledger: Ledger, local_code: str, at: datetime) -> tuple[str, ...]:
    """Portal codes and keys of city records with this local code: a mapping of the city's own follows no formula."""
    found: dict[str, None] = {}

    def take(head: Head) -> None:
        if head.content.procedure is not None and head.content.procedure.local_code == local_code:
            found.update({head.code: None, head.key: None})

    await ledger.read(each_head_at, pair.name, "city", at, take)
    return tuple(found)


def _present(versions: Sequence[Version], side: str) -> Procedure | None:
    """What a side shows: the newest version that has not ended."""
    present = [one for one in versions if one.side == side and one.valid_to is None]
    return present[-1].content.procedure if present else None


def _verdict(past: Then, known: Sequence[Mismatch]) -> PassVerdict:
    if not past.is_known:
        return PassVerdict.UNKNOWN
    is_open = any(one.state in ("suspected", "confirmed") for one in known)
    return PassVerdict.MISMATCHED if is_open else PassVerdict.IN_SYNC


def _why(past: Then, known: Sequence[Mismatch], portal: Procedure | None, city: Procedure | None) -> list[str]:
    """The reasons for the verdict, one sentence each."""
    reasons = [
        f"the newest reading of the {side} is not whole: {'; '.join(one.reasons)}"
        if one
        else f"the {side} was never read"
        for side, one in past.latest.items()
        if one is None or one != past.whole[side]
    ]
    reasons += _flapping(past, known, portal)
    reasons += [f"{one.state}: {one.kind} {one.field}".strip() for one in known if one.state in ALL_STATES[:3]]
    if not reasons:
        sides = [name for name, one in (("portal", portal), ("city", city)) if one is not None]
        reasons = [f"shown by: {', '.join(sides) or 'neither side'}; nothing is open"]
    return [*reasons, past.remark] if past.remark else reasons


def _flapping(past: Then, known: Sequence[Mismatch], portal: Procedure | None) -> list[str]:
    """That the portal shows an older decision than it has shown before, where it does."""
    codes = {one.code for one in known} | ({portal.code} if portal else set())
    newer = past.world.law.past.flapping if past.world else {}
    return [f"the portal has shown decision {newer[code]} before: it flaps" for code in sorted(codes & newer.keys())]


def _reading(reading: Reading | None) -> dict[str, Any] | None:
    if reading is None:
        return None
    names = ("verdict", "started_at", "ended_at", "counted", "declared_total", "pages", "reasons", "findings")
    plain = to_builtins(reading)
    return {name: plain[name] for name in names}


def _values(procedure: Procedure | None) -> dict[str, Any] | None:
    if procedure is None:
        return None
    plain = to_builtins(procedure)
    return {name: plain[name] for name in structs.asdict(procedure) if plain[name] is not None and name not in HIDDEN}


def _version(version: Version) -> dict[str, Any]:
    return {
        "side": version.side,
        "key": version.key,
        "valid_from": version.valid_from.isoformat(),
        "valid_to": version.valid_to.isoformat() if version.valid_to else None,
        "raw_digest": version.raw_digest,
        "problem": version.content.problem,
        "values": _values(version.content.procedure),
    }


def _event(event: MismatchEvent) -> dict[str, Any]:
    return {
        "at": event.at.isoformat(),
        "mismatch": event.mismatch.id,
        "kind": event.mismatch.kind,
        "field": event.mismatch.field,
        "event": event.event,
        "from_state": event.from_state,
        "to_state": event.to_state,
        "actor": event.actor,
        "portal_value": event.mismatch.portal_value,
        "city_value": event.mismatch.city_value,
    }


def print_explanation(found: Sequence[dict[str, Any]], form: TreeFormat) -> None:
    """Show explanations: a tree of JSON, or words for people."""
    if form is TreeFormat.JSON:
        write_json(list(found))
        return
    for one in found:
        _print(one)


def _print(one: dict[str, Any]) -> None:
    say(f"{one['pair']} · {one['code']} · {one['verdict']}", style="bold")
    for reason in one["why"]:
        say(f"  {reason}")
    for side, reading in one["last_whole"].items():
        say(f"  {side} last read whole: {_when(reading)}")
    console().print(_values_table(one))
    if one["events"]:
        say("What happened", style="bold")
    for event in one["events"]:
        at = local(datetime.fromisoformat(event["at"]))
        change = f"{event['from_state'] or '—'} → {event['to_state']}"
        say(f"  {at}  {event['kind']} {event['field']}  {change}  ({event['event']}, {event['actor']})")
    say(f"{counted(len(one['versions']), 'version')} seen; --format json shows each", style="dim")


def _when(reading: dict[str, Any] | None) -> str:
    if reading is None:
        return "never"
    at = local(datetime.fromisoformat(reading["ended_at"]))
    return f"{at}, {counted(reading['counted'], 'record')} in {counted(reading['pages'], 'page')}"


def _values_table(one: dict[str, Any]) -> Table:
    differing = {difference["field"]: difference["difference"] for difference in one["differences"]}
    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in ("field", "", "portal", "city"):
        table.add_column(title, overflow="fold")
    portal, city = (one["values"][side] or {} for side in ("portal", "city"))
    for name in dict.fromkeys((*portal, *city)):
        style = "bold" if name in differing else ""
        cells = (name, differing.get(name, ""), _cell(portal.get(name)), _cell(city.get(name)))
        table.add_row(*(Text(cell, style=style) for cell in cells))
    return table


def _cell(value: Any) -> str:
    if value is None:
        return "—"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return visible(text if len(text) <= 300 else f"{text[:300]}… ({len(text)} characters)")
