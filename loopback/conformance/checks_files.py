"""Checks of what goes wrong with files: cut, empty, absent, not what they seem, growing, locked, too large, bombs.

In: a stage with copies of the files that the side reads. Out: rows of the table of checks. The originals are only read.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from loopback.conformance.lies import DEPTH
from loopback.conformance.places import Place, remove
from loopback.conformance.reading import judge
from loopback.conformance.stage import Stage
from loopback.conformance.words import BrokenPromiseError, Check, NotApplicableError

ENDS: Final = "the reading ends as partial or refused with a reason, or whole with the true records"
TEXT_SUFFIXES: Final = frozenset({".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".xml"})
JSON_SUFFIXES: Final = frozenset({".json"})
BOMB_PART: Final = 1024 * 1024
BOMB_PARTS: Final = 600
GROWTHS: Final = 2_000
Spoil = Callable[[Path], None]


def _files(stage: Stage) -> list[tuple[Place, Path]]:
    """A fresh copy of every place, and those that are files. Raises `NotApplicableError`."""
    if stage.proxy is not None:
        raise NotApplicableError("the side is an HTTP system")
    copies = [(place, place.copy(stage.workspace)) for place in stage.places]
    files = [(place, path) for place, path in copies if path.is_file()]
    if not files:
        raise NotApplicableError("no setting names a file that could be copied and spoiled")
    return files


async def _judged(stage: Stage, what: str) -> str:
    run, adapter = await stage.run()
    return judge(run, stage.truth, adapter.canonical, what)


def _fault(name: str, what: str, spoil: Spoil) -> Check:
    async def act(stage: Stage) -> str:
        said = ""
        for _place, path in _files(stage):
            await asyncio.to_thread(spoil, path)
            try:
                said = await _judged(stage, path.name)
            finally:
                await asyncio.to_thread(remove, path)
        return said

    return Check(name, f"where {what}, {ENDS}", act)


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _garbage(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 64)


def _empty(path: Path) -> None:
    os.truncate(path, 0)


def _web_page(path: Path) -> None:
    path.write_text("<!DOCTYPE html><html><body>Phiên làm việc đã hết hạn, hãy đăng nhập lại</body></html>", "utf-8")


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _oversized(path: Path) -> None:
    """A file of 4 GiB that takes no room on the disk."""
    os.truncate(path, 4 * 1024**3)


def _text_of(path: Path, suffixes: frozenset[str]) -> str:
    if path.suffix.lower() not in suffixes:
        raise NotApplicableError(f"{path.name} is not of the kind {', '.join(sorted(suffixes))}")
    return path.read_text(encoding="utf-8-sig")


def _decomposed(path: Path) -> None:
    path.write_text(unicodedata.normalize("NFD", _text_of(path, TEXT_SUFFIXES)), encoding="utf-8")


def _deep(path: Path) -> None:
    _text_of(path, JSON_SUFFIXES)
    path.write_text("[" * DEPTH + "]" * DEPTH, encoding="utf-8")


def _bomb(path: Path) -> None:
    """The same archive with a part that unpacks to 600 MiB in place of its largest."""
    if not zipfile.is_zipfile(path):
        raise NotApplicableError(f"{path.name} is no archive")
    with zipfile.ZipFile(path) as archive:
        parts = {one.filename: archive.read(one) for one in archive.infolist()}
    largest = max((name for name in parts if "sheet" in name), key=lambda name: len(parts[name]), default=max(parts))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            with archive.open(name, "w") as part:
                part.write(content)
                for _ in range(BOMB_PARTS if name == largest else 0):
                    part.write(b" " * BOMB_PART)


async def _growing(stage: Stage) -> str:
    said = ""
    for _place, path in _files(stage):
        _text_of(path, TEXT_SUFFIXES)
        with _grows(path):
            run, adapter = await stage.run()
        if run.proof.whole and not stage.truth.records.keys() <= run.by_key.keys():
            raise BrokenPromiseError(f"{path.name}: whole, but records that were there all along are lost")
        said = f"{path.name}: {run.proof.verdict.value}: {'; '.join(run.proof.reasons)[:200]}"
        del adapter
    return said


@contextmanager
def _grows(path: Path) -> Iterator[None]:
    """The last line of the file is written again and again while the context is open."""
    line = path.read_bytes().rstrip(b"\r\n").rpartition(b"\n")[2] + b"\n"
    begun, ended = threading.Event(), threading.Event()

    def grow() -> None:
        with path.open("ab", buffering=0) as file:
            for _ in range(GROWTHS):
                file.write(line)
                begun.set()
                if ended.is_set():
                    return

    writer = threading.Thread(target=grow, name="conformance-proxy writer")
    writer.start()
    begun.wait()
    try:
        yield
    finally:
        ended.set()
        writer.join()


async def _locked(stage: Stage) -> str:
    said = ""
    for place, path in _files(stage):
        if place.copied.startswith("sqlite:"):
            with closing(sqlite3.connect(path, isolation_level=None)) as owner:
                owner.execute("BEGIN EXCLUSIVE")
                said = await _judged(stage, path.name)
        elif os.geteuid() == 0:
            raise NotApplicableError("root reads every file")
        else:
            path.chmod(0)
            said = await _judged(stage, path.name)
    return said


CHECKS: Final[Sequence[Check]] = (
    _fault("cut-file", "a file ends in the middle", _cut),
    _fault("empty-file", "a file is empty", _empty),
    _fault("garbage-file", "a file holds something else", _garbage),
    _fault("web-page-file", "a file is a web page in truth", _web_page),
    _fault("absent-file", "a file is not there", remove),
    _fault("folder-for-file", "a folder stands in place of a file", _folder),
    _fault("oversized-file", "a file is 4 GiB large", _oversized),
    _fault("nfd-file", "every text of a file is in decomposed Unicode", _decomposed),
    _fault("deep-file", "a file is a hundred thousand brackets", _deep),
    _fault("zip-bomb", "an archive unpacks to 600 MiB", _bomb),
    Check(
        "growing-file", "where a file grows while it is read, no record that was there is lost without a word", _growing
    ),
    Check("locked-file", f"where somebody else holds a file, {ENDS}", _locked),
)
