"""Tells errors to the operator: one line each, never a traceback, never a secret.

In: whatever was raised. Out: lines on standard error, and the exit status that goes with them.
"""

from __future__ import annotations

import os
import traceback

from syncd.cli.exits import Exit
from syncd.cli.show import complain
from syncd.errors import ConfigurationError, SyncdError, leaves
from syncd.redaction import redact_text

LONGEST = 500
REPORT_IT = "nobody expected this: report it; SYNCD_DEBUG=1 shows where it happened"


def tell(error: Exception, *, is_daemon: bool = False) -> Exit:
    """Tell an error, and the exit status that goes with it. ``SYNCD_DEBUG=1`` tells where it was raised as well."""
    if os.environ.get("SYNCD_DEBUG"):
        complain(redact_text("".join(traceback.format_exception(error)).rstrip()))
    errors = leaves(error)
    for line in dict.fromkeys(sentence(one) for one in errors):
        complain(f"syncd: {line}")
    is_configuration = any(isinstance(one, ConfigurationError) for one in errors)
    return Exit.CONFIGURATION if is_configuration and is_daemon else Exit.ERROR


def sentence(error: Exception) -> str:
    """What people read of an error: ours, the operating system's, or one that nobody expected."""
    if isinstance(error, SyncdError):
        return redact_text(str(error))
    if isinstance(error, OSError) and error.strerror:
        return redact_text(f"{error.filename}: {error.strerror}" if error.filename else error.strerror)
    return redact_text(f"{' '.join(f'{type(error).__name__}: {error}'.split())[:LONGEST]} ({REPORT_IT})")
