"""What a pass says of its pair, in one word; exit statuses of the command line go by it.

In: nothing. Out: `PassVerdict`.
"""

from __future__ import annotations

from enum import StrEnum


class PassVerdict(StrEnum):
    """What a pass says of its pair."""

    IN_SYNC = "in_sync"
    MISMATCHED = "mismatched"
    UNKNOWN = "unknown"
