"""A desk with life in it: the office's city, and on top of it two weeks of mismatches that come and go, months of the
index, readings of today.

In: an empty ledger. Out: the same, furnished; a house over a copy of it, its clock at the office's instant.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from syncd.answers.publications import AGENCIES
from syncd.desk.counting import Counting
from syncd.ledger import Ledger, open_ledger, upgrade
from syncd.ledger.dossiers import record_tallies
from syncd.ledger.index import record_index
from syncd.ledger.mismatches import Evidence, open_mismatches
from syncd.ledger.registers import record_register, register_as_of
from syncd.ledger.waiving import waive_mismatches
from syncd.reconcile.lifecycle import Event, MismatchState, move
from syncd.reconcile.mismatches import MismatchKind, Observation
from syncd.records.dossiers import Tallies, Tally
from syncd.records.figures import Figure, Group, IndexTable, IndexUnit, UnitLevel
from syncd.records.periods import Period
from syncd.records.procedure import Procedure, State
from tests.desk.conftest import Answer, Build, House
from tests.documents.office import AS_OF, DEPARTMENTS, HANOI, NAMES, SOURCES, apply, furnish, observe
from tests.ledger.test_history import change, read
from tests.publication.index.units import HA_NOI, counted

DAY = timedelta(days=1)
UNIT = "H26.17"
BELOW = "H26.17.3"
FRESH_FOR = {"ha-noi": timedelta(hours=6)}
TOTALS = ("47.90", "48.65", "50.12", "49.80", "51.33", "52.75", "53.10", "54.46")
"""The city's points from January to August; the office has September and October."""
KINDS = (
    (MismatchKind.FIELD_DIFFERS, "documents"),
    (MismatchKind.FIELD_DIFFERS, "name"),
    (MismatchKind.MISSING_IN_CITY, ""),
    (MismatchKind.FIELD_DIFFERS, "steps"),
    (MismatchKind.WITHDRAWN_ON_PORTAL, ""),
    (MismatchKind.UNMAPPED_CODE, ""),
    (MismatchKind.DECISION_SUPERSEDED, ""),
    (MismatchKind.TEST_RECORD, ""),
)


def more(**values: Any) -> Mapping[str, Any]:
    """Fields of the desk; heavy answers are waited for, so that a test sees whole pages."""
    given = {"pairs": ("ha-noi",), "sources": SOURCES, "fresh_for": FRESH_FOR, "counting": Counting(patience=60)}
    return given | values


@pytest.fixture(scope="session")
def living_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A furnished ledger file, to be copied: ``empty_ledger = living_ledger`` in a module of tests."""
    path = tmp_path_factory.mktemp("living") / "living.db"
    upgrade(f"sqlite:///{path}")
    with open_ledger(f"sqlite:///{path}") as ledger:
        live_in(ledger)
    return path


async def living(build: Build, **values: Any) -> House:
    """A house over a copy of it."""
    house: House = await build(more=more(**values))
    house.clock.now = AS_OF
    return house


def whole(answer: Answer) -> Answer:
    """The same without places where a line may break, so that codes can be looked for."""
    return dataclasses.replace(answer, text=answer.text.replace("<wbr>", ""))


def live_in(ledger: Ledger) -> None:
    """Furnish the ledger."""
    furnish(ledger)
    _register(ledger)
    for number, total in enumerate(TOTALS, start=1):
        _month(ledger, Period.parse(f"2026-{number:02d}"), Decimal(total))
    _year(ledger)
    for day in range(9, -1, -1):
        _one_day(ledger, day)
    _tallies(ledger)
    _more_publications(ledger)
    _waive(ledger)
    for side, minutes in (("portal", 14), ("city", 9)):
        read(ledger, [], at=AS_OF - timedelta(minutes=minutes), side=side)


def _register(ledger: Ledger) -> None:
    rows = {
        "H26": {"name": "UBND Thành phố Hà Nội"},
        BELOW: {"name": "Phòng Công chứng số 3", "parent_code": UNIT},
        **{code: {"name": f"{name} Thành phố Hà Nội", "parent_code": "H26"} for code, name in DEPARTMENTS.items()},
    }
    ledger.write_now(record_register, register=AGENCIES, rows=rows, now=AS_OF - DAY, actor="test")


def _month(ledger: Ledger, period: Period, total: Decimal) -> None:
    hanoi = IndexUnit(id=HANOI, name="Thành phố Hà Nội", level=UnitLevel.PROVINCE, code="H26")
    others = [IndexUnit(id=str(n), name=f"Tỉnh {n}", level=UnitLevel.PROVINCE) for n in range(33)]
    figures = [Figure(unit=one.id, group=Group.TOTAL, score=Decimal(40 + int(one.id))) for one in others]
    figures.append(Figure(unit=HANOI, group=Group.TOTAL, score=total))
    table = IndexTable(endpoint="service-results", units=(hanoi, *others), figures=tuple(figures))
    how: dict[str, Any] = {"source": "national-portal", "endpoint": "service-results", "root": HANOI, "actor": "test"}
    ledger.write_now(record_index, period=period, read_at=AS_OF - 10 * DAY, pages=(b"p",), table=table, **how)


def _year(ledger: Ledger) -> None:
    """The counts of the running year, from which points that could be won are counted."""
    hanoi = IndexUnit(id=HANOI, name="Thành phố Hà Nội", level=UnitLevel.PROVINCE, code="H26")
    table = IndexTable(endpoint="transparency", units=(hanoi,), figures=tuple(counted(HANOI, HA_NOI)))
    how: dict[str, Any] = {"source": "national-portal", "endpoint": "transparency", "root": HANOI, "actor": "test"}
    ledger.write_now(record_index, period=Period.parse("2026"), read_at=AS_OF - DAY, pages=(b"p",), table=table, **how)


def _one_day(ledger: Ledger, day: int) -> None:
    """So many days ago: some are found, some of those that were there end."""
    at = AS_OF - day * DAY - timedelta(hours=2)
    known = ledger.read_now(open_mismatches, "ha-noi")
    ended = [move(one, Event.AGREED if n % 7 else Event.GONE) for n, one in enumerate(known[: 1 + (day * 3) % 5])]
    apply(ledger, [(one, Evidence()) for one in ended if one.to_state in _ENDED], at)
    units = [*DEPARTMENTS.items(), (BELOW, "Phòng Công chứng số 3")]
    seen = [
        _observation(day * 100 + n, *units[(day * n + n) % len(units)])
        for n in range(2 + (day * 5) % 7 + 3 * (day == 4))
    ]
    observe(ledger, seen, at, confirmed=False)
    new = [one for one in ledger.read_now(open_mismatches, "ha-noi") if one.state == MismatchState.SUSPECTED]
    confirmed = [move(one, Event.CONFIRMED) for n, one in enumerate(new) if n % 4]
    apply(ledger, [(one, Evidence()) for one in confirmed], at + timedelta(minutes=30))


_ENDED = frozenset({MismatchState.RESOLVED, MismatchState.VANISHED})


def _observation(number: int, unit: str, name: str) -> Observation:
    kind, field = KINDS[number % len(KINDS)]
    return Observation(
        kind=kind,
        code=f"2.{number:06d}",
        local_code=f"2.{number:06d}.H26",
        name=NAMES[number % len(NAMES)],
        field=field,
        difference="real",
        portal_value="Bản chính",
        city_value="Bản sao",
        agency_code=unit,
        agency_name=name,
    )


def _more_publications(ledger: Ledger) -> None:
    """Decisions of this autumn: some public in time, some late, some not public yet, some to be made public soon."""
    rows = dict(ledger.read_now(register_as_of, "decisions", AS_OF) or {})
    city, portal = [], []
    for number in range(24):
        signed = date(2026, 11, 24) - timedelta(days=number * 3)
        decision = f"{3700 + number}/QĐ-UBND"
        rows[f"more-{number}"] = {
            "number": decision,
            "signed": signed.isoformat(),
            "authority": "province",
            "procedures": f"3.{number:06d}",
            "legal_documents": "106/2026/NĐ-CP" if number % 2 else "12/2026/TT-BTP",
        }
        one = Procedure(
            code=f"3.{number:06d}",
            name=NAMES[number % (len(NAMES) - 1)],
            state=State.PUBLIC,
            executing_agencies=(f"{list(DEPARTMENTS.values())[number % 7]} Thành phố Hà Nội",),
            decision_number=decision,
            decision_date=signed,
            published_at=datetime(signed.year, signed.month, signed.day, 3, tzinfo=UTC) + (number % 5) * 2 * DAY,
        )
        city.append(change(one))
        if number % 3 and signed < date(2026, 11, 17):
            portal.append(change(one))
    ledger.write_now(record_register, register="decisions", rows=rows, now=AS_OF - DAY, actor="test")
    read(ledger, city, at=AS_OF - DAY, side="city")
    read(ledger, portal, at=AS_OF - DAY)


def _tallies(ledger: Ledger) -> None:
    for period, less in ((Period.parse("2026"), 0), (Period.parse("2026-11"), 60), (Period.parse("2026-10"), 30)):
        tallies = [
            Tally(
                unit_code=code,
                unit_name=name,
                received=21_000 + at * 7_310 - less,
                finished=19_000 + at * 7_000 - less,
                finished_on_time=18_700 + at * 6_400 - 2 * less,
                online=12_000 + at * 5_100 - less,
            )
            for at, (code, name) in enumerate(DEPARTMENTS.items())
            if at != 2
        ]
        short = [
            replace(one, finished_on_time=(one.finished_on_time or 0) - 2900 * (n % 3)) for n, one in enumerate(tallies)
        ]
        for side, several in (("city", tallies), ("portal", short if str(period) == "2026" else tallies)):
            how: dict[str, Any] = {"pair": "mot-cua", "side": side, "read_at": AS_OF - DAY, "actor": "test"}
            ledger.write_now(record_tallies, tallies=Tallies(period=period, tallies=tuple(several)), **how)


def _waive(ledger: Ledger) -> None:
    known = [one.id for one in ledger.read_now(open_mismatches, "ha-noi")]
    ledger.write_now(
        waive_mismatches,
        mismatch_ids=known[::9],
        owner="Nguyễn Thị Lan",
        reason="Cổng đang nâng cấp, đã thống nhất với đơn vị vận hành",
        expires_at=AS_OF + 30 * DAY,
        now=AS_OF - DAY / 2,
        actor="user:lan",
    )
