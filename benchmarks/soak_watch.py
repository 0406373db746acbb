"""What a running daemon takes, looked at from outside, and what the figures say about growth.

In: a process and its metrics. Out: `Sample`, one instant; `Growth`, one quantity over the whole run. Pure but for the
reading of ``/proc``.
"""

from __future__ import annotations

import resource
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import NamedTuple

from prometheus_client.parser import text_string_to_metric_families

WHOLE = "syncd_side_last_whole_timestamp_seconds"


@dataclass(frozen=True, slots=True)
class Sample:
    """One look. ``at``: seconds since the start; ``memory`` in MB; ``ages``: seconds since the last whole reading of
    each side of each pair, those never read whole left out; ``unread``: how many those are."""

    at: float
    memory: float
    descriptors: int
    tasks: int
    threads: int
    processor: float
    ages: tuple[float, ...]
    unread: int
    passes: int


def sample(pid: int, exposition: str, *, at: float, now: float) -> Sample:
    """Look at a process and what it says of itself; ``now`` is Unix time."""
    series = [one for family in text_string_to_metric_families(exposition) for one in family.samples]
    whole = [one.value for one in series if one.name == WHOLE]
    by_name = {one.name: one.value for one in series if not one.labels}
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return Sample(
        at=at,
        memory=pages * resource.getpagesize() / 1e6,
        descriptors=len(list(Path(f"/proc/{pid}/fd").iterdir())),
        tasks=int(by_name["syncd_event_loop_tasks"]),
        threads=len(list(Path(f"/proc/{pid}/task").iterdir())),
        processor=by_name["process_cpu_seconds_total"],
        ages=tuple(now - value for value in whole if value),
        unread=sum(not value for value in whole),
        passes=int(sum(one.value for one in series if one.name == "syncd_pass_duration_seconds_count")),
    )


class Growth(NamedTuple):
    """One quantity: its median in the first and the last third of the watched time, and its peak."""

    name: str
    early: float
    late: float
    peak: float

    @property
    def share(self) -> float:
        """How much it has grown, as a share of what it was."""
        return self.late / self.early - 1 if self.early else 0.0


def growth(name: str, samples: Sequence[Sample], value: Callable[[Sample], float]) -> Growth:
    """Growth of one quantity. Raises `ValueError` for fewer than three samples."""
    if len(samples) < 3:
        raise ValueError(f"{len(samples)} samples are too few to tell growth")
    third = len(samples) // 3
    values = [value(one) for one in samples]
    return Growth(name, median(values[:third]), median(values[-third:]), max(values))


def kept(samples: Sequence[Sample], limit: float) -> float:
    """The share of all looks at all sides in which the last whole reading was no older than ``limit`` seconds."""
    ages = [age for one in samples for age in one.ages]
    never = sum(one.unread for one in samples)
    return sum(age <= limit for age in ages) / max(1, len(ages) + never)
