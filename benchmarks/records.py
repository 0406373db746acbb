"""Seeded records for the benchmarks: two sides that say the same in other bytes, and the truth about them.

In: how many pairs, how many changed, a seed. Out: files of JSON lines, and which fields of which records really differ.
Nothing is copied from a real system: words, names and numbers are drawn from the short lists below.
"""

from __future__ import annotations

import json
import random
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

LINE_ENDS = 0.02

WORDS = """
thủ tục cấp giấy phép hoạt động đối với tổ chức cá nhân có nhu cầu đăng ký khai sinh hộ tịch quốc tịch chứng thực sao
từ sổ gốc hồ sơ nộp trực tiếp hoặc qua dịch vụ bưu chính công ích đến bộ phận tiếp nhận và trả kết quả của trung tâm
vụ hành chính trong thời hạn ngày làm việc kể từ khi nhận đủ hồ sơ hợp lệ cơ quan chuyên môn thẩm định trình người có
thẩm quyền phê duyệt trường hợp từ chối phải trả lời bằng văn bản nêu rõ lý do người yêu cầu xuất trình giấy tờ tùy thân
còn giá trị sử dụng để chứng minh nhân thân quyết định công bố danh mục sửa đổi bổ sung bãi bỏ lĩnh vực đất đai môi
trường xây dựng giáo dục y tế văn hóa thể thao du lịch nông nghiệp lao động thương binh xã hội kinh doanh vận tải đường
bộ khoáng sản
""".split()  # noqa: SIM905
AGENCIES = (
    *(f"Sở {name}" for name in ("Tư pháp", "Xây dựng", "Y tế", "Nội vụ", "Tài chính", "Công Thương", "Du lịch")),
    "Sở Nông nghiệp và Môi trường",
    "Ủy ban nhân dân cấp xã",
    "Ủy ban nhân dân cấp tỉnh",
    "Trung tâm Phục vụ hành chính công",
)
FIELDS = (
    *("Hộ tịch", "Chứng thực", "Đất đai", "Hoạt động xây dựng", "Môi trường", "Quảng cáo", "Du lịch", "Lao động"),
    *("Đường bộ", "Thú y", "Dược phẩm", "Báo chí", "Đấu giá tài sản", "Luật sư", "Phòng cháy, chữa cháy"),
)
SUBJECTS = ("Công dân Việt Nam", "Người nước ngoài", "Doanh nghiệp", "Hợp tác xã", "Cán bộ, công chức, viên chức")


class Truth(NamedTuple):
    """What really differs: codes of one side only; the fields of each unequal pair, before and after the patches."""

    only_first: list[str]
    only_second: list[str]
    differing: dict[str, list[str]]
    differing_patched: dict[str, list[str]]

    def note(self, one: dict[str, Any], other: dict[str, Any], patched: dict[str, Any], draw: float) -> None:
        """Note one pair; ``draw`` says which side lacks it."""
        code = one["code"]
        if draw < 0.01:
            self.only_second.append(code)
        elif draw > 0.99:
            self.only_first.append(code)
        else:
            for differing, mine in ((self.differing, one), (self.differing_patched, patched)):
                if fields := [name for name in sorted(CHANGES) if mine[name] != other[name]]:
                    differing[code] = fields


def words(random_: random.Random, count: int) -> str:
    """A sentence of ``count`` words."""
    return " ".join(random_.choices(WORDS, k=count)).capitalize() + "."


def record(random_: random.Random, number: int, line_ends: float = LINE_ENDS) -> dict[str, Any]:
    """One record of 25 fields, about 2.8 KB of UTF-8 as compact JSON.

    Three fields are nested (two lists of several papers and steps, one list of texts), six have no place in the
    canonical record, as many have in real systems. ``line_ends``: the share of records with line ends and dashes in
    their steps, which the fast way of hashing does not take. Seven records in a row come from one decision.
    """
    gap = "\n– " if random_.random() < line_ends else " "
    code = f"{1 + number // 1_000_000}.{number % 1_000_000:06d}"
    return {
        "code": code,
        "local_code": f"{code}.H26",
        "portal_id": f"019d2bf7-{random_.getrandbits(16):04x}-7{random_.getrandbits(12):03x}-8000-{number:012x}",
        "name": words(random_, 18)[:-1],
        "kind": random_.choice(("standard", "specific")),
        "state": "public",
        "field_code": f"G{random_.randrange(1, 20):02d}-VH{random_.randrange(1, 40):02d}",
        "field_name": random_.choice(FIELDS),
        "publisher_code": "H26",
        "publisher_name": "UBND Thành phố Hà Nội",
        "executing_agencies": random_.sample(AGENCIES, random_.randrange(1, 4)),
        "decision_number": f"{1 + number // 7 % 4000}/QĐ-UBND",
        "decision_date": f"2025-{random_.randrange(1, 13):02d}-{random_.randrange(1, 29):02d}",
        "published_at": f"2026-04-{random_.randrange(1, 29):02d}T03:04:05Z",
        "steps": [{"text": f"Bước {i}: " + words(random_, 36) + gap + words(random_, 22)} for i in (1, 2, 3)],
        "documents": [
            {
                "name": words(random_, 22),
                "code": f"KQ.G{random_.randrange(20):02d}.{i:06d}",
                "originals": 1,
                "copies": 0,
            }
            for i in (1, 2, 3)
        ],
        "requirements": words(random_, 40),
        "online_level": random_.choice(("toàn trình", "một phần")),
        "description": words(random_, 30),
        "receiving_address": words(random_, 14),
        "keywords": words(random_, 10),
        "note": "",
        "updated_at": 1775836631278 + number,
        "version": number % 97,
        "is_full_process": random_.random() < 0.5,
    }


CHANGES: dict[str, Callable[[random.Random, dict[str, Any]], object]] = {
    "name": lambda random_, _: words(random_, 12)[:-1],
    "requirements": lambda random_, _: words(random_, 20),
    "decision_number": lambda random_, _: f"{random_.randrange(4000, 9000)}/QĐ-UBND",
    "steps": lambda random_, old: [*old["steps"][:-1], {"text": words(random_, 40)}],
    "documents": lambda _, old: old["documents"][:-1],
    "field_name": lambda random_, old: next(f for f in random_.sample(FIELDS, 2) if f != old["field_name"]),
}


def changed(random_: random.Random, old: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The record with one to three fields really changed, and which."""
    fields = random_.sample(sorted(CHANGES), random_.randrange(1, 4))
    return {**old, **{field: CHANGES[field](random_, old) for field in fields}}, fields


def compact(value: dict[str, Any]) -> str:
    """As the first side writes: no spaces, fields as declared, NFC."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def spaced(value: dict[str, Any]) -> str:
    """As the second side writes: keys sorted, other spacing, NFC."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "), sort_keys=True)


def decomposed(value: dict[str, Any]) -> str:
    """As the second side writes in NFD."""
    return unicodedata.normalize("NFD", spaced(value))


class Corpus(NamedTuple):
    """The files of one run. ``first``: compact, NFC; ``second``: sorted keys, other spacing; ``third``: that in NFD."""

    folder: Path
    pairs: int

    @property
    def first(self) -> Path:
        return self.folder / "first.jsonl"

    @property
    def second(self) -> Path:
        return self.folder / "second.jsonl"

    @property
    def third(self) -> Path:
        return self.folder / "third.jsonl"

    @property
    def patches(self) -> Path:
        """Line numbers of the first side and what stands there after the change."""
        return self.folder / "patches.json"

    @property
    def truth(self) -> Path:
        return self.folder / "truth.json"


def write(folder: Path, count: int, *, seed: int, line_ends: float = LINE_ENDS) -> Corpus:
    """Write both sides, sorted by code, with 1 % missing on each, 2 % different, and patches to 2 % of the first."""
    corpus = Corpus(folder, count)
    random_ = random.Random(seed)
    truth = Truth([], [], {}, {})
    patches: dict[int, str] = {}
    line = 0
    with (
        corpus.first.open("w", encoding="utf-8", newline="") as first,
        corpus.second.open("w", encoding="utf-8", newline="") as second,
        corpus.third.open("w", encoding="utf-8", newline="") as third,
    ):
        for number in range(count):
            one = record(random_, number, line_ends)
            draw = random_.random()
            other, _ = changed(random_, one) if random_.random() < 0.02 else (one, [])
            patched, patched_fields = changed(random_, one) if random_.random() < 0.02 else (one, [])
            if draw >= 0.01:
                first.write(compact(one) + "\n")
                if patched_fields:
                    patches[line] = compact(patched)
                line += 1
            if draw <= 0.99:
                second.write(spaced(other) + "\n")
                third.write(decomposed(other) + "\n")
            truth.note(one, other, patched, draw)
    corpus.patches.write_text(json.dumps(patches), encoding="utf-8")
    corpus.truth.write_text(json.dumps(truth._asdict()), encoding="utf-8")
    return corpus
