"""`syncd demo`: the real daemon against two loopback systems, over real HTTP, on an embedded ledger.

In: a folder (a new one by default). Out: mismatches on the screen as they appear, and the addresses to look at. The
loopback systems change while it runs: procedures are withdrawn, renamed, published again.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from loopback.catalogue import Catalogue, generate
from loopback.catalogue.agencies import HANOI_ID
from loopback.catalogue.files import as_csv
from loopback.run import Systems
from loopback.run import serve as serve_loopback
from syncd.assembly import Household
from syncd.cli.operating import read_checked
from syncd.cli.show import console, say
from syncd.config import Configuration
from syncd.daemon import Daemon, serve
from syncd.ledger.mismatches import MismatchEvent
from syncd.metrics import Metrics
from syncd.reconcile.mismatches import KINDS, MismatchKind

EVENT_EVERY = 20.0
SHOWN_AT_ONCE = 12
PASSWORD = "opencps-password"  # noqa: S105 - the name of the secret, not its value
STYLES = {"suspected": "yellow", "confirmed": "red", "resolved": "green", "vanished": "dim", "waived": "cyan"}

TOML = """\
# Written by `syncd demo`; a configuration like any other: `syncd mismatches --config {file}`
[database]
url = "sqlite:///ledger.db"

[daemon]
listen = "{listen}"

[log]
level = "error"
mismatch_log = "mismatches.jsonl"

[secrets]
folder = "secrets"

[[pairs]]
name = "ha-noi"
interval = "5s"
grace = "3s"
applies = {{ departments = ["{hanoi}"] }}
equivalences = {{ codes = {{ {codes} }} }}

[pairs.portal]
adapter = "national-portal"
base_url = "{portal}"
requests_per_second = 1000

[pairs.city]
adapter = "opencps"
base_url = "{opencps}"
group_id = "{group}"
basic_user = "{user}"
basic_password_secret = "{secret}"
requests_per_second = 1000

[[pairs]]
name = "ha-noi-export"
interval = "10s"
grace = "3s"
applies = {{ agency = "H26", levels = ["province", "commune"] }}
equivalences = {{ codes = {{ {codes} }} }}

[pairs.portal]
adapter = "national-portal"
base_url = "{portal}"
requests_per_second = 1000

[pairs.city]
adapter = "file"
path = "city.csv"

[pairs.city.columns]
local_code = "Mã TTHC"
name = "Tên TTHC"
field_name = "Lĩnh vực"
publisher_name = "Cơ quan công khai"
executing_agencies = "Cơ quan thực hiện"
levels = "Cấp thực hiện"
decision_number = "QĐ công bố"
decision_date = "Ngày QĐ"
state = "Tình trạng"
portal_id = "Mã DVCQG"

[publication]
unit = "H26"
pair = "ha-noi"
interval = "10s"
legal_documents = "legal-documents.csv"
decisions = "decisions.csv"
decisions_complete_since = 2026-04-01
assignments = "assignments.csv"

[index]
root = "{hanoi}"
interval = "1m"

[index.source]
adapter = "national-portal"
base_url = "{portal}"
requests_per_second = 1000
"""


def demo(
    folder: Annotated[Path | None, typer.Option(help="Where ledger and logs are kept; else a new folder.")] = None,
    listen: Annotated[str, typer.Option(help="Address of the pages; port 0 takes any.")] = "127.0.0.1:9614",
    size: Annotated[int, typer.Option(min=600, max=20_000, help="How many procedures the portal has.")] = 2_000,
    seconds: Annotated[float | None, typer.Option(help="Stop by itself after so long.")] = None,
) -> None:
    """Run the real daemon against two loopback systems and watch mismatches appear. Ctrl-C ends it."""
    home = folder or Path(tempfile.mkdtemp(prefix="syncd-demo-"))
    asyncio.run(_demo(home, listen, size, seconds))


async def _demo(home: Path, listen: str, size: int, seconds: float | None) -> None:
    say("Inventing a catalogue and starting two loopback systems…", style="dim")
    catalogue = await asyncio.to_thread(generate, size=size)
    async with serve_loopback(catalogue) as systems:
        file = _write(home, listen, catalogue, systems)
        teller = Teller()

        def rooms(configuration: Configuration, metrics: Metrics) -> Household:
            return Household(configuration, metrics, told=teller)

        changing: list[asyncio.Task[None]] = []

        def ready(daemon: Daemon) -> None:
            _greet(daemon, home, file, systems)
            changing.append(asyncio.create_task(_let_the_world_change(systems)))
            if seconds is not None:
                asyncio.get_running_loop().call_later(seconds, daemon.ask_to_stop, "the end of the demo")

        try:
            await serve(file, rooms, read=read_checked, on_ready=ready)
        finally:
            for task in changing:
                task.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*changing)
    say(f"Stopped. Everything is in {home}", style="dim")


def _write(home: Path, listen: str, catalogue: Catalogue, systems: Systems) -> Path:
    """Write the configuration, the secret and the city's export."""
    secrets = home / "secrets"
    secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret = secrets / PASSWORD
    secret.touch(mode=0o600)
    secret.write_text(systems.access.password, encoding="utf-8")
    for name, content in ({"city.csv": as_csv(catalogue)} | dict(catalogue.registers)).items():
        (home / name).write_bytes(content)
    file = home / "syncd.toml"
    codes = ", ".join(f'"{local}" = "{code}"' for local, code in catalogue.equivalences.items())
    text = TOML.format(
        file=file,
        listen=listen,
        hanoi=HANOI_ID,
        codes=codes,
        portal=systems.portal_url,
        opencps=systems.opencps_url,
        group=systems.access.group_id,
        user=systems.access.username,
        secret=PASSWORD,
    )
    file.write_text(text, encoding="utf-8")
    return file


def _greet(daemon: Daemon, home: Path, file: Path, systems: Systems) -> None:
    address = daemon.addresses[0]
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
    )
    for title, text in lines:
        say(f"  {title:<8} {text}")
    say("The first pass reads every detail; mismatches follow within seconds. Ctrl-C ends.", style="bold")


async def _let_the_world_change(systems: Systems) -> None:
    """Let the scheduled changes happen, one at a time, for as long as there are any."""
    for event in _events(systems):
        await asyncio.sleep(EVENT_EVERY)
        event()


def _events(systems: Systems) -> Iterator[Callable[[], object]]:
    for event in systems.catalogue.events:
        yield partial(_happen, systems, event.name)


def _happen(systems: Systems, name: str) -> None:
    systems.portal.advance(name)
    say(f"  … the portal changes: {name}", style="dim")


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
