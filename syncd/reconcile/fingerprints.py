"""Fingerprints of records: raw (nothing to do), comparison (in sync), exact (written the same).

In: raw bytes or a canonical record. Out: 16 bytes each. The comparison fingerprint has a fast way for records whose
texts are in form already; it gives, byte for byte, what the plain definition in `comparison_form` gives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import _lru_cache_wrapper, lru_cache
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias
from unicodedata import is_normalized

import msgspec
from xxhash import xxh3_64_digest, xxh3_64_intdigest, xxh3_128_digest

from syncd.reconcile.comparison import ENCODER, Rules, comparison_form
from syncd.reconcile.equality import FIELD_RULES, Rule, or_nothing, says_nothing, take_form
from syncd.records.procedure import FIELDS, Procedure
from syncd.records.text import form

_PACKER = msgspec.msgpack.Encoder()
_CACHED_VALUES = 2048
_LARGE = 32_768
"""Bytes of a comparison form; real ones have 2 to 10 KB."""

Take: TypeAlias = Callable[[Procedure], Sequence[Any]]


def raw_hash(raw: bytes, detail: bytes | None, seed: int) -> bytes:
    """Fingerprint of a record as its side sent it. ``seed``: a secret of the ledger, 64 bits.

    xxh3 is not cryptographic: whoever knows the seed can make two records collide, so it only ever says "this side has
    not changed", and the seed is not told.
    """
    if detail is None:
        return xxh3_128_digest(raw, seed)
    return xxh3_128_digest(detail, xxh3_64_intdigest(raw, seed))


def comparison(procedure: Procedure, rules: Rules) -> bytes:
    """Fingerprint of the comparison form. Equal ones on both sides mean: nothing alarming differs, look no further.

    xxh3 again, seeded by the rules and a secret of this run: one in 2^128 by chance, a tenth of the cost of a
    cryptographic hash, and nobody outside can prepare two records that collide. It never leaves this program's memory.
    Unequal ones mean only that the fields must be compared one by one; what `differences` finds is what counts.
    """
    return xxh3_128_digest(fast_form(procedure, rules), rules.seed)


def exact(procedure: Procedure, rules: Rules | None = None) -> bytes:
    """Fingerprint of the values before any folding, in two halves of 8 bytes: the compared fields, then all others.

    The whole of it says whether a side's record is the version that is known; the first half, between two sides whose
    comparison fingerprints are equal, whether they are also written the same. Without rules all fields are compared.
    """
    compared, others = _halves(rules)
    return xxh3_64_digest(_PACKER.encode(compared(procedure))) + xxh3_64_digest(_PACKER.encode(others(procedure)))


@lru_cache(maxsize=64)
def _halves(rules: Rules | None) -> tuple[Take, Take]:
    compared = FIELD_RULES.keys() if rules is None else rules.fields
    return (
        _taker(tuple(name for name in FIELDS if name in compared)),
        _taker(tuple(name for name in FIELDS if name not in compared)),
    )


def fast_form(procedure: Procedure, rules: Rules) -> bytes:
    """The same bytes as `comparison_form`, faster.

    Short values come from a cache. Long texts are taken as they are, and one look over the encoded whole says whether
    they were in form; if any was not, the record goes the plain way.
    """
    if _is_surely_out_of_form(procedure):
        return comparison_form(procedure, rules)
    plan = _plan(rules)
    form_as_written = ENCODER.encode(
        [None if value is None else read(value) for read, value in zip(plan.readers, plan.take(procedure), strict=True)]
    )
    if len(form_as_written) > _LARGE:
        plan.forget()
    return form_as_written if is_in_form(form_as_written) else comparison_form(procedure, rules)


def _is_surely_out_of_form(procedure: Procedure) -> bool:
    """Whether the name or the first step alone shows that the fast way would be tried in vain."""
    if procedure.name and not is_normalized("NFC", procedure.name):
        return True
    return procedure.steps is not None and any("\n" in step.text for step in procedure.steps[:1])


class _Plan(NamedTuple):
    """How the fast way takes all fields of a record, and reads each, provided that its texts are in form."""

    take: Take
    readers: tuple[Callable[[Any], Any], ...]

    def forget(self) -> None:
        """Empty the caches: a large record may have left large values there."""
        for read in self.readers:
            if isinstance(read, _lru_cache_wrapper):
                read.cache_clear()


@lru_cache(maxsize=64)
def _plan(rules: Rules) -> _Plan:
    readers = tuple(_reader(rule, equivalent) for _, rule, equivalent in rules.table)
    return _Plan(_taker(tuple(name for name, _, _ in rules.table)), readers)


def _taker(names: tuple[str, ...]) -> Take:
    """Takes the named fields' values at once, always as a sequence."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda procedure: [getattr(procedure, name) for name in names]


def _reader(rule: Rule, equivalent: Mapping[str, str]) -> Callable[[Any], Any]:
    if rule.form is form:
        return lambda value: rule.reshape(value, None)
    if rule.form is or_nothing:
        return lambda value: rule.reshape(value, _nothing_or_as_written)
    return lru_cache(maxsize=_CACHED_VALUES)(lambda value: take_form(rule, value, equivalent))


def _nothing_or_as_written(text: str) -> str:
    return "" if says_nothing(text) else text


_SPACE, _BEFORE, _E1, _OTHER, _DOUBTFUL, _AFTER = 0x01, 0x02, 0x08, 0x10, 0x20, 0x40
_DOUBTFUL_CLASS = bytes((_DOUBTFUL,))
_LONGEST_LOOK = 1 << 20


def _class_of(byte: int) -> int:
    """What a byte of compact JSON in UTF-8 means to `is_in_form`, as bits.

    Doubtful are controls, the backslash (JSON writes controls with it), and every lead byte but those of U+00C0 to
    U+02FF and of U+1000 to U+1FFF (E1). Other: whatever may follow E1 but BA and BB.
    """
    if byte < 0x20 or byte in (0x5C, 0x7F, 0xC2) or (byte >= 0xCC and byte != 0xE1):
        return _DOUBTFUL
    if 0x80 <= byte <= 0xBF:
        return 0 if byte in (0xBA, 0xBB) else _OTHER
    return {0x20: _SPACE | _BEFORE | _AFTER, 0x22: _BEFORE | _AFTER, 0xE1: _E1}.get(byte, 0)


_CLASSES = bytes(map(_class_of, range(256)))


def is_in_form(encoded: bytes) -> bool:
    """Whether every text in some compact JSON is in comparison form; False may also mean "not sure".

    Sure are ASCII, U+00C0 to U+02FF and U+1E80 to U+1EFF (all Vietnamese letters): all NFC, none unseen, none a space.
    One look at all bytes at once, without a branch for each: bytes become classes, the classes one long number, and
    shifted against itself the number shows every byte beside its neighbour. By 9 bits: a space before a space or a
    quotation mark, E1 before anything but BA and BB. By 2 bits: a space after a space or a quotation mark.
    """
    classes = encoded.translate(_CLASSES)
    if _DOUBTFUL_CLASS in classes or len(classes) > _LONGEST_LOOK:
        return False
    bits = int.from_bytes(classes, "little")
    return not bits & (bits >> 9 | bits >> 2)
