"""The files that a side reads: found in its settings, copied for the kit to spoil, watched for a change.

In: settings and the folder where relative paths start. Out: places; what a foreign system owns is never touched.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

SQLITE: Final = "sqlite:///"
LONGEST_PATH: Final = 4096


class Place(NamedTuple):
    """One file or folder that a setting names. ``copied``: what the setting says where the copy is read."""

    key: str
    original: Path
    copied: str

    def copy(self, workspace: Path) -> Path:
        """The copy; anew each time it is asked for."""
        target = workspace / self.original.name
        remove(target)
        if self.original.is_dir():
            shutil.copytree(self.original, target)
        else:
            shutil.copy2(self.original, target)
        return target


def places_of(table: Mapping[str, Any], folder: Path) -> tuple[Place, ...]:
    """Every setting of a table that names a file or a folder that is there."""
    return tuple(place for key, value in table.items() if (place := _place(key, value, folder)) is not None)


def _place(key: str, value: object, folder: Path) -> Place | None:
    if not isinstance(value, str | Path) or len(str(value)) > LONGEST_PATH or key == "adapter":
        return None
    text = str(value)
    head = SQLITE if text.startswith(SQLITE) else ""
    path = folder / text.removeprefix(head)
    try:
        is_there = path.exists() and path != folder
    except OSError:
        return None
    return Place(key, path, f"{head}{path.name}") if is_there else None


def remove(path: Path) -> None:
    """Remove a file or a folder; one that is not there is no error."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def mark(path: Path) -> tuple[str, ...]:
    """What changes when a file, or anything in a folder, is written: names, contents, times."""
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    beside = sorted(path.parent.glob(f"{path.name}-*"))
    return tuple(f"{one.name} {one.stat().st_mtime_ns} {_digest(one)}" for one in (*files, *beside) if one.is_file())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()
