"""The dossiers of the loopback OpenCPS: invented, the same in every run, with applicants as real ones have.

In: a seed and the local time. Out: a `DossierBook` that can be advanced: dossiers end, some honestly and late, and some
by having their end moved back to the due date, as settlement systems can do in bulk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final, NamedTuple

from loopback.catalogue.agencies import HANOI_DEPARTMENTS
from loopback.catalogue.portal_side import Json

NOW: Final = datetime(2026, 11, 25, 9, 0)  # noqa: DTZ001 - OpenCPS lives in local time and writes no zone
BEGAN: Final = datetime(2026, 1, 5, 8, 0)  # noqa: DTZ001
EACH_UNIT: Final = 40
EACH_FATE: Final = 3
RUNNING: Final = "processing"
DONE: Final = "done"
WAITING: Final = ("new", "receiving", "waiting")
PAUSED: Final = ("PAUSE", "PAUSE_OVERDUE")

_FAMILIES: Final = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi")
_GIVEN: Final = ("Thị Ánh Nguyệt", "Văn Khải", "Minh Đức", "Thu Hằng", "Quốc Việt", "Ngọc Diệp")
_STREETS: Final = ("phố Hàng Bông", "đường Láng", "phố Huế", "đường Bưởi", "phố Đội Cấn")
_FIELDS: Final = ("G15-HT01", "G17-XD02", "G12-DN03")


class Applicant(NamedTuple):
    """Whose dossier it is: what nobody else may keep."""

    name: str
    id_number: str
    telephone: str
    email: str
    address: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One dossier as the database has it; times are local. ``unit_code`` is mostly in the old form of 13 characters."""

    id: int
    number: str
    service_code: str
    field_code: str
    unit_code: str
    unit_name: str
    received: datetime
    due: datetime | None
    released: datetime | None
    status: str
    lock: str
    online: bool
    applicant: Applicant

    def is_overdue(self, now: datetime) -> bool:
        """As the search's ``top=overdue`` has it: not paused, not waiting, not released, and past its due date."""
        is_open = self.released is None and self.status not in WAITING and self.lock not in PAUSED
        return is_open and self.due is not None and self.due < now


Reports = Callable[[int, int], Iterable[Json]]
"""Rows of statistics of a month (0: the whole year) and a year."""


class DossierBook:
    """What the city's system holds. ``resets`` and ``endings`` happen at the next `advance`, by number.

    ``reports``: statistics that the system shows instead of counts of these dossiers; see `loopback.opencps_counts`.
    """

    def __init__(self, seed: int = 26, now: datetime = NOW) -> None:
        self.seed = seed
        self.reports: Reports | None = None
        self.begin(now)

    def begin(self, now: datetime) -> None:
        """Invent all dossiers anew, as they stand at this local time."""
        self.now = now
        generated = _generated(Random(f"dossiers {self.seed}"), now)
        self.entries: dict[int, Entry] = {entry.id: entry for entry in generated}
        running = [entry.number for entry in self.entries.values() if entry.is_overdue(now)]
        late = [entry.number for entry in self.entries.values() if entry.due and (entry.released or BEGAN) > entry.due]
        recent = sorted(late, key=lambda number: self.by_number(number).released or BEGAN)[-EACH_FATE:]
        self.resets: tuple[str, ...] = (*running[:EACH_FATE], *recent)
        self.endings: tuple[str, ...] = tuple(running[EACH_FATE : 2 * EACH_FATE])

    def by_number(self, number: str) -> Entry:
        """Raises `StopIteration` for a number that is not there."""
        return next(entry for entry in self.entries.values() if entry.number == number)

    def put(self, entry: Entry) -> None:
        """Write a dossier down."""
        self.entries[entry.id] = entry

    def remove(self, number: str) -> None:
        """Delete a dossier."""
        del self.entries[self.by_number(number).id]

    def advance(self, by: timedelta = timedelta(days=1)) -> None:
        """Let time go by; then those that were to end have ended late, and those that were to be reset are in time."""
        self.now += by
        for number in self.endings:
            self.put(replace(self.by_number(number), released=self.now - timedelta(hours=2), status=DONE))
        for number in self.resets:
            self.reset(number)
        self.endings = self.resets = ()

    def reset(self, number: str) -> None:
        """What staff call "reset overdue dossiers": the end is set back to the due date."""
        entry = self.by_number(number)
        self.put(replace(entry, released=entry.due, status=DONE))

    def personal(self) -> set[str]:
        """Every text that names or describes an applicant, in each case in which the answers write it."""
        texts = {text for entry in self.entries.values() for text in entry.applicant}
        return texts | {text.upper() for text in texts}


def _generated(random: Random, now: datetime) -> Iterator[Entry]:
    for unit_number, agency in enumerate(HANOI_DEPARTMENTS.values()):
        code = city_code(agency.code)
        for number in range(EACH_UNIT):
            yield _entry(unit_number * 1_000 + number + 1, code, agency.name, random, now)


def city_code(code: str) -> str:
    """The unit's code as the city writes it: the old form where there is one, ``000.00.17.H26`` for ``H26.17``."""
    province, _, number = code.partition(".")
    return f"000.00.{int(number):02d}.{province}" if int(number) < 100 else code


def _entry(number: int, unit_code: str, unit_name: str, random: Random, now: datetime) -> Entry:
    began = min(BEGAN.replace(year=now.year), now - timedelta(days=60))
    received = began + timedelta(minutes=random.randrange(int((now - began).total_seconds()) // 60))
    due = received + timedelta(days=random.randint(3, 30))
    taken = timedelta(hours=random.randint(20, 24 * 40))
    ends = received + taken
    is_running = ends >= now or random.random() < 0.08
    is_paused = is_running and random.random() < 0.1
    return Entry(
        id=number,
        number=f"{unit_code}-{received:%y%m%d}-{number:04d}",
        service_code=f"1.{number:06d}.H26",
        field_code=random.choice(_FIELDS),
        unit_code=unit_code,
        unit_name=unit_name,
        received=received,
        due=due,
        released=None if is_running else ends,
        status=RUNNING if is_running else DONE,
        lock="PAUSE" if is_paused else "",
        online=random.random() < 0.8,
        applicant=_applicant(number, random),
    )


def _applicant(number: int, random: Random) -> Applicant:
    return Applicant(
        name=f"{random.choice(_FAMILIES)} {random.choice(_GIVEN)} {number}",
        id_number=f"001{random.randrange(10**9):09d}",
        telephone=f"09{random.randrange(10**8):08d}",
        email=f"cong.dan.{number}@thu-nghiem.example",
        address=f"Số {number}, {random.choice(_STREETS)}, Hà Nội",
    )
