"""From documents to publication decisions, and to what people should know about them.

In: folded documents. Out: `Decision` records and findings, the same for every order of packages. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from msgspec import structs

from adapters.edxml.choosing import Words, is_about_publication, is_decision, is_publication
from adapters.edxml.fold import Document, Stray
from adapters.edxml.leaves import notation_of
from adapters.edxml.package import Kind, Package
from adapters.edxml.standing import STATES, Event, Standing
from syncd.records.decisions import parse_number
from syncd.records.publication_decision import Decision, DecisionState
from syncd.sides.reading import Finding

EXAMPLES = 5

STRAYS = {
    Event.REVOKE: "recall_of_unseen",
    Event.TAKE_BACK: "recall_of_unseen",
    Event.UPDATE: "update_of_unseen",
    Event.REPLACE: "replacement_of_unseen",
    Event.AGREE: "answer_of_unseen",
    Event.REFUSE: "answer_of_unseen",
}


def publications(
    documents: Iterable[Document], words: Words, since: date | None
) -> tuple[list[Decision], list[tuple[str, str]]]:
    """The publication decisions in the order of their keys, and what is odd about them as (kind, example).

    Other decisions are told by number and day alone: their abstract may only be worded in another way.
    """
    decisions: list[Decision] = []
    odd: list[tuple[str, str]] = []
    for document in documents:
        latest = document.latest
        if since is not None and latest.signed is not None and latest.signed < since:
            continue
        if not publishes(latest, words):
            if latest.number and is_decision(words, latest.type_name, notation(latest.number, latest.notation)):
                decisions.append(left_out(document))
            continue
        made = decision(document)
        decisions.append(made)
        odd.extend((one.kind, f"{document.key}: {one.seen}") for one in document.oddities)
        odd.extend((kind, document.key) for kind in _missing(made))
    return decisions, odd


def publishes(package: Package, words: Words) -> bool:
    return is_publication(
        words, type_name=package.type_name, notation=notation(package.number, package.notation), subject=package.subject
    )


def notation(number: str, written: str) -> str:
    """The notation of the canonical number (``3098/QĐ_BYT`` has ``QĐ-BYT``), else as it was written."""
    return notation_of(parse_number(number).canonical) or written


def decision(document: Document) -> Decision:
    """One document as a decision."""
    one = document.latest
    return Decision(
        key=document.key,
        number=one.number,
        signed=one.signed,
        issuer_code=one.sender.code or None,
        issuer_name=one.sender.name or None,
        signer=one.signer or None,
        abstract=one.subject or None,
        codes=one.codes,
        state=STATES[document.standing],
        successor=document.successor if STATES[document.standing] is DecisionState.REPLACED else None,
        attachments=one.attachments,
    )


def left_out(document: Document) -> Decision:
    """A decision that its words do not call one of publication."""
    latest = document.latest
    return Decision(key=f"left out: {document.key}", number=latest.number, signed=latest.signed, is_publication=False)


def heeding(documents: Iterable[Document], *, refusals: bool) -> Iterator[Document]:
    """Without ``refusals`` a recall counts whatever its receivers answer."""
    for one in documents:
        if one.standing is Standing.REFUSED and not refusals:
            yield structs.replace(one, standing=Standing.ASKED)
        else:
            yield one


def _missing(made: Decision) -> Iterator[str]:
    if not made.number:
        yield "no_number"
    if made.signed is None:
        yield "no_date"


def strays_told(strays: Iterable[Stray], words: Words, *, selective: bool) -> Iterator[tuple[str, str]]:
    """Events about documents that nobody sent, where it may be a decision. ``selective``: only where it says so."""
    for one in strays:
        if _may_be_decision(one, words, selective):
            yield STRAYS[one.event], f"{one.package.name}: {one.about}"


def _may_be_decision(stray: Stray, words: Words, selective: bool) -> bool:
    package = stray.package
    written = package.number if package.kind is Kind.DOCUMENT else ""
    parts = stray.about.split(",", 2)
    known = notation(written, package.notation) or notation_of(parse_number(parts[-1].strip()).canonical)
    if (known or package.type_name) and not is_decision(words, package.type_name, known):
        return False
    if package.subject and is_about_publication(words, package.subject):
        return True
    return not selective or bool(known)


def findings(told: Iterable[tuple[str, str]]) -> list[Finding]:
    """Grouped by kind; examples in an order of their own."""
    grouped: defaultdict[str, list[str]] = defaultdict(list)
    for kind, example in told:
        grouped[kind].append(example)
    return [Finding(kind, len(some), tuple(sorted(some)[:EXAMPLES])) for kind, some in sorted(grouped.items())]
