"""Take a value of the canonical record apart into entries of plain parts, and put it into words for people.

In: one field's value. Out: a list of entries (tuples of text), raw as the side wrote them; or lines.
A single value is one entry of one part; a list has one entry for each of its members.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

from syncd.records.durations import plain
from syncd.records.procedure import Document, Duration, Fee, LegalBasis, Method, Step
from syncd.records.text import display

Part: TypeAlias = "str | tuple[Entry, ...]"
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


Change: TypeAlias = Callable[[str], str]


def text_entries(value: str) -> list[Entry]:
    return [(value,)]


def enumeration_entries(value: StrEnum) -> list[Entry]:
    return [(value.value,)]


def date_entries(value: date) -> list[Entry]:
    return [(value.isoformat(),)]


def texts_entries(value: tuple[str, ...]) -> list[Entry]:
    return [(text,) for text in value]


def enumerations_entries(value: tuple[StrEnum, ...]) -> list[Entry]:
    return [(one.value,) for one in value]


def step_entries(value: tuple[Step, ...]) -> list[Entry]:
    """Text, case."""
    return [(step.text, step.case) for step in value]


def document_entries(value: tuple[Document, ...]) -> list[Entry]:
    """Name, code, case, originals, copies."""
    return [(paper.name, paper.code, paper.case, _count(paper.originals), _count(paper.copies)) for paper in value]


def _count(number: int | None) -> str:
    return "" if number is None else str(number)


def legal_entries(value: tuple[LegalBasis, ...]) -> list[Entry]:
    """Number, name."""
    return [(basis.number, basis.name) for basis in value]


def method_entries(value: tuple[Method, ...]) -> list[Entry]:
    """Channel, time limit, note, fees."""
    return [(str(way.channel), duration_part(way.duration, str), way.note, fee_part(way.fees, str)) for way in value]


def duration_part(duration: Duration | None, change: Change) -> str:
    """The exact quantity with its unit, else the text; "" where nothing is said. Units are never converted."""
    if duration is None:
        return ""
    if duration.quantity is None:
        return change(duration.text)
    return _exactly(str(duration.quantity), str(duration.unit))


@lru_cache(maxsize=512)
def _exactly(quantity: str, unit: str) -> str:
    return f"{plain(Decimal(quantity))} {unit}"


def fee_part(fees: tuple[Fee, ...], change: Change) -> tuple[Entry, ...]:
    """Kind, amount, note of each fee; a fee of 0 đồng without a note is no fee."""
    if not fees:
        return ()
    return _charged((change(fee.kind), _count(fee.amount), change(fee.note)) for fee in fees)


def _charged(fees: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(fee for fee in fees if fee[1] != "0" or fee[2]))


def map_texts(entry: Entry, change: Callable[[str], str]) -> Entry:
    """The entry with every text in it changed."""
    return tuple(_map_part(part, change) for part in entry)


def _map_part(part: Part, change: Callable[[str], str]) -> Part:
    if isinstance(part, tuple):
        return _charged(map_texts(fee, change) for fee in part)
    return change(part)


def lines(entries: Iterable[Entry]) -> str:
    """The entries as people should see them: one a line, parts apart by a middle dot, empty parts left out."""
    return "\n".join(" · ".join(filter(None, map(_shown, entry))) for entry in entries)


def _shown(part: Part) -> str:
    if isinstance(part, tuple):
        return "; ".join(
            " ".join(filter(None, (display(str(kind)), _in_dong(amount), _shown(note)))) for kind, amount, note in part
        )
    return _in_words(display(part))


def _in_dong(amount: Part) -> str:
    return f"{int(amount):,} đồng".replace(",", ".") if isinstance(amount, str) and amount else ""


def _in_words(text: str) -> str:
    quantity, _, unit = text.partition(" ")
    if unit in WORDS and quantity.replace(".", "").isdigit():
        return f"{quantity.replace('.', ',')} {WORDS[unit]}"
    return WORDS.get(text, text)
