"""The benchmarks measure right answers: a small run finds exactly what was changed."""

from __future__ import annotations

from pathlib import Path

from benchmarks.children import CHILDREN
from benchmarks.records import write
from benchmarks.sweep import targets


def test_a_small_sweep_makes_no_mistake_and_every_figure_has_its_line(tmp_path: Path) -> None:
    corpus = write(tmp_path, 400, seed=7)
    figures = {name: measure(corpus) for name, measure in CHILDREN.items()}
    for name in ("ours-nfc", "ours-nfd"):
        for case in ("truth", "truth_changed"):
            assert figures[name][case]["right"] > 0
            assert (figures[name][case]["false"], figures[name][case]["missed"]) == (0, 0)
    assert figures["plain-nfc"]["unequal"] < 30
    assert figures["plain-nfd"]["unequal"] > 350, "plain comparison calls every record in NFD changed"
    assert len({line.name for line in targets(figures)}) == len(targets(figures))
