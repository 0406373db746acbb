"""Checks with the faults that a loopback system itself offers, where the proxy cannot know enough to lie as well.

In: a stage whose subject brings its loopback system. Out: rows of the table of checks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from loopback.conformance.proxy import Mood
from loopback.conformance.reading import judge, listing
from loopback.conformance.stage import Stage
from loopback.conformance.words import Check, NotApplicableError
from loopback.faults import FAULTS

NAMES: Final = ("error_envelope", "wrong_record", "clock_skew")


def _fault(name: str) -> Check:
    async def act(stage: Stage) -> str:
        proxy = stage.before_system
        if stage.subject.system is None:
            raise NotApplicableError("the side is a real system, which is read once")
        if not proxy.takes_faults():
            raise NotApplicableError("its loopback system offers no faults")
        proxy.set(Mood())
        proxy.live = name
        try:
            async with stage.adapter(attempts=1) as adapter:
                run = await listing(adapter, stage.last_whole, stage.truth.records)
        finally:
            proxy.live = ""
        return judge(run, stage.truth, adapter.canonical, name)

    doc = FAULTS[name].doc
    return Check(
        f"loopback-{name.replace('_', '-')}",
        f"where the loopback system does this: {doc}; the reading is not whole, or has the true records",
        act,
    )


CHECKS: Final[Sequence[Check]] = tuple(_fault(name) for name in NAMES)
