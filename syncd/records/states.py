"""The words for whether the public may see and use a procedure (tình trạng).

In: one word or flag as a city's list has it. Out: a `State`, or `ValueError`.
A system with words of its own adds them in its column mapping (``values``), never here by guess.
"""

from __future__ import annotations

from syncd.records.procedure import State
from syncd.records.words import Words

STATE_WORDS: dict[str, State] = {
    "Còn hiệu lực": State.PUBLIC,
    "Có hiệu lực": State.PUBLIC,
    "Đang có hiệu lực": State.PUBLIC,
    "Công khai": State.PUBLIC,
    "Đã công khai": State.PUBLIC,
    "Đang công khai": State.PUBLIC,
    "Đang công khai sửa đổi bổ sung": State.PUBLIC,
    "Đang công khai sửa đổi, bổ sung": State.PUBLIC,
    "Đang áp dụng": State.PUBLIC,
    "Đang thực hiện": State.PUBLIC,
    "public": State.PUBLIC,
    "active": State.PUBLIC,
    "true": State.PUBLIC,
    "1": State.PUBLIC,
    "Hết hiệu lực": State.WITHDRAWN,
    "Đã hết hiệu lực": State.WITHDRAWN,
    "Bãi bỏ": State.WITHDRAWN,
    "Đã bãi bỏ": State.WITHDRAWN,
    "Bị bãi bỏ": State.WITHDRAWN,
    "Hủy bỏ": State.WITHDRAWN,
    "Đã hủy bỏ": State.WITHDRAWN,
    "withdrawn": State.WITHDRAWN,
    "Không công khai": State.UNPUBLISHED,
    "Chưa công khai": State.UNPUBLISHED,
    "Ngừng công khai": State.UNPUBLISHED,
    "Chưa có hiệu lực": State.UNPUBLISHED,
    "Ngừng áp dụng": State.UNPUBLISHED,
    "Không áp dụng": State.UNPUBLISHED,
    "unpublished": State.UNPUBLISHED,
    "inactive": State.UNPUBLISHED,
    "false": State.UNPUBLISHED,
    "0": State.UNPUBLISHED,
}

STATES: Words[State] = Words("state of publication", STATE_WORDS)


def parse_state(text: str) -> State:
    """Read one state's word or flag, accents optional. Raises `ValueError` with the nearest known word."""
    return STATES.read(text)
