"""The papers of the package: manual, completions, changelog, copyright, bill of materials.

In: the environment that is packaged. Out: the files below the root.
"""

from __future__ import annotations

import gzip
import json
import re
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from email.parser import Parser
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from packager.commands import Words, run
from packager.sources import CHECKOUT, Sources

DOC = "usr/share/doc/syncd"
MAINTAINER = "The syncd authors <syncd@localhost.localdomain>"
PATHS = {"PYTHONPATH": str(Path(__file__).parents[1])}
RELEASE = re.compile(r"^## (?P<version>[0-9][^ ]*) \((?P<date>[^)]*)\)$", re.MULTILINE)


def write_papers(root: Path, home: Path, tools: Path, bill: Path, sources: Sources) -> None:
    """Write all of them; the bill also to ``bill``."""
    packaged = home / "bin" / "python3"
    doc = root / DOC
    doc.mkdir(parents=True)
    run([packaged, "-m", "packager.manual", root, f"{sources.when:%Y-%m-%d}", sources.version], environment=PATHS)
    tree = run([packaged, "-m", "packager.commands_of"], environment=PATHS)
    run([tools, "-m", "packager.completions", root], given=tree, environment=PATHS)
    _pack(doc / "changelog.gz", changelog((CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8"), sources))
    distributions = root / sources.packages
    (doc / "copyright").write_text("\n".join(copyright_lines(distributions, sources)), encoding="utf-8")
    bill.write_text(bill_of_materials(tools, packaged), encoding="utf-8")
    _pack(doc / "sbom.cdx.json.gz", bill.read_text(encoding="utf-8"))


def _pack(file: Path, text: str) -> None:
    file.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def changelog(text: str, sources: Sources) -> str:
    """CHANGELOG.md in Debian's form; a version without a day has the age of the sources."""
    return "\n".join(_entry(found, text, sources) for found in RELEASE.finditer(text))


def _entry(found: re.Match[str], text: str, sources: Sources) -> str:
    body = text[found.end() :].split("\n## ", 1)[0]
    points = re.findall(r"^- (.+(?:\n  .+)*)", body, re.MULTILINE)
    lines = [textwrap.fill(point, 78, initial_indent="  * ", subsequent_indent="    ") for point in points]
    day = _day(found["date"]) or sources.when
    return "\n".join(
        [f"syncd ({found['version']}) stable; urgency=medium", "", *lines, "", f" -- {MAINTAINER}  {_stamp(day)}", ""]
    )


def _day(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None


def _stamp(when: datetime) -> str:
    return format_datetime(when)


def copyright_lines(distributions: Path, sources: Sources) -> Iterator[str]:
    """Debian's machine-readable form: ours, then each distribution inside, with the place of its own texts."""
    yield "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/"
    yield "Upstream-Name: syncd"
    yield "Comment: syncd, and below it every Python distribution that its virtual environment holds."
    yield ""
    yield from (
        "Files: *",
        f"Copyright: {sources.when:%Y} the syncd authors",
        "License: syncd",
        " All rights reserved by the authors.",
    )
    for metadata in sorted(distributions.glob("*.dist-info/METADATA")):
        found = Parser().parsestr(metadata.read_text(encoding="utf-8"), headersonly=True)
        if found["Name"] != "syncd":
            yield from _paragraph(found, metadata.parent, sources)
    yield ""


def _paragraph(found: Message, folder: Path, sources: Sources) -> Iterator[str]:
    texts = sorted(
        file.relative_to(folder.parent).as_posix()
        for file in folder.rglob("*")
        if file.is_file() and re.match(r"(?i)(licen[cs]e|copying|notice|authors)", file.name)
    )
    yield ""
    yield f"Files: {sources.packages}/{folder.name}/*"
    yield f"Copyright: {sources.when:%Y} and before, the authors of {found['Name']}"
    yield f"License: {found['Name']}"
    yield f" {found['Name']} {found['Version']}: {license_of(found)}."
    yield from (f" Its text: /{sources.packages}/{text}" for text in texts)


def license_of(found: Message) -> str:
    """What a distribution says of its licence, in one line."""
    stated = found["License-Expression"] or (found["License"] or "").strip().split("\n", 1)[0]
    classified = [
        value.rpartition(" :: ")[2] for value in found.get_all("Classifier", []) if value.startswith("License ::")
    ]
    return stated or ", ".join(classified) or "see its own text"


def bill_of_materials(tools: Path, packaged: Path) -> str:
    """CycloneDX 1.6 of the environment, with syncd as what it is the bill of."""
    command: Words = [tools.parent / "cyclonedx-py", "environment", "--output-reproducible", "--short-PURLs", packaged]
    bill: dict[str, Any] = json.loads(run(command))
    root = next(one for one in bill["components"] if one["name"] == "syncd")
    bill["components"].remove(root)
    bill["metadata"]["component"] = {**root, "type": "application"}
    return json.dumps(bill, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
