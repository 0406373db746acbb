"""When to try again, and after how long.

In: the settings and one failed attempt. Out: tenacity's parts: whether, when at the earliest, and when to give up.
Only `TransientError` is tried again, and never a call that an open circuit refused; a cancellation passes through.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_random_exponential
from tenacity.wait import wait_base

from syncd.sides.errors import TransientError
from syncd.sides.http.breaker import CircuitOpenError
from syncd.sides.http.settings import HttpSettings

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


def is_worth_a_retry(error: BaseException) -> bool:
    return isinstance(error, TransientError) and not isinstance(error, CircuitOpenError)


class PoliteWait(wait_base):
    """Full jitter (uniform between 0 and an exponentially growing bound), but never less than the side asked for.

    What the side asks for counts up to ``retry_after_ceiling``.
    """

    def __init__(self, settings: HttpSettings) -> None:
        self._jitter = wait_random_exponential(multiplier=settings.backoff_base, max=settings.backoff_ceiling)
        self._ceiling = settings.retry_after_ceiling

    def __call__(self, retry_state: RetryCallState) -> float:
        error = retry_state.outcome.exception() if retry_state.outcome else None
        asked = error.delay if isinstance(error, TransientError) else None
        return max(self._jitter(retry_state), min(asked or 0.0, self._ceiling))


def retrying(
    settings: HttpSettings,
    *,
    safe: bool,
    sleep: Sleep,
    clock: Clock,
    before_sleep: Callable[[RetryCallState], None],
) -> AsyncRetrying:
    """The loop of one call. An unsafe call is asked once. The budget counts from now, waiting included."""
    limit = settings.attempts if safe else 1
    started = clock()

    def is_over(state: RetryCallState) -> bool:
        return state.attempt_number >= limit or clock() - started + state.upcoming_sleep > settings.retry_budget

    return AsyncRetrying(
        sleep=sleep,
        retry=retry_if_exception(is_worth_a_retry),
        wait=PoliteWait(settings),
        stop=is_over,
        before_sleep=before_sleep,
        reraise=True,
    )
