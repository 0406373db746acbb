"""The table of checks: everything that the kit demands, by name.

In: the rows of each subject. Out: `CHECKS`, in the order in which they are run.
"""

from __future__ import annotations

from typing import Final

from loopback.conformance import (
    checks_files,
    checks_leavings,
    checks_lies,
    checks_loopback,
    checks_promises,
    checks_secrets,
    checks_sizes,
    checks_wire,
)
from loopback.conformance.words import Check

CHECKS: Final[dict[str, Check]] = {
    check.name: check
    for part in (
        checks_promises,
        checks_leavings,
        checks_secrets,
        checks_wire,
        checks_lies,
        checks_sizes,
        checks_files,
        checks_loopback,
    )
    for check in part.CHECKS
}
