"""What the letters of a city share: how the city and its offices are called, whom they write to, what they rest on.

In: what the Office puts on its letters. Out: names and sentences. Titles of legal texts are those of the texts.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from syncd.config.desk import LetterConfig

BASIS_INDEX: Final = (
    "Quyết định số 766/QĐ-TTg ngày 23/6/2022 của Thủ tướng Chính phủ phê duyệt Bộ chỉ số chỉ đạo, điều hành và "
    "đánh giá "
    "chất lượng phục vụ người dân, doanh nghiệp trong thực hiện thủ tục hành chính, cung cấp dịch vụ công theo "
    "thời gian "
    "thực trên môi trường điện tử (sau đây gọi là Bộ chỉ số)"
)
DECREE_63: Final = (
    "Nghị định số 63/2010/NĐ-CP ngày 08/6/2010 của Chính phủ về kiểm soát thủ tục hành chính (được sửa đổi, bổ "
    "sung tại "
    "Nghị định số 48/2013/NĐ-CP ngày 14/5/2013 và Nghị định số 92/2017/NĐ-CP ngày 07/8/2017)"
)
DECREE_118: Final = (
    "Nghị định số 118/2025/NĐ-CP ngày 09/6/2025 của Chính phủ về thực hiện thủ tục hành chính theo cơ chế một cửa, một "
    "cửa liên thông tại Bộ phận Một cửa và Cổng Dịch vụ công quốc gia"
)
BASIS_PUBLICATION: Final = "Điều 15, Điều 24 Nghị định số 63/2010/NĐ-CP, được sửa đổi, bổ sung"
BASIS_APOLOGY: Final = "theo quy định"


class City(NamedTuple):
    """How a city or province is called in its own letters. ``name``: ``Thành phố`` or ``tỉnh``."""

    name: str
    committee: str
    departments: str
    communes: str


def city_of(letter: LetterConfig) -> City:
    """The city that the letter is of, by its agency's name."""
    name = "tỉnh" if "TỈNH" in f"{letter.superior} {letter.agency}".upper() else "Thành phố"
    return City(
        name=name,
        committee=f"Ủy ban nhân dân {name}",
        departments="Các Sở, cơ quan tương đương Sở" if name == "Thành phố" else "Các sở, ban, ngành",
        communes="Ủy ban nhân dân các xã, phường",
    )


def letter_head(city: City) -> dict[str, Any]:
    """Addressees and copies of what is written to the city's units."""
    return {
        "to": (
            f"Giám đốc, Thủ trưởng {city.departments[0].lower()}{city.departments[1:]}",
            f"Chủ tịch {city.communes}",
        ),
        "copies": (
            f"Chủ tịch UBND {city.name} (để báo cáo)",
            f"Các Phó Chủ tịch UBND {city.name}",
            "VPUB: CVP, các PCVP",
        ),
    }


def ask_for_action(city: City) -> str:
    """The last sentence of a letter that sets tasks; it ends with the sign of the end."""
    return (
        f"{city.committee} yêu cầu {city.departments[0].lower()}{city.departments[1:]}, {city.communes} nghiêm "
        "túc, khẩn "
        f"trương triển khai thực hiện./."
    )
