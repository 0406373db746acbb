"""Which document an id means: documents that were seen, and other ids under which the same ones came.

In: packages. Out: an `Index`, the same for every order of packages. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from adapters.edxml.identity import Units, identity, key_of, match_of, own_match
from adapters.edxml.package import Business, Kind, Package, Reference


def creates(package: Package) -> bool:
    """Whether a package brings a document of its own."""
    return package.kind is Kind.DOCUMENT and package.business in (Business.NEW, Business.REPLACE)


class Index(NamedTuple):
    """Which document an id means. ``aliases``: ids under which an update or a new text of the same decision came, each
    with the document itself, however long the chain between them is."""

    keys: frozenset[str]
    aliases: Mapping[str, str]
    by_match: Mapping[str, str]

    @classmethod
    def of(cls, packages: Sequence[Package], units: Units) -> Index:
        own = {key: one for one in packages if creates(one) and (key := key_of(one, units))}
        same = dict(_new_texts(packages, own, units))
        keys = frozenset(own) - same.keys()
        aliases = dict(_updates(packages, keys, units)) | same
        seen = cls(keys, straight(aliases, keys), _matches(packages, same, units))
        updates = [one for one in packages if one.business is Business.UPDATE]
        orphans = {_subject(one, units) for one in updates if seen.subject(one, units) is None}
        circles = {key for key in own if seen.known(key) is None}
        every = keys | circles | (orphans - {""})
        return seen._replace(keys=every, aliases=straight(aliases, every))

    def known(self, key: str) -> str | None:
        """The document that an id means; None where none was seen."""
        return key if key in self.keys else self.aliases.get(key)

    def resolve(self, reference: Reference, units: Units) -> str | None:
        """By its id, else by issuer, number and day where these mean one document alone."""
        by_id = self.known(identity(reference.document_id, units)) if reference.document_id else None
        return by_id or self.by_match.get(match_of(reference, units))

    def subject(self, package: Package, units: Units) -> str | None:
        """The document that a recall or an update is about: the one that it names, else the one that it is."""
        return self.resolve(package.about[0], units) if package.about else self.known(key_of(package, units))


def straight(aliases: Mapping[str, str], keys: Collection[str]) -> dict[str, str]:
    """Each alias with the document at the end of its chain, walked once; what ends in no document is left out."""
    ends: dict[str, str | None] = {}
    for alias in aliases:
        way = dict[str, None]()
        at = alias
        while at not in keys and at in aliases and at not in ends and at not in way:
            way[at] = None
            at = aliases[at]
        end = at if at in keys else ends.get(at)
        ends.update(dict.fromkeys(way, end))
    return {alias: end for alias, end in ends.items() if end is not None}


def _subject(package: Package, units: Units) -> str:
    return identity(package.about[0].document_id, units) if package.about else key_of(package, units)


def _updates(packages: Sequence[Package], keys: frozenset[str], units: Units) -> Iterator[tuple[str, str]]:
    """The id of an update that has one of its own, and the document that it updates."""
    for one in packages:
        if one.business is Business.UPDATE:
            key, target = key_of(one, units), _subject(one, units)
            if key and key not in keys and key != target:
                yield key, target


def _matches(packages: Sequence[Package], same: Mapping[str, str], units: Units) -> dict[str, str]:
    """The document that an issuer, a number and a day mean, where that is one alone."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one in packages:
        if creates(one) and (match := own_match(one, units)):
            key = key_of(one, units)
            found[match].add(same.get(key, key))
    return {match: next(iter(keys)) for match, keys in found.items() if len(keys) == 1}


def _new_texts(packages: Sequence[Package], own: Mapping[str, Package], units: Units) -> Iterator[tuple[str, str]]:
    """A replacement with the number, day and issuer of what it replaces is the same decision in a new text."""
    for one in packages:
        if one.business is not Business.REPLACE or len(one.about) != 1:
            continue
        key, target = key_of(one, units), identity(one.about[0].document_id, units)
        match, replaced = own_match(one, units), own.get(target)
        if key and key != target and match and replaced is not None and match == own_match(replaced, units):
            yield key, target
