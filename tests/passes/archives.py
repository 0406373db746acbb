"""A city's outgoing documents in a file, and a portal beside it: the smallest world of publication decisions.

In: rows. Out: `Registry`: real readers of real files, a ledger, a clock that tests move; a pass is one call.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.file import definition
from syncd.answers.decisions_judged import DecisionCourse
from syncd.ledger import Ledger
from syncd.ledger.mismatches import Mismatch, open_mismatches
from syncd.passes.decision_pass import DecisionOutcome, DecisionPolicy, DecisionSources, run_decision_pass
from syncd.reconcile.decisions_told import DecisionRules
from syncd.sides.adapter import Surroundings
from syncd.sides.decisions import DecisionReader
from syncd.sides.http import HttpClient, HttpSettings
from syncd.sides.reading import Proof
from tests.passes.towns import START
from tests.worlds import make_room

NAME = "quyet-dinh"
TITLES = {
    "number": "Số ký hiệu",
    "signed": "Ngày ban hành",
    "signer": "Người ký",
    "abstract": "Trích yếu",
    "codes": "Mã TTHC",
    "state": "Tình trạng",
}
ABSTRACT = "Về việc công bố Danh mục thủ tục hành chính lĩnh vực Hộ tịch"
SIGNER = "Nguyễn Văn Bình"
ADVICE = {"Trích yếu": ABSTRACT, "Người ký": SIGNER, "Tình trạng": "Đã ban hành"}


def no_http(label: str, settings: HttpSettings) -> HttpClient:
    raise AssertionError("a file needs no connection")


def around(folder: Path) -> Surroundings:
    return Surroundings(side="documents", folder=folder, secret=lambda name: name, http=no_http)


@dataclass
class Book:
    """One CSV file with decisions in it."""

    file: Path
    titles: dict[str, str] = field(default_factory=lambda: dict(TITLES))
    rows: list[dict[str, str]] = field(default_factory=list)

    def sign(self, number: str, signed: str = "24/11/2026", codes: str = "", **others: str) -> dict[str, str]:
        """Add a decision; returns its row, which may be changed."""
        row = ADVICE | {"Số ký hiệu": number, "Ngày ban hành": signed, "Mã TTHC": codes} | others
        self.rows.append(row)
        self.write()
        return row

    def write(self) -> None:
        """Bring the file up to date."""
        with self.file.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(TITLES.values()), extrasaction="ignore")
            writer.writeheader()
            writer.writerows(self.rows)

    def reader(self, **settings: Any) -> DecisionReader:
        """A reader of it, as the configuration makes one."""
        decisions = {"issuer_code": "H26", "columns": self.titles} | settings
        checked = definition.settings.model_validate(
            {"adapter": "file", "path": str(self.file), "decisions": decisions}
        )
        assert definition.decisions is not None
        return definition.decisions(checked, around(self.file.parent))


class Unwatched:
    """Watches nothing."""

    def source_asked(self, course: str, side: str, at: datetime) -> None: ...
    def source_read(self, course: str, side: str, proof: Proof, ended_at: datetime, slug: str) -> None: ...
    def course_ended(self, course: str, *, started_at: datetime, is_whole: bool, seconds: float) -> None: ...


@dataclass
class Registry:
    """Documents beside a portal that lists decisions itself, or (``pair``) one whose procedures show them."""

    ledger: Ledger
    documents: Book
    portal: Book | None = None
    pair: str | None = None
    since: date = date(2026, 1, 1)
    expects_uncoded: bool = False
    now: datetime = START
    grace: timedelta = timedelta(hours=1)
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def course(self) -> DecisionCourse:
        rules = DecisionRules(issuers=frozenset({"H26"}), since=self.since, expects_uncoded=self.expects_uncoded)
        return DecisionCourse(name=NAME, rules=rules, pair=self.pair)

    @property
    def sources(self) -> DecisionSources:
        return DecisionSources(
            course=self.course,
            documents=self.documents.reader(**self.settings),
            portal=self.portal.reader() if self.portal else None,
            policy=DecisionPolicy(grace=self.grace),
        )

    async def run(self, lasts: timedelta = timedelta(hours=2)) -> DecisionOutcome:
        """One pass; so much time goes by afterwards."""
        room = make_room(self.ledger, lambda: self.now)
        outcome = await run_decision_pass(self.sources, room, Unwatched(), actor="test")
        self.now += lasts
        return outcome

    def known(self) -> list[Mismatch]:
        return self.ledger.read_now(open_mismatches, NAME)

    def open(self) -> set[tuple[str, str, str]]:
        """Kind, field and state of what is open."""
        return {(one.kind, one.field, one.state) for one in self.known()}
