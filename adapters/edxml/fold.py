"""Packages folded into documents: what was sent, updated, recalled, taken back, replaced, in the order of its time.

In: packages in any order, any of them several times. Out: documents and what is odd about them: the same for every
order. Pure. Nothing is believed of a sender about another's document, and nothing about a document that nobody sent.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct, structs

from adapters.edxml.identity import Units, akin, key_of, upward
from adapters.edxml.known import Index, creates
from adapters.edxml.package import Business, Kind, Oddity, Package
from adapters.edxml.standing import BY_BUSINESS, BY_STATUS, MOVES, ORDER, Event, Standing
from syncd.records.unit_codes import unit_code

BEGINNING = datetime(1, 1, 1)  # noqa: DTZ001 - the format has no zones
LONGEST = 120
NEVER = datetime(9999, 12, 31)  # noqa: DTZ001

VALUES = ("number", "notation", "signed", "type_name", "subject", "signer", "due", "steering", "task")
"""What an update may change; what it leaves empty stays."""

ANSWERS = frozenset({Event.AGREE, Event.REFUSE})
"""What only a receiver of a document can say of it; everything else only its issuer can."""


class Document(Struct, frozen=True, kw_only=True):
    """One document as it stands after everything that happened to it. ``latest`` holds its values."""

    key: str
    latest: Package
    standing: Standing
    successor: str | None = None
    oddities: tuple[Oddity, ...] = ()


class Stray(NamedTuple):
    """An event about a document that was never seen."""

    event: Event
    package: Package
    about: str


class Folded(NamedTuple):
    """Documents by key, and what could not be told of any document."""

    documents: tuple[Document, ...]
    strays: tuple[Stray, ...]
    nameless: tuple[Package, ...]


class _Happening(NamedTuple):
    """One event of one document; ``successor`` is what replaces it, where the event is that."""

    at: datetime
    event: Event
    package: Package
    successor: str = ""

    @property
    def order(self) -> tuple[datetime, int, str]:
        return self.at, ORDER.index(self.event), self.package.mark


def fold(packages: Iterable[Package], units: Units | None = None) -> Folded:
    """Fold. Packages with equal bytes are one, whatever they are called."""
    table = units or {}
    several = unique(packages)
    index = Index.of(several, table)
    happenings, strays = _sorted_out(several, index, table)
    documents = (_document(key, happenings[key], table) for key in sorted(happenings))
    return Folded(
        tuple(documents),
        tuple(sorted(strays, key=lambda one: (one.package.name, one.package.mark, one.about))),
        tuple(sorted((one for one in several if _is_nameless(one, table)), key=lambda one: (one.name, one.mark))),
    )


def unique(packages: Iterable[Package]) -> list[Package]:
    """Each package once, under the first of its names, in an order that is always the same."""
    found: dict[str, Package] = {}
    for package in packages:
        known = found.get(package.mark)
        if known is None or package.name < known.name:
            found[package.mark] = package
    return sorted(found.values(), key=lambda one: one.mark)


def _is_nameless(package: Package, units: Units) -> bool:
    return package.kind is Kind.DOCUMENT and creates(package) and not key_of(package, units)


def _sorted_out(
    packages: Sequence[Package], index: Index, units: Units
) -> tuple[dict[str, list[_Happening]], list[Stray]]:
    happenings: defaultdict[str, list[_Happening]] = defaultdict(list)
    strays: list[Stray] = []
    for package in packages:
        own = key_of(package, units)
        if creates(package) and own and index.known(own) == own:
            happenings[own].append(_Happening(_moment(package, Event.NEW), Event.NEW, package))
        for event, about, key in _said(package, index, units):
            if key is None:
                strays.append(Stray(event, package, about[:LONGEST]))
            elif event is Event.REPLACE and index.known(own) == key:  # the same decision in a new text
                happenings[key].append(_Happening(_moment(package, Event.UPDATE), Event.UPDATE, package))
            else:
                happenings[key].append(_Happening(_moment(package, event), event, package, index.known(own) or own))
    return dict(happenings), strays


def _said(package: Package, index: Index, units: Units) -> Iterator[tuple[Event, str, str | None]]:
    """What a package says of other documents: the event, the words for the document, and its key where it was seen."""
    if package.kind is Kind.STATUS or package.business is Business.REPLACE:
        event = BY_STATUS.get(package.status) if package.kind is Kind.STATUS else Event.REPLACE
        if event is not None:
            yield from ((event, one.document_id or one.number, index.resolve(one, units)) for one in package.about)
    elif package.business is not Business.NEW:
        about = package.about[0].document_id if package.about else package.document_id
        yield BY_BUSINESS[package.business], about, index.subject(package, units)


def _moment(package: Package, event: Event) -> datetime:
    """A document without a time was there from the beginning; an event without one is the last word."""
    return package.at or (BEGINNING if event is Event.NEW else NEVER)


def _document(key: str, happenings: Sequence[_Happening], units: Units) -> Document:
    """Nothing can happen to a document before it is there."""
    born = min((one.at for one in happenings if one.event is Event.NEW), default=BEGINNING)
    ordered = sorted((one._replace(at=max(one.at, born)) for one in happenings), key=lambda one: one.order)
    latest, standing, successor = _first(key, ordered, units).package, Standing.ISSUED, None
    oddities = list(_odd(ordered, latest))
    foreign = _foreign(ordered, latest, units)
    for one in ordered:
        if one in foreign:
            oddities.append(Oddity("foreign_event", f"{one.event} by {one.package.sender.code[:40]}"))
            continue
        standing = MOVES[standing, one.event]
        if one.event in (Event.NEW, Event.UPDATE):
            latest = _updated(latest, one.package, one.event)
        if one.event is Event.REPLACE:
            successor = max(successor or "", one.successor)
        if standing is Standing.REFUSED and one.event is Event.REFUSE:
            oddities.append(Oddity("recall_refused", f"by {one.package.sender.code[:40]}"))
    return Document(key=key, latest=latest, standing=standing, successor=successor, oddities=tuple(oddities))


def _foreign(ordered: Sequence[_Happening], first: Package, units: Units) -> set[_Happening]:
    """What somebody says who may not: another's document under the same id, a recall by a stranger, an answer of a unit
    that never received it."""
    issuer = first.sender.code
    of_issuer = [one for one in ordered if one.event not in ANSWERS and akin(one.package.sender.code, issuer, units)]
    addressed = {unit_code(party.code, units) for one in of_issuer for party in one.package.receivers}
    answers = (one for one in ordered if one.event in ANSWERS)
    believed = {one for one in answers if not addressed.isdisjoint(upward(one.package.sender.code, units))}
    return set(ordered) - believed - set(of_issuer)


def _first(key: str, ordered: Sequence[_Happening], units: Units) -> _Happening:
    """The document's own first package, else the first update, which holds its values as well. The issuer that the id
    names comes before others, whatever time they write; who hides the time comes last."""
    issuer = key.partition(",")[0] if key.count(",") >= 2 else ""
    own = [one for one in ordered if one.event is Event.NEW] or [one for one in ordered if one.event is Event.UPDATE]
    return min(own, key=lambda one: (not akin(one.package.sender.code, issuer, units), one.package.at is None))


def _odd(ordered: Sequence[_Happening], first: Package) -> Iterator[Oddity]:
    often = Counter(one.event for one in ordered)
    if not often[Event.NEW]:
        yield Oddity("update_of_unseen", first.document_id)
    own = [one.package for one in ordered if one.event is Event.NEW]
    if len({tuple(getattr(one, name) for name in VALUES) for one in own}) > 1:
        yield Oddity("contradicting_documents", first.document_id)
    if len(ordered) > 1 and any(one.package.at is None for one in ordered):
        yield Oddity("untimed", first.document_id)
    yield from dict.fromkeys(oddity for one in ordered for oddity in one.package.oddities)


def _updated(before: Package, after: Package, event: Event) -> Package:
    """What the later package says, and what it leaves empty from before. The issuer stays. Copies of a document may
    each go to one receiver: these add up; an update names all of them."""
    said = {name: value for name in VALUES if (value := getattr(after, name)) not in ("", None)}
    if after.held:
        said |= {"attachments": after.attachments, "held": after.held, "codes": after.codes}
    if after.receivers:
        known = before.receivers if event is Event.NEW else ()
        said["receivers"] = tuple(dict.fromkeys((*known, *after.receivers)))
    return structs.replace(before, **said)
