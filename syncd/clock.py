"""The wall clock, at the edge of everything: who needs the time is given it, and this is what gives it.

In: nothing. Out: now, in UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Now."""
    return datetime.now(UTC)
