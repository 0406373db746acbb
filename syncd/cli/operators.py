"""What commands that change the ledger for people share: who is at the keyboard.

In: the operating system's user. Out: an actor for the audit trail.
"""

from __future__ import annotations

import getpass
import os


def commander() -> str:
    """The actor of a command: ``command:`` and the name of the operating system's user."""
    try:
        return f"command:{getpass.getuser()}"
    except (KeyError, OSError):
        return f"command:{os.getuid()}"
