"""The examination: which checks there are, in the order in which an operator needs their answers.

In: the path of a configuration, and what the outside gives. Out: every finding, within fifteen seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from syncd.care.doctor.credentials import check_credentials
from syncd.care.doctor.daemon import RUNNING_SYSTEMD, check_endpoint, check_unit
from syncd.care.doctor.files import check_files, readable, refused
from syncd.care.doctor.findings import Check, Finding, in_thread, of_error, ok, run
from syncd.care.doctor.ledger import check_ledger
from syncd.care.doctor.reaching import Way, check_way
from syncd.care.doctor.time_and_days import check_calendar, check_zone
from syncd.config import Checked, Configuration, Secrets, database_url, load, secrets_of
from syncd.errors import SyncdError
from syncd.ledger.engines import parse, sqlite_path
from syncd.sides.adapter import AdapterSettings
from syncd.sides.http.settings import HttpSettings


@dataclass(frozen=True, slots=True)
class Outside:
    """What the doctor takes from outside. ``check``: checks the sides of a configuration with their adapters.

    ``fresh_for``: how old a whole reading of each pair may be. ``is_dead``: whether a holder is a program that is gone.
    """

    now: Callable[[], datetime]
    check: Callable[[Configuration], Checked]
    fresh_for: Callable[[Configuration], Mapping[str, timedelta]]
    is_dead: Callable[[str], bool]
    unit: str = "syncd.service"
    systemd: Path = RUNNING_SYSTEMD


async def examine(path: Path, outside: Outside) -> list[Finding]:
    """Everything that can be looked at: with a bad configuration only what does not need one."""
    unread = readable(path)
    if unread is not None:
        return [unread, *await _all(_without(outside))]
    try:
        configuration = load(path)
        checked = outside.check(configuration)
    except SyncdError as error:
        return [*refused(error, path), *await _all(_without(outside))]
    first = ok("configuration", str(path), f"pairs: {', '.join(pair.name for pair in configuration.pairs)}")
    return [first, *await _all(_with(configuration, checked, outside))]


async def _all(checks: Iterable[tuple[str, Check]]) -> list[Finding]:
    """All at the same time; their findings in their order."""
    found = await asyncio.gather(*(run(name, check) for name, check in checks))
    return [finding for each in found for finding in each]


def _blocking(work: Callable[[], Iterator[Finding]]) -> Check:
    return lambda: in_thread(lambda: list(work()))


def _without(outside: Outside) -> Iterator[tuple[str, Check]]:
    yield "time zone", _blocking(partial(check_zone, outside.now()))
    yield "systemd", partial(check_unit, outside.unit, outside.systemd)


def _with(configuration: Configuration, checked: Checked, outside: Outside) -> Iterator[tuple[str, Check]]:
    secrets, now = secrets_of(configuration), outside.now()
    try:
        url, unknown = database_url(configuration, secrets), None
    except SyncdError as error:
        url, unknown = "", of_error("ledger", configuration.database.url, error)
    ledger = sqlite_path(parse(url)) if url else None
    yield "files", _blocking(partial(check_files, configuration, ledger))
    yield "credentials", _blocking(partial(check_credentials, configuration, secrets, now))
    yield "time zone", _blocking(partial(check_zone, now))
    yield "calendar", _blocking(partial(check_calendar, configuration, now))
    if unknown is None:
        fresh_for = outside.fresh_for(configuration)
        yield "ledger", _blocking(partial(check_ledger, configuration, url, now, fresh_for, outside.is_dead))
    else:
        yield "ledger", _blocking(lambda: iter([unknown]))
    for way in ways(configuration, checked, secrets, outside.now):
        yield "side", partial(check_way, way)
    if configuration.daemon.port:
        yield "daemon", partial(_endpoint, configuration)
    yield "systemd", partial(check_unit, outside.unit, outside.systemd)


async def _endpoint(configuration: Configuration) -> list[Finding]:
    return [await check_endpoint(configuration.daemon.host, configuration.daemon.port)]


def ways(
    configuration: Configuration, checked: Checked, secrets: Secrets, now: Callable[[], datetime]
) -> Iterator[Way]:
    """Every address that is spoken to over HTTP, each way to it once."""
    found: dict[tuple[object, ...], tuple[list[str], HttpSettings]] = {}
    for name, settings in _speaking(configuration, checked):
        key = (settings.base_url, settings.proxy, settings.ca_file, settings.client_certificate)
        found.setdefault(key, ([], settings))[0].append(name)
    for names, settings in found.values():
        yield Way(" ".join(names), settings, configuration.folder, secrets, now)


def _speaking(configuration: Configuration, checked: Checked) -> Iterator[tuple[str, HttpSettings]]:
    for course, sides in checked.items():
        for side, one in sides.items():
            for settings in _http_settings(one.settings):
                yield f"{course}.{side}", settings
    if configuration.desk is not None and configuration.desk.oidc is not None:
        try:
            yield "desk.oidc", HttpSettings(base_url=configuration.desk.oidc.issuer)
        except ValidationError:
            return


def _http_settings(settings: AdapterSettings) -> Iterator[HttpSettings]:
    """The settings of an HTTP client in one side's table: the table itself, or one inside it."""
    if isinstance(settings, HttpSettings):
        yield settings
        return
    yield from (inner for _, inner in settings if isinstance(inner, HttpSettings))
