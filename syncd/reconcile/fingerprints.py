"""Fingerprints of records: raw (nothing to do), comparison (in sync), exact (written the same).

In: raw bytes or a canonical record. Out: 16 bytes each. The comparison fingerprint has a fast way for records whose
texts are in form already; it gives, byte for byte, what the plain definition in `comparison_form` gives.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec
from xxhash import xxh3_64_digest, xxh3_64_intdigest, xxh3_128_digest

from syncd.reconcile.comparison import ENCODER, Rules, comparison_form
from syncd.reconcile.entries import Entry
from syncd.reconcile.equality import FIELD_RULES, Rule, Shape, arrange, or_nothing, says_nothing, take_form
from syncd.records.procedure import FIELDS, Procedure
from syncd.records.text import form, loose

_PACKER = msgspec.msgpack.Encoder()
_CACHED_VALUES = 4096


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

    BLAKE2b, because this one decides that two records are in sync: nobody can make two different records collide.
    Unequal ones mean only that the fields must be compared one by one; what `differences` finds is what counts.
    """
    return blake2b(fast_form(procedure, rules), digest_size=16).digest()


def exact(procedure: Procedure, rules: Rules | None = None) -> bytes:
    """Fingerprint of the values before any folding, in two halves of 8 bytes: the compared fields, then all others.

    The whole of it says whether a side's record is the version that is known; the first half, between two sides whose
    comparison fingerprints are equal, whether they are also written the same. Without rules all fields are compared.
    """
    compared, others = _halves(rules)
    return _half(procedure, compared) + _half(procedure, others)


def _half(procedure: Procedure, names: tuple[str, ...]) -> bytes:
    return xxh3_64_digest(_PACKER.encode([getattr(procedure, name) for name in names]))


@lru_cache(maxsize=64)
def _halves(rules: Rules | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    compared = FIELD_RULES.keys() if rules is None else rules.fields
    return tuple(name for name in FIELDS if name in compared), tuple(name for name in FIELDS if name not in compared)


class _Reader(NamedTuple):
    """How the fast way reads one field: its comparison form, provided that its texts are in form."""

    name: str
    read: Callable[[Any], Any]


def fast_form(procedure: Procedure, rules: Rules) -> bytes:
    """The same bytes as `comparison_form`, faster.

    Short values come from a cache. Long texts are taken as they are, and one look over the encoded whole says whether
    they were in form; if any was not, the record goes the plain way.
    """
    form_as_written = ENCODER.encode(
        [
            None if (value := getattr(procedure, reader.name)) is None else reader.read(value)
            for reader in _readers(rules)
        ]
    )
    return form_as_written if is_in_form(form_as_written) else comparison_form(procedure, rules)


@lru_cache(maxsize=64)
def _readers(rules: Rules) -> tuple[_Reader, ...]:
    return tuple(_Reader(name, _reader(rule, equivalent)) for name, rule, equivalent in rules.table)


def _reader(rule: Rule, equivalent: Any) -> Callable[[Any], Any]:
    if rule.form is or_nothing:
        return partial(_said, rule)
    if rule.form is loose:
        return partial(take_form, rule, representatives=equivalent)
    if rule.form is form:
        return partial(_as_written, rule)
    return lru_cache(maxsize=_CACHED_VALUES)(partial(take_form, rule, representatives=equivalent))


def _as_written(rule: Rule, value: Any) -> list[Entry]:
    return arrange(rule, rule.entries(value))


def _said(rule: Rule, value: Any) -> list[Entry]:
    texts = (value,) if rule.shape is Shape.ONE else value
    return arrange(rule, [("" if says_nothing(text) else text,) for text in texts])


# Bytes of UTF-8 that a text in form may have anywhere: printable ASCII but the backslash (JSON writes controls with
# it), and the lead bytes of U+00C0 to U+02FF. Continuation bytes are kept to see what follows the lead byte E1.
_SAFE = bytes(byte for byte in range(0x20, 0xCC) if byte not in (0x5C, 0x7F, 0xC2) and not 0x80 <= byte <= 0xBF)
_AFTER_LEAD = bytes(range(0x80, 0xC0))


def is_in_form(encoded: bytes) -> bool:
    """Whether every text in some compact JSON is in comparison form; False may also mean "not sure".

    Sure are ASCII, U+00C0 to U+02FF and U+1E80 to U+1EFF (all Vietnamese letters): all NFC, none of them unseen or a
    space. A text that begins or ends with a space shows beside its quotation mark; runs show as two spaces.
    """
    if b"  " in encoded or b' "' in encoded or encoded.rfind(b'" ') >= 0:
        return False
    rest = encoded.translate(None, _SAFE)
    vietnamese = rest.count(b"\xe1\xba") + rest.count(b"\xe1\xbb")
    return vietnamese == rest.count(b"\xe1") and not rest.translate(None, _AFTER_LEAD + b"\xe1")
