"""What a status means, as a table, together with the body that came with it.

In: status, headers and body of one answer. Out: nothing where it is accepted, else the one right `SideError`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from syncd.sides.errors import (
    PermanentError,
    SideError,
    ThrottledError,
    TransientError,
    UnauthorisedError,
)
from syncd.sides.http.body import blocked, excerpt, is_block_page, is_page
from syncd.sides.http.words import Accepted, Answer

Now = Callable[[], datetime]

REFUSALS = frozenset({401, 403})
PASSING = frozenset({408, 425})


def judge(answer: Answer, *, accept: Accepted, where: str, now: Now, secrets: tuple[str, ...] = ()) -> SideError | None:
    """The error that ``answer`` stands for, or None where its status is accepted."""
    status, body = answer.status, answer.body
    if status in accept:
        return None
    if _is_blocked(answer):
        return blocked(where, body, secrets)
    said = f"status {status}: {excerpt(body, secrets)!r}" if body else f"status {status}"
    if status in REFUSALS:
        action = "check the side's account, its rights and its secret"
        return UnauthorisedError(said, where=where, action=action, status=status)
    if status == 429:
        return ThrottledError(
            said, where=where, action="lower requests_per_second", delay=retry_after(answer.headers, now)
        )
    if status >= 500 or status in PASSING:
        return TransientError(said, where=where, delay=retry_after(answer.headers, now))
    if 300 <= status < 400:
        return _redirected(answer, where)
    return PermanentError(said, where=where, action="the side refuses the question itself; look at its interface")


def _is_blocked(answer: Answer) -> bool:
    """A web page that forbids, or one that reads like a firewall's or maintenance, whatever its status."""
    if answer.status == 429 or not is_page(answer.body, answer.headers.get("Content-Type", "")):
        return False
    return answer.status == 403 or is_block_page(answer.body)


def _redirected(answer: Answer, where: str) -> PermanentError:
    target = _host(answer.headers.get("Location", ""))
    return PermanentError(
        f"status {answer.status}: redirected to {target}; redirects are not followed",
        where=where,
        action="set base_url to the side's final address",
    )


def _host(location: str) -> str:
    try:
        return (urlsplit(location).hostname or "another path")[:100]
    except ValueError:
        return "an unreadable address"


def retry_after(headers: Mapping[str, str], now: Now) -> float | None:
    """The wait in seconds that the side asks for (RFC 9110, 10.2.3), as delta-seconds or as an HTTP-date.

    A date is measured against the side's own ``Date`` where there is one, so that its clock need not be right.
    """
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    until = _http_date(text)
    if until is None:
        return None
    return max(0.0, (until - (_http_date(headers.get("Date", "")) or now())).total_seconds())


def ahead_of(headers: Mapping[str, str], now: Now) -> float | None:
    """Seconds by which our clock is ahead of the side's ``Date``; None without one, or where a cache kept the answer.

    A date has no fractions, so half a second is taken off; the way of the answer here counts as being ahead.
    """
    said = _http_date(headers.get("Date", ""))
    if said is None or headers.get("Age", "0").strip() != "0":
        return None
    return (now() - said).total_seconds() - 0.5


def _http_date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text) if text else None
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)
