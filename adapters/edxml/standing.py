"""What becomes of a document: one table keyed by where it stands and what happens to it.

In: a standing and an event. Out: the next standing. Pure; a missing row raises `KeyError` and changes nothing.
Types of business 0 to 3 and status codes 13, 15 and 16 of the exchange format (QCVN 102:2016, amended 2022).
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from adapters.edxml.package import Business
from syncd.records.publication_decision import DecisionState


class Event(StrEnum):
    """What a package does to a document. In this order where two happen at one instant."""

    NEW = "new"
    UPDATE = "update"
    REVOKE = "revoke"
    TAKE_BACK = "take_back"
    REFUSE = "refuse"
    AGREE = "agree"
    REPLACE = "replace"


class Standing(StrEnum):
    """Where a document stands. A recall counts from when it is asked for, until every receiver that answers refuses."""

    ISSUED = "issued"
    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"
    REPLACED = "replaced"


ORDER: Final = tuple(Event)
BY_BUSINESS: Final = MappingProxyType(
    {
        Business.NEW: Event.NEW,
        Business.REVOKE: Event.REVOKE,
        Business.UPDATE: Event.UPDATE,
        Business.REPLACE: Event.REPLACE,
    }
)
BY_STATUS: Final = MappingProxyType({"13": Event.TAKE_BACK, "15": Event.AGREE, "16": Event.REFUSE})

_S = Standing
_ROWS: Final = {
    _S.ISSUED: (_S.ISSUED, _S.ISSUED, _S.ASKED, _S.ASKED, _S.ISSUED, _S.ISSUED, _S.REPLACED),
    _S.ASKED: (_S.ISSUED, _S.ASKED, _S.ASKED, _S.ASKED, _S.REFUSED, _S.AGREED, _S.REPLACED),
    _S.AGREED: (_S.ISSUED, _S.AGREED, _S.AGREED, _S.AGREED, _S.AGREED, _S.AGREED, _S.REPLACED),
    _S.REFUSED: (_S.ISSUED, _S.REFUSED, _S.ASKED, _S.ASKED, _S.REFUSED, _S.AGREED, _S.REPLACED),
    _S.REPLACED: (_S.REPLACED,) * len(ORDER),
}
"""Standing → the next one after each event, in the order of `Event`. A document that is sent anew after a recall is
issued again; one that was replaced stays so, whatever happens to its successor."""

MOVES: Final = MappingProxyType(
    {(standing, event): after for standing, row in _ROWS.items() for event, after in zip(ORDER, row, strict=True)}
)

STATES: Final = MappingProxyType(
    {
        Standing.ISSUED: DecisionState.ISSUED,
        Standing.ASKED: DecisionState.RECALLED,
        Standing.AGREED: DecisionState.RECALLED,
        Standing.REFUSED: DecisionState.ISSUED,
        Standing.REPLACED: DecisionState.REPLACED,
    }
)
"""What a standing means for whoever asks whether the decision is in force."""
