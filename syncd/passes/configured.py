"""What a pair is judged by, as the ledger remembers it: its scope, its equivalences, the fields that are compared.

In: a pair; what was remembered of it. Out: plain JSON; the pair as it was configured then. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from syncd.passes.pair import Pair
from syncd.reconcile.comparison import Rules
from syncd.reconcile.equality import FIELD_RULES
from syncd.reconcile.scope import said_of_scope, scope_said
from syncd.records.codes import Equivalences


def said_of(pair: Pair) -> dict[str, Any]:
    """Everything of its configuration that decides a verdict."""
    return {
        "applies": said_of_scope(pair.scope),
        "codes": {local: list(codes) for local, codes in pair.equivalences.items()},
        "agencies": dict(pair.rules.agencies),
        "field_names": dict(pair.rules.field_names),
        "compared": sorted(pair.rules.fields),
    }


def as_configured(pair: Pair, said: Mapping[str, Any]) -> Pair:
    """The pair as it was configured when this was said; a field that is not compared any more is left out."""
    return replace(
        pair,
        scope=scope_said(said["applies"]),
        equivalences=Equivalences(said["codes"]),
        rules=Rules(
            fields=frozenset(FIELD_RULES).intersection(said["compared"]),
            agencies=said["agencies"],
            field_names=said["field_names"],
            secret=pair.rules.secret,
        ),
        local_suffixes=set(pair.local_suffixes),
    )
