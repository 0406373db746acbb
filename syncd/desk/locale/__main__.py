"""``python -m syncd.desk.locale`` compiles the catalogues; with ``--check`` it only compares. Status 1: faults.

In: nothing. Out: ``en/desk.po``, ``*/LC_MESSAGES/desk.mo``, and what is wrong, a line each.
"""

from __future__ import annotations

import sys
from pathlib import Path

from syncd.desk.locale.catalogues import LOCALE, english, is_same, packed, source, vietnamese, written


def main(arguments: list[str]) -> int:
    """Compile or check; returns the exit status."""
    strings = source()
    joined, faults = vietnamese(strings)
    own = english(strings)
    files = {
        LOCALE / "en" / "desk.po": written(own),
        LOCALE / "en" / "LC_MESSAGES" / "desk.mo": packed(own),
        LOCALE / "vi" / "LC_MESSAGES" / "desk.mo": packed(joined),
    }
    if "--check" in arguments:
        faults += [
            f"{path.parent.parent.name}/desk.mo is not what would be compiled"
            for path in files
            if _is_stale(path, files[path])
        ]
    else:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


def _is_stale(path: Path, content: bytes) -> bool:
    if path.suffix != ".mo":
        return False
    return not path.is_file() or not is_same(path.read_bytes(), content)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
