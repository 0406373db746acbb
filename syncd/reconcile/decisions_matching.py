"""Which decision of the portal is which of the document-management system: by number, day of signing and issuer.

In: the decisions of both sides, each once. Out: pairs, and those about which nothing can be said. Pure.
Numbers start anew every year and repeat between agencies: two are one only where no other comes into question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Container, Hashable, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from msgspec import Struct, structs

from syncd.records.decisions import NOT_A_NUMBER, parse_number
from syncd.records.publication_decision import Decision, DecisionState
from syncd.records.text import loose
from syncd.records.unit_codes import unit_code

APART = " · "
SHORT_NAMES = ((loose("ủy ban nhân dân"), "ubnd"), ("tp.", "thành phố "), ("tp ", "thành phố "))
"""How offices shorten their own names."""


class Named(Struct, frozen=True):
    """A decision with what it is known by. ``identity`` is the same in every pass and for every spelling."""

    decision: Decision
    number: str
    issuer: str
    identity: str

    @property
    def signed(self) -> date | None:
        return self.decision.signed

    @property
    def is_numbered(self) -> bool:
        """Whether the number is one: what is none (``QĐ000001SNNTEST``, ``13``) cannot be looked for."""
        return bool(self.number) and NOT_A_NUMBER not in parse_number(self.decision.number).noise

    @property
    def codes(self) -> frozenset[str]:
        """The procedures that it lists; none where the source does not list them."""
        return frozenset(self.decision.codes or ())


class Matched(Struct, frozen=True):
    """What belongs together (portal, documents), and the identities about which nothing can be said."""

    together: tuple[tuple[Named, Named], ...]
    unclear: frozenset[str]


def named(decision: Decision) -> Named:
    """A decision under its canonical number, day and issuer (``H26`` for ``000.00.00.H26``)."""
    number = parse_number(decision.number).canonical
    issuer = unit_code(decision.issuer_code or "", {})
    day = decision.signed.isoformat() if decision.signed else "?"
    return Named(decision, number, issuer, APART.join((number or "?", day, issuer or "?")))


class Identity(NamedTuple):
    """The parts of an identity: canonical number, day of signing (None: not known), the issuer's code (empty: same)."""

    number: str
    signed: date | None
    issuer: str


def parts_of(identity: str) -> Identity:
    """The parts of what a decision's mismatches go by; a text that is no identity is a number."""
    number, day, issuer = [*identity.split(APART), "?", "?"][:3]
    try:
        signed = date.fromisoformat(day)
    except ValueError:
        signed = None
    return Identity(number if number != "?" else "", signed, issuer if issuer != "?" else "")


SEVERE = tuple(DecisionState)
"""States, what outweighs another after it: of several copies one that was recalled is a recall."""


def once(decisions: Iterable[Decision], gone: Container[str] = ()) -> tuple[Named, ...]:
    """Each decision once, by identity; of several copies each field is the first that says something.

    ``gone``: keys of copies that are there no more; they say nothing where another copy is there.
    """
    several: defaultdict[str, list[Named]] = defaultdict(list)
    for one in map(named, decisions):
        several[one.identity].append(one)
    return tuple(_together(_present(several[identity], gone)) for identity in sorted(several))


def _present(copies: Sequence[Named], gone: Container[str]) -> Sequence[Named]:
    return [one for one in copies if one.decision.key not in gone] or copies


def _together(copies: Sequence[Named]) -> Named:
    first = copies[0]
    if len(copies) == 1:
        return first
    every = [one.decision for one in copies]
    said = {
        name: next((value for one in every if (value := getattr(one, name)) not in (None, "", ())), None)
        for name in ("issuer_code", "issuer_name", "signer", "abstract", "published", "successor")
    }
    listed = [one.codes for one in every if one.codes is not None]
    codes = tuple(dict.fromkeys(code for several in listed for code in several)) if listed else None
    state = max((one.state for one in every), key=SEVERE.index)
    return structs.replace(first, decision=structs.replace(first.decision, codes=codes, state=state, **said))


def is_same_issuer(first: Named, second: Named) -> bool:
    """Whether both may have one issuer: the same code or one below the other; else the same name; else nothing said."""
    if first.issuer and second.issuer:
        ours, theirs = f"{first.issuer}.", f"{second.issuer}."
        return ours.startswith(theirs) or theirs.startswith(ours)
    mine, other = issuer_name(first.decision), issuer_name(second.decision)
    return not mine or not other or mine == other


def issuer_name(decision: Decision) -> str:
    """The issuer's name in one spelling; empty where it is not said."""
    return plain_name(decision.issuer_name or "")


def plain_name(name: str) -> str:
    """A name of an agency in one spelling: ``UBND TP Hà Nội`` is ``Ủy ban nhân dân thành phố Hà Nội``."""
    words = loose(name)
    for written, meant in SHORT_NAMES:
        words = words.replace(written, meant)
    return " ".join(words.split())


class Step(Struct, frozen=True):
    """One way in which two decisions are taken for one. ``key``: None where this way does not apply to a decision."""

    key: Callable[[Named], Hashable | None]
    holds: Callable[[Named, Named], bool]


def _number_and_day(one: Named) -> Hashable | None:
    return (one.number, one.signed) if one.number and one.signed else None


def _number(one: Named) -> Hashable | None:
    return one.number or None


def _day_and_codes(one: Named) -> Hashable | None:
    return (one.signed, one.codes) if one.signed and one.codes else None


def _is_same_code(portal: Named, documents: Named) -> bool:
    return bool(portal.issuer) and portal.issuer == documents.issuer


def _is_same_year(portal: Named, documents: Named) -> bool:
    """A unit below another may have used the same number: of two codes only the same one will do."""
    if portal.issuer and documents.issuer and portal.issuer != documents.issuer:
        return False
    is_near = not portal.signed or not documents.signed or portal.signed.year == documents.signed.year
    return is_near and is_same_issuer(portal, documents)


def _shares_a_code(portal: Named, documents: Named) -> bool:
    return is_same_issuer(portal, documents) and bool(portal.codes & documents.codes)


STEPS: tuple[Step, ...] = (
    Step(_number_and_day, _is_same_code),
    Step(_number_and_day, is_same_issuer),
    Step(_number, _is_same_year),
    Step(_number, _shares_a_code),
    Step(_day_and_codes, is_same_issuer),
)
"""From the surest to what only a typing error explains: another day of the same year, another year, another number."""


def match(
    portal: Collection[Named], documents: Collection[Named], *, is_covered: Callable[[Named, Named], bool]
) -> Matched:
    """Match step by step; in each, only what has one partner and is its only partner. The rest of a step is unclear.

    ``is_covered``: whether both sides would show either of the two. Two that then are left with one number, and issuers
    of which one may be the other, may be one with a mistyped day or may be two: unclear. So is one that is left while
    its like, of the same number and day, was matched: it may be a copy under a unit above or below.
    """
    ours, theirs = {one.identity: one for one in portal}, {one.identity: one for one in documents}
    together: list[tuple[Named, Named]] = []
    unclear: set[str] = set()
    for step in STEPS:
        found = _candidates(ours.values(), theirs.values(), step)
        for identity, others in found.by_portal.items():
            other = others[0]
            if len(others) == 1 and len(found.by_documents[other]) == 1:
                together.append((ours[identity], theirs[other]))
            else:
                unclear.update((identity, *others))
        for identity in found.by_portal:
            del ours[identity]
        for identity in found.by_documents:
            del theirs[identity]
    for portal_one, documents_one in _alike(ours.values(), theirs.values(), _number):
        if is_same_issuer(portal_one, documents_one) and is_covered(portal_one, documents_one):
            unclear.update((portal_one.identity, documents_one.identity))
    unclear.update(one.identity for one, _ in _copies(ours.values(), documents))
    unclear.update(one.identity for _, one in _copies(portal, theirs.values()))
    return Matched(tuple(together), frozenset(unclear))


def _copies(portal: Iterable[Named], documents: Iterable[Named]) -> Iterator[tuple[Named, Named]]:
    return (both for both in _alike(portal, documents, _number_and_day) if is_same_issuer(*both))


class _Candidates(Struct, frozen=True):
    """Who comes into question for whom, by identity."""

    by_portal: dict[str, list[str]]
    by_documents: dict[str, list[str]]


def _candidates(portal: Iterable[Named], documents: Iterable[Named], step: Step) -> _Candidates:
    by_portal: defaultdict[str, list[str]] = defaultdict(list)
    by_documents: defaultdict[str, list[str]] = defaultdict(list)
    for ours, theirs in _alike(portal, documents, step.key):
        if step.holds(ours, theirs):
            by_portal[ours.identity].append(theirs.identity)
            by_documents[theirs.identity].append(ours.identity)
    return _Candidates(by_portal, by_documents)


def _alike(
    portal: Iterable[Named], documents: Iterable[Named], key: Callable[[Named], Hashable | None]
) -> Iterator[tuple[Named, Named]]:
    """Every two with the same key."""
    by_key: defaultdict[Hashable, list[Named]] = defaultdict(list)
    for one in documents:
        if (found := key(one)) is not None:
            by_key[found].append(one)
    for one in list(portal):
        for other in by_key.get(key(one), ()):
            yield one, other
