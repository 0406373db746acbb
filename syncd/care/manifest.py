"""The small file beside each backup that says what is in it and how it was proven.

In: a `Manifest`. Out: a JSON file named like the backup with ``.json`` at its end; and back, checked.
A backup without one was never finished.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from syncd.care.errors import UnsoundError
from syncd.care.files import beside, digest_of, private_file, settle

LARGEST = 1 << 20
FORMAT = 1
Kind = Literal["sqlite", "postgresql"]
SUFFIX: dict[Kind, str] = {"sqlite": ".db.gz", "postgresql": ".dump"}


class Manifest(Struct, frozen=True, forbid_unknown_fields=True):
    """What is in a backup. ``sha256`` is of the file as it lies there; ``content_sha256`` of what it unpacks to.

    ``rows``: how many each table holds. ``audit_newest``: the newest hash of the audit trail, which ``audit_rows`` rows
    lead to; empty where the schema is too old to follow it.
    """

    format: int
    made_at: datetime
    version: str
    kind: Kind
    source: str
    schema: str
    bytes: int
    sha256: str
    content_sha256: str
    rows: dict[str, int]
    audit_rows: int
    audit_newest: str


def name_of(kind: Kind, at: datetime) -> str:
    """The name of a backup made at an instant."""
    return f"syncd-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}{SUFFIX[kind]}"


def manifest_path(backup: Path) -> Path:
    return backup.with_name(backup.name + ".json")


def write_manifest(backup: Path, manifest: Manifest) -> None:
    """Write it, whole or not at all."""
    target = manifest_path(backup)
    with beside(target) as part:
        private_file(part)
        part.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
        settle(part, target, replace=True)


def read_manifest(backup: Path) -> Manifest:
    """Raises `UnsoundError` where there is none, or it cannot be read."""
    path = manifest_path(backup)
    try:
        with path.open("rb") as file:
            found = msgspec.json.decode(file.read(LARGEST), type=Manifest)
    except FileNotFoundError:
        raise UnsoundError(f"{path} is not there", action="a backup without its manifest was never finished") from None
    except (OSError, msgspec.MsgspecError) as error:
        raise UnsoundError(f"{path} cannot be read: {error!s:.200}", action="take another backup") from None
    if found.format != FORMAT:
        raise UnsoundError(f"{path} has format {found.format}", action="restore it with the syncd that made it")
    return found


def require_intact(backup: Path, manifest: Manifest) -> None:
    """Raises `UnsoundError` where the file is not the one that the manifest describes."""
    if not backup.is_file():
        raise UnsoundError(f"{backup} is not there", action="check the name")
    if backup.stat().st_size != manifest.bytes or digest_of(backup) != manifest.sha256:
        raise UnsoundError(f"{backup} is not what its manifest says: changed or cut off", action="take another backup")
