"""Time zone data and the official calendar of this year.

In: the time, a register of days off where one is kept. Out: findings.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from syncd.care.doctor.findings import Finding, note, of_error, ok, wrong
from syncd.config import Configuration
from syncd.publication.calendar import WorkingCalendar, parse_calendar
from syncd.sides.registers import REGISTERS, read_register

ZONE, HOURS = "Asia/Ho_Chi_Minh", 7
NEXT_YEAR_FROM_MONTH = 12


def check_zone(now: datetime) -> Iterator[Finding]:
    """The time zone is known, and is what it has been since 1975."""
    try:
        offset = now.astimezone(ZoneInfo(ZONE)).utcoffset()
    except ZoneInfoNotFoundError:
        yield wrong("time zone", ZONE, "its data is not installed", "apt-get install tzdata, or pip install tzdata")
        return
    if offset == timedelta(hours=HOURS):
        yield ok("time zone", ZONE, f"UTC+{HOURS}")
    else:
        yield wrong("time zone", ZONE, f"UTC{offset}, not +{HOURS}", "reinstall tzdata")


def check_calendar(configuration: Configuration, today: datetime) -> Iterator[Finding]:
    """The days off of this year are official; in December those of the next one should be as well."""
    publication = configuration.publication
    file = publication.registers.get("calendar") if publication is not None else None
    try:
        rows = read_register(configuration.resolve(file), REGISTERS["calendar"]) if file is not None else {}
        extra = parse_calendar(rows.values())
    except Exception as error:
        yield of_error("calendar", str(file), error)
        return
    official = WorkingCalendar(extra).official
    local = today.astimezone(ZoneInfo(ZONE))
    remedy = "write the decision's days into the register of [publication] calendar, or take a newer syncd"
    if local.year not in official:
        yield wrong("calendar", str(local.year), "no official days off are known: deadlines may be a day out", remedy)
    else:
        yield ok("calendar", str(local.year), "the official days off are known")
    if local.month >= NEXT_YEAR_FROM_MONTH and local.year + 1 not in official:
        yield note("calendar", str(local.year + 1), "no official days off are known yet", remedy)
