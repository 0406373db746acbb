"""What the record's undocumented numbers mean, as an operator may say, with what public clients agree on as defaults.

In: settings. Out: `Meanings`, and the mark by which a change of them is noticed.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from syncd.records.procedure import Kind, Level, State

STATES = {"1": State.PUBLIC}
"""``TRANGTHAI``; no client knows any other value."""

LEVELS = {"0": Level.MINISTRY, "1": Level.PROVINCE, "3": Level.COMMUNE}
"""``CAPTHUCHIEN``; 2, the district, ended on 1 July 2025 and is none until somebody says what it shall mean."""


class Meanings(BaseModel):
    """``kinds`` (``LOAITTHC``) has no documented values: no kind is carried until an operator gives them."""

    model_config = ConfigDict(frozen=True)

    kinds: dict[str, Kind] = Field(default_factory=dict)
    states: dict[str, State] = Field(default_factory=lambda: dict(STATES))
    levels: dict[str, Level] = Field(default_factory=lambda: dict(LEVELS))

    @property
    def mark(self) -> str:
        """Changes when any record may translate differently."""
        return repr([sorted(table.items()) for table in (self.kinds, self.states, self.levels)])
