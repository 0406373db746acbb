"""A city's document-management system that misbehaves as real ones do: its book, as packages, an axis and a link.

In: a catalogue. Out: a `Book` of packages with what was planted between it and the portal, and three ways to read it: a
folder (`write_folder`), the document axis (`axis_app`), the city's link (`link_app`).
"""

from pathlib import Path

from loopback.documents.axis import AxisState, axis_app
from loopback.documents.book import Book, Sent, book
from loopback.documents.link import LinkState, link_app
from loopback.documents.papers import Form, Paper, Space, package, word_file, zipped
from loopback.documents.planted import HARMLESS, Plan, PlantedDecision

__all__ = [
    "HARMLESS",
    "AxisState",
    "Book",
    "Form",
    "LinkState",
    "Paper",
    "Plan",
    "PlantedDecision",
    "Sent",
    "Space",
    "axis_app",
    "book",
    "link_app",
    "package",
    "word_file",
    "write_folder",
    "zipped",
]


def write_folder(written: Book, folder: Path) -> None:
    """Every package as a file; each fifth one inside ``older.zip`` instead."""
    folder.mkdir(parents=True, exist_ok=True)
    archived = {one.name: one.content for one in written.sent[::5]}
    for one in written.sent:
        if one.name not in archived:
            (folder / one.name).write_bytes(one.content)
    (folder / "older.zip").write_bytes(zipped(archived))
