"""What a city's Office has beside its mismatches: registers, months of the index, dossiers, people, work on mismatches.

In: a ledger with a year of passes and the mismatches of `benchmarks.desk`. Out: the same, as full as a real one.
``python -m benchmarks.desk_office URL`` builds one whole; nothing is copied from a real system.
"""

from __future__ import annotations

import argparse
import random
import sys
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from time import perf_counter
from typing import Any, NamedTuple
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from benchmarks import desk, year
from benchmarks.desk import DAY, NOW, PAIR, SEED, UNITS, unit_code, unit_name
from syncd.answers.about import About
from syncd.documents.wanted import Sources
from syncd.ledger import Ledger, open_ledger, upgrade
from syncd.ledger.accounts import add_user
from syncd.ledger.api_tokens import add_token
from syncd.ledger.applying import apply_moves
from syncd.ledger.dossiers import record_dossiers, record_tallies
from syncd.ledger.index import record_index
from syncd.ledger.mismatches import Evidence
from syncd.ledger.registers import record_register
from syncd.ledger.rows import chunks
from syncd.ledger.sign_ins import open_session
from syncd.ledger.tables import MISMATCHES, VERSIONS
from syncd.ledger.work import assign
from syncd.publication.index.indicators import GROUPS
from syncd.reconcile.lifecycle import Event, MismatchState, Move, mismatch_id
from syncd.reconcile.mismatches import MismatchKind, Observation
from syncd.reconcile.scope import AgencyScope
from syncd.records.dossiers import Dossier, Tallies, Tally
from syncd.records.figures import Figure, Group, IndexTable, IndexUnit, Indicator, UnitLevel
from syncd.records.periods import Period
from syncd.records.procedure import Level
from syncd.records.roles import MAY, Capability, Role

DOSSIERS, ROOT, ACTOR = "mot-cua", "398126", "daemon"
SOURCES = Sources(
    about=About(pair=PAIR, unit="H26", scope=AgencyScope("H26", frozenset(Level))),
    unit="H26",
    root=ROOT,
    portal_pair=PAIR,
    dossiers=(DOSSIERS,),
    tasks=("nhiem-vu",),
)
ASSIGNED, OVERDUE = 5_000, 2_000
SHOWN = "M-0000000000000017"
"""The mismatch that the pages of one mismatch are asked about; it has both raw records."""
COUNTED = {
    Indicator.PUBLISH_ON_TIME: (Group.TRANSPARENCY, 60, 79),
    Indicator.PUBLIC_UPDATE_ON_TIME: (Group.TRANSPARENCY, 65, 80),
    Indicator.PUBLIC_CONTENT_FULL: (Group.TRANSPARENCY, 78, 80),
    Indicator.DOSSIER_SYNC: (Group.TRANSPARENCY, 859_324, 859_324),
    Indicator.PROCESSED_ON_TIME: (Group.PROGRESS, 788_612, 859_324),
}


class Person(NamedTuple):
    """Somebody who visits, with the token of an open session."""

    login: str
    role: Role
    unit: str = ""

    @property
    def token(self) -> str:
        """The value of the cookie."""
        return sha256(self.login.encode()).hexdigest()

    @property
    def secret(self) -> str:
        """What the session's form tokens are made of."""
        return f"secret of {self.login}"


TOKEN = "syncd_of-the-benchmark"  # noqa: S105 - it opens a ledger that is thrown away
"""The first person's token for the API."""
STRANGER = Person("nobody", Role.AUDITOR)
"""Has no session."""
PEOPLE = (Person("lan", Role.OPERATOR), Person("minh", Role.UNIT, unit_code(17)))


def build(url: str, size: desk.Size, of_year: year.Size) -> None:
    """Everything, in an empty database."""
    upgrade(url)
    with open_ledger(url) as ledger:
        year.fill(ledger, of_year)
        desk.fill(ledger, size)
        furnish(ledger, size)


def furnish(ledger: Ledger, size: desk.Size) -> None:
    """What is not mismatches."""
    chance = random.Random(SEED)
    for name, rows in registers(chance).items():
        ledger.write_now(record_register, register=name, rows=rows, now=NOW - 30 * DAY, actor=ACTOR)
    _index(ledger)
    _dossiers(ledger, chance)
    for person in PEOPLE:
        how: dict[str, Any] = {"name": person.login.title(), "role": person.role, "unit": person.unit}
        user_id = ledger.write_now(
            add_user, login=person.login, language="vi", password_hash=None, now=NOW - DAY, actor=ACTOR, **how
        )
        _sign_in(ledger, person, user_id)
    given = [desk.identity(number) for number in range(0, size.open, max(1, size.open // ASSIGNED))]
    for number, some in enumerate(chunks(given, 500)):
        at = NOW - DAY + timedelta(minutes=number)
        ledger.write_now(assign, mismatch_ids=some, assignee=PEOPLE[number % 2].login, now=at, actor=ACTOR)
    ledger.write_now(_show_raw)


def registers(chance: random.Random) -> dict[str, dict[str, dict[str, str]]]:
    """Agencies, legal documents, decisions."""
    return {
        "agencies": {"H26": {"name": "UBND Thành phố Hà Nội"}}
        | {unit_code(number): {"name": unit_name(number), "parent_code": "H26"} for number in range(UNITS)},
        "legal_documents": {
            str(number): {
                "number": f"{number}/2025/NĐ-CP",
                "signed": f"2025-{1 + number % 12:02d}-01",
                "effective": f"2026-{1 + number % 12:02d}-15",
            }
            for number in range(year.CITED)
        },
        "decisions": {
            str(number): {
                "number": f"{number}/QĐ-UBND",
                "signed": f"2026-{1 + chance.randrange(12):02d}-{1 + chance.randrange(28):02d}",
                "authority": "province",
                "procedures": "; ".join(f"1.{each:06d}" for each in range(7 * (number - 1), 7 * number)),
                "legal_documents": f"{chance.randrange(year.CITED)}/2025/NĐ-CP",
                "ministry_decision": f"{number}/QĐ-BTP",
            }
            for number in range(1, 860)
        },
    }


def _index(ledger: Ledger) -> None:
    """A total for each month, the counts of the year."""
    city = IndexUnit(id=ROOT, name="Thành phố Hà Nội", level=UnitLevel.PROVINCE, code="H26")
    others = [IndexUnit(id=str(n), name=f"Tỉnh {n}", level=UnitLevel.PROVINCE) for n in range(33)]
    for month in range(1, 13):
        scores = [Figure(unit=one.id, group=Group.TOTAL, score=Decimal(40 + n)) for n, one in enumerate(others)]
        own = [Figure(unit=ROOT, group=rule.group, score=rule.maximum * month / 14) for rule in GROUPS.values()]
        total = Figure(unit=ROOT, group=Group.TOTAL, score=sum((one.score or Decimal(0) for one in own), Decimal(0)))
        table = IndexTable(endpoint="service-results", units=(city, *others), figures=(*own, total, *scores))
        _record(ledger, f"2026-{month:02d}", table, desk.NOW - (13 - month) * 28 * DAY)
    counted = [
        Figure(unit=ROOT, group=group, code=code, numerator=part, denominator=whole)
        for code, (group, part, whole) in COUNTED.items()
    ]
    _record(ledger, "2026", IndexTable(endpoint="transparency", units=(city,), figures=tuple(counted)), NOW - DAY)


def _record(ledger: Ledger, period: str, table: IndexTable, at: datetime) -> None:
    how: dict[str, Any] = {"source": "national-portal", "root": ROOT, "pages": (b"page",), "actor": ACTOR}
    ledger.write_now(record_index, period=Period.parse(period), endpoint=table.endpoint, read_at=at, table=table, **how)


def _dossiers(ledger: Ledger, chance: random.Random) -> None:
    for period in ("2026", "2026-12", "2026-11"):
        tallies = [
            Tally(
                unit_code=unit_code(number),
                unit_name=unit_name(number),
                received=1_000 + number,
                finished=900,
                finished_on_time=880 - number,
                online=500,
            )
            for number in range(UNITS)
        ]
        for side in ("portal", "city"):
            counts = Tallies(period=Period.parse(period), tallies=tuple(tallies))
            how: dict[str, Any] = {"pair": DOSSIERS, "side": side, "read_at": NOW - DAY, "actor": ACTOR}
            ledger.write_now(record_tallies, tallies=counts, **how)
    several = [_dossier(chance, number) for number in range(OVERDUE)]
    ledger.write_now(record_dossiers, pair=DOSSIERS, dossiers=several, seen_at=NOW - DAY, actor=ACTOR)


def _dossier(chance: random.Random, number: int) -> Dossier:
    unit = chance.randrange(UNITS)
    return Dossier(
        number=f"{unit_code(unit)}-261201-{number:04d}",
        procedure_code=f"1.{number:06d}",
        unit_code=unit_code(unit),
        unit_name=unit_name(unit),
        received=NOW - 40 * DAY,
        due=NOW - chance.randrange(1, 20) * DAY,
        state="running",
    )


def _sign_in(ledger: Ledger, person: Person, user_id: int) -> None:
    digest = sha256(person.token.encode()).hexdigest()
    how: dict[str, Any] = {"csrf": person.secret, "address": "127.0.0.1", "now": NOW, "actor": ACTOR}
    ledger.write_now(open_session, user_id=user_id, digest=digest, expires_at=NOW + DAY, **how)
    if person is PEOPLE[0]:
        may = MAY[person.role] - {Capability.SIGN_IN}
        token: dict[str, Any] = {"digest": sha256(TOKEN.encode()).hexdigest(), "scopes": may, "now": NOW}
        ledger.write_now(add_token, user_id=user_id, name="benchmark", expires_at=NOW + DAY, actor=ACTOR, **token)


def something_happens(ledger: Ledger) -> None:
    """A pass finds one more mismatch, now."""
    code = f"2.{uuid4().int % 10**6:06d}"
    seen = Observation(kind=MismatchKind.MISSING_IN_CITY, code=code, agency_code=unit_code(17))
    move = Move(
        mismatch_id=mismatch_id(PAIR, seen.subject, NOW),
        event=Event.FOUND,
        from_state=None,
        to_state=MismatchState.SUSPECTED,
        observation=seen,
    )
    ledger.write_now(apply_moves, pair=PAIR, pass_id=None, moves=[(move, Evidence())], at=NOW, actor=ACTOR)


def two_versions(session: Session) -> tuple[int, int]:
    """The ids of the first two versions of a record that changed."""
    wanted = sa.select(VERSIONS.c.key).where(VERSIONS.c.side == "city").group_by(VERSIONS.c.key)
    key = session.scalar(wanted.having(sa.func.count() > 1).order_by(VERSIONS.c.key).limit(1))
    ids = sa.select(VERSIONS.c.id).where(VERSIONS.c.side == "city", VERSIONS.c.key == key)
    first, second = session.scalars(ids.order_by(VERSIONS.c.valid_from).limit(2))
    return first, second


def _show_raw(session: Session) -> None:
    for side in ("portal", "city"):
        first = session.scalar(sa.select(sa.func.min(VERSIONS.c.id)).where(VERSIONS.c.side == side))
        session.execute(sa.update(MISMATCHES).where(MISMATCHES.c.id == SHOWN).values({f"{side}_version_id": first}))


def main() -> int:
    """Parse the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="an empty database")
    parser.add_argument("--open", type=int, default=desk.Size().open)
    parser.add_argument("--waived", type=int, default=desk.Size().waived)
    parser.add_argument("--ended", type=int, default=desk.Size().ended)
    parser.add_argument("--records", type=int, default=year.Size().records, help="records a side")
    options = parser.parse_args()
    begun = perf_counter()
    size = desk.Size(options.open, options.waived, options.ended)
    build(options.url, size, year.Size(records=options.records))
    print(f"built in {perf_counter() - begun:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
