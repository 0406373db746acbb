"""Who may come to the demo's desk, with passwords that are drawn anew for every folder.

In: a ledger, a folder. Out: accounts of every role, and the sign-ins: shown on the demo's own terminal, and kept in the
folder's secrets for a second start.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlencode

from syncd.answers.queue_filter import NO_CAUSE, NOBODY, Filter
from syncd.cli.demonstration.configuration import SECRETS, write_secret
from syncd.ledger import Ledger
from syncd.ledger.accounts import add_user, user_by_login
from syncd.ledger.saved_views import save_view
from syncd.records.passwords import generated, hashed
from syncd.records.roles import Role

ACTOR: Final = "command:demo"
KEPT_IN: Final = "desk-sign-ins"


class Person(NamedTuple):
    """One account."""

    login: str
    name: str
    role: Role
    unit: str = ""
    language: str = "vi"

    @property
    def actor(self) -> str:
        return f"user:{self.login}"


class SignIn(NamedTuple):
    """What somebody types at the door."""

    login: str
    password: str
    role: str = ""
    unit: str = ""


OPERATOR: Final = Person("quan.tri", "Nguyễn Hải Anh (quản trị)", Role.OPERATOR)
REVIEWER: Final = Person("ra.soat", "Trần Thu Hà (Phòng Kiểm soát TTHC)", Role.REVIEWER)
APPROVER: Final = Person("lanh.dao", "Lê Quang Minh (Phó Chánh Văn phòng)", Role.APPROVER)
CONSTRUCTION: Final = Person("so.xay.dung", "Phạm Đức Long (Sở Xây dựng)", Role.UNIT, "H26.19")
JUSTICE: Final = Person("so.tu.phap", "Hoàng Thị Mai (Sở Tư pháp)", Role.UNIT, "H26.16")
AUDITOR: Final = Person("kiem.tra", "Vũ Ngọc Lan (kiểm tra, chỉ đọc)", Role.AUDITOR)
PEOPLE: Final = (OPERATOR, REVIEWER, APPROVER, CONSTRUCTION, JUSTICE, AUDITOR)

VIEWS: Final = (
    ("Nghiêm trọng, chưa giao ai", Filter(severities=("critical",), assignee=NOBODY)),
    ("Sở Xây dựng", Filter(units=("H26.19",))),
    ("Quá 5 ngày chưa rõ nguyên nhân", Filter(cause=NO_CAUSE, older=5)),
)
"""Views of the queue that the reviewer shares."""


async def let_in(ledger: Ledger, home: Path, now: datetime) -> None:
    """Make every account that is not there, and keep its password. One that is there keeps its own."""
    missing = [one for one in PEOPLE if await ledger.read(user_by_login, one.login) is None]
    if not missing:
        return
    drawn = {one.login: generated() for one in missing}
    known = {one.login: one.password for one in sign_ins(home)}
    lines = (f"{login} {password}\n" for login, password in (known | drawn).items())
    await asyncio.to_thread(write_secret, home, KEPT_IN, "".join(lines))
    hashes = await asyncio.gather(*(asyncio.to_thread(hashed, password) for password in drawn.values()))
    for person, hash_text in zip(missing, hashes, strict=True):
        user_id = await ledger.write(add_user, **person._asdict(), password_hash=hash_text, now=now, actor=ACTOR)
        if person is REVIEWER:
            await _keep_views(ledger, user_id, now)


async def _keep_views(ledger: Ledger, user_id: int, now: datetime) -> None:
    for name, wanted in VIEWS:
        address = urlencode(wanted.query(), doseq=True)
        await ledger.write(
            save_view, user_id=user_id, name=name, address=address, is_shared=True, now=now, actor=REVIEWER.actor
        )


def sign_ins(home: Path) -> list[SignIn]:
    """The sign-ins that the folder keeps; none where they were taken away."""
    try:
        text = (home / SECRETS / KEPT_IN).read_text("utf-8")
    except FileNotFoundError:
        return []
    return list(_read(text))


def _read(text: str) -> Iterable[SignIn]:
    by_login = {person.login: person for person in PEOPLE}
    for line in text.splitlines():
        login, _, password = line.partition(" ")
        person = by_login.get(login)
        yield SignIn(login, password, person.role.value if person else "", person.unit if person else "")
