"""A desk over a city with a past, for the tests of its pages: an index, publications, versions, hostile names.

In: the fixture ``build``. Out: a house whose heavy answers are waited for.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from syncd.documents.wanted import Sources
from syncd.ledger import Ledger
from syncd.ledger.registers import record_register, register_as_of
from syncd.records.procedure import Kind, Procedure, State, Step
from tests.desk.conftest import Build, House
from tests.documents.office import AS_OF, BEFORE, SOURCES, furnish
from tests.ledger.test_history import change, read

EVIL = '<script>alert("x")</script><img src=x onerror=alert(1)>'
NEW = "3600/QĐ-UBND"
"""A decision of the city about three procedures of its own, which the portal does not show yet."""
OWN = {"1.000881": "Hỗ trợ học phí cho học sinh", "1.000882": "Hỗ trợ tiền thuê nhà", "1.000883": "Hỗ trợ bảo hiểm"}
SPACED = " 1.000777"
"""A code of the portal that begins with a space, beside the one without it."""


async def furnished(build: Build, **sources: object) -> House:
    """A house in which everything is known. ``sources``: what differs from the office's."""
    changed: Sources = replace(SOURCES, **sources)  # type: ignore[arg-type]
    house: House = await build(more={"sources": changed, "pairs": ("ha-noi",)})
    house.clock.now = AS_OF
    house.desk.counting.patience = 60
    await asyncio.to_thread(_fill, house.ledger)
    return house


def _fill(ledger: Ledger) -> None:
    """Furnished once for all tests of a run: later houses get a copy, beside which their own folders are."""
    path = Path(ledger.where.removeprefix("sqlite:///"))
    kept = path.parent.parent / "furnished.db"
    if kept.exists():
        _copy(kept, path)
    else:
        _remember(ledger)
        _copy(path, kept)


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def _remember(ledger: Ledger) -> None:
    furnish(ledger)
    later = BEFORE + timedelta(days=3)
    steps = (Step(text="Nộp hồ sơ tại Trung tâm Phục vụ hành chính công"), Step(text="Nhận kết quả"))
    spaced = [
        _procedure(SPACED, "Thủ tục có dấu cách ở đầu mã", steps=steps),
        _procedure(SPACED.strip(), "Thủ tục không có dấu cách"),
        _procedure("1.000666", EVIL, requirements="<b>đậm</b>"),
    ]
    read(ledger, [change(one) for one in spaced], at=later)
    renamed = _procedure(
        SPACED,
        "Thủ tục có dấu cách ở đâu mã",
        steps=(Step(text="Nộp hồ sơ trực tuyến trên Cổng Dịch vụ công"), steps[1]),
        state=State.WITHDRAWN,
    )
    read(ledger, [change(renamed)], at=later + timedelta(days=2))
    specific = [
        _procedure(code, name, kind=Kind.SPECIFIC, publisher_code="H26", decision_number=NEW)
        for code, name in OWN.items()
    ]
    read(ledger, [change(one) for one in specific], side="city", at=later)
    rows = ledger.read_now(register_as_of, "decisions", later) or {}
    row = {"number": NEW, "signed": "2026-11-23", "authority": "province", "procedures": "; ".join(OWN)}
    record = {"register": "decisions", "rows": rows | {"new": row | {"kind": "specific"}, "bad": {"number": ""}}}
    ledger.write_now(record_register, **record, now=later, actor="test")
    theirs = _procedure(SPACED, "Thủ tục có dấu cách ở đầu mã", local_code=SPACED)
    read(ledger, [change(theirs)], side="city", at=later)


def _procedure(code: str, name: str, **more: object) -> Procedure:
    given = {"state": State.PUBLIC, "decision_number": "3511/QĐ-UBND", "decision_date": date(2026, 11, 16), **more}
    return Procedure(code=code, name=name, **given)  # type: ignore[arg-type]
