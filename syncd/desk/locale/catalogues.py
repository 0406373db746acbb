"""Gathers the strings of the desk from its source, joins the translations of the pages, says what is wrong with them.

In: Python files and templates below ``syncd/desk``, ``vi/*.po``. Out: two catalogues and a list of faults. Only this
module needs Babel, which is a tool of development: the desk itself reads the compiled catalogues with `gettext`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

LOCALE = Path(__file__).parent
DESK = LOCALE.parent
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
OPTIONS = {"**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}
KEYWORDS = {"_": None, "gettext": None, "N_": None, "ngettext": (1, 2), "P_": (1, 2)}
MADE = datetime(2026, 1, 1, tzinfo=UTC)
"""Catalogues carry no time of their making, so that the same strings make the same files."""
_PLACE = re.compile(r"%\((\w+)\)([a-z])|%[a-z]")


def new(language: str) -> Catalog:
    """An empty catalogue."""
    return Catalog(
        locale=language, project="syncd", charset="utf-8", creation_date=MADE, revision_date=MADE, fuzzy=False
    )


def source(folder: Path = DESK) -> Catalog:
    """Every string of the source."""
    found = new("en")
    for _file, _line, message, _comments, context in extract_from_dir(
        str(folder), method_map=METHODS, options_map=OPTIONS, keywords=KEYWORDS
    ):
        found.add(message, context=context)
    return found


def english(strings: Catalog) -> Catalog:
    """The catalogue that says every string as it is written."""
    made = new("en")
    for message in _messages(strings):
        made.add(message.id, message.id if isinstance(message.id, str) else tuple(message.id))
    return made


def vietnamese(strings: Catalog, folder: Path = LOCALE / "vi") -> tuple[Catalog, list[str]]:
    """The translations of all pages in one catalogue, and every fault of them."""
    made, faults = new("vi"), []
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            pages = read_po(file, locale="vi")
        for message in _messages(pages):
            faults += [f"{path.name}: {fault}: {_name(message)}" for fault in _faults(message, strings, made)]
            if _said_by(message):
                made.add(message.id, message.string)
    faults += [f"not translated: {_name(message)}" for message in _messages(strings) if message.id not in made]
    return made, faults


def packed(catalogue: Catalog) -> bytes:
    """The compiled catalogue."""
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def written(catalogue: Catalog) -> bytes:
    """The catalogue as text."""
    file = BytesIO()
    write_po(file, catalogue, sort_output=True, omit_header=False, width=120)
    return file.getvalue()


def is_same(one: bytes, other: bytes) -> bool:
    """Whether two compiled catalogues say the same (whatever Babel wrote into their heads)."""
    return _said(one) == _said(other)


def _said(content: bytes) -> dict[object, object]:
    strings = dict(vars(GNUTranslations(BytesIO(content)))["_catalog"])
    strings.pop("", None)
    return strings


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _faults(message: Message, strings: Catalog, made: Catalog) -> Iterator[str]:
    before = made.get(_name(message))
    if _name(message) not in strings:
        yield "not in the source any more"
    if message.fuzzy:
        yield "fuzzy"
    if not _said_by(message):
        yield "empty"
    elif _places(_said_by(message)) != _places(message.id if isinstance(message.id, str) else message.id[1]):
        yield "other placeholders than the source"
    if before is not None and before.string != message.string:
        yield "translated twice, differently"


def _places(text: str | Iterable[str]) -> set[tuple[str, ...]]:
    parts = [text] if isinstance(text, str) else list(text)
    return {found.groups() for part in parts for found in _PLACE.finditer(part)}


def _said_by(message: Message) -> tuple[str, ...]:
    said = message.string or ()
    parts = (said,) if isinstance(said, str) else tuple(said)
    return parts if all(parts) else ()


def _name(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]
