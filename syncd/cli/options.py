"""Options that several commands share, and how their texts become values.

In: text. Out: configurations, instants, durations; or a usage error that says what would be right.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

from syncd.cli.show import HO_CHI_MINH
from syncd.config import Configuration, PairConfig, load, parse_duration
from syncd.errors import ConfigurationError
from syncd.log import configure
from syncd.records.dates import local_date
from syncd.records.periods import Period, PeriodKind

PLACES: Final = (Path("syncd.toml"), Path("/etc/syncd/syncd.toml"))

ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", "-c", envvar="SYNCD_CONFIG", help="TOML file; else ./syncd.toml, /etc/syncd/syncd.toml."),
]
PairName = Annotated[str | None, typer.Option("--pair", help="Only this pair.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", help="An instant, e.g. 2026-11-24 or 2026-11-24T09:30 (giờ Hà Nội).")
]


def config_path(given: Path | None) -> Path:
    """The configuration file that is meant. Raises `ConfigurationError` when there is none."""
    if given is not None:
        return given
    for place in PLACES:
        if place.is_file():
            return place
    looked = " and ".join(str(place) for place in PLACES)
    raise ConfigurationError(f"no configuration file; looked at {looked}", action="give one with --config FILE")


def configured(given: Path | None) -> Configuration:
    """The configuration of a command that only asks; it logs to standard error, warnings and worse alone."""
    configuration = load(config_path(given))
    configure(configuration.log.format, os.environ.get("SYNCD_LOG_LEVEL", "warning"))
    return configuration


def wanted(configuration: Configuration, name: str | None) -> list[PairConfig]:
    """The pair of this name, or all of them. Raises a usage error for a name that is not configured."""
    if name is None:
        return list(configuration.pairs)
    found = configuration.pair(name)
    if found is None:
        names = ", ".join(pair.name for pair in configuration.pairs)
        raise typer.BadParameter(f"no pair {name!r}; configured: {names}", param_hint="--pair")
    return [found]


def instant(text: str, *, option: str = "--as-of") -> datetime:
    """An instant; without an offset it is read in Asia/Ho_Chi_Minh, and a date alone means its end."""
    try:
        found = datetime.fromisoformat(text)
        if _is_date(text):
            found += timedelta(days=1)
        if found.tzinfo is None:
            found = found.replace(tzinfo=HO_CHI_MINH)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise typer.BadParameter(f"{text!r} is not an instant such as 2026-11-24T09:30", param_hint=option) from None


def asked_period(text: str | None, at: datetime) -> Period:
    """The period of ``--period``; the running year in Hà Nội without one. Raises `typer.BadParameter`."""
    if text is None:
        return Period.of(local_date(at), PeriodKind.YEAR)
    try:
        return Period.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--period") from None


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def duration(text: str | None) -> timedelta | None:
    """A grace time; "0" means none at all."""
    if text is None:
        return None
    if text == "0":
        return timedelta(0)
    try:
        return parse_duration(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r}: {error}", param_hint="--grace") from None
