"""A backup: copied while the ledger is written, proven, compressed, described, and only then given its name.

In: a ledger's address, a folder or file, an instant. Out: the file with its manifest; old backups that no rule keeps
are gone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from syncd import __version__
from syncd.care.errors import CareError, UnsoundError
from syncd.care.files import beside, compress, digest_of, expand, private_file, private_folder, settle, sweep
from syncd.care.manifest import FORMAT, Kind, Manifest, manifest_path, name_of, write_manifest
from syncd.care.postgresql_copy import dump, rows_in, snapshot
from syncd.care.proving import prove
from syncd.care.rotation import Rotation, superfluous
from syncd.care.sqlite_copy import copy_of
from syncd.ledger import SchemaState, schema_state
from syncd.ledger.engines import parse, shown, sqlite_path

NAMED = re.compile(r"syncd-(\d{8}T\d{6})Z(?:\.db\.gz|\.dump)")


class Content(NamedTuple):
    """What stands in a backup, as its manifest says it."""

    kind: Kind
    content_sha256: str
    rows: dict[str, int]
    audit_rows: int
    audit_newest: str


class Backup(Struct, frozen=True):
    """One finished backup."""

    path: Path
    manifest: Manifest


def backup(url: str, target: Path, *, now: datetime) -> Backup:
    """Back up a ledger into ``target``, a file that must not be there yet. Raises `CareError` and the ledger errors."""
    schema = schema_state(url)
    if schema.current is None:
        raise CareError(f"{shown(parse(url))}: there is no ledger to back up", action="check [database] url")
    if target.exists():
        raise CareError(f"{target} is there already", action="give another name, or move it away")
    private_folder(target.parent)
    sweep(target.parent)
    with beside(target) as part:
        made = _of_sqlite(url, part) if sqlite_path(parse(url)) else _of_postgresql(url, part, schema.state)
        manifest = Manifest(
            format=FORMAT,
            made_at=now.astimezone(UTC),
            version=__version__,
            source=shown(parse(url)),
            schema=schema.current,
            bytes=part.stat().st_size,
            sha256=digest_of(part),
            **made._asdict(),
        )
        write_manifest(target, manifest)
        settle(part, target)
    return Backup(target, manifest)


def _of_sqlite(url: str, part: Path) -> Content:
    """Copy, prove the copy, compress it, and unpack it once more: what lies on the disk is what was proven."""
    ledger = sqlite_path(parse(url))
    if ledger is None:
        raise AssertionError("asked for SQLite alone")
    with beside(part) as copy:
        copy_of(ledger, copy)
        sound = prove(f"sqlite:///{copy}", evidence=False)
        sound.require()
        private_file(part)
        content = compress(copy, part)
        with beside(copy) as again:
            private_file(again)
            if expand(part, again) != content:
                raise UnsoundError(f"{part.parent} does not give back what was written to it", action="check the disk")
    return Content("sqlite", content, sound.rows, sound.audit_rows, sound.audit_newest)


def _of_postgresql(url: str, part: Path, state: SchemaState) -> Content:
    """Dump one snapshot and count the dump against it."""
    with snapshot(url) as held:
        rows = held.rows()
        chain = held.chain() if state is SchemaState.CURRENT else None
        if chain is not None and not chain.is_whole:
            raise UnsoundError(
                f"the audit trail is broken after {chain.rows} rows: {chain.words}", action="see `syncd audit verify`"
            )
        dump(url, part, held)
    if rows_in(part, url) != rows:
        raise UnsoundError(
            "the dump does not hold the rows of its snapshot", action="try again; report it if it stays so"
        )
    return Content("postgresql", digest_of(part), rows, chain.rows if chain else 0, chain.newest if chain else "")


def target_in(folder: Path, url: str, now: datetime) -> Path:
    """The file that a backup made now gets in a folder."""
    return folder / name_of("sqlite" if sqlite_path(parse(url)) else "postgresql", now)


def finished(folder: Path) -> dict[datetime, Path]:
    """The backups in a folder, by when they were made; only those with our names and with their manifest."""
    found: dict[datetime, Path] = {}
    for path in folder.glob("syncd-*Z*"):
        named = NAMED.fullmatch(path.name)
        if named is not None and manifest_path(path).is_file():
            found[datetime.strptime(named[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)] = path
    return found


def rotate(folder: Path, rotation: Rotation) -> Sequence[Path]:
    """Remove the backups that no rule keeps, each before its manifest; returns them."""
    made = finished(folder)
    gone = [made[at] for at in superfluous(made, rotation)]
    for path in gone:
        path.unlink()
        manifest_path(path).unlink()
    return gone
