"""What may stand in ``[care]``: where backups go, how many are kept, and what the ledger may forget.

In: a table read from TOML. Out: typed, frozen values. Versions, mismatches, their events and the audit trail are never
forgotten, so there is no key for them.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from syncd.config.values import Table


class CareConfig(Table):
    """How the ledger is looked after by `syncd database backup` and `syncd database prune`."""

    backup_folder: Path | None = Field(
        default=None,
        description="Folder of the backups; not set: `backups` beside the ledger's file, or in systemd's state folder.",
    )
    keep_daily: int = Field(default=7, ge=0, le=1000, description="Of how many days the last backup is kept.")
    keep_weekly: int = Field(default=5, ge=0, le=1000, description="Of how many weeks the last backup is kept.")
    keep_monthly: int = Field(default=12, ge=0, le=1000, description="Of how many months the last backup is kept.")
    details_days: int = Field(
        default=400,
        ge=62,
        le=36_500,
        description="How long readings keep their findings and passes their counts; a question `--as-of` an instant"
        " within these days is answered as before.",
    )
    evidence_days: int = Field(
        default=0,
        ge=0,
        le=36_500,
        description="How long the bytes of a version that is over are kept, where no mismatch rests on them; its"
        " canonical record and digest stay. 0: for ever.",
    )
    sessions_days: int = Field(default=90, ge=1, le=36_500, description="How long sign-ins that are over are kept.")
    notices_days: int = Field(default=400, ge=31, le=36_500, description="How long sent digests are kept.")
