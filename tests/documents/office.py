"""A city with a past to write letters about: an index of two months, publications, dossiers, mismatches.

In: an empty ledger. Out: a ledger in which every kind of document has something to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from msgspec.structs import replace

from syncd.answers.about import About
from syncd.documents.wanted import DocumentFormat, Sources, Wanted
from syncd.ledger import Ledger
from syncd.ledger.applying import apply_moves
from syncd.ledger.dossiers import record_dossiers, record_tallies
from syncd.ledger.index import record_index
from syncd.ledger.mismatches import Evidence, open_mismatches
from syncd.ledger.readings import last_whole
from syncd.ledger.registers import record_register
from syncd.publication.index.indicators import GROUPS
from syncd.publication.index.scoring import score
from syncd.reconcile.lifecycle import Event, MismatchState, Move, mismatch_id, move
from syncd.reconcile.mismatches import MismatchKind, Observation
from syncd.reconcile.scope import AgencyScope
from syncd.records.dossiers import Dossier, Tallies, Tally
from syncd.records.figures import Figure, Group, IndexTable, IndexUnit, Indicator, UnitLevel
from syncd.records.periods import Period
from syncd.records.procedure import Procedure, State
from tests.ledger.test_history import change, read
from tests.publication.index.units import HA_NOI, HA_NOI_SCORES, counted, wholes

AS_OF = datetime(2026, 11, 25, 2, tzinfo=UTC)
"""9h00’ ngày 25/11/2026 in Hà Nội."""
BEFORE = AS_OF - timedelta(days=10)
OCTOBER, SEPTEMBER = Period.parse("2026-10"), Period.parse("2026-09")
NOVEMBER = Period.parse("2026-11")
HANOI = "398126"
DEPARTMENTS = {
    "H26.03": "Sở Công Thương",
    "H26.05": "Sở Giáo dục và Đào tạo",
    "H26.08": "Sở Khoa học và Công nghệ",
    "H26.14": "Sở Nông nghiệp và Môi trường",
    "H26.17": "Sở Tư pháp",
    "H26.20": "Sở Xây dựng",
    "H26.21": "Sở Y tế",
}
COMMUNES = (
    "Phường Ba Đình",
    "Phường Cửa Nam",
    "Phường Hoàn Kiếm",
    "Phường Hai Bà Trưng",
    "Phường Đống Đa",
    "Phường Ô Chợ Dừa",
    "Phường Láng",
    "Phường Giảng Võ",
    "Xã Sóc Sơn",
    "Xã Đông Anh",
    "Xã Ba Vì",
    "Xã Mỹ Đức",
    "Xã Ứng Hòa",
    "Xã Thanh Trì",
)
NAMES = (
    "Đăng ký thường trú",
    "Cấp giấy phép xây dựng nhà ở riêng lẻ",
    "Đăng ký kết hôn có yếu tố nước ngoài",
    "Cấp Phiếu lý lịch tư pháp cho công dân Việt Nam, người nước ngoài đang cư trú tại Việt Nam",
    "Cấp giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm",
    "Chuyển trường đối với học sinh trung học phổ thông",
    '=HYPERLINK("http://evil.example","bấm vào đây")',
)
SOURCES = Sources(
    about=About(pair="ha-noi", unit="H26", scope=AgencyScope("H26", frozenset()), complete_since=date(2026, 1, 1)),
    unit="H26",
    root=HANOI,
    portal_pair="ha-noi",
    dossiers=("mot-cua",),
)


def wanted(form: DocumentFormat = DocumentFormat.DOCX, **values) -> Wanted:
    return Wanted(**{"as_of": AS_OF, "form": form} | values)


def furnish(ledger: Ledger) -> Ledger:
    """Everything that the office knows, remembered before `AS_OF`."""
    _index(ledger)
    _publications(ledger)
    _dossiers(ledger)
    _mismatches(ledger)
    return ledger


def _index(ledger: Ledger) -> None:
    for period, less in ((SEPTEMBER, Decimal("1.29")), (OCTOBER, Decimal(0))):
        for table in _tables(less):
            ledger.write_now(
                record_index,
                source="national-portal",
                endpoint=table.endpoint,
                period=period,
                root=HANOI,
                read_at=BEFORE,
                pages=(b"page",),
                table=table,
                actor="test",
            )


def _tables(less: Decimal) -> Iterator[IndexTable]:
    provinces = [IndexUnit(id=str(n), name=f"Tỉnh {n}", level=UnitLevel.PROVINCE) for n in range(33)]
    hanoi = IndexUnit(id=HANOI, name="Thành phố Hà Nội", level=UnitLevel.PROVINCE, code="H26")
    scores = HA_NOI_SCORES | {
        Group.TRANSPARENCY: HA_NOI_SCORES[Group.TRANSPARENCY] - less,
        Group.TOTAL: HA_NOI_SCORES[Group.TOTAL] - less,
    }
    others = [Figure(unit=one.id, group=Group.TOTAL, score=Decimal(56 + int(one.id))) for one in provinces]
    yield IndexTable(endpoint="service-results", units=(hanoi, *provinces), figures=(*wholes(HANOI, scores), *others))
    scored = [
        replace(one, score=score(Indicator(one.code), one.numerator, one.denominator))
        for one in counted(HANOI, HA_NOI)
        if one.code != Indicator.PETITION_ON_TIME
    ]
    yield IndexTable(endpoint="transparency", units=(hanoi,), figures=tuple(scored))
    units, figures = [], []
    for at, (code, name) in enumerate(
        [*DEPARTMENTS.items(), *((f"H26.{60 + n}", one) for n, one in enumerate(COMMUNES))]
    ):
        level = UnitLevel.DEPARTMENT if code in DEPARTMENTS else UnitLevel.COMMUNE
        units.append(IndexUnit(id=f"u{at}", name=name, level=level, code=code))
        if at == 4:
            continue
        shares = [
            (rule.group, (rule.maximum * (90 - (at * 7 + n * 11) % 45) / 100).quantize(Decimal("0.01")))
            for n, rule in enumerate(GROUPS.values())
        ]
        if at != 5:
            figures += [Figure(unit=f"u{at}", group=group, score=points) for group, points in shares]
        figures.append(Figure(unit=f"u{at}", group=Group.TOTAL, score=sum(points for _, points in shares) - less))
    yield IndexTable(endpoint="service-results-units", units=tuple(units), figures=tuple(figures))


def _publications(ledger: Ledger) -> None:
    registers = {
        "agencies": {
            "H26": {"name": "UBND Thành phố Hà Nội"},
            **{code: {"name": f"{name} Thành phố Hà Nội", "parent_code": "H26"} for code, name in DEPARTMENTS.items()},
        },
        "legal_documents": {
            "1": {"number": "106/2026/NĐ-CP", "signed": "2026-07-15", "effective": "2026-09-15"},
            "2": {"number": "12/2026/TT-BTP", "signed": "2026-09-01", "effective": "2026-11-20"},
        },
        "decisions": {
            str(n): {
                "number": f"{3500 + n}/QĐ-UBND",
                "signed": f"2026-{9 + n % 3:02d}-{5 + n:02d}",
                "authority": "province",
                "procedures": f"1.{n:06d}",
                "legal_documents": "106/2026/NĐ-CP" if n % 2 else "12/2026/TT-BTP",
                "ministry_decision": "2150/QĐ-BTP",
            }
            for n in range(1, 12)
        },
    }
    for name, rows in registers.items():
        ledger.write_now(record_register, register=name, rows=rows, now=BEFORE, actor="test")
    units = list(DEPARTMENTS.values())
    shown = [
        Procedure(
            code=f"1.{n:06d}",
            name=NAMES[n % len(NAMES)],
            state=State.PUBLIC,
            field_name="Hộ tịch" if n % 2 else "Xây dựng",
            executing_agencies=(f"{units[n % len(units)]} Thành phố Hà Nội",),
            decision_number=f"{3500 + n}/QĐ-UBND",
            decision_date=date(2026, 9 + n % 3, 5 + n),
            published_at=BEFORE,
        )
        for n in range(1, 12)
    ]
    read(ledger, [change(one) for one in shown], at=BEFORE)
    read(ledger, [change(one) for one in shown], at=BEFORE, side="city")


def _dossiers(ledger: Ledger) -> None:
    units = list(DEPARTMENTS.items())
    tallies = [
        Tally(unit_code="H26", unit_name="Thành phố Hà Nội", received=99_999),
        *(
            Tally(
                unit_code=code,
                unit_name=name,
                received=1000 + at * 731,
                finished=900 + at * 700,
                finished_on_time=880 + at * 690,
                finished_late=20 + at * 10,
                running_in_time=60,
                running_late=40 if at else None,
                overdue_ever=70 + at,
            )
            for at, (code, name) in enumerate(units)
        ),
    ]
    month = Tallies(period=NOVEMBER, tallies=tuple(tallies))
    ledger.write_now(record_tallies, pair="mot-cua", side="city", tallies=month, read_at=BEFORE, actor="test")
    listed = [
        Dossier(
            number=f"{units[n % 5][0]}-261101-{n:04d}",
            procedure_code=f"1.{n % 11 + 1:06d}",
            unit_code=units[n % 5][0],
            unit_name=units[n % 5][1],
            received=BEFORE - timedelta(days=30 + n),
            due=BEFORE - timedelta(days=n % 9 + 1),
            finished=BEFORE - timedelta(hours=6) if n % 4 == 0 else None,
            state="running",
        )
        for n in range(23)
    ]
    in_time = Dossier(number="H26.17-261124-9999", unit_code="H26.17", due=AS_OF + timedelta(days=3))
    ledger.write_now(record_dossiers, pair="mot-cua", dossiers=[*listed, in_time], seen_at=BEFORE, actor="test")


def _mismatches(ledger: Ledger) -> None:
    units = list(DEPARTMENTS.items())
    kinds = (
        (MismatchKind.FIELD_DIFFERS, "name", "tone-mark", "Đăng ký thường trú", "Đăng ký thường trũ"),
        (MismatchKind.MISSING_ON_PORTAL, "", "", "", ""),
        (MismatchKind.UNPUBLISHED_DECISION, "published_at", "", "", ""),
        (MismatchKind.MISSING_IN_CITY, "", "", "", ""),
        (MismatchKind.FIELD_DIFFERS, "state", "real", "public", "withdrawn"),
        (
            MismatchKind.FIELD_DIFFERS,
            "documents",
            "real",
            "Tờ khai (bản chính)\nGiấy tờ tùy thân",
            "=cmd|' /C calc'!A0",
        ),
    )
    seen = [
        Observation(
            kind=kind,
            code=f"1.{n:06d}",
            local_code=f"1.{n:06d}.H26",
            portal_key=f"{398_000 + n}",
            name=NAMES[n % len(NAMES)],
            field=field,
            difference=difference,
            portal_value=portal,
            city_value=city,
            agency_code=units[n % len(units)][0],
            agency_name=units[n % len(units)][1],
        )
        for n in range(1, 19)
        for kind, field, difference, portal, city in (kinds[n % len(kinds)],)
    ]
    observe(ledger, seen, BEFORE)


def observe(ledger: Ledger, seen: list[Observation], at: datetime, *, confirmed: bool = True) -> None:
    """Find these mismatches, and confirm all but each fifth of them an hour later."""
    readings = [ledger.read_now(last_whole, "ha-noi", side) for side in ("portal", "city")]
    portal, city = (one.id if one else None for one in readings)
    evidence = Evidence(portal_reading_id=portal, city_reading_id=city)
    moves = [
        Move(
            mismatch_id=mismatch_id("ha-noi", one.subject, at),
            event=Event.FOUND,
            from_state=None,
            to_state=MismatchState.SUSPECTED,
            observation=one,
        )
        for one in seen
    ]
    apply(ledger, [(one, evidence) for one in moves], at)
    if confirmed:
        known = ledger.read_now(open_mismatches, "ha-noi")
        apply(
            ledger,
            [(move(one, Event.CONFIRMED), evidence) for n, one in enumerate(known) if n % 5],
            at + timedelta(hours=1),
        )


def apply(ledger: Ledger, moves: list[tuple[Move, Evidence]], at: datetime) -> None:
    ledger.write_now(apply_moves, pair="ha-noi", pass_id=None, moves=moves, at=at, actor="test")
