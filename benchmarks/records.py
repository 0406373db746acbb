"""Seeded records for the benchmarks: two sides that say the same in other bytes, and the truth about them.

In: how many pairs, how many changed, a seed. Out: JSON lines or page files, and the keys that really differ.
Nothing is copied from a real system: words, names and numbers are drawn from the short lists below.
"""

from __future__ import annotations

import json
import random
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

PAGE = 500

WORDS = """
thủ tục cấp giấy phép hoạt động đối với tổ chức cá nhân có nhu cầu đăng ký khai sinh hộ tịch quốc tịch chứng thực bản sao
từ sổ gốc hồ sơ nộp trực tiếp hoặc qua dịch vụ bưu chính công ích đến bộ phận tiếp nhận và trả kết quả của trung tâm phục
vụ hành chính trong thời hạn ngày làm việc kể từ khi nhận đủ hồ sơ hợp lệ cơ quan chuyên môn thẩm định trình người có thẩm
quyền phê duyệt trường hợp từ chối phải trả lời bằng văn bản nêu rõ lý do người yêu cầu xuất trình giấy tờ tùy thân còn
giá trị sử dụng để chứng minh nhân thân quyết định công bố danh mục sửa đổi bổ sung bãi bỏ lĩnh vực đất đai môi trường xây
dựng giáo dục y tế văn hóa thể thao du lịch nông nghiệp lao động thương binh xã hội kinh doanh vận tải đường bộ khoáng sản
""".split()
AGENCIES = tuple(f"Sở {name}" for name in (
    "Tư pháp", "Xây dựng", "Y tế", "Nông nghiệp và Môi trường", "Giáo dục và Đào tạo", "Văn hóa và Thể thao", "Nội vụ",
    "Khoa học và Công nghệ", "Tài chính", "Công Thương", "Du lịch", "Quy hoạch - Kiến trúc",
)) + ("Ủy ban nhân dân cấp xã", "Ủy ban nhân dân cấp tỉnh", "Trung tâm Phục vụ hành chính công")
FIELDS = tuple(
    "Hộ tịch|Chứng thực|Đất đai|Hoạt động xây dựng|Môi trường|Quảng cáo|Du lịch|Lao động|Đường bộ|Thú y|Dược phẩm|"
    "Giáo dục mầm non|Báo chí|Đấu giá tài sản|Luật sư|Công chứng|Nhà ở và công sở|Phòng cháy, chữa cháy".split("|")
)
SUBJECTS = ("Công dân Việt Nam", "Người nước ngoài", "Doanh nghiệp", "Hợp tác xã", "Cán bộ, công chức, viên chức")


class Truth(NamedTuple):
    """What really differs: keys of one side only, and the fields of each changed pair."""

    only_first: frozenset[str]
    only_second: frozenset[str]
    changed: dict[str, frozenset[str]]


def words(random_: random.Random, count: int) -> str:
    """A sentence of ``count`` words."""
    return " ".join(random_.choices(WORDS, k=count)).capitalize() + "."


def record(random_: random.Random, number: int) -> dict[str, Any]:
    """One record of 25 fields, about 2.8 KB of UTF-8 as compact JSON. A third of them have line ends and dashes."""
    plain = random_.random() < 0.67
    gap = " " if plain else "\n"
    dash = "- " if plain else "– "
    return {
        "code": f"{1 + number // 1_000_000}.{number % 1_000_000:06d}",
        "local_code": f"{1 + number // 1_000_000}.{number % 1_000_000:06d}.H26",
        "portal_id": f"019d2bf7-{random_.getrandbits(16):04x}-7{random_.getrandbits(12):03x}-8000-{number:012x}",
        "name": words(random_, 18)[:-1],
        "kind": random_.choice(("standard", "specific")),
        "state": "public",
        "field_code": f"G{random_.randrange(1, 20):02d}-{random_.choice(('VH', 'NN', 'TP'))}{random_.randrange(1, 40):02d}",
        "field_name": random_.choice(FIELDS),
        "publisher_code": "H26",
        "publisher_name": "UBND Thành phố Hà Nội",
        "levels": sorted(random_.sample(("province", "commune", "ministry"), random_.randrange(1, 3))),
        "executing_agencies": random_.sample(AGENCIES, random_.randrange(1, 4)),
        "decision_number": f"{random_.randrange(1, 4000)}/QĐ-{random_.choice(('UBND', 'TTPVHCC', 'BTP', 'BYT'))}",
        "decision_date": f"2025-{random_.randrange(1, 13):02d}-{random_.randrange(1, 29):02d}",
        "published_at": f"2026-04-{random_.randrange(1, 29):02d}T03:04:05Z",
        "steps": [{"text": f"Bước {i}: " + words(random_, 34) + gap + dash + words(random_, 24)} for i in (1, 2, 3)],
        "methods": [
            {"channel": channel, "duration": {"quantity": "7", "unit": "working_day"}, "note": words(random_, 14)}
            for channel in ("direct", "online")
        ],
        "documents": [
            {"name": words(random_, 20), "code": f"KQ.G{random_.randrange(20)}.{i:06d}", "originals": 1, "copies": 0}
            for i in (1, 2)
        ],
        "subjects": random_.sample(SUBJECTS, 2),
        "results": [words(random_, 9)],
        "legal_bases": [{"number": f"{random_.randrange(1, 200)}/2024/NĐ-CP", "name": words(random_, 16)} for _ in (1, 2)],
        "requirements": words(random_, 36),
        "online_level": random_.choice(("toàn trình", "một phần")),
        "applied_departments": ["019d2be3-6a86-70a8-a0af-76e986804225"],
        "version": number % 97,
    }


CHANGES: dict[str, Callable[[random.Random, dict[str, Any]], object]] = {
    "name": lambda random_, _: words(random_, 12)[:-1],
    "requirements": lambda random_, _: words(random_, 20),
    "decision_number": lambda random_, _: f"{random_.randrange(4000, 9000)}/QĐ-UBND",
    "steps": lambda random_, old: [*old["steps"][:-1], {"text": words(random_, 40)}],
    "documents": lambda _, old: old["documents"][:-1],
    "field_name": lambda random_, old: next(f for f in random_.sample(FIELDS, 2) if f != old["field_name"]),
}


def changed(random_: random.Random, old: dict[str, Any]) -> tuple[dict[str, Any], frozenset[str]]:
    """The record with one to three fields really changed, and which."""
    fields = random_.sample(sorted(CHANGES), random_.randrange(1, 4))
    return {**old, **{field: CHANGES[field](random_, old) for field in fields}}, frozenset(fields)


def compact(value: dict[str, Any]) -> str:
    """As the first side writes: no spaces, fields as declared, NFC."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def spaced(value: dict[str, Any]) -> str:
    """As the second side writes: keys sorted, other spacing, NFC."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "), sort_keys=True)


def decomposed(value: dict[str, Any]) -> str:
    """As the second side writes in NFD."""
    return unicodedata.normalize("NFD", spaced(value))


def pairs(count: int, *, seed: int, share_changed: float) -> Iterator[tuple[str, dict[str, Any] | None, dict[str, Any] | None]]:
    """Key and both records of every pair; one in a hundred is missing on each side."""
    random_ = random.Random(seed)
    for number in range(count):
        first = record(random_, number)
        second: dict[str, Any] = first
        if random_.random() < share_changed:
            second, _ = changed(random_, first)
        draw = random_.random()
        yield first["code"], None if draw < 0.01 else first, None if draw > 0.99 else second


class Writer:
    """Writes one side as pages: each line of the file is a JSON array of `PAGE` records."""

    def __init__(self, path: Path, serialise: Callable[[dict[str, Any]], str]) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._serialise = serialise
        self._page: list[str] = []

    def add(self, value: dict[str, Any]) -> None:
        self._page.append(self._serialise(value))
        if len(self._page) == PAGE:
            self._flush()

    def _flush(self) -> None:
        self._file.write("[" + ",".join(self._page) + "]\n")
        self._page.clear()

    def close(self) -> None:
        if self._page:
            self._flush()
        self._file.close()
