"""What can go wrong with backups and restores.

In: nothing. Out: two errors, each with a sentence and what to do.
"""

from __future__ import annotations

from syncd.errors import SyncdError


class CareError(SyncdError):
    """A backup or restore was not done; what was there before is as it was."""

    slug = "care"
    staff = "Việc sao lưu hoặc khôi phục chưa thực hiện được; người vận hành đã được báo."


class UnsoundError(CareError):
    """A backup, or the ledger itself, is not what it should be."""

    slug = "unsound"
