"""A lively ledger: some units, a week of mismatches in every state, with evidence, work, waivers, comments.

In: a ledger, the instant that is now. Out: ids by name, for tests of the queue and of one mismatch, and for pictures.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import structs

from syncd.ledger import Ledger, open_ledger, upgrade
from syncd.ledger.accounts import add_user
from syncd.ledger.applying import apply_moves
from syncd.ledger.mismatches import Evidence, select
from syncd.ledger.passes import begin_pass
from syncd.ledger.readings import record_reading
from syncd.ledger.registers import record_register
from syncd.ledger.rereads import ask_reread, finish_rereads, pending_rereads
from syncd.ledger.staging import Change, publish, stage
from syncd.ledger.waiving import waive_mismatches
from syncd.ledger.work import add_comment, assign, mark_reported, set_cause
from syncd.reconcile.lifecycle import Event, MismatchState, Move, mismatch_id, move
from syncd.reconcile.mismatches import MismatchKind, Observation
from syncd.records.procedure import Procedure
from syncd.records.roles import Role
from syncd.sides.reading import Proof, ReadingVerdict

PAIR = "ha-noi"
UNITS = {
    "H26": "Ủy ban nhân dân Thành phố Hà Nội",
    "H26.11": "Sở Tư pháp",
    "H26.14": "Sở Y tế",
    "H26.15": "Sở Xây dựng",
    "H26.17": "Công an Thành phố Hà Nội",
    "H26.17.01": "Phòng Cảnh sát quản lý hành chính về trật tự xã hội",
    "H26.21": "Sở Nông nghiệp và Môi trường",
    "H26.30": "Ủy ban nhân dân phường Hoàn Kiếm",
}
EVERY = tuple(state.value for state in MismatchState)
TONE = ("Đăng ký thường trú đối với người chưa thành niên", "Đăng ký thường trũ đối với người chưa thành niên")
DURATION = (
    "07 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ",
    "10 ngày làm việc, kể từ ngày nhận đủ hồ sơ hợp lệ",
)
STEPS = (
    "Bước 1: Cá nhân, tổ chức chuẩn bị hồ sơ theo quy định và nộp tại Trung tâm Phục vụ hành chính công.\n"
    "Bước 2: Cán bộ tiếp nhận kiểm tra tính hợp pháp và nội dung của hồ sơ.\n"
    "Bước 3: Trong thời hạn 05 ngày làm việc, cơ quan có thẩm quyền ra quyết định và trả kết quả.",
    "Bước 1: Cá nhân, tổ chức chuẩn bị hồ sơ theo quy định và nộp tại Bộ phận Một cửa của Sở.\n"
    "Bước 2: Cán bộ tiếp nhận kiểm tra tính hợp pháp và nội dung của hồ sơ.\n"
    "Bước 3: Trong thời hạn 07 ngày làm việc, cơ quan có thẩm quyền ra quyết định và trả kết quả.",
)
NAMES = (
    "Đăng ký thường trú",
    "Đăng ký khai sinh",
    "Cấp bản sao trích lục hộ tịch",
    "Đăng ký kết hôn có yếu tố nước ngoài",
    "Cấp giấy phép xây dựng nhà ở riêng lẻ đối với công trình không theo tuyến trong đô thị",
    "Cấp chứng chỉ hành nghề dược",
    "Công bố đủ điều kiện sản xuất mỹ phẩm",
    "Cấp đổi giấy chứng nhận quyền sử dụng đất, quyền sở hữu nhà ở và tài sản khác gắn liền với đất",
    "Cấp phiếu lý lịch tư pháp",
    "Thẩm định thiết kế về phòng cháy và chữa cháy",
)
KINDS = (
    ("missing_in_city", "", "", ""),
    ("field_differs", "methods", *DURATION),
    ("field_differs", "steps", *STEPS),
    ("withdrawn_on_portal", "state", "withdrawn", "public"),
    ("field_differs", "field_name", "Hộ tịch", "Hộ tịch, quốc tịch"),
    ("decision_superseded", "decision_number", "3511/QĐ-UBND", "1250/QĐ-UBND"),
    ("missing_on_portal", "", "", ""),
    ("unmapped_code", "", "", ""),
)


def seen(number: int, **values: str) -> Observation:
    """One of many mismatches, different by its number."""
    kind, field, ours, theirs = KINDS[number % len(KINDS)]
    unit = list(UNITS)[1 + number % (len(UNITS) - 1)]
    given = {
        "code": f"{1 + number % 3}.{4000 + number * 37:06}",
        "name": NAMES[number % len(NAMES)],
        "field": field,
        "difference": "real" if field else "",
        "portal_value": ours,
        "city_value": theirs,
        "agency_code": unit,
        "agency_name": UNITS[unit],
    } | values
    given.setdefault("local_code", f"{given['code']}.000.00.00.H26")
    return Observation(kind=MismatchKind(given.pop("kind", kind)), **given)


def find(ledger: Ledger, several: Iterable[Observation], at: datetime, evidence: Evidence | None = None) -> list[str]:
    """Found at an instant; their ids."""
    moves = [
        Move(
            mismatch_id=mismatch_id(PAIR, one.subject, at),
            event=Event.FOUND,
            from_state=None,
            to_state=MismatchState.SUSPECTED,
            observation=one,
        )
        for one in several
    ]
    write(ledger, moves, at, evidence)
    return [one.mismatch_id for one in moves]


def happen(ledger: Ledger, event: Event, *ids: str, at: datetime, observation: Observation | None = None) -> None:
    """The same happens to each of these."""
    known = {one.id: one for one in ledger.read_now(select, states=EVERY)}
    write(ledger, [move(known[one], event, observation) for one in ids], at)


def write(ledger: Ledger, moves: Iterable[Move], at: datetime, evidence: Evidence | None = None) -> None:
    pairs = [(one, evidence or Evidence()) for one in moves]
    ledger.write_now(apply_moves, pair=PAIR, pass_id=None, moves=pairs, at=at, actor="daemon")


def read_both(ledger: Ledger, code: str, values: tuple[str, str], at: datetime) -> Evidence:
    """One whole reading of each side that shows this procedure; what the mismatch then rests on."""
    made: dict[str, int] = {}
    for side, name in zip(("portal", "city"), values, strict=True):
        raw = json.dumps({"maTTHC": code, "tenTTHC": name, "trangThai": "<b>Công khai</b>"}, ensure_ascii=False)
        portal_id = "01904a2f-6bb1-7c43-9f0e-2f1d6d9f7a10"
        one = Change(
            key=portal_id if side == "portal" else "4711",
            code=code,
            raw=raw.encode(),
            detail=None,
            canonical=Procedure(code=code, name=name, portal_id=portal_id if side == "portal" else None),
            problem="",
            raw_hash=b"0123456789abcdef",
            detail_read_at=None,
            is_version=True,
        )
        made |= ledger.write_now(_read, side, one, at)
    return Evidence(**made)


def _read(session, side, one, at):
    pass_id = begin_pass(session, pair=PAIR, holder="t", now=at, actor="daemon", stale_after=timedelta(0))
    proof = Proof(ReadingVerdict.WHOLE, counted=5_812, pages=59, declared_total=5_812)
    reading = record_reading(
        session, pass_id=pass_id, pair=PAIR, side=side, proof=proof, started_at=at, ended_at=at, new=1, actor="daemon"
    )
    stage(session, pair=PAIR, side=side, pass_id=pass_id, changes=[one])
    versions = publish(session, pair=PAIR, side=side, reading_id=reading, at=at, gone=[])
    return {f"{side}_reading_id": reading, f"{side}_version_id": versions[one.key]}


def lively_file(folder: Path, now: datetime) -> Path:
    """A ledger file in which everything has happened, to be copied, with its people; the ids stand beside it."""
    path = folder / "lively.db"
    upgrade(f"sqlite:///{path}")
    with open_ledger(f"sqlite:///{path}") as ledger:
        for login, role in (("lan", Role.OPERATOR), ("minh", Role.REVIEWER)):
            name = f"Nguyễn Thị {login.title()}"
            ledger.write_now(add_user, login=login, name=name, role=role, language="en", now=now, actor="test")
        ids = enliven(ledger, now)
    path.with_suffix(".json").write_text(json.dumps(ids))
    return path


def ids_beside(path: Path) -> dict[str, str]:
    """The ids that tests speak of, in the file that `lively_file` made."""
    found: dict[str, str] = json.loads(path.with_suffix(".json").read_text())
    return found


def enliven(ledger: Ledger, now: datetime, *, people: tuple[str, ...] = ("lan", "minh")) -> dict[str, str]:
    """Everything; returns the ids of those that tests speak of."""
    day = timedelta(days=1)
    ledger.write_now(
        record_register,
        register="agencies",
        rows={code: {"name": name} for code, name in UNITS.items()},
        now=now - 30 * day,
        actor="daemon",
    )
    evidence = read_both(ledger, "1.004222", TONE, now - 2 * day)
    tone = seen(
        0,
        kind="field_differs",
        code="1.004222",
        name="Đăng ký thường trú",
        field="name",
        difference="tone-mark",
        portal_value=TONE[0],
        city_value=TONE[1],
        agency_code="H26.17",
        agency_name=UNITS["H26.17"],
    )
    keys = {"portal_key": "01904a2f-6bb1-7c43-9f0e-2f1d6d9f7a10", "city_key": "4711"}
    (tone_id,) = find(ledger, [structs.replace(tone, **keys)], now - 2 * day, evidence)
    (missing,) = find(ledger, [seen(0, code="1.004222", name="Đăng ký thường trú", agency_code="H26.17")], now - day)
    (child,) = find(
        ledger, [seen(1, code="1.009111", agency_code="H26.17.01", agency_name=UNITS["H26.17.01"])], now - 3 * day
    )
    (other,) = find(
        ledger, [seen(2, code="2.000488", name="Cấp phiếu lý lịch tư pháp", agency_code="H26.11")], now - 4 * day
    )
    many = [find(ledger, [seen(number)], now - timedelta(hours=5 * number))[0] for number in range(3, 64)]
    later = now - timedelta(hours=3)
    happen(ledger, Event.CONFIRMED, tone_id, missing, child, other, *many[::2], at=later)
    happen(ledger, Event.AGREED, many[1], many[5], at=later)
    office = {"now": later, "actor": f"user:{people[0]}"}
    ledger.write_now(assign, mismatch_ids=[tone_id, *many[4:9]], assignee=people[0], **office)
    ledger.write_now(assign, mismatch_ids=many[10:14], assignee=people[-1], unit="H26.14", **office)
    ledger.write_now(set_cause, mismatch_ids=[tone_id, *many[20:24]], cause="wrong_entry", **office)
    ledger.write_now(mark_reported, mismatch_ids=many[8:11], reference="1234/VP-KSTT", **office)
    ledger.write_now(
        waive_mismatches,
        mismatch_ids=many[15:18],
        owner="Trần Văn Minh",
        reason="Chờ Bộ công bố lại; đã thống nhất với Sở.",
        expires_at=now + 40 * day,
        **office,
    )
    said = "Đã gọi Công an Thành phố: lỗi gõ dấu khi nhập, sẽ sửa trong tuần."
    ledger.write_now(add_comment, mismatch_ids=[tone_id], text=said, **office)
    ledger.write_now(ask_reread, mismatch_ids=[tone_id], now=now - day, actor=f"user:{people[0]}")
    wishes = {one.id: "confirmed" for one in ledger.read_now(pending_rereads, PAIR)}
    ledger.write_now(finish_rereads, outcomes=wishes, now=now - day + timedelta(seconds=40), actor="daemon")
    return {"tone": tone_id, "missing": missing, "child": child, "other": other, "waived": many[15], "plain": many[30]}
