"""What the demo's terminal shows: where everything is, who may sign in, and mismatches as they change.

In: a running daemon, sign-ins, events. Out: lines for people. Passwords are shown here, on the terminal of who started
the demo, and nowhere else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from rich.text import Text

from loopback.run import Systems
from syncd.cli.demonstration.configuration import FILE, SECRETS
from syncd.cli.demonstration.people import KEPT_IN, SignIn
from syncd.cli.show import console, say
from syncd.daemon import Daemon
from syncd.ledger.mismatches import MismatchEvent
from syncd.reconcile.mismatches import KINDS, MismatchKind

SHOWN_AT_ONCE: Final = 12
STYLES: Final = {"suspected": "yellow", "confirmed": "red", "resolved": "green", "vanished": "dim", "waived": "cyan"}


def greet(daemon: Daemon, home: Path, systems: Systems, sign_ins: Iterable[SignIn]) -> None:
    """Where everything is, and how to sign in."""
    address, file = daemon.addresses[0], home / FILE
    lines = (
        ("Status", f"http://{address}/"),
        ("Metrics", f"http://{address}/metrics"),
        ("Health", f"http://{address}/health and http://{address}/ready"),
        ("Portal", f"{systems.portal_url} (loopback, JSON API of 2026)"),
        ("City", f"{systems.opencps_url} (loopback, OpenCPS)"),
        ("Ask it", f"syncd mismatches --config {file}"),
        ("", f"syncd publication --late --config {file}"),
        ("", f"syncd index --config {file}"),
        ("Log", str(home / "mismatches.jsonl")),
        ("Desk", f"{daemon.desk_url}/"),
    )
    for title, text in lines:
        say(f"  {title:<8} {text}", style="bold" if title == "Desk" else "")
    _tell_sign_ins(home, list(sign_ins))
    say("The two systems go on changing; mismatches follow within seconds. Ctrl-C ends.", style="bold")


def _tell_sign_ins(home: Path, sign_ins: list[SignIn]) -> None:
    if not sign_ins:
        say(f"  Sign-ins are not kept here any more: syncd user password LOGIN --generate --config {home / FILE}")
        return
    say(f"  {'Sign in':<8} {'login':<12} {'password':<24} may do (unit)", style="dim")
    for one in sign_ins:
        say(f"  {'':<8} {one.login:<12} {one.password:<24} {one.role}{f' {one.unit}' if one.unit else ''}")
    say(f"  {'':<8} kept in {home / SECRETS / KEPT_IN}", style="dim")


class Teller:
    """Shows mismatches as they change, and keeps the screen readable when many change at once."""

    def __init__(self) -> None:
        self._in_a_row = 0
        self._held: dict[str, int] = {}

    def __call__(self, event: MismatchEvent) -> None:
        self._in_a_row += 1
        if self._in_a_row <= SHOWN_AT_ONCE:
            console().print(shown(event))
        else:
            self._held[event.to_state] = self._held.get(event.to_state, 0) + 1
        if self._in_a_row == 1:
            asyncio.get_running_loop().call_later(1.0, self._rest)

    def _rest(self) -> None:
        if self._held:
            say("  … and " + ", ".join(f"{number} {state}" for state, number in self._held.items()), style="dim")
        self._in_a_row, self._held = 0, {}


def shown(event: MismatchEvent) -> Text:
    """One change of a mismatch, on one line."""
    mismatch = event.mismatch
    kind = KINDS[MismatchKind(mismatch.kind)]
    text = Text()
    text.append(f"{event.to_state:<10}", style=STYLES.get(event.to_state, ""))
    text.append(f"{mismatch.pair}  {mismatch.code or mismatch.local_code}  {mismatch.kind}")
    if mismatch.field:
        text.append(f" ({mismatch.field}{', ' + mismatch.difference if mismatch.difference else ''})")
    text.append(f"  {kind.vietnamese}: {mismatch.name[:70]}", style="dim")
    return text
