"""The lists of the document axis: what each shows and declares, and which of their rows may matter.

In: pages and rows. Out: doubts, and which documents to open. Pure but for the doubt that is reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Raw

from adapters.edxml.axis_wire import Row, text
from adapters.edxml.choosing import Words, is_about_publication, is_decision
from adapters.edxml.settings import ListName
from syncd.records.text import fold
from syncd.sides.reading import Evidence

EVENTS = tuple(map(fold, ("thu hồi", "thay thế", "cập nhật", "lấy lại", "hủy bỏ")))
"""Words of titles under which a recall, an update or a replacement may come."""

STATUS = "status"


class Told(NamedTuple):
    """What one list showed, and how many rows it declares."""

    which: ListName
    listed: int
    total: int | None

    def doubts(self, *, is_told: bool) -> Iterator[str]:
        """Why it may not be whole. ``is_told``: its end is known without a total."""
        name = f"the list of {self.which} documents"
        if self.total is None and not is_told:
            yield f"nothing says that {name} came whole: set page_size, or unpaged where it always comes whole"
        if self.total is not None and self.total != self.listed:
            yield f"{name} declares {self.total} rows and showed {self.listed}"
        if not self.listed and self.which is not ListName.ANSWERS:
            yield f"{name} is empty: a list without documents is not believed"


class Page(NamedTuple):
    """One answer of a list."""

    rows: list[Raw]
    total: int | None
    digest: bytes


def one_total(which: ListName, totals: set[int | None], evidence: Evidence) -> int | None:
    """The total that every page of a list declares; one that changes is a doubt."""
    if len(totals) > 1:
        evidence.doubt(f"the declared total of the list of {which} documents changed while it was read")
        return None
    return next(iter(totals), None)


def is_candidate(row: Row, words: Words) -> bool:
    """Whether a row may be a publication decision, or say something of one: a list shows titles, not what they do."""
    title, notation = text(row.title), text(row.notation)
    if text(row.message).strip().lower() == STATUS or not title.strip():
        return True
    if any(word in fold(title) for word in EVENTS):
        return True
    own = notation.rpartition("/")[2]
    return is_about_publication(words, title) and (not own or is_decision(words, "", own))
