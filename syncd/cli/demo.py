"""`syncd demo`: the real daemon against two loopback systems, over real HTTP, on an embedded ledger with a past.

In: a folder (a new one by default). Out: a desk to sign in at, mismatches on the screen as they appear, and the
addresses to look at. The loopback systems change while it runs: procedures are withdrawn, renamed, put right.
"""

from __future__ import annotations

import asyncio
import socket
import tempfile
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from loopback.catalogue import generate
from loopback.run import serve as serve_loopback
from syncd.assembly import Household
from syncd.cli.demonstration.changes import AFTERWARDS, AT_THE_START, before
from syncd.cli.demonstration.configuration import LEDGER, Listens, write_configuration
from syncd.cli.demonstration.history import go_on, live_through
from syncd.cli.demonstration.people import sign_ins
from syncd.cli.demonstration.recent import with_recent, write_registers
from syncd.cli.demonstration.telling import Teller, greet
from syncd.cli.demonstration.timeline import Timeline
from syncd.cli.demonstration.world import Memory, World
from syncd.cli.operating import read_checked
from syncd.cli.show import say
from syncd.clock import utc_now
from syncd.config import Configuration
from syncd.daemon import Daemon, ListenError, serve
from syncd.metrics import Metrics

CHANGE_EVERY = 20.0


def demo(
    folder: Annotated[Path | None, typer.Option(help="Where ledger and logs are kept; else a new folder.")] = None,
    listen: Annotated[str, typer.Option(help="Address of status and metrics; port 0 takes any.")] = "127.0.0.1:9614",
    desk_listen: Annotated[str, typer.Option(help="Address of the desk; port 0 takes any.")] = "127.0.0.1:9615",
    size: Annotated[int, typer.Option(min=600, max=20_000, help="How many procedures the portal has.")] = 2_000,
    seconds: Annotated[float | None, typer.Option(help="Stop by itself after so long.")] = None,
) -> None:
    """Run the real daemon against two loopback systems, with a week behind them, and a desk. Ctrl-C ends it."""
    home = folder or Path(tempfile.mkdtemp(prefix="syncd-demo-"))
    listens = Listens(listen, desk_listen)
    require_free("", listens.status, "[daemon] listen")
    require_free("the desk ", listens.desk, "[desk] listen")
    asyncio.run(_demo(home, listens, size, seconds))


def require_free(who: str, listen: str, key: str) -> None:
    """Raises `ListenError` now for an address that is taken, and not after the week. One that is none is told later."""
    host, _, port = listen.rpartition(":")
    if not port.isascii() or not port.isdigit():
        return
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host.strip("[]"), int(port)), family=family).close()
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ListenError(f"{who}cannot listen on {listen}: {reason}", action=f"free the port or set {key}") from error


async def _demo(home: Path, listens: Listens, size: int, seconds: float | None) -> None:
    await asyncio.to_thread(home.mkdir, parents=True, exist_ok=True)
    is_new, memory = await asyncio.to_thread(_remembered, home, size)
    timeline = Timeline(memory.lived)
    say("Inventing a catalogue and starting two loopback systems…", style="dim")
    catalogue = await asyncio.to_thread(lambda: with_recent(generate(size=memory.size), timeline))
    async with serve_loopback(catalogue) as systems:
        file = write_configuration(home, listens, catalogue, systems)
        write_registers(home, catalogue.registers)
        world = World(systems, home)
        world.begin(timeline.began)
        before(world)
        world.write_export()
        memory.keep(home)
        if is_new:
            say("Living through the week before now…", style="dim")
            await live_through(world, read_checked(file), timeline, partial(say, style="dim"))
            _happen(world, memory, AT_THE_START)
        else:
            say("Going on where this folder was left…", style="dim")
            await go_on(world, read_checked(file), timeline, utc_now())
            for name in memory.changes:
                with suppress(KeyError):
                    world.change(name)
        world.be_at(utc_now())
        await _run(file, world, memory, seconds)
    say(f"Stopped. Everything is in {home}", style="dim")


def _remembered(home: Path, size: int) -> tuple[bool, Memory]:
    """Whether the folder is new, and what it remembers; a ledger of another demo has no week lived through anew."""
    memory = Memory.of(home)
    is_new = not (home / LEDGER).exists()
    return is_new, Memory(size, utc_now()) if memory is None or is_new else memory


def _happen(world: World, memory: Memory, names: tuple[str, ...]) -> None:
    for name in names:
        world.change(name)
        memory.changes.append(name)
    memory.keep(world.home)


async def _run(file: Path, world: World, memory: Memory, seconds: float | None) -> None:
    """Run the daemon until it is asked to stop, and let the world change meanwhile."""
    teller, changing = Teller(), list[asyncio.Task[None]]()

    def rooms(configuration: Configuration, metrics: Metrics) -> Household:
        return Household(configuration, metrics, told=teller)

    def ready(daemon: Daemon) -> None:
        greet(daemon, world.home, world.systems, sign_ins(world.home))
        changing.append(asyncio.create_task(_let_the_world_change(world, memory)))
        if seconds is not None:
            asyncio.get_running_loop().call_later(seconds, daemon.ask_to_stop, "the end of the demo")

    try:
        await serve(file, rooms, read=read_checked, on_ready=ready)
    finally:
        for task in changing:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*changing)


async def _let_the_world_change(world: World, memory: Memory) -> None:
    """Let what is left happen, one change at a time, for as long as there is any."""
    for name in [one for one in AFTERWARDS if one not in memory.changes]:
        await asyncio.sleep(CHANGE_EVERY)
        world.be_at(utc_now())
        _happen(world, memory, (name,))
        say(f"  … the world changes: {name}", style="dim")
