"""What one side says on its way into a capture: a file of clean lines, and what the manifest will tell of it.

In: entries, in the order in which they were heard. Out: files that are gone afterwards, and `SideTold`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

from syncd.sides.capture.archive import ProofTold, SideTold
from syncd.sides.capture.cleaning import Cleaner
from syncd.sides.capture.entries import Entry, line
from syncd.sides.capture.recording import Tape
from syncd.sides.capture.settings import sanitised
from syncd.sides.reading import Proof
from syncd.sides.registry import adapters


@dataclass(slots=True)
class Reel:
    """One side's entries: a file of lines, their number, size and digest."""

    file: BinaryIO
    path: Path
    entries: int = 0
    size: int = 0
    digest: Any = field(default_factory=lambda: blake2b(digest_size=32))

    def write(self, entry: Entry) -> None:
        content = line(entry)
        self.file.write(content)
        self.digest.update(content)
        self.entries += 1
        self.size += len(content)


@contextmanager
def reels(sides: Sequence[str], folder: Path) -> Iterator[dict[str, Reel]]:
    """One for each side, in a folder inside ``folder`` that is gone afterwards; what stands in it is clean already."""
    with tempfile.TemporaryDirectory(dir=folder, prefix=".capture-") as beside, ExitStack() as stack:
        paths = {side: Path(beside) / side for side in sides}
        yield {side: Reel(stack.enter_context(path.open("wb")), path) for side, path in paths.items()}


def side_told(table: Mapping[str, Any], tape: Tape, reel: Reel, proof: Proof) -> SideTold:
    """What the manifest says of one side. ``table``: its settings as the operator wrote them."""
    if tape.adapter is None:
        raise RuntimeError("the side that was to be recorded was never built")
    capabilities = tape.adapter.capabilities
    return SideTold(
        adapter=table["adapter"],
        distribution=adapters()[table["adapter"]].distribution,
        level=tape.level,
        settings=sanitised(table, tape.cleaner.text),
        carries=tuple(sorted(capabilities.carries)),
        translation=capabilities.translation,
        proof=_proof_told(proof, tape.cleaner),
        entries=reel.entries,
        bytes=reel.size,
        digest=reel.digest.hexdigest(),
    )


def _proof_told(proof: Proof, cleaner: Cleaner) -> ProofTold:
    reasons = tuple(cleaner.text(reason) for reason in proof.reasons)
    return ProofTold(proof.verdict.value, proof.counted, proof.pages, proof.declared_total, reasons)
