"""The project's own table of days: where Vietnam's working days are not what the statute alone says.

In: nothing. Out: rows that `syncd.publication.calendar` lays over the statutory days, each with its source and reason,
and the years whose calendar is official. A new year is a few rows here, or a register of the Office's own.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct


class CalendarDay(Struct, frozen=True, gc=False):
    """One day that is off or worked whatever the weekday; ``works`` None: the day's whole year is declared official."""

    day: date
    works: bool | None
    reason: str = ""
    source: str = ""


VPCP_2019 = "6519/VPCP-KGVX, 11/07/2018"
VPCP_2022 = "Government Office's announcement on Tết and National Day 2022, as reported in December 2021"
VPCP_2024 = "2450/VPCP-KGVX, 2024"
LABOUR_2025 = "6150/TB-BLĐTBXH, 2024"
VPCP_2026 = "12729/VPCP-KGVX, 25/12/2025"
PRESS_2026 = "public notice on National Day 2026, as cited by python-holidays"
TET_2026 = "public notice on Tết 2026, chinhphu.vn"
RESOLUTION_28 = "Resolution 28/2026/QH16, in force from 01/07/2026"
LABOUR_CODE = "Labour Code 2019 art. 111.3, 112"
UNCITED = "python-holidays, which cites no document for this year"


def _off(year: int, month: int, day: int, reason: str, source: str) -> CalendarDay:
    return CalendarDay(date(year, month, day), False, reason, source)


def _worked(year: int, month: int, day: int, instead: str, source: str) -> CalendarDay:
    return CalendarDay(date(year, month, day), True, f"worked instead of {instead}", source)


# Tết and the second day of National Day are set year by year; every weekday off of an official year that does not
# follow from a fixed date is written out, so that no release of python-holidays can move it.
DAYS: tuple[CalendarDay, ...] = (
    _off(2010, 2, 19, "Tết, moved from 27/02", UNCITED),
    _worked(2010, 2, 27, "19/02/2010", UNCITED),
    _off(2012, 1, 27, "Tết, moved from 04/02", UNCITED),
    _worked(2012, 2, 4, "27/01/2012", UNCITED),
    _off(2013, 4, 29, "before 30/04, moved from 04/05", UNCITED),
    _worked(2013, 5, 4, "29/04/2013", UNCITED),
    _off(2014, 5, 2, "after 01/05, moved from 26/04", UNCITED),
    _worked(2014, 4, 26, "02/05/2014", UNCITED),
    _off(2014, 9, 1, "before 02/09, moved from 06/09", UNCITED),
    _worked(2014, 9, 6, "01/09/2014", UNCITED),
    _worked(2014, 12, 27, "02/01/2015", UNCITED),
    _off(2015, 1, 2, "after 01/01, moved from 27/12/2014", UNCITED),
    _worked(2015, 2, 14, "16/02/2015", UNCITED),
    _off(2015, 2, 16, "before Tết, moved from 14/02", UNCITED),
    _worked(2015, 4, 25, "29/04/2015", UNCITED),
    _off(2015, 4, 29, "before 30/04, moved from 25/04", UNCITED),
    _off(2018, 12, 31, "before 01/01, moved from 05/01/2019", VPCP_2019),
    _worked(2019, 1, 5, "31/12/2018", VPCP_2019),
    *(_off(2019, 2, day, "Tết", VPCP_2019) for day in (4, 5, 6, 7, 8)),
    _off(2019, 4, 29, "before 30/04, moved from 04/05", VPCP_2019),
    _worked(2019, 5, 4, "29/04/2019", VPCP_2019),
    _off(2022, 1, 31, "Tết", VPCP_2022),
    *(_off(2022, 2, day, "Tết", VPCP_2022) for day in (1, 2, 3, 4)),
    _off(2022, 9, 1, "National Day, the day next to it", VPCP_2022),
    _off(2023, 1, 2, "in lieu of 01/01, a Sunday", LABOUR_CODE),
    *(_off(2023, 1, day, "Tết", LABOUR_CODE) for day in (20, 23, 24, 25, 26)),
    _off(2023, 5, 2, "in lieu of 29/04 or 30/04, a weekend", LABOUR_CODE),
    _off(2023, 5, 3, "in lieu of 29/04 or 30/04, a weekend", LABOUR_CODE),
    _off(2023, 9, 1, "National Day, the day next to it", LABOUR_CODE),
    _off(2023, 9, 4, "in lieu of 02/09, a Saturday", LABOUR_CODE),
    *(_off(2024, 2, day, "Tết", LABOUR_CODE) for day in (8, 9, 12, 13, 14)),
    _off(2024, 4, 18, "Hùng Kings, 10/3 lunar", LABOUR_CODE),
    _off(2024, 4, 29, "before 30/04, moved from 04/05", VPCP_2024),
    _worked(2024, 5, 4, "29/04/2024", VPCP_2024),
    _off(2024, 9, 3, "National Day, the day next to it", LABOUR_CODE),
    *(_off(2025, 1, day, "Tết", LABOUR_2025) for day in (27, 28, 29, 30, 31)),
    _off(2025, 4, 7, "Hùng Kings, 10/3 lunar", LABOUR_CODE),
    _worked(2025, 4, 26, "02/05/2025", LABOUR_2025),
    _off(2025, 5, 2, "after 01/05, moved from 26/04", LABOUR_2025),
    _off(2025, 9, 1, "National Day, the day next to it", LABOUR_2025),
    _off(2026, 1, 2, "after 01/01, moved from 10/01", VPCP_2026),
    _worked(2026, 1, 10, "02/01/2026", VPCP_2026),
    *(_off(2026, 2, day, "Tết", TET_2026) for day in (16, 17, 18, 19, 20)),
    _off(2026, 4, 27, "in lieu of 26/04, Hùng Kings, a Sunday", LABOUR_CODE),
    _worked(2026, 8, 22, "31/08/2026", PRESS_2026),
    _off(2026, 8, 31, "before National Day, moved from 22/08", PRESS_2026),
    _off(2026, 9, 1, "National Day, the day next to it", PRESS_2026),
    *(_off(year, 11, 24, "Vietnam Culture Day", RESOLUTION_28) for year in range(2026, 2101)),
)

OFFICIAL_YEARS: frozenset[int] = frozenset({2019, 2022, 2023, 2024, 2025, 2026})
"""Years whose days off were seen in an official document or a report of it. The others follow the statute and, where
python-holidays knows of moved days, its word; no later year is official before the Government has decided on it."""
