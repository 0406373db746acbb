"""What the portal's "overdue" is made of: late dossiers, running ones, and end states that never arrived.

In: one unit's tally of both sides. Out: the parts, as far as the counts tell them, and the words for them. Pure.
The portal's ``totalOverdue`` is received less finished on time, in 163 of 163 units seen: never a count of its own.
"""

from __future__ import annotations

from msgspec import Struct

from syncd.reconcile.tolerances import Tolerance
from syncd.records.dossiers import Tally

Words = tuple[str, str]
"""Vietnamese, English."""

_PORTAL_SILENT: Words = ("Cổng không cho biết số hồ sơ quá hạn", "the portal does not say how many are not on time")
_CITY_SILENT: Words = (
    "thành phố không đếm riêng hồ sơ đang xử lý trong hạn",
    "the city does not count those that run in time apart",
)
_CITY_UNSOUND: Words = (
    "các số của thành phố cộng lại không bằng số đã tiếp nhận",
    "the city's own counts do not add up to what it received",
)
_RECEIVED_APART: Words = (
    "hai bên tiếp nhận khác nhau, không thể tách phần còn lại",
    "the two sides received differently: the rest cannot be told apart",
)


class Remainder(Struct, frozen=True, kw_only=True):
    """The parts of one unit's ``not_on_time``. None: not known; ``why`` says why ``undelivered`` is not.

    ``not_on_time`` less (``finished_late`` + ``running_late``) is ``running_in_time`` + ``undelivered``; only the last
    is a fault of synchronisation. It is negative where the portal shows more on time than the city.
    """

    not_on_time: int
    finished_late: int | None = None
    running_late: int | None = None
    running_in_time: int | None = None
    undelivered: int | None = None
    why: Words | None = None

    @property
    def explained(self) -> int:
        """How many of them the city's own counts explain."""
        return sum(part or 0 for part in (self.finished_late, self.running_late, self.running_in_time))

    @property
    def vietnamese(self) -> str:
        parts = (
            (self.finished_late, "đã xử lý quá hạn"),
            (self.running_late, "đang xử lý quá hạn"),
            (self.running_in_time, "đang xử lý trong hạn"),
            (self.undelivered, "chưa gửi trạng thái kết thúc lên Cổng"),
        )
        return _sentence(f"Cổng ghi {self.not_on_time} hồ sơ quá hạn", parts, self.why and self.why[0])

    @property
    def english(self) -> str:
        parts = (
            (self.finished_late, "finished late"),
            (self.running_late, "running late"),
            (self.running_in_time, "running in time"),
            (self.undelivered, "whose end never reached the portal"),
        )
        return _sentence(f"the portal shows {self.not_on_time} as overdue", parts, self.why and self.why[1])


def _sentence(start: str, parts: tuple[tuple[int | None, str], ...], why: str | None) -> str:
    said = ", ".join(f"{number} {words}" for number, words in parts if number is not None)
    return "; ".join(part for part in (f"{start}: {said}" if said else start, why) if part)


def decompose(portal: Tally, city: Tally, tolerance: Tolerance) -> Remainder:
    """The parts of the portal's remainder, by the city's counts.

    End states that are missing are a number only where the city knows all four of its parts, these add up to what it
    received, and both sides received the same (each within the tolerance); else the reason stands in ``why``.
    """
    if portal.not_on_time is None:
        return Remainder(not_on_time=0, why=_PORTAL_SILENT)
    late, running, in_time = city.finished_late, city.running_late, city.running_in_time
    why = _why_unknown(portal, city, tolerance)
    known = None if why else portal.not_on_time - (late or 0) - (running or 0) - (in_time or 0)
    return Remainder(
        not_on_time=portal.not_on_time,
        finished_late=late,
        running_late=running,
        running_in_time=in_time,
        undelivered=known,
        why=why,
    )


def _why_unknown(portal: Tally, city: Tally, tolerance: Tolerance) -> Words | None:
    parts = (city.finished_on_time, city.finished_late, city.running_late, city.running_in_time)
    known = [part for part in parts if part is not None]
    if len(known) < len(parts) or city.received is None:
        return _CITY_SILENT
    if not tolerance.admits(sum(known), city.received):
        return _CITY_UNSOUND
    if portal.received is None or not tolerance.admits(portal.received, city.received):
        return _RECEIVED_APART
    return None
