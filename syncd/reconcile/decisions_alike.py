"""Decisions of both sides that nothing matched and that may be one all the same: their issuers cannot be compared.

In: the decisions of both sides, what was matched. Out: identities of which nothing can be said. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from syncd.reconcile.decisions_matching import Named


def alike(ours: Iterable[Named], theirs: Iterable[Named], together: Iterable[tuple[Named, Named]]) -> frozenset[str]:
    """Identities of those left that may be one with another of the other side whose issuer cannot be compared."""
    matched = {one.identity for both in together for one in both}
    by_number: defaultdict[str, list[Named]] = defaultdict(list)
    for one in theirs:
        by_number[one.number].append(one)
    found: set[str] = set()
    for portal in ours:
        for documents in by_number[portal.number]:
            if _may_be_same(portal, documents) and (
                portal.signed == documents.signed or matched.isdisjoint({portal.identity, documents.identity})
            ):
                found |= {portal.identity, documents.identity}
    return frozenset(found)


def _may_be_same(first: Named, second: Named) -> bool:
    """Whether two of one number may be one although nothing matched them: their issuers cannot be compared.

    Of one day, codes of one tree cannot either: the same unit has had an old code and a new one.
    """
    if first.number != second.number or not first.signed or not second.signed:
        return False
    is_comparable = _is_code_of_today(first.issuer) and _is_code_of_today(second.issuer)
    if first.signed == second.signed:
        return not is_comparable or first.issuer.partition(".")[0] == second.issuer.partition(".")[0]
    return not is_comparable and first.signed.year == second.signed.year


def _is_code_of_today(issuer: str) -> bool:
    """Whether it is a code by Decision 20/2020/QĐ-TTg: one of old that could not be translated begins with digits."""
    return issuer[:1].isalpha()
