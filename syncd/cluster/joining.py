"""Puts this daemon's membership together from what the household has.

In: a configuration with ``[cluster]``, the ledger's address, where metrics and live changes go. Out: a `Member` that is
not yet joined. Imported only where ``[cluster]`` is configured: the embedded default needs no engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from syncd.cluster.engine import Engine
from syncd.cluster.engine_schema import install
from syncd.cluster.member import Member
from syncd.cluster.showing import Show, Showing
from syncd.config import Configuration
from syncd.desk.live import Live
from syncd.ledger import Ledger
from syncd.metrics import Metrics

__all__ = ["install", "member_of"]


def member_of(
    configuration: Configuration,
    url: str,
    *,
    name: str,
    metrics: Metrics,
    ledger: Callable[[], Ledger],
    live: Live,
    shows: Callable[[], Mapping[str, Show]],
) -> Member:
    """This daemon as a member. ``url``: the ledger's address; ``shows``: course → what shows it anew."""
    settings = configuration.cluster
    if settings is None:
        raise TypeError("no [cluster] is configured")
    return Member(
        engine=Engine(url, settings.lease.total_seconds()),
        settings=settings,
        name=name,
        observer=metrics,
        elsewhere=Showing(ledger, live, shows),
        concurrency=configuration.daemon.concurrency,
    )
