"""Files: the configuration, the folder of secrets, the ledger's folder: who owns them, who may read and write them.

In: a configuration. Out: findings. Nothing is opened for writing; what may be written is asked of the system.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from syncd.care.doctor.findings import Finding, note, of_error, ok, wrong
from syncd.care.sqlite_copy import COMPANIONS
from syncd.config import Configuration
from syncd.errors import SyncdError

CHECK = "files"
OTHERS_WRITE = stat.S_IWOTH
OTHERS = stat.S_IRWXO


def check_files(configuration: Configuration, ledger: Path | None) -> Iterator[Finding]:
    """The configuration, the secrets, and the ledger where it is a file."""
    yield from configuration_file(configuration.file)
    if configuration.secrets.folder is not None:
        yield from secrets_folder(configuration.resolve(configuration.secrets.folder))
    if ledger is not None:
        yield from ledger_folder(ledger)


def configuration_file(file: Path) -> Iterator[Finding]:
    mode = _mode(file)
    if mode & OTHERS_WRITE:
        yield wrong(CHECK, str(file), f"every user may change it (mode {mode:04o})", f"chmod o-w {file}")
    else:
        yield ok(CHECK, str(file), f"mode {mode:04o}")


def secrets_folder(folder: Path) -> Iterator[Finding]:
    """The folder and each file in it; the names of files are no secrets."""
    if not folder.is_dir():
        yield wrong(CHECK, str(folder), "the folder of secrets is not there", f"mkdir -m 0700 {folder}")
        return
    if (mode := _mode(folder)) & OTHERS_WRITE:
        yield wrong(CHECK, str(folder), f"every user may put secrets there (mode {mode:04o})", f"chmod 0700 {folder}")
    open_ones = [one for one in sorted(folder.iterdir()) if one.is_file() and _mode(one) & OTHERS]
    for one in open_ones:
        yield wrong(CHECK, str(one), f"every user may read this secret (mode {_mode(one):04o})", f"chmod 0600 {one}")
    if not open_ones:
        yield ok(CHECK, str(folder), "no secret is open to other users")


def ledger_folder(ledger: Path) -> Iterator[Finding]:
    """The folder can be written by the ledger's owner, and all that lies there is of one owner."""
    folder = ledger.parent
    if not folder.is_dir():
        yield wrong(CHECK, str(folder), "the ledger's folder is not there", "start the daemon, or make the folder")
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        yield wrong(CHECK, str(folder), "this user may not write there", "run this as the service's user, or chown it")
    if _mode(folder) & OTHERS_WRITE and not folder.stat().st_mode & stat.S_ISVTX:
        yield wrong(
            CHECK, str(folder), f"every user may write there (mode {_mode(folder):04o})", f"chmod 0700 {folder}"
        )
    present = [one for suffix in ("", *COMPANIONS, ".lock") if (one := ledger.with_name(ledger.name + suffix)).exists()]
    foreign = [one for one in present if one.stat().st_uid != folder.stat().st_uid]
    for one in foreign:
        remedy = f"chown --reference={folder} {one}"
        yield wrong(CHECK, str(one), "it belongs to another user than its folder: the daemon cannot use it", remedy)
    if ledger.exists() and _mode(ledger) & OTHERS:
        yield wrong(
            CHECK, str(ledger), f"other users may read the ledger (mode {_mode(ledger):04o})", f"chmod 0600 {ledger}"
        )
    if present and not foreign:
        yield ok(CHECK, str(ledger), "it and what belongs to it have one owner")
    if not present:
        yield note(CHECK, str(ledger), "it is not made yet", "the daemon makes it at its first start")


def readable(path: Path) -> Finding | None:
    """What keeps a file from being read; None where nothing does."""
    try:
        path.stat()
    except OSError as error:
        return of_error(CHECK, str(path), error)
    return None if os.access(path, os.R_OK) else wrong(CHECK, str(path), "this user may not read it", f"ls -l {path}")


def refused(error: SyncdError, path: Path) -> Iterator[Finding]:
    """One finding for each line of what is wrong with a configuration."""
    for line in error.message.splitlines():
        yield wrong("configuration", str(path), line.removeprefix(f"{path}: "), error.action or "correct this key")


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
