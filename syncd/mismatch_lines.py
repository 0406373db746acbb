"""The mismatch log as it is configured: where its lines go, and how it is called among others.

In: a configuration. Out: the open log, its name.
"""

from __future__ import annotations

import socket
from pathlib import Path

from syncd.config import STDOUT, Configuration
from syncd.log import MismatchLog
from syncd.passes.announce import MismatchLogError


def open_lines(configuration: Configuration) -> MismatchLog | None:
    """The mismatch log as configured. Raises `MismatchLogError` where its file cannot be opened."""
    wanted = configuration.log.mismatch_log
    if wanted is None:
        return None
    try:
        return MismatchLog(None if wanted == Path(STDOUT) else configuration.resolve(wanted))
    except OSError as error:
        raise MismatchLogError(error) from error


def log_name(configuration: Configuration) -> str:
    """The mismatch log among those of all daemons that share a ledger: its host and file."""
    wanted = configuration.log.mismatch_log
    return f"{socket.gethostname()}:{configuration.resolve(wanted) if wanted is not None else ''}"
