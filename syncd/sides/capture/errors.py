"""Errors of a side as values, so that a replay raises what was raised.

In: a `SideError`. Out: a `Said`; and back. Its sentences are cleaned like every other text.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from syncd.sides.errors import (
    BlockedError,
    PermanentError,
    ShapeError,
    SideError,
    StaleError,
    ThrottledError,
    TooLargeError,
    TransientError,
    UnauthorisedError,
    UnreachableError,
)

KINDS: dict[str, type[SideError]] = {
    kind.slug: kind
    for kind in (
        SideError,
        TransientError,
        UnreachableError,
        BlockedError,
        ThrottledError,
        PermanentError,
        UnauthorisedError,
        ShapeError,
        TooLargeError,
        StaleError,
    )
}


class NotCapturedError(StaleError):
    """The question was not asked when the capture was made: nobody can say what the side would have answered."""

    def __init__(self, what: str, *, where: str) -> None:
        super().__init__(
            f"{what} was not captured, so the capture cannot say", where=where, action="make a capture that asks it"
        )


class Said(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One error: its kind by slug, its sentences, and where it happened."""

    slug: str
    message: str
    action: str = ""
    where: str = ""
    path: str = ""
    code: str = ""
    local_code: str = ""
    delay: float | None = None


def said(error: SideError, clean: Callable[[str], str]) -> Said:
    return Said(
        error.slug,
        clean(error.message),
        clean(error.action),
        clean(error.where),
        clean(getattr(error, "path", "")),
        clean(getattr(error, "code", "")) if isinstance(error, ShapeError) else "",
        clean(getattr(error, "local_code", "")) if isinstance(error, ShapeError) else "",
        getattr(error, "delay", None),
    )


def raised(one: Said) -> SideError:
    """The error again; of the kind `SideError` where a later version has a kind that this one does not know."""
    error = KINDS.get(one.slug, SideError)(one.message, action=one.action)
    error.where = one.where
    if isinstance(error, TransientError):
        error.delay = one.delay
    if isinstance(error, ShapeError):
        error.path, error.code, error.local_code = one.path, one.code, one.local_code
    return error
