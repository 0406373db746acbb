"""The city's book of outgoing documents, made from the catalogue: publication decisions, and everything else it sends.

In: a catalogue. Out: a `Book`: packages in the order in which they were sent, some of them twice, and what was planted.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Final, NamedTuple

from loopback.catalogue import Catalogue
from loopback.catalogue.agencies import HANOI, HANOI_CENTRE, uuid7
from loopback.catalogue.noise import decomposed
from loopback.catalogue.portal_side import VIETNAM
from loopback.documents.others import OLD_CODES, SIGNERS, answer, others, receivers
from loopback.documents.papers import Form, Paper, Space, Unit, package, word_file
from loopback.documents.planted import Plan, PlantedDecision
from syncd.records.decisions import parse_number

OTHER_SIGNER: Final = "Phạm Văn Ước"
PLANS: Final = (
    Plan.NOT_IN_DOCUMENTS,
    Plan.OTHER_DATE,
    Plan.OTHER_CODES,
    Plan.RECALLED,
    Plan.REPLACED,
    Plan.NUMBER_NOISE,
    Plan.OTHER_SIGNER,
)
FORMS: Final = (
    Form(),
    Form(junk="1212"),
    Form(space=Space.EDOC, cid=False),
    Form(space=Space.GOV, soap=True),
    Form(backwards=True, nulls=True),
    Form(plain=True),
)
NEW_NUMBER: Final = 6001
"""Numbers from here on are on no portal."""


class Known(NamedTuple):
    """A decision of the city as the portal shows it."""

    number: str
    notation: str
    day: date
    issuer: Unit
    codes: tuple[str, ...]

    @property
    def whole(self) -> str:
        return f"{self.number}/{self.notation}"


class Sent(NamedTuple):
    """One package as it was sent. ``unit``: its receiver; ``title`` and ``notation`` are those of the axis's list."""

    name: str
    paper: Paper
    content: bytes


@dataclass(frozen=True, slots=True)
class Book:
    """Everything that was sent, and what was planted. ``papers``: publication decisions and what became of them."""

    sent: tuple[Sent, ...]
    planted: tuple[PlantedDecision, ...]
    decisions: tuple[str, ...]

    def plan(self, plan: Plan) -> PlantedDecision:
        """The first decision of a plan. Raises `StopIteration`."""
        return next(one for one in self.planted if one.plan is plan)


def book(catalogue: Catalogue) -> Book:
    """The book of one catalogue, the same for the same seed."""
    writer = _Writer(Random(f"{catalogue.seed} documents"))
    for at, known in enumerate(known_decisions(catalogue)):
        writer.write(known, PLANS[at] if at < len(PLANS) else None)
    writer.new_decision()
    writer.everything_else()
    return Book(tuple(writer.sent), tuple(writer.planted), tuple(writer.decisions))


def known_decisions(catalogue: Catalogue) -> list[Known]:
    """Hà Nội's own decisions, signed and published, in the order of their days; those of test records are none."""
    codes: defaultdict[tuple[str, date, Unit], list[str]] = defaultdict(list)
    for record in catalogue.portal:
        shown, issuer = record.detail["procedureProposal"], str(record.detail["departmentPromulgateCode"])
        moment, number = shown["decisionDate"], parse_number(str(shown["proposalNumber"])).canonical
        if issuer not in (HANOI.code, HANOI_CENTRE.code) or not isinstance(moment, int):
            continue
        if shown["publicationDate"] is not None and number[:1].isdigit() and "/QĐ-" in number:
            day = datetime.fromtimestamp(moment / 1000, VIETNAM).date()
            codes[number, day, (issuer, str(record.detail["departmentPromulgateName"]))].append(record.code)
    return [
        Known(number.partition("/")[0], number.partition("/")[2], day, issuer, tuple(sorted(some)))
        for (number, day, issuer), some in sorted(codes.items(), key=lambda one: (one[0][1], one[0][0]))
    ]


class _Writer:
    """Writes the book, paper by paper."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.sent: list[Sent] = []
        self.planted: list[PlantedDecision] = []
        self.decisions: list[str] = []
        self._number = NEW_NUMBER

    def send(self, paper: Paper, form: Form | None = None) -> None:
        name = f"{len(self.sent) + 1:04}.edxml"
        self.sent.append(Sent(name, paper, package(paper, form or FORMS[len(self.sent) % len(FORMS)])))

    def write(self, known: Known, plan: Plan | None) -> None:
        """One decision that the portal knows, with what is planted in it."""
        if plan is Plan.NOT_IN_DOCUMENTS:
            self._plant(plan, known, key="", signed=None, codes=())
            return
        signed = known.day + timedelta(days=3) if plan is Plan.OTHER_DATE else known.day
        codes = (*known.codes[1:], "1.099999") if plan is Plan.OTHER_CODES else known.codes
        paper = self._decision(known, signed, codes, plan)
        self.send(paper)
        if len(self.sent) % 3 == 0:
            self.send(paper, Form())
        self.decisions.append(_key(known, signed))
        successor = self._afterwards(paper, known, plan)
        if plan is not None:
            self._plant(plan, known, key=_key(known, signed), signed=signed, codes=codes, successor=successor)

    def _plant(
        self, plan: Plan, known: Known, *, key: str, signed: date | None, codes: tuple[str, ...], successor: str = ""
    ) -> None:
        on_portal = plan is not Plan.NOT_ON_PORTAL
        self.planted.append(
            PlantedDecision(
                plan,
                known.whole,
                known.issuer[0],
                key,
                signed,
                known.day if on_portal else None,
                codes,
                known.codes if on_portal else (),
                successor,
            )
        )

    def _decision(self, known: Known, signed: date, codes: tuple[str, ...], plan: Plan | None) -> Paper:
        code, name = known.issuer
        organ = OLD_CODES.get(code, code)
        subject = "Về việc công bố danh mục thủ tục hành chính thuộc phạm vi chức năng quản lý"
        lines = [f"{at}. {one} Thủ tục được công bố" for at, one in enumerate(codes, 1)]
        return Paper(
            sender=(organ, name),
            at=f"{signed:%Y/%m/%d} 09:30:00",
            document_id=f"{organ},{signed:%Y/%m/%d},{known.whole}",
            number=f" {known.number}" if plan is Plan.NUMBER_NOISE else known.number,
            notation=f"{known.notation.lower()}." if plan is Plan.NUMBER_NOISE else known.notation,
            promulgated=f"{signed:%Y/%m/%d}",
            type=self.random.choice(("1", "2", "18")),
            subject=decomposed(subject) if self.random.random() < 0.5 else subject,
            signer=OTHER_SIGNER if plan is Plan.OTHER_SIGNER else self.random.choice(SIGNERS),
            receivers=receivers(),
            attachments=((f"{known.number}.signed.docx", word_file(["DANH MỤC", *lines])),),
        )

    def _afterwards(self, paper: Paper, known: Known, plan: Plan | None) -> str:
        """What became of it later; the key of what replaced it."""
        later = _later(paper.at, days=7)
        if plan is Plan.RECALLED:
            own = self._uuid()
            self.send(replace(paper, business=1, about=(paper.document_id,), at=later, document_id=own, attachments=()))
            self.send(answer(receivers()[0], "15", paper, _later(later, days=1)))
        if plan is Plan.REPLACED:
            return self._replacement(paper, known, later)
        return ""

    def _replacement(self, paper: Paper, known: Known, later: str) -> str:
        self._number += 1
        signed = datetime.strptime(later, "%Y/%m/%d %H:%M:%S").date()  # noqa: DTZ007 - local, as it is sent
        new = known._replace(number=str(self._number), day=signed)
        made = self._decision(new, signed, known.codes, None)
        self.send(replace(made, business=3, about=(paper.document_id,), at=later))
        self.decisions.append(_key(new, signed))
        self._plant(Plan.NOT_ON_PORTAL, new, key=_key(new, signed), signed=signed, codes=known.codes)
        return _key(new, signed)

    def new_decision(self) -> None:
        """One that is signed and on no portal yet."""
        known = Known(str(NEW_NUMBER), "QĐ-TTPVHCC", date(2026, 7, 10), (HANOI.code, HANOI.name), ("1.098001",))
        self.send(self._decision(known, known.day, known.codes, None))
        self.decisions.append(_key(known, known.day))
        self._plant(Plan.NOT_ON_PORTAL, known, key=_key(known, known.day), signed=known.day, codes=known.codes)

    def everything_else(self) -> None:
        """Documents that publish nothing, with the quirks that no publication decision here has."""
        for paper in others():
            self.send(paper)

    def _uuid(self) -> str:
        return uuid7(1_784_000_000_000, self.random).upper()


def _key(known: Known, signed: date) -> str:
    return f"{known.issuer[0]},{signed.isoformat()},{known.whole}"


def _later(at: str, *, days: int) -> str:
    moment = datetime.strptime(at, "%Y/%m/%d %H:%M:%S") + timedelta(days=days)  # noqa: DTZ007 - local, as it is sent
    return f"{moment:%Y/%m/%d %H:%M:%S}"
