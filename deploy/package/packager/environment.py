"""The virtual environment, as it will be on the target: no path of this machine, nothing that nobody calls.

In: the wheel, the lock of what is inside. Out: the environment below the root, compiled.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from packager.commands import Words, run
from packager.sources import HOME, Sources

LOCK = Path(__file__).parents[1] / "packaged.txt"
FROM_LOCK = ("--only-binary", ":all:", "--require-hashes", "-r", str(LOCK))
UNCHECKED = ("--invalidation-mode", "unchecked-hash")
COMMAND = f"""#!/{HOME}/bin/python3 -P
import sys

from syncd.cli.app import main

sys.exit(main())
"""


def fill(root: Path, tools: Path, wheel: Path, sources: Sources) -> Path:
    """Make the environment below ``root``. Returns its folder."""
    home = root / HOME
    run([f"/usr/bin/{sources.python}", "-m", "venv", "--without-pip", "--symlinks", home])
    install: Words = [tools, "-m", "pip", "--python", home / "bin" / "python3", "install", "-qq", "--no-compile"]
    run([*install, *FROM_LOCK])
    run([*install, "--no-deps", "--no-index", "--find-links", wheel.parent, "syncd"])
    run([tools, "-m", "pip", "--python", home / "bin" / "python3", "check"])
    _tidy(home, sources)
    _compile(root, home)
    return home


def _tidy(home: Path, sources: Sources) -> None:
    """Leave what the target needs: the interpreter's names, the command, the distributions."""
    for folder in ("bin", "include"):
        shutil.rmtree(home / folder)
    (home / "lib64").unlink(missing_ok=True)
    (home / "bin").mkdir()
    for name, target in ((sources.python, f"/usr/bin/{sources.python}"), ("python3", sources.python)):
        (home / "bin" / name).symlink_to(target)
    (home / "bin" / "syncd").write_text(COMMAND, encoding="utf-8")
    version = sources.python.removeprefix("python")
    settings = f"home = /usr/bin\ninclude-system-site-packages = false\nversion = {version}\n"
    (home / "pyvenv.cfg").write_text(settings, encoding="utf-8")
    for record in home.glob("lib/*/site-packages/*.dist-info/RECORD"):
        _forget_removed(record)


def _forget_removed(record: Path) -> None:
    """Scripts that were removed are not recorded as installed."""
    lines = record.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("../../../bin/")]
    record.write_text("".join(kept), encoding="utf-8")


def _compile(root: Path, home: Path) -> None:
    """Compile everything; the interpreter trusts it without looking at times, so that it never writes there."""
    python = home / "bin" / "python3"
    run([python, "-m", "compileall", "-q", "-f", *UNCHECKED, "-s", root, "-p", "/", home / "lib"])
