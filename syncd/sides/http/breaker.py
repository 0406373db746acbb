"""The circuit breaker of one client: a side that is down is left in peace.

In: successes and failures, and a monotonic clock. Out: admission, or an error at once with the time that is left.
"""

from __future__ import annotations

from collections.abc import Callable

from syncd.sides.errors import UnreachableError


class CircuitOpenError(UnreachableError):
    """Not asked at all: the side has failed too often in a row. Never worth a retry inside the same call."""


class Breaker:
    """Closed until ``failures`` failures in a row; then open for ``open_seconds``; then one probe at a time.

    A probe that succeeds closes it, one that fails opens it anew. Every admission must end in exactly one of
    `succeeded`, `failed` or `abandoned` (cancelled: says nothing about the side).
    """

    def __init__(self, *, failures: int, open_seconds: float, clock: Callable[[], float]) -> None:
        self._limit = failures
        self._open_seconds = open_seconds
        self._clock = clock
        self._in_a_row = 0
        self._opened_at: float | None = None
        self._probing = False

    @property
    def is_open(self) -> bool:
        return self._opened_at is not None

    def admit(self, where: str) -> None:
        """Let one attempt through, or raise `CircuitOpenError` with the seconds after which to come again."""
        if self._opened_at is None:
            return
        left = self._opened_at + self._open_seconds - self._clock()
        if left > 0 or self._probing:
            delay = max(left, 0.0) or self._open_seconds
            raise CircuitOpenError(
                f"not asked: {self._in_a_row} attempts in a row failed",
                where=where,
                action=f"it is tried again in {delay:.0f} s; look at the errors before this one",
                delay=delay,
            )
        self._probing = True

    def succeeded(self) -> None:
        self._in_a_row = 0
        self._opened_at = None
        self._probing = False

    def failed(self) -> None:
        self._in_a_row += 1
        if self._probing or self._in_a_row >= self._limit:
            self._opened_at = self._clock()
        self._probing = False

    def abandoned(self) -> None:
        self._probing = False
