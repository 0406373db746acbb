"""Captures, played: what one side answered when `syncd capture` recorded it.

In: a capture and the name of a side. Out: the definition that the entry point ``replay`` names.
"""

from adapters.replay.settings import ReplaySettings
from adapters.replay.side import build
from syncd.sides.adapter import AdapterDefinition

definition = AdapterDefinition(
    name="replay",
    summary="A capture that syncd capture has made: one side of a pair as it answered then",
    settings=ReplaySettings,
    build=build,
)

__all__ = ["ReplaySettings", "build", "definition"]
