"""The yardstick and the floor: what the same bytes cost when they are only parsed and compared, or only hashed.

In: the files of both sides. Out: a dict of figures, in processor time.
"""

from __future__ import annotations

import resource
from pathlib import Path
from time import process_time
from typing import Any

import orjson
from xxhash import xxh3_128_digest

Figures = dict[str, Any]


def peak_mb() -> float:
    """The largest resident set of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def plain(first: Path, second: Path) -> Figures:
    """The yardstick (= 1): stream both files, parse with orjson, compare dicts, in order of the code."""
    start = process_time()
    unequal = only = 0
    with first.open("rb") as ours, second.open("rb") as theirs:
        mine, his = next(ours, None), next(theirs, None)
        one, other = _parsed(mine), _parsed(his)
        while one is not None and other is not None:
            if one["code"] == other["code"]:
                unequal += one != other
                one, other = _parsed(next(ours, None)), _parsed(next(theirs, None))
            elif one["code"] < other["code"]:
                only += 1
                one = _parsed(next(ours, None))
            else:
                only += 1
                other = _parsed(next(theirs, None))
    return {"seconds": process_time() - start, "peak_mb": peak_mb(), "unequal": unequal, "only": only}


def _parsed(line: bytes | None) -> Any:
    return None if line is None else orjson.loads(line)


def hash_floor(first: Path, second: Path) -> Figures:
    """The floor: hash every record once, keep nothing."""
    start = process_time()
    for path in (first, second):
        with path.open("rb") as lines:
            for line in lines:
                xxh3_128_digest(line)
    return {"seconds": process_time() - start, "peak_mb": peak_mb()}
