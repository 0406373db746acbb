"""Exit statuses: what a script may rely on.

In: nothing. Out: the table that ``--help`` and the documentation show.
"""

from __future__ import annotations

from enum import IntEnum

from syncd.passes.pass_verdict import PassVerdict


class Exit(IntEnum):
    """Exit statuses of every command. ``CONFIGURATION`` is for the daemon alone (sysexits.h; no restart after it)."""

    IN_SYNC = 0
    ERROR = 1
    USAGE = 2
    MISMATCHED = 3
    UNKNOWN = 4
    CONFIGURATION = 78


EXIT_OF_VERDICT = {
    PassVerdict.IN_SYNC: Exit.IN_SYNC,
    PassVerdict.MISMATCHED: Exit.MISMATCHED,
    PassVerdict.UNKNOWN: Exit.UNKNOWN,
}


def worst(verdicts: list[PassVerdict]) -> Exit:
    """One status for several pairs: unknown hides nothing behind it, and mismatches more than agreement."""
    order = (PassVerdict.UNKNOWN, PassVerdict.MISMATCHED, PassVerdict.IN_SYNC)
    return next((EXIT_OF_VERDICT[one] for one in order if one in verdicts), Exit.IN_SYNC)
