"""The loopback systems as a service of the booted machine.

In: a folder. Out: portal and city on the loopback device; in the folder the configuration of the pair between them and
the city's password.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from loopback.run import serve
from syncd.systemd import Notifier
from tests.end_to_end.house import hamlet, pair


async def main(folder: Path) -> None:
    async with serve(hamlet()) as systems:
        (folder / "pair.toml").write_text(pair(systems, "{name}"), encoding="utf-8")
        (folder / "password").write_text(systems.access.password, encoding="utf-8")
        Notifier.from_environment().ready("the loopback systems answer")
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
