"""The ledger: schema, soundness, disk; who holds it; how old the last whole readings are.

In: its address, a configuration, the time. Out: findings. Reads only, and gives up a long look in time.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from syncd.care.doctor.findings import Finding, note, of_error, ok, wrong
from syncd.config import Configuration
from syncd.errors import SyncdError
from syncd.ledger import Ledger, SchemaState, open_ledger, schema_state
from syncd.ledger.engines import parse, shown, sqlite_path
from syncd.ledger.passes import running_holders
from syncd.ledger.readings import last_whole

LOOK = 6.0
"""Seconds that looking through the file may take."""
SPARE = 256 << 20
SIDES = ("portal", "city")
SCHEMA: dict[SchemaState, tuple[str, str]] = {
    SchemaState.EMPTY: ("there is no schema yet", "start the daemon once, or run `syncd database upgrade`"),
    SchemaState.OLDER: ("its schema is older than this syncd", "run `syncd database backup`, then `upgrade`"),
    SchemaState.NEWER: ("its schema is newer than this syncd", "run the newer syncd, or restore a backup"),
}


def check_ledger(
    configuration: Configuration,
    url: str,
    now: datetime,
    fresh_for: Mapping[str, timedelta],
    is_dead: Callable[[str], bool],
) -> Iterator[Finding]:
    """Everything about the ledger; what cannot be asked because of something before is not asked."""
    path = sqlite_path(parse(url))
    where = str(path) if path is not None else shown(parse(url))
    if path is not None:
        if not path.is_file():
            yield note("ledger", where, "it is not made yet", "the daemon makes it at its first start")
            return
        yield disk(path)
        broken = looked_through(path)
        yield broken
        if broken.level == "wrong":
            return
    try:
        schema = schema_state(url)
        if schema.state is not SchemaState.CURRENT:
            words, action = SCHEMA[schema.state]
            yield wrong("schema", where, f"{words} ({schema.current or 'none'}, {schema.head} is needed)", action)
            return
        yield ok("schema", where, f"{schema.current} is current")
        with open_ledger(url) as ledger:
            yield from holders(ledger, where, is_dead, is_file=path is not None)
            yield from readings(ledger, configuration, now, fresh_for)
    except SyncdError as error:
        yield of_error("ledger", where, error)


def disk(ledger: Path) -> Finding:
    """Whether a backup and a restore still have room."""
    free, size = shutil.disk_usage(ledger.parent).free, ledger.stat().st_size
    if free < size + SPARE:
        words = f"{free >> 20} MiB free beside a ledger of {size >> 20} MiB"
        return wrong("disk", str(ledger.parent), words, "free some space: a backup would not fit")
    return ok("disk", str(ledger.parent), f"{free >> 20} MiB free, the ledger takes {size >> 20} MiB")


def looked_through(ledger: Path, limit: float = LOOK) -> Finding:
    """SQLite's quick check, as far as it comes in time."""
    deadline = time.monotonic() + limit
    try:
        with closing(sqlite3.connect(f"file:{quote(str(ledger))}?mode=rw", uri=True, timeout=2)) as connection:
            connection.execute("PRAGMA query_only=ON").close()
            connection.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT":
            return note(
                "database", str(ledger), f"not all was looked at in {limit:.0f} s", "run `syncd database check`"
            )
        return wrong("database", str(ledger), str(error), "run `syncd database check`; restore a backup")
    if found != "ok":
        return wrong("database", str(ledger), found, "stop the daemon and restore a backup")
    return ok("database", str(ledger), "the file is sound")


def holders(ledger: Ledger, where: str, is_dead: Callable[[str], bool], *, is_file: bool) -> Iterator[Finding]:
    """Who runs passes now: on a file there may be one, and none that is gone."""
    found = sorted(ledger.read_now(running_holders))
    for dead in (one for one in found if is_dead(one)):
        yield note("holder", where, f"{dead} is gone and left a pass running", "the next start puts it right")
    alive = [one for one in found if not is_dead(one)]
    if is_file and len({one.rpartition("/")[0] for one in alive}) > 1:
        words = f"several machines write to one file: {', '.join(alive)}"
        yield wrong("holder", where, words, "run one alone, or move the ledger to PostgreSQL")
    elif alive:
        yield ok("holder", where, f"a pass is running, held by {', '.join(alive)}")


def readings(
    ledger: Ledger, configuration: Configuration, now: datetime, fresh_for: Mapping[str, timedelta]
) -> Iterator[Finding]:
    """How old the last whole reading of each side is."""
    for pair in configuration.pairs:
        for side in SIDES:
            subject = f"{pair.name}.{side}"
            whole = ledger.read_now(last_whole, pair.name, side)
            if whole is None:
                yield note(
                    "reading", subject, "never read whole yet", "run `syncd observe`, or wait for the first pass"
                )
            elif now - whole.ended_at > fresh_for[pair.name]:
                words = f"the last whole reading is {_words(now - whole.ended_at)} old"
                yield wrong("reading", subject, words, "see `syncd check` and the log of the daemon")
            else:
                yield ok("reading", subject, f"read whole {_words(now - whole.ended_at)} ago")


def _words(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    return (
        f"{minutes // 1440} d {minutes % 1440 // 60} h" if minutes >= 1440 else f"{minutes // 60} h {minutes % 60} min"
    )
