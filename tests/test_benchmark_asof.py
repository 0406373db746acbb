"""The benchmark of past instants asks a ledger whose right answers are known."""

from __future__ import annotations

from pathlib import Path

from benchmarks.asof import QUESTIONS, measure
from benchmarks.year import Size, fill
from syncd.ledger import open_ledger, upgrade


def test_every_question_of_a_small_year_gets_its_right_answer(tmp_path: Path) -> None:
    size, url = Size(records=40, days=24, units=2), f"sqlite:///{tmp_path / 'ledger.db'}"
    upgrade(url)
    with open_ledger(url) as ledger:
        fill(ledger, size)
        lines = measure(ledger, size, rounds=1)
    assert [line.rows for line in lines] == [line.expected for line in lines]
    assert len(lines) == 2 * len(QUESTIONS)
    assert all(line.rows > 0 for line in lines)
