"""What a pair is judged by: its rules, and what the ledger knows of the past; and what a flap holds back.

In: a pair, the ledger, codes. Out: a `Law`; the open mismatches about which nothing can be said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from syncd.ledger.database import Ledger
from syncd.ledger.mismatches import Mismatch, select
from syncd.ledger.showings import showings
from syncd.ledger.versions import Content, contents, decisions_shown, withdrawn_codes
from syncd.passes.agencies import directory_as_of
from syncd.passes.pair import Pair
from syncd.reconcile.decided import DECISION_FIELDS, Past, Showing, flapped, is_believed, is_same_number
from syncd.reconcile.scope import AgencyScope
from syncd.reconcile.verdicts import Law


async def open_about_decisions(pair: Pair, ledger: Ledger, as_of: datetime | None) -> list[Mismatch]:
    found = await ledger.read(select, pair=pair.name, as_of=as_of)
    return [one for one in found if one.field in DECISION_FIELDS]


async def held_back(pair: Pair, ledger: Ledger, decided: Sequence[Mismatch], law: Law) -> frozenset[str]:
    """Those about decisions that flap, unless the city shows by now what was asked of it."""
    flapping = [one for one in decided if one.code in law.past.flapping]
    entries = {one.id: pair.city.index.get(one.city_key) for one in flapping}
    loaded = await ledger.read(contents, [entry.version for entry in entries.values() if entry and entry.version])
    shown = {identity: loaded.get(entry.version) for identity, entry in entries.items() if entry}
    return frozenset(one.id for one in flapping if not _has_followed(shown.get(one.id), one))


def _has_followed(city: Content | None, mismatch: Mismatch) -> bool:
    if city is None or city.procedure is None:
        return False
    if mismatch.field == "decision_date":
        return str(city.procedure.decision_date) == mismatch.portal_value
    return is_same_number(city.procedure.decision_number or "", mismatch.portal_value)


async def law_of(
    pair: Pair,
    ledger: Ledger,
    at: datetime,
    *,
    closed: Sequence[str],
    unequal: Sequence[str],
    decided: Sequence[str] = (),
    as_of: datetime | None = None,
) -> Law:
    """What a pair is judged by at ``at``, with what the ledger knows of the past of the codes in question.

    ``decided``: codes of which a mismatch about the decision is open.
    """
    compared = list(dict.fromkeys((*unequal, *decided)))
    decisions = await ledger.read(decisions_shown, pair.name, "portal", compared, as_of)
    shown = await _shown(pair, ledger, decisions, as_of)
    return Law(
        rules=pair.rules,
        past=Past(
            decisions=decisions,
            withdrawn=await ledger.read(withdrawn_codes, pair.name, "portal", closed, as_of),
            flapping=_flapping(shown, at),
            believed=frozenset(code for code, each in shown.items() if all(is_believed(one, at) for one in each)),
        ),
        publication_known=pair.publication_known,
        directory=await ledger.read(directory_as_of, as_of),
        unit=pair.scope.agency if isinstance(pair.scope, AgencyScope) else "",
    )


async def _shown(
    pair: Pair, ledger: Ledger, decisions: Mapping[str, frozenset[str]], as_of: datetime | None
) -> dict[str, list[list[Showing]]]:
    """What the portal has shown, one after the other, for the codes for which it has shown several decisions."""
    several = [code for code, numbers in decisions.items() if len(numbers) > 1]
    if not several:
        return {}
    return await ledger.read(
        showings, pair.name, "portal", several, publication_known=pair.publication_known, as_of=as_of
    )


def _flapping(shown: Mapping[str, list[list[Showing]]], at: datetime) -> dict[str, str]:
    newer = ((code, flapped(one, at)) for code, records in shown.items() for one in records)
    return {code: number for code, number in newer if number is not None}
