"""What is asked of a document, what it is made from, and what comes of it.

In: nothing. Out: the vocabulary that the command line and the desk share with `syncd.documents.kinds`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote

from syncd.answers.about import About
from syncd.answers.publication_list import PublicationFilter
from syncd.config import Configuration
from syncd.config.desk import LetterConfig
from syncd.records.periods import Period

OPEN = ("suspected", "confirmed")


class DocumentFormat(StrEnum):
    """The files that there are."""

    DOCX = "docx"
    XLSX = "xlsx"
    CSV = "csv"


MEDIA_TYPES: dict[DocumentFormat, str] = {
    DocumentFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    DocumentFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    DocumentFormat.CSV: "text/csv; charset=utf-8",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One document. ``period``: None for the one that its kind takes by itself. ``within``: a unit and those below it.

    ``chosen``: ids of mismatches (none: those in ``states``, and of ``pair`` where it is given). ``number`` and
    ``dated`` stand on a letter; without them it is a draft, and the clerk writes them. ``only``: which publications of
    those ``within``; it narrows their list alone.
    """

    as_of: datetime
    form: DocumentFormat
    period: Period | None = None
    within: str | None = None
    letter: LetterConfig = field(default_factory=LetterConfig)
    number: str = ""
    dated: date | None = None
    pair: str | None = None
    states: tuple[str, ...] = OPEN
    chosen: tuple[str, ...] = ()
    only: PublicationFilter = field(default_factory=PublicationFilter)

    @property
    def sure_period(self) -> Period:
        """The period. Raises `ValueError` where none is given and the kind takes none by itself."""
        if self.period is None:
            raise ValueError("no period is given")
        return self.period


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Parts of the configuration: whose publications, which city in the index, which pairs, which tables of dossiers.

    ``unit``: the city's code. ``root``: its id in the index. Both empty where the configuration has none.
    """

    about: About | None = None
    unit: str = ""
    root: str = ""
    portal_pair: str = ""
    dossiers: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()


def sources_of(configuration: Configuration, about: About | None) -> Sources:
    """What a configuration offers. ``about``: whose publications are judged, None where none are."""
    return Sources(
        about=about,
        unit=configuration.publication.unit if configuration.publication else "",
        root=configuration.index.root if configuration.index else "",
        portal_pair=about.pair if about else configuration.pairs[0].name,
        dossiers=tuple(one.name for one in configuration.dossiers),
        tasks=tuple(one.name for one in configuration.tasks),
        decisions=tuple(one.name for one in configuration.decisions),
    )


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was made. ``name`` is Vietnamese, ``plain_name`` the same in ASCII; neither holds a path."""

    path: Path
    name: str
    plain_name: str
    media_type: str

    @property
    def disposition(self) -> str:
        """The value of ``Content-Disposition`` (RFC 6266) that hands the file over under its names."""
        return f"attachment; filename=\"{self.plain_name}\"; filename*=UTF-8''{quote(self.name, safe='')}"
