"""How records and rows become bytes for the ledger, and come back.

In: raw bytes, a canonical `Procedure`, any struct. Out: zlib-compressed bytes; JSON inside where it is a struct.
Text that UTF-8 cannot hold (lone surrogates) is kept as U+FFFD, so that one odd record cannot stop a pass.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Hashable
from functools import lru_cache
from hashlib import blake2b
from threading import Lock
from typing import Any, TypeVar, cast

import msgspec

T = TypeVar("T")

LEVEL = 1
_MAKING = Lock()


def pack(content: bytes) -> bytes:
    """Compress bytes."""
    return zlib.compress(content, LEVEL)


def unpack(packed: bytes) -> bytes:
    """The bytes that `pack` was given."""
    return zlib.decompress(packed)


def pack_struct(value: Any) -> bytes:
    """Compress a struct, as JSON."""
    return pack(encode_struct(value))


def unpack_struct(packed: bytes, of: type[T]) -> T:
    """The struct that `pack_struct` was given."""
    return decode_struct(unpack(packed), of)


def encode_struct(value: Any) -> bytes:
    """A struct as JSON, not compressed: for what is short, and often read."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(_encodable(msgspec.to_builtins(value)))


def decode_struct(encoded: bytes, of: type[T]) -> T:
    """The struct that `encode_struct` was given."""
    decoded: T = _decoder(cast("Hashable", of)).decode(encoded)
    return decoded


@lru_cache(maxsize=64)
def _decoder(of: Hashable) -> msgspec.json.Decoder[Any]:
    """One decoder for each type. Two threads that meet a type for the first time at once would crash msgspec 0.22."""
    with _MAKING:
        return msgspec.json.Decoder(of)


def digest(content: bytes) -> str:
    """BLAKE2b-256 in hex: the evidence of what a side sent."""
    return blake2b(content, digest_size=32).hexdigest()


def json_text(value: Any) -> str:
    """JSON in ASCII for JSON columns; structs, enums, instants and dataclasses are welcome."""
    return json.dumps(msgspec.to_builtins(value, enc_hook=str))


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in value)
    if isinstance(value, dict):
        return {_encodable(key): _encodable(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_encodable(inner) for inner in value]
    return value
