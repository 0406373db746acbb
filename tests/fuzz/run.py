"""Fuzzing guided by coverage, for as long as one likes: ``python -m tests.fuzz.run [TARGET…] --seconds 60``.

In: names of targets (all, one after another), and atheris (``pip install atheris``; Python 3.11). Out: status 1 and the
bytes in ``--corpus`` where a parser raised what it may not raise, took too long, or too much memory.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

LONGEST = 8192
SLOWEST_SECONDS = 10
MOST_MEGABYTES = 1024


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.run", description=__doc__)
    parser.add_argument("targets", nargs="*", help="names of the table; none: all")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--corpus", type=Path, help="a folder for what was found; it grows from run to run")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as beside:
        folder = wanted.corpus or Path(beside)
        if wanted.child:
            return fuzz(wanted.child, folder, wanted.seconds)
        return all_of(wanted.targets, folder, wanted.seconds)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def all_of(names: Sequence[str], folder: Path, seconds: int) -> int:
    """Each target in a process of its own: the engine ends the process with its run."""
    from tests.fuzz.targets import chosen

    failed = []
    for target in chosen(names):
        say(f"{target.name}: {seconds} s")
        command = [sys.executable, "-m", "tests.fuzz.run", "--child", target.name]
        command += ["--seconds", str(seconds), "--corpus", str(folder)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode:
            failed.append(target.name)
            say(ended.stderr[-4000:])
        else:
            say("  " + next((line for line in reversed(ended.stderr.splitlines()) if "DONE" in line), ""))
    if failed:
        say(f"failed: {', '.join(failed)}; the bytes are in {folder}")
    return 1 if failed else 0


def fuzz(name: str, folder: Path, seconds: int) -> int:
    """Run one target under the engine; it ends the process."""
    try:
        atheris: Any = import_module("atheris")
    except ImportError:
        say("atheris is not installed: pip install atheris (Python 3.11)")
        return 2
    with atheris.instrument_imports(include=["adapters", "syncd"]):
        targets = import_module("tests.fuzz.targets")
    target = targets.NAMED[name]
    corpus = folder / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    options = [
        f"-max_total_time={seconds}", f"-max_len={LONGEST}", f"-timeout={SLOWEST_SECONDS}",
        f"-rss_limit_mb={MOST_MEGABYTES}", f"-artifact_prefix={folder}/{name}-", "-print_final_stats=1",
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *options, str(corpus)], lambda content: targets.once(target, content))
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
