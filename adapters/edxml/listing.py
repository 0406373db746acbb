"""What a folder or a drop holds: the files that are read, and everything that is left out, by name.

In: entries, one by one. Out: files in the order of their names, and a digest of their look; to an `Evidence`, what is
not read.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from syncd.sides.reading import Evidence, Finding

EXAMPLES = 5
NO_FILE = "neither a file nor a folder"


class Seen(NamedTuple):
    """One file as the folder shows it: ``name`` as people read it. ``look`` changes with the file."""

    path: Path
    name: str
    look: str


class Listing(NamedTuple):
    """What was seen; ``links``, which nobody follows; ``left_out``: what may hold packages and is not read, and why."""

    seen: list[Seen]
    links: list[str]
    left_out: list[str]

    def may_enter(self, name: str, depth: int, most: int) -> bool:
        """Whether a folder may be entered; one that lies too deep is left out."""
        if depth >= most:
            self.left_out.append(f"{name}: deeper than depth = {most}")
        return depth < most

    def files(self) -> list[Seen]:
        return sorted(self.seen, key=lambda one: one.name)

    def tell(self, evidence: Evidence) -> None:
        """Links are a finding, for each says itself that it is one; what is left out is a doubt."""
        if self.links:
            evidence.note(Finding("links_left_out", len(self.links), tuple(sorted(self.links)[:EXAMPLES])))
        if self.left_out:
            shown = "; ".join(sorted(self.left_out)[:EXAMPLES])
            evidence.doubt(f"{len(self.left_out)} folders or files are left out: {shown}")


def look_of(seen: Iterable[Seen]) -> str:
    """What a folder looks like: names, sizes and times of change."""
    digest = blake2b(digest_size=16)
    for one in seen:
        digest.update(f"{one.name}\0{one.look}\0".encode("utf-8", "backslashreplace"))
    return digest.hexdigest()
