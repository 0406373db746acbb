"""The same work done by libraries that people reach for: diffsync, datacompy on polars, deepdiff.

In: ``python -m benchmarks.peers --pairs 2000``. Out: for each its time (ours cold = 1), its peak of memory and how many
changed records it reports, beside the truth. A peer that is not installed is skipped with a word.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

import orjson

from benchmarks.children import both, judge, sides
from benchmarks.floors import peak_mb
from benchmarks.records import Corpus, write

SEED = 20260717
Figures = dict[str, Any]
Table = dict[str, dict[str, Any]]


def tables(corpus: Corpus) -> tuple[Table, Table]:
    """Both sides as dicts by code."""
    first, second = (
        {row["code"]: row for row in map(orjson.loads, path.open("rb"))} for path in (corpus.first, corpus.third)
    )
    return first, second


def ours(corpus: Corpus) -> int:
    """Cold: everything read, translated, hashed, screened, and what is unequal compared field by field."""
    portal, city = sides(corpus, corpus.third)
    asyncio.run(both(portal, city))
    return len(judge(portal, city)[0])


def diffsync(corpus: Corpus) -> int:
    """Models with every field as an attribute, one adapter a side, ``diff_to``."""
    from diffsync import Adapter, DiffSyncModel  # type: ignore[import-not-found]

    first, second = tables(corpus)
    names = tuple(name for name in next(iter(first.values())) if name != "code")
    members = dict.fromkeys(names) | {"_modelname": "row", "_identifiers": ("code",), "_attributes": names}
    types = {"code": str, **dict.fromkeys(names, Any)}
    model = type("Row", (DiffSyncModel,), {**members, "__annotations__": types})

    class Side(Adapter):  # type: ignore[misc]
        row = model
        top_level = ("row",)

    loaded = []
    for rows in (first, second):
        side = Side()
        for row in rows.values():
            side.add(model(**row))
        loaded.append(side)
    return int(loaded[0].diff_to(loaded[1]).summary()["update"])


def datacompy(corpus: Corpus) -> int:
    """Two polars frames (lists as JSON text, or it cannot join them), ``PolarsCompare``."""
    import datacompy as library  # type: ignore[import-not-found]
    import polars  # type: ignore[import-not-found]

    frames = [
        polars.DataFrame(
            [
                {name: value if isinstance(value, str) else orjson.dumps(value).decode() for name, value in row.items()}
                for row in table.values()
            ]
        )
        for table in tables(corpus)
    ]
    compared = library.PolarsCompare(*frames, join_columns=["code"])
    return int(compared.intersect_rows.height - compared.count_matching_rows())


def deepdiff(corpus: Corpus) -> int:
    """``DeepDiff`` of each pair."""
    from deepdiff import DeepDiff  # type: ignore[import-not-found]

    first, second = tables(corpus)
    return sum(bool(DeepDiff(first[code], second[code])) for code in first.keys() & second.keys())


PEERS: dict[str, Callable[[Corpus], int]] = {
    "ours": ours,
    "diffsync": diffsync,
    "datacompy": datacompy,
    "deepdiff": deepdiff,
}


def main() -> int:
    """Run every installed peer in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=2_000)
    parser.add_argument("--peer", choices=sorted(PEERS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
        start = process_time()
        changed = PEERS[options.peer](Corpus(options.folder, options.pairs))
        print(json.dumps({"seconds": process_time() - start, "peak_mb": peak_mb(), "changed": changed}))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        return report(write(Path(folder), options.pairs, seed=SEED))


def report(corpus: Corpus) -> int:
    """Measure and print; the truth first."""
    truth = json.loads(corpus.truth.read_text(encoding="utf-8"))
    print(f"{corpus.pairs:,} pairs, one side NFD; {len(truth['differing'])} records really changed")
    yardstick = 0.0
    for name in PEERS:
        if name != "ours" and importlib.util.find_spec(name) is None:
            print(f"  {name:10} not installed, skipped")
            continue
        figures = child(name, corpus)
        yardstick = yardstick or figures["seconds"]
        ratio = figures["seconds"] / yardstick
        print(f"  {name:10} {ratio:7.1f} ×  {figures['peak_mb']:6.0f} MB  {figures['changed']:>7,} reported as changed")
    return 0


def child(name: str, corpus: Corpus) -> Figures:
    """Run one peer in a new process."""
    command = [sys.executable, "-m", "benchmarks.peers", "--peer", name]
    command += ["--folder", str(corpus.folder), "--pairs", str(corpus.pairs)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


if __name__ == "__main__":
    sys.exit(main())
