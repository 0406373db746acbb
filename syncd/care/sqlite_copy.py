"""SQLite: a copy of a ledger that is in use, and a copy put in a ledger's place.

In: files. Out: files. A kill at any instant leaves the old ledger or the new one, never something between.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from syncd.care.errors import CareError
from syncd.care.files import beside, durable, private_file, require_space, settle
from syncd.ledger.engines import BUSY_MILLISECONDS

STOP_IT = "stop the daemon (systemctl stop syncd) and every other command, then try again"
MAGIC = b"SQLite format 3\0"
COMPANIONS = ("-wal", "-shm", "-journal")


def connect(path: Path) -> sqlite3.Connection:
    """A connection to a file that is there; it never makes one."""
    uri = f"file:{quote(str(path))}?mode=rw"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_MILLISECONDS / 1000)


def copy_of(source: Path, part: Path) -> None:
    """Copy a ledger while it is written: one state of it, without its gaps. Raises `CareError`."""
    require_space(part.parent, source.stat().st_size)
    private_file(part)
    try:
        with closing(connect(source)) as connection:
            connection.execute("VACUUM INTO ?", (str(part),)).close()
    except sqlite3.Error as error:
        raise CareError(f"{source} could not be copied: {error}", action="see `syncd database check`") from None


def put_in_place(copy: Path, ledger: Path, aside: Path) -> Path | None:
    """Put a proven copy in the ledger's place; returns where the old ledger is kept, None where there was none.

    Raises `CareError` while anybody has the ledger open. A starting daemon waits until this is over.
    """
    ledger.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    require_space(ledger.parent, 2 * copy.stat().st_size)
    with _no_daemon_starts(ledger):
        if not ledger.exists():
            _move_in(copy, ledger)
            return None
        if not _is_sound(ledger):
            return _replace_damaged(copy, ledger, aside)
        return _overwrite(copy, ledger, aside)


@contextmanager
def _no_daemon_starts(ledger: Path) -> Iterator[None]:
    """Hold the lock that every start of a daemon waits for (`syncd.ledger.schema`)."""
    lock = os.open(ledger.with_name(ledger.name + ".lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise CareError(f"{ledger} is being prepared by another program", action=STOP_IT) from None
    finally:
        os.close(lock)


def _is_sound(ledger: Path) -> bool:
    """Whether the old ledger can be opened at all; one that is only busy can."""
    with ledger.open("rb") as file:
        if file.read(len(MAGIC)) not in (MAGIC, b""):
            return False  # not even opened: SQLite would throw its write-ahead log away
    try:
        with closing(connect(ledger)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").close()
    except sqlite3.DatabaseError as error:
        return getattr(error, "sqlite_errorname", "") not in ("SQLITE_NOTADB", "SQLITE_CORRUPT")
    return True


def _overwrite(copy: Path, ledger: Path, aside: Path) -> Path:
    """One transaction over the old ledger: its pages become those of the copy, or stay."""
    with closing(connect(ledger)) as old:
        _have_alone(old, ledger)
        _keep_aside(ledger, aside)
        try:
            with closing(connect(copy)) as new:
                new.backup(old)
        except sqlite3.Error as error:
            raise CareError(f"{ledger} was not replaced: {error}", action="free some space and try again") from None
    return aside


def _have_alone(connection: sqlite3.Connection, ledger: Path) -> None:
    """Only the last one who has it open may leave the write-ahead log; all that it held is then in the file itself."""
    try:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE").close()
        mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
        connection.execute("BEGIN EXCLUSIVE").close()
        connection.execute("COMMIT").close()
    except sqlite3.OperationalError:
        mode = "locked"
    if mode != "delete":
        raise CareError(f"{ledger} is in use", action=STOP_IT)


def _keep_aside(ledger: Path, aside: Path) -> None:
    with beside(aside) as part:
        private_file(part)
        shutil.copyfile(ledger, part)
        settle(part, aside)


def _replace_damaged(copy: Path, ledger: Path, aside: Path) -> Path:
    """What SQLite cannot open cannot be written over: it is linked aside, and the copy takes its name."""
    os.link(ledger, aside)
    for suffix in COMPANIONS:
        companion = ledger.with_name(ledger.name + suffix)
        if companion.exists():
            companion.rename(aside.with_name(aside.name + suffix))
    _move_in(copy, ledger)
    return aside


def _move_in(copy: Path, ledger: Path) -> None:
    with beside(ledger) as part:
        private_file(part)
        shutil.copyfile(copy, part)
        settle(part, ledger, replace=True)
    owner = ledger.parent.stat()
    if os.geteuid() == 0:
        os.chown(ledger, owner.st_uid, owner.st_gid)  # the administrator restores for the service's user
    durable(ledger.parent)
