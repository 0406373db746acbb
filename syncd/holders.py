"""Programs as the ledger names them: by host and number, so that what a dead one left behind is known.

In: nothing, or a name. Out: this program's name; whether another of this host still runs.
"""

from __future__ import annotations

import os
import socket


def own_name() -> str:
    """This program in the ledger: host and number, so that what a dead one left behind is known."""
    return f"{socket.gethostname()}/{os.getpid()}"


def is_dead(holder: str) -> bool:
    """Whether a holder is a program of this host that does not run any more."""
    host, _, number = holder.rpartition("/")
    if host != socket.gethostname() or not number.isdigit() or int(number) == os.getpid():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
