"""Whether the database can be reached, and since when; said once when it cannot, and once when it can again.

In: errors and answers. Out: log lines; how long this member has been in touch.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from syncd.errors import SyncdError

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Reach:
    """This member's touch with the database."""

    since: float | None = None
    _is_told: bool = False

    def lost(self, error: SyncdError) -> None:
        """It does not answer. Nobody is judged until it has been back for a whole lease."""
        if not self._is_told:
            log.warning("cluster_unreachable", error=error.message, action=error.action)
        self.since, self._is_told = None, True

    def found(self, now: float) -> float:
        """It answers; returns for how many seconds it has."""
        if self.since is None:
            self.since = now
            if self._is_told:
                log.info("cluster_reachable")
            self._is_told = False
        return now - self.since
