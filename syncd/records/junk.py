"""Test records that somebody left on a live system.

In: a canonical procedure. Out: why it looks like a test, or an empty text.
Only marks that no real procedure carries count: "thử nghiệm" (a trial) is the subject of many real ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from syncd.records.procedure import Procedure
from syncd.records.text import display

# "Test nhanh", "kit test", "bộ test", "que test" are medical words.
_TEST_WORD = re.compile(r"(?<!\bkit )(?<!\bbộ )(?<!\bque )\b(?:test\d*|demo\d*)\b(?! nhanh)", re.IGNORECASE)
_TEST_LETTERS = re.compile(r"TEST\d*(?![A-ZĐa-z])|^demo\b", re.IGNORECASE)
_DELETED = re.compile(r"[-_. ](?:xoa|xóa|xoá|delete[d]?)$", re.IGNORECASE)
_TEST_CODE = re.compile(r"test|demo", re.IGNORECASE)


class _Mark(NamedTuple):
    """One mark of a test record: where it stands, what it looks like, and the reason in words."""

    value: Callable[[Procedure], str | None]
    pattern: re.Pattern[str]
    reason: str


MARKS: tuple[_Mark, ...] = (
    _Mark(lambda procedure: procedure.code, _DELETED, "the code is marked as deleted"),
    _Mark(lambda procedure: procedure.local_code, _DELETED, "the local code is marked as deleted"),
    _Mark(lambda procedure: procedure.code, _TEST_CODE, "the code says test"),
    _Mark(lambda procedure: procedure.local_code, _TEST_CODE, "the local code says test"),
    _Mark(lambda procedure: procedure.decision_number, _TEST_LETTERS, "the decision number says test"),
    _Mark(lambda procedure: procedure.name, _TEST_WORD, "the name says test"),
)


def looks_like_test(procedure: Procedure) -> str:
    """Why a record looks like a test left behind (``the decision number says test: 'Demo/QĐ-BCA'``), or ``""``."""
    for mark in MARKS:
        value = display(mark.value(procedure) or "")
        if mark.pattern.search(value):
            return f"{mark.reason}: {value[:80]!r}"
    return ""
