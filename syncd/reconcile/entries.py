"""Take a value of the canonical record apart into entries of plain parts, and put it into words for people.

In: one field's value. Out: a list of entries (tuples of text, numbers and None), raw as the side wrote them; or lines.
A single value is one entry of one part; a list has one entry for each of its members.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from syncd.records.durations import plain
from syncd.records.procedure import Document, Duration, Fee, LegalBasis, Method, Step
from syncd.records.text import display

Part: TypeAlias = "str | int | tuple[Entry, ...] | None"
Entry: TypeAlias = tuple[Part, ...]

WORDS: dict[str, str] = {
    "standard": "Chung toàn quốc",
    "specific": "Đặc thù",
    "internal": "Nội bộ",
    "ministry": "Cấp bộ",
    "province": "Cấp tỉnh",
    "commune": "Cấp xã",
    "other": "Khác",
    "direct": "Trực tiếp",
    "online": "Trực tuyến",
    "postal": "Dịch vụ bưu chính",
    "hour": "giờ",
    "day": "ngày",
    "working_day": "ngày làm việc",
    "month": "tháng",
    "year": "năm",
}


def text_entries(value: str) -> list[Entry]:
    return [(value,)]


def enumeration_entries(value: StrEnum) -> list[Entry]:
    return [(value.value,)]


def date_entries(value: date) -> list[Entry]:
    return [(value.isoformat(),)]


def texts_entries(value: tuple[str, ...]) -> list[Entry]:
    return [(text,) for text in value]


def step_entries(value: tuple[Step, ...]) -> list[Entry]:
    """Text, case."""
    return [(step.text, step.case) for step in value]


def document_entries(value: tuple[Document, ...]) -> list[Entry]:
    """Name, code, case, originals, copies."""
    return [(paper.name, paper.code, paper.case, paper.originals, paper.copies) for paper in value]


def legal_entries(value: tuple[LegalBasis, ...]) -> list[Entry]:
    """Number, name."""
    return [(basis.number, basis.name) for basis in value]


def method_entries(value: tuple[Method, ...]) -> list[Entry]:
    """Channel, time limit, note, fees."""
    return [(way.channel.value, duration_part(way.duration), way.note, fee_part(way.fees)) for way in value]


def duration_part(duration: Duration | None) -> str | None:
    """The exact quantity with its unit, else the text; None where nothing is said. Units are never converted."""
    if duration is None:
        return None
    if duration.quantity is None:
        return duration.text
    return f"{plain(duration.quantity)} {duration.unit.value}"


def fee_part(fees: tuple[Fee, ...]) -> tuple[Entry, ...]:
    """Kind, amount, note of each fee; a fee of 0 đồng without a note is no fee."""
    return in_order((fee.kind, fee.amount, fee.note) for fee in fees if fee.amount != 0 or fee.note)


def map_texts(entry: Entry, change: Callable[[str], str]) -> Entry:
    """The entry with every text in it changed; numbers and None stay."""
    return tuple(_map_part(part, change) for part in entry)


def _map_part(part: Part, change: Callable[[str], str]) -> Part:
    if isinstance(part, str):
        return change(part)
    if isinstance(part, tuple):
        return in_order(map_texts(fee, change) for fee in part)
    return part


def in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Entries in an order that does not depend on how the side ordered them."""
    return tuple(sorted(entries, key=_by_text))


def _by_text(entry: Entry) -> list[str]:
    return [*map(str, entry)]


def lines(entries: Iterable[Entry]) -> str:
    """The entries as people should see them: one a line, parts apart by a middle dot, empty parts left out."""
    return "\n".join(" · ".join(filter(None, map(_shown, entry))) for entry in entries)


def _shown(part: Part) -> str:
    if part is None:
        return ""
    if isinstance(part, tuple):
        return "; ".join(" ".join(filter(None, map(_shown, fee))) for fee in part)
    if isinstance(part, int):
        return f"{part:,}".replace(",", ".")
    return _in_words(display(part))


def _in_words(text: str) -> str:
    quantity, _, unit = text.partition(" ")
    if unit in WORDS and quantity.replace(".", "").isdigit():
        return f"{quantity.replace('.', ',')} {WORDS[unit]}"
    return WORDS.get(text, text)
