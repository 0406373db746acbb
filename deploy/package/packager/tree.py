"""Puts the files of ``deploy/`` where Debian wants them, and gives every file one age and mode.

In: the root that is being filled. Out: the same root, complete.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from packager.sources import CHECKOUT, HOME, Sources

DEPLOY = CHECKOUT / "deploy"
PROGRAM = DEPLOY / "package" / "program"
SINGLE = (
    (DEPLOY / "syncd.sysusers", "usr/lib/sysusers.d/syncd.conf"),
    (DEPLOY / "syncd.tmpfiles", "usr/lib/tmpfiles.d/syncd.conf"),
    (DEPLOY / "syncd.example.toml", "etc/syncd/syncd.toml"),
    (DEPLOY / "syncd.example.toml", "usr/share/doc/syncd/examples/syncd.toml"),
    (DEPLOY / "package" / "lintian-overrides", "usr/share/lintian/overrides/syncd"),
    (PROGRAM / "schema-state", f"{HOME}/schema-state"),
    (PROGRAM / "migrate", f"{HOME}/migrate"),
    (PROGRAM / "as-service", f"{HOME}/as-service"),
)
UNITS = "usr/lib/systemd/system"
EXAMPLES = "usr/share/doc/syncd/examples"
OURS = ("package", "systemd")
"""Folders of ``deploy/`` that are no examples."""
NOT_SHIPPED = (".py", ".md", ".pyc")
RUNS = (f"{HOME}/bin/syncd", f"{HOME}/schema-state", f"{HOME}/migrate", f"{HOME}/as-service")
LINKS = {
    "usr/bin/syncd": "../lib/syncd/bin/syncd",
    "usr/bin/syncd-as-service": "../lib/syncd/as-service",
    "usr/share/man/man1/syncd-as-service.1.gz": "syncd.1.gz",
}


def lay_out(root: Path, sources: Sources) -> None:
    """Units, examples, settings, programs, and the commands in the path."""
    for source, target in SINGLE:
        _copy(source, root / target)
    units = DEPLOY / "systemd"
    for unit in _files(units):
        _copy(unit, root / UNITS / unit.relative_to(units))
    for folder in sorted(DEPLOY.iterdir()):
        if folder.is_dir() and folder.name not in OURS:
            for example in _files(folder):
                _copy(example, root / EXAMPLES / example.relative_to(DEPLOY))
    interpreter = root / HOME / "bin" / sources.python
    interpreter.unlink()
    interpreter.symlink_to(f"../../../bin/{sources.python}")
    for link, target in LINKS.items():
        (root / link).parent.mkdir(parents=True, exist_ok=True)
        (root / link).symlink_to(target)


def _files(folder: Path) -> list[Path]:
    """The files that are shipped of a folder; its tests are not."""
    below = (file for file in sorted(folder.rglob("*")) if file.is_file() and file.suffix not in NOT_SHIPPED)
    return [file for file in below if "tests" not in file.relative_to(folder).parts]


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def settle(root: Path, sources: Sources) -> None:
    """One mode for folders, one for files, one for programs; and the sources' age for all."""
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            is_open = path.is_dir() or path.relative_to(root).as_posix() in RUNS
            path.chmod(0o755 if is_open else 0o644)
        os.utime(path, (sources.epoch, sources.epoch), follow_symlinks=False)
    (root / "etc/syncd/syncd.toml").chmod(0o640)
