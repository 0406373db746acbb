"""A restore: the backup is proven first, then takes the ledger's place in one step; the old one is kept aside.

In: a backup, a ledger's address, an instant. Out: where the old ledger is now. Refused while a daemon runs, refused
over a ledger that is there unless that is wanted.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from syncd.care import postgresql_copy, sqlite_copy
from syncd.care.backup import backup
from syncd.care.errors import CareError, UnsoundError
from syncd.care.files import beside, expand, private_file, require_space, sweep
from syncd.care.manifest import Manifest, read_manifest, require_intact
from syncd.care.proving import Soundness, prove
from syncd.ledger import LedgerError, SchemaState, schema_state
from syncd.ledger.engines import parse, shown, sqlite_path


class Restored(Struct, frozen=True):
    """What was put in the ledger's place, and where the old one is (None: there was none)."""

    manifest: Manifest
    aside: Path | None


def restore(url: str, source: Path, *, replace: bool, now: datetime, aside_folder: Path | None = None) -> Restored:
    """Restore a backup. ``aside_folder``: where PostgreSQL's old content goes, as a backup.

    Raises `UnsoundError` for a backup that is not what it should be, `CareError` where it is refused.
    """
    manifest = read_manifest(source)
    require_intact(source, manifest)
    path = sqlite_path(parse(url))
    if (manifest.kind == "sqlite") != (path is not None):
        raise CareError(f"{source} is a backup of {manifest.kind}", action="restore it to an address of the same kind")
    if not replace and _holds_something(url):
        raise CareError(f"{shown(parse(url))}: there is a ledger already", action="add --replace; it is kept aside")
    if path is not None:
        return Restored(manifest, _to_sqlite(source, manifest, path, now))
    return Restored(manifest, _to_postgresql(source, manifest, url, _asider(url, aside_folder, now)))


def prove_backup(source: Path) -> tuple[Manifest, Soundness | None]:
    """Prove a backup as a restore would; of a dump only that it is intact and holds its rows. Raises `UnsoundError`."""
    manifest = read_manifest(source)
    require_intact(source, manifest)
    if manifest.kind == "postgresql":
        _require_rows(source, manifest, postgresql_copy.rows_in(source, "postgresql://"))
        return manifest, None
    with beside(source) as copy:
        return manifest, _unpacked(source, manifest, copy)


def _unpacked(source: Path, manifest: Manifest, copy: Path) -> Soundness:
    """Unpack a backup and prove it to be what its manifest says."""
    private_file(copy)
    if expand(source, copy) != manifest.content_sha256:
        raise UnsoundError(f"{source} does not hold what its manifest says", action="take another backup")
    sound = prove(f"sqlite:///{copy}")
    sound.require()
    _require_known(sound.state, source, manifest)
    _require_rows(source, manifest, sound.rows)
    if sound.audit_newest != manifest.audit_newest and sound.state is SchemaState.CURRENT and manifest.audit_newest:
        raise UnsoundError(f"{source} ends with another audit trail than its manifest", action="take another backup")
    return sound


def _require_known(state: SchemaState, source: Path, manifest: Manifest) -> None:
    if state is SchemaState.NEWER:
        raise CareError(
            f"{source} has schema {manifest.schema}, which this syncd does not know",
            action=f"restore it with syncd {manifest.version} or newer",
        )


def _require_rows(source: Path, manifest: Manifest, rows: dict[str, int]) -> None:
    if rows != manifest.rows:
        names = sorted(name for name in rows.keys() | manifest.rows if rows.get(name) != manifest.rows.get(name))
        raise UnsoundError(f"{source} has other rows than its manifest says: {', '.join(names)}", action="take another")


def _to_sqlite(source: Path, manifest: Manifest, ledger: Path, now: datetime) -> Path | None:
    ledger.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    sweep(ledger.parent)
    require_space(ledger.parent, 4 * manifest.bytes)
    with beside(ledger.with_name(ledger.name + ".restored")) as copy:
        _unpacked(source, manifest, copy)
        return sqlite_copy.put_in_place(copy, ledger, _free_name(ledger, now))


def _free_name(ledger: Path, now: datetime) -> Path:
    return ledger.with_name(f"{ledger.name}.before-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")


def _to_postgresql(source: Path, manifest: Manifest, url: str, keep_aside: Callable[[], Path]) -> Path | None:
    _require_rows(source, manifest, postgresql_copy.rows_in(source, url))
    aside = postgresql_copy.put_in_place(url, source, keep_aside)
    sound = prove(url)
    _require_known(sound.state, source, manifest)
    sound.require()
    return aside


def _asider(url: str, folder: Path | None, now: datetime) -> Callable[[], Path]:
    """Keeps what the database holds now, as a backup."""

    def keep() -> Path:
        if folder is None:
            raise CareError("the old content has nowhere to go", action="set [care] backup_folder")
        return backup(url, folder / f"before-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.dump", now=now).path

    return keep


def _holds_something(url: str) -> bool:
    """Whether there is a ledger; one that cannot be read is one as well."""
    path = sqlite_path(parse(url))
    if path is not None:
        return path.exists()
    try:
        return schema_state(url).current is not None
    except LedgerError:
        return True
