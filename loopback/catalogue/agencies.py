"""Agencies of the invented catalogue: ministries, provinces, Hà Nội's departments, generic executors, communes.

In: nothing. Out: constant tables; ids are made from the codes, so that every run has the same ones.
"""

from __future__ import annotations

from random import Random
from typing import Final, NamedTuple

HANOI_ID: Final = "019d2be3-6a86-70a8-a0af-76e986804225"
_AGENCIES_BORN_MS: Final = 0x019D2BE36A86
"""2026-03-26T23:31Z, the moment at which the portal made its agency ids."""


class Agency(NamedTuple):
    """An agency: portal id, code, name, and the letters after ``QĐ-`` in its decisions."""

    id: str
    code: str
    name: str
    mark: str = "UBND"


def uuid7(born_ms: int, random: Random) -> str:
    """A UUID of version 7 for a moment in milliseconds, its random part drawn from ``random``."""
    tail = 0x7 << 76 | random.getrandbits(12) << 64 | 0b10 << 62 | random.getrandbits(62)
    digits = f"{born_ms << 80 | tail:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def agency(code: str, name: str, mark: str = "UBND") -> Agency:
    """An agency whose id follows from its code."""
    return Agency(uuid7(_AGENCIES_BORN_MS, Random(f"agency {code}")), code, name, mark)


MINISTRIES: Final[dict[str, Agency]] = {
    code: agency(code, name, mark)
    for code, name, mark in (
        ("G01", "Bộ Công an", "BCA"),
        ("G02", "Bộ Công Thương", "BCT"),
        ("G03", "Bộ Giáo dục và Đào tạo", "BGDĐT"),
        ("G06", "Bộ Khoa học và Công nghệ", "BKHCN"),
        ("G09", "Bộ Nội vụ", "BNV"),
        ("G10", "Bộ Nông nghiệp và Môi trường", "BNNMT"),
        ("G12", "Bộ Tài chính", "BTC"),
        ("G15", "Bộ Tư pháp", "BTP"),
        ("G16", "Bộ Văn hóa, Thể thao và Du lịch", "BVHTTDL"),
        ("G17", "Bộ Xây dựng", "BXD"),
        ("G18", "Bộ Y tế", "BYT"),
        ("G19", "Ngân hàng Nhà nước Việt Nam", "NHNN"),
        ("G21", "Bộ Dân tộc và Tôn giáo", "BDTTG"),
    )
}

HANOI: Final = Agency(HANOI_ID, "H26", "UBND Thành phố Hà Nội", "TTPVHCC")
HANOI_CENTRE: Final = agency("H26.101", "Trung tâm phục vụ hành chính công Thành phố Hà Nội", "TTPVHCC")

PROVINCES: Final[dict[str, Agency]] = {"H26": HANOI} | {
    code: agency(code, name)
    for code, name in (
        ("H01", "UBND tỉnh An Giang"),
        ("H05", "UBND tỉnh Bắc Ninh"),
        ("H12", "UBND tỉnh Cà Mau"),
        ("H14", "UBND tỉnh Cao Bằng"),
        ("H15", "UBND tỉnh Đắk Lắk"),
        ("H17", "UBND Thành phố Đà Nẵng"),
        ("H18", "UBND tỉnh Điện Biên"),
        ("H19", "UBND tỉnh Đồng Nai"),
        ("H20", "UBND tỉnh Đồng Tháp"),
        ("H21", "UBND tỉnh Gia Lai"),
        ("H24", "UBND Thành phố Hải Phòng"),
        ("H27", "UBND tỉnh Hà Tĩnh"),
        ("H29", "UBND Thành phố Hồ Chí Minh"),
        ("H36", "UBND tỉnh Lâm Đồng"),
        ("H38", "UBND tỉnh Lào Cai"),
        ("H41", "UBND tỉnh Nghệ An"),
        ("H42", "UBND tỉnh Ninh Bình"),
        ("H44", "UBND tỉnh Phú Thọ"),
        ("H48", "UBND tỉnh Quảng Ngãi"),
        ("H49", "UBND tỉnh Quảng Ninh"),
        ("H50", "UBND tỉnh Quảng Trị"),
        ("H56", "UBND tỉnh Thanh Hóa"),
        ("H57", "UBND Thành phố Huế"),
        ("H60", "UBND tỉnh Tuyên Quang"),
        ("H61", "UBND tỉnh Vĩnh Long"),
    )
}

HANOI_DEPARTMENTS: Final[dict[str, Agency]] = {
    name: agency(code, f"{name} Thành phố Hà Nội")
    for code, name in (
        ("H26.3", "Sở Du lịch"),
        ("H26.4", "Sở Giáo dục và Đào tạo"),
        ("H26.6", "Sở Công Thương"),
        ("H26.8", "Sở Khoa học và Công nghệ"),
        ("H26.10", "Sở Nội vụ"),
        ("H26.13", "Sở Tài chính"),
        ("H26.16", "Sở Tư pháp"),
        ("H26.17", "Sở Văn hóa và Thể thao"),
        ("H26.19", "Sở Xây dựng"),
        ("H26.20", "Sở Y tế"),
        ("H26.102", "Sở Dân tộc và Tôn giáo"),
        ("H26.103", "Sở Nông nghiệp và Môi trường"),
    )
}

PROVINCIAL_COMMITTEE: Final = agency("UBNDCT", "Ủy ban nhân dân cấp tỉnh")
COMMUNE_COMMITTEE: Final = agency("UBNDX", "Ủy ban nhân dân cấp xã")
COMMUNE_CHAIR: Final = agency("CTUBNDX", "Chủ tịch Ủy ban nhân dân cấp xã")

COMMUNES: Final[tuple[str, ...]] = tuple(
    uuid7(_AGENCIES_BORN_MS + 5, Random(f"commune {number}")) for number in range(1_240)
)
"""Portal ids of communes: some national procedures apply to every one of them."""
