"""The daemon: what happens around it, from the file that it reads to the signals that end it.

In: the path of a configuration, and the rooms that know ledger and sides. Out: a running daemon that ends within ten
seconds of SIGTERM. A bad configuration raises `ConfigurationError` (exit status 78) before anything is started.
"""

from __future__ import annotations

import asyncio
import faulthandler
import os
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import structlog

from syncd import __version__
from syncd.config import Configuration, LogConfig, load
from syncd.listening import ListenError, check_passed
from syncd.log import configure
from syncd.metrics import Metrics
from syncd.passes.schedule import Random
from syncd.reloading import Read
from syncd.rooms import Outside, Rooms, SetUpLog
from syncd.running import Daemon
from syncd.signals import LastResort, Signals
from syncd.systemd import Notifier, passed_sockets, watchdog_period

__all__ = ["EXIT_CONFIGURATION", "Daemon", "ListenError", "MakeRooms", "Rooms", "serve", "set_up_log"]

log = structlog.get_logger(__name__)

EXIT_CONFIGURATION = 78
"""EX_CONFIG of sysexits.h; the unit does not restart after it."""

STOP_LIMIT = 9.0
CLOSE_LIMIT = 1.5
"""Seconds. Ten are promised: the passes get six, requests under way one, ledger and files what is left."""

MakeRooms = Callable[[Configuration, Metrics], Rooms]


def set_up_log(wanted: LogConfig) -> None:
    """Log to standard error as configured."""
    configure(wanted.format, wanted.level)


async def serve(
    path: Path,
    make_rooms: MakeRooms,
    *,
    read: Read = load,
    set_up: SetUpLog = set_up_log,
    on_ready: Callable[[Daemon], object] = lambda _daemon: None,
    random: Random = random.random,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    environment: Mapping[str, str] = os.environ,
    leave: Callable[[int], object] = os._exit,
) -> None:
    """Run the daemon until a signal ends it. Must run in the main thread.

    ``read`` loads *and* checks the configuration, sides included; it is used at the start and at every reload.
    Raises `ConfigurationError` (exit status `EXIT_CONFIGURATION`) or another `SyncdError` when it cannot start.
    """
    if not faulthandler.is_enabled():
        faulthandler.enable()
    configuration = read(path)
    set_up(configuration.log)
    notifier = Notifier.from_environment(environment)
    passed = passed_sockets(environment)
    check_passed(passed, configuration)
    names = [pair.name for pair in configuration.pairs]
    log.info("daemon_starting", version=__version__, file=str(configuration.file), pairs=names)
    metrics = Metrics(version=__version__)
    rooms = make_rooms(configuration, metrics)
    last_resort = LastResort(STOP_LIMIT, leave)
    outside = Outside(read, set_up, notifier, random, clock, last_resort, passed)
    daemon = Daemon(configuration, rooms, metrics, outside)
    with Signals(daemon.ask_to_stop, daemon.reload_asked.set, last_resort, leave):
        try:
            await daemon.run(watchdog_period(environment), on_ready)
        finally:
            await _close(rooms)
            if not daemon.left:
                last_resort.disarm()
            log.info("daemon_stopped", left_behind=list(daemon.left))


async def _close(rooms: Rooms) -> None:
    try:
        async with asyncio.timeout(CLOSE_LIMIT):
            await rooms.close()
    except Exception:
        log.exception("close_failed")
