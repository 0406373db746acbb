"""What is wrong with a row of a register is said in the reader's own language, whatever the readers find wrong."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from syncd.answers.publications import read_calendar
from syncd.desk.languages import words
from syncd.desk.pages.register_words import IN_COLUMN, NO_SUCH_DAY, TEMPLATES, is_known, problem_words
from syncd.publication import assignments, calendar, cells, registers
from syncd.publication.assignments import read_assignments
from syncd.publication.cells import Problem
from syncd.publication.registers import read_decisions, read_legal_documents
from syncd.records import dates

READERS = (assignments, cells, registers)
NOT_OF_ROWS = ("cannot count", "not a count of", "ms since 1970", "has no time zone")
"""Sentences of the same modules that no row of a register can bring about."""


def _sentences(source: str) -> Iterator[str]:
    """Every sentence that a module raises or puts into a `Problem`, its blanks filled with ``x``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("ValueError", "OutsideCalendarError"):
            yield from map(_filled, node.args)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem":
            yield from (_filled(one) for one in node.args[2:] if isinstance(one, ast.JoinedStr))
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "reason":
            yield _filled(node.value).replace("{}", "x")


def _filled(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "x" for one in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else ""


def _found() -> list[str]:
    sources = [Path(str(module.__file__)).read_text(encoding="utf-8") for module in (*READERS, calendar, dates)]
    several = [one for source in sources for one in _sentences(source) if one]
    return [one for one in several if not any(part in one for part in NOT_OF_ROWS)]


def test_every_sentence_of_the_readers_has_words_in_the_table() -> None:
    found = _found()
    assert len(found) > 18, "a guard of the search itself"
    assert [one for one in found if not is_known(one)] == []


@pytest.mark.parametrize("sentence", [*TEMPLATES, NO_SUCH_DAY, IN_COLUMN])
def test_every_reason_is_said_otherwise_in_vietnamese(sentence: str) -> None:
    assert words("vi").gettext(sentence) not in ("", sentence)
    assert words("en").gettext(sentence) == sentence


BAD = {"number": "3584/QĐ-UBND", "procedures": "1.115423"}
CASES: list[tuple[tuple[Problem, ...], str]] = [
    (
        read_decisions({"a": {**BAD, "signed": "31/02/2026"}})[1],
        "cột “Ngày ký”: '31/02/2026' không phải là ngày: không có ngày này; ví dụ cách ghi đúng: 2026-09-15",
    ),
    (
        read_decisions({"a": {**BAD, "signed": "mai"}})[1],
        "cột “Ngày ký”: 'mai' không phải là ngày: các cách ghi được chấp nhận là ngày/tháng/năm, ngày-tháng-năm, "
        "năm-tháng-ngày và năm tháng ngày viết liền; ví dụ cách ghi đúng: 2026-09-15",
    ),
    (
        read_decisions({"a": {**BAD, "action": "x; y: z"}})[1],
        "cột “Hình thức”: không hiểu từ 'x; y: z'; hãy ghi mới, sửa đổi, thay thế hoặc bãi bỏ",
    ),
    (
        read_legal_documents({"a": {"number": "1"}})[1],
        "không có số, ký hiệu văn bản trong '1'; ví dụ cách ghi đúng: 106/2024/NĐ-CP",
    ),
    (
        read_assignments({"a": {"kind": "field", "value": "Hộ tịch", "unit_code": "<b>"}})[1],
        "không có đơn vị '<b>'; ghi mã trong danh mục cơ quan, như H26.17",
    ),
    (
        read_calendar({"a": {"date": "2026-02-31", "works": "no"}}, makeup_days_count=True)[1],
        "dòng 1 của lịch: '2026-02-31' không phải là ngày: không có ngày này",
    ),
    (
        read_calendar({"a": {"date": "2026-02-03", "works": "có lẽ"}}, makeup_days_count=True)[1],
        "dòng 1 của lịch: không hiểu 'có lẽ'; ô này chỉ ghi “có” hoặc “không”",
    ),
]


@pytest.mark.parametrize(("problems", "says"), CASES)
def test_a_row_is_judged_in_vietnamese(problems: tuple[Problem, ...], says: str) -> None:
    (problem,) = problems
    assert problem_words(problem, words("vi")) == says


def test_a_sentence_without_words_stays_and_percent_signs_do_no_harm() -> None:
    assert problem_words(Problem("decisions", "a", "50% of %(number)s"), words("vi")) == "50% of %(number)s"
    strange = Problem("decisions", "a", "not a decision number: '50%s %(x)s'; write for example 3584/QĐ-UBND")
    assert problem_words(strange, words("vi")).startswith("'50%s %(x)s' không phải là số quyết định")
