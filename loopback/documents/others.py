"""What else a city sends: letters, orders, tasks, and what receivers answer.

In: nothing. Out: papers that publish nothing, with the quirks that no publication decision of the book has.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from loopback.catalogue.agencies import HANOI, HANOI_DEPARTMENTS
from loopback.documents.papers import Paper, Unit

OLD_CODES: Final = {HANOI.code: "000.00.00.H26"}
"""The city still sends under its code of before Decision 20/2020; its centre has the newer one alone."""

SIGNERS: Final = ("Nguyễn Minh Hòa", "Trần Thị Thuý Ngà", "Lê Đức Quỳnh")


def receivers() -> tuple[Unit, ...]:
    return tuple((one.code, one.name) for one in list(HANOI_DEPARTMENTS.values())[:3])


def answer(sender: Unit, status: str, paper: Paper, at: str) -> Paper:
    return Paper(sender=sender, at=at, status=status, about=(paper.document_id,), answers=(paper.sender,))


def others() -> Iterator[Paper]:
    """What else a city sends."""
    letter = Paper(
        sender=(OLD_CODES[HANOI.code], HANOI.name),
        at="2026/06/01 08:00:00",
        promulgated="2026/06/01",
        signer=SIGNERS[0],
        type="1",
        type_name="Công văn",
        notation="UBND-KSTTHC",
    )
    order = replace(letter, type="2", type_name="Quyết định", notation="QĐ-UBND", receivers=receivers())
    yield replace(letter, number="74fass22", subject="V/v rà soát thủ tục hành chính")
    yield replace(
        letter,
        number="812",
        promulgated="2014/02/30",
        document_id="000.00.00.H26,2014/02/30,812/UBND-KSTTHC",
        subject="V/v công bố thủ tục hành chính",
    )
    for number, subject in (
        ("5101", "Phê duyệt quy trình nội bộ giải quyết thủ tục hành chính được công bố"),
        ("5102", "Về việc ủy quyền công bố thủ tục hành chính"),
    ):
        yield replace(order, number=number, document_id=f"000.00.00.H26,2026/05/28,{number}/QĐ-UBND", subject=subject)
    task = replace(
        order,
        number="5103",
        document_id="9D6B1C2A-0000-7000-8000-0000000000AB",
        subject="Về việc giao nhiệm vụ rà soát, đơn giản hóa thủ tục hành chính",
        steering="2",
        due="2026/06/30",
        task="NV-2026-0042",
    )
    yield task
    first, second, _ = receivers()
    yield answer(first, "06", task, "2026/06/20 16:00:00")
    yield answer(second, "06", task, "2026/07/03 10:00:00")
