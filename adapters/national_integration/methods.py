"""Ways of handing in, with their time limits and fees, as the integration API writes them; pure.

In: ``CACHTHUCTHUCHIEN``. Out: methods. ``SOTIEN`` may be "không", "" or "50.000"; ``THOIGIANGIAIQUYET`` need not be a
number: what is none stays as text, and nothing is ever guessed or converted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adapters.national_integration.wire import FeeLine, MethodLine, Text, TimeLine, several, text
from syncd.records.durations import duration_of, parse_unit
from syncd.records.money import parse_amount
from syncd.records.procedure import Channel, Duration, Fee, Method, Unit
from syncd.records.text import display
from syncd.sides.errors import ShapeError

CHANNELS = {"1": Channel.DIRECT, "2": Channel.ONLINE, "3": Channel.POSTAL}
DONG = frozenset({"", "đồng", "vnđ", "vnd", "đ", "việt nam đồng", "đồng việt nam"})


def methods(lines: Sequence[MethodLine], *, where: str) -> tuple[Method, ...]:
    """Every way once for each of its time limits, each with its own fees; fees that stand beside them belong to all."""
    return tuple(method for at, line in enumerate(lines) for method in _ways(line, at, where))


def _ways(line: MethodLine, at: int, where: str) -> Iterator[Method]:
    path = f"$.procedure.CACHTHUCTHUCHIEN[{at}]"
    channel = _channel(line.kenh, f"{path}.KENH", where)
    shared = _fees(line.philephi, f"{path}.PHILEPHI", where)
    times = several(line.thoigian, f"{path}.THOIGIAN", where)
    if not times:
        yield Method(channel=channel, fees=shared)
    for number, time in enumerate(times):
        own = _fees(time.philephi, f"{path}.THOIGIAN[{number}].PHILEPHI", where)
        yield Method(channel=channel, duration=_duration(time), fees=own + shared, note=text(time.mota))


def _channel(leaf: Text, path: str, where: str) -> Channel:
    written = text(leaf).strip()
    if written not in CHANNELS:
        raise ShapeError(f"{written[:40]!r} is no way of handing in that is known", where=where, path=path)
    return CHANNELS[written]


def _duration(line: TimeLine) -> Duration | None:
    written, unit = text(line.thoigiangiaiquyet).strip(), display(text(line.donvitinh))
    if not written:
        return None
    try:
        return duration_of(written, parse_unit(unit) if unit else Unit.OTHER)
    except ValueError:
        return Duration(None, Unit.OTHER, display(f"{written} {unit}"))


def _fees(lines: list[FeeLine] | FeeLine | str | None, path: str, where: str) -> tuple[Fee, ...]:
    return tuple(_fee(line) for line in several(lines, path, where))


def _fee(line: FeeLine) -> Fee:
    """An amount that is a sentence, or in another currency, stays in the note, in its own words."""
    kind, written, currency, note = (text(leaf) for leaf in (line.maphilephi, line.sotien, line.donvi, line.mota))
    try:
        amount = parse_amount(written)
    except ValueError:
        return Fee(kind, None, _noted(display(written), note))
    if amount is not None and written.strip().isdigit() and display(currency).lower() not in DONG:
        return Fee(kind, None, _noted(display(f"{written} {currency}"), note))
    return Fee(kind, amount, note)


def _noted(written: str, note: str) -> str:
    return f"{written}: {note}" if note else written
