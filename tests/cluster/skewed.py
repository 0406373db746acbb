"""The daemon with a wall clock that is wrong, and can jump: the file ``offset`` says by how many seconds.

``python -m tests.cluster.skewed CONFIG``; everything else is as `syncd run` has it.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from syncd.assembly import Household
from syncd.cli.operating import read_checked
from syncd.daemon import serve

OFFSET = "offset"


def clock(file: Path) -> datetime:
    """The wrong time."""
    return datetime.now(UTC) + timedelta(seconds=float(file.read_text(encoding="utf-8")))


if __name__ == "__main__":
    config = Path(sys.argv[1])
    wrong = partial(clock, config.parent / OFFSET)
    asyncio.run(serve(config, partial(Household, clock=wrong), read=read_checked, clock=wrong))
