"""Which backups are kept: the last one of each of so many days, weeks and months.

In: the instants of the backups, a policy. Out: those that may go. Pure; the newest one always stays.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

HO_CHI_MINH = ZoneInfo("Asia/Ho_Chi_Minh")


class Rotation(NamedTuple):
    """Of how many days, weeks and months the last backup is kept; days as people in Hà Nội count them."""

    daily: int = 7
    weekly: int = 5
    monthly: int = 12


PERIODS: tuple[Callable[[datetime], Hashable], ...] = (
    lambda at: at.date(),
    lambda at: at.isocalendar()[:2],
    lambda at: (at.year, at.month),
)
"""What day, week and month an instant is in."""


def superfluous(made: Collection[datetime], rotation: Rotation) -> list[datetime]:
    """The backups that no rule keeps, oldest first."""
    newest_first = sorted(set(made), reverse=True)
    kept = set(newest_first[:1])
    for period, number in zip(PERIODS, rotation, strict=True):
        last: dict[Hashable, datetime] = {}
        for at in newest_first:
            last.setdefault(period(at.astimezone(HO_CHI_MINH)), at)
        kept.update(list(last.values())[:number])
    return [at for at in reversed(newest_first) if at not in kept]
