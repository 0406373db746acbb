"""A digest in words: the subject, the text and the simple HTML of a mail.

In: the facts of one digest, a language, the desk's addresses. Out: what goes into the outbox. Texts from the sides are
cut, and what cannot be seen in them is shown by name: they can neither break a line nor turn the text around.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from gettext import NullTranslations
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from syncd.answers.digests import MOST_LISTED, DigestRow, OverdueStep, Section
from syncd.desk import writing
from syncd.desk.badges import badge_of
from syncd.desk.languages import N_, P_, words
from syncd.desk.notices.facts import Facts
from syncd.desk.rendering import TEMPLATES
from syncd.desk.ways import Ways
from syncd.records.dossiers import Dossier

LONGEST_TEXT = 200
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})

TITLES: dict[str, tuple[str, str]] = {
    Section.NEW: P_("%(num)d new mismatch", "%(num)d new mismatches"),
    Section.CONFIRMED: P_("%(num)d mismatch confirmed", "%(num)d mismatches confirmed"),
    "steps": P_("%(num)d publication deadline missed", "%(num)d publication deadlines missed"),
    "dossiers": P_("%(num)d dossier became overdue", "%(num)d dossiers became overdue"),
    Section.RESOLVED: P_("%(num)d mismatch resolved", "%(num)d mismatches resolved"),
}
"""The sections of a digest in their order, each with its title."""
SHORT: dict[str, str] = {
    Section.NEW: N_("%(num)d newly found"),
    Section.CONFIRMED: N_("%(num)d confirmed"),
    "overdue": N_("%(num)d overdue"),
    Section.RESOLVED: N_("%(num)d resolved"),
}
"""The same for a subject."""
STEPS: dict[tuple[str, str], str] = {
    ("sign", "law"): N_("To be signed by %(day)s (by the law)"),
    ("sign", "portal"): N_("To be signed by %(day)s (by the portal's reading)"),
    ("public", "law"): N_("To be made public by %(day)s (by the law)"),
    ("public", "portal"): N_("To be made public by %(day)s (by the portal's reading)"),
}

ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES / "notices"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what happened, to what, and where it is seen."""

    label: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Part:
    """One section that has something to tell. ``more``: how many lines are not listed, in words, or nothing."""

    title: str
    lines: tuple[Line, ...]
    more: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A digest as its templates see it."""

    language: str
    title: str
    span: str
    sections: tuple[Part, ...]
    all: str
    url: str
    why: str


@dataclass(frozen=True, slots=True)
class Voice:
    """How digests are written: ``url`` makes the whole address of a page from a route's name and values."""

    language: str
    url: Callable[..., str]

    @property
    def words(self) -> NullTranslations:
        return words(self.language)

    def say(self, text: str, **values: object) -> str:
        return self.words.gettext(text) % values if values else self.words.gettext(text)

    def count(self, texts: tuple[str, str], number: int) -> str:
        return self.words.ngettext(*texts, number) % {"num": number}


def addresses(public_url: str, ways: Ways) -> Callable[..., str]:
    """Whole addresses of the desk's pages, for who reads them elsewhere."""

    def url(name: str, /, **values: object) -> str:
        return public_url.rstrip("/") + ways.url(name, **values)

    return url


def subject_of(facts: Facts, voice: Voice) -> str:
    """The subject: counts first, because the list of a mailbox cuts what is long."""
    counts: dict[str, int] = {"overdue": len(facts.overdue.steps) + len(facts.overdue.dossiers)}
    counts |= {section.value: count for section, count in facts.told.counts.items()}
    said = ", ".join(voice.say(text, num=counts[name]) for name, text in SHORT.items() if counts.get(name))
    return voice.say(
        N_("Procedure digest: %(counts)s – %(unit)s, %(when)s"),
        counts=said,
        unit=_unit(facts, voice),
        when=writing.instant(facts.until),
    )


def mail_of(facts: Facts, voice: Voice) -> dict[str, Any]:
    """The content of a mail: ``text`` and ``html``."""
    letter = _letter(facts, voice)
    return {
        "language": voice.language,
        "text": ENVIRONMENT.get_template("digest.txt").render(letter=letter),
        "html": ENVIRONMENT.get_template("digest.html").render(letter=letter),
    }


def plain(text: str) -> str:
    """A text from outside on one line: cut, and what cannot be seen or turns text around shown by its number."""
    shown = "".join(_shown(char) for char in " ".join(text[: 4 * LONGEST_TEXT].split()))
    return shown if len(shown) <= LONGEST_TEXT else f"{shown[: LONGEST_TEXT - 1]}…"


def _shown(char: str) -> str:
    return f"[U+{ord(char):04X}]" if unicodedata.category(char) in _HIDDEN else char


def _letter(facts: Facts, voice: Voice) -> Letter:
    whose = _unit(facts, voice)
    return Letter(
        language=voice.language,
        title=voice.say(N_("Digest of administrative procedures: %(unit)s"), unit=whose),
        span=voice.say(
            N_("From %(since)s until %(until)s, Hà Nội time."),
            since=writing.instant(facts.since),
            until=writing.instant(facts.until),
        ),
        sections=tuple(_parts(facts, voice)),
        all=voice.say(N_("See everything at the review desk")),
        url=address_of(facts, voice),
        why=voice.say(
            N_("This message is sent by the system at the times that the Office has set. Please do not answer it.")
        ),
    )


def _parts(facts: Facts, voice: Voice) -> Iterator[Part]:
    told = facts.told
    lines: dict[str, tuple[int, Iterable[Line]]] = {
        one: (told.counts.get(one, 0), (_of_row(row, voice) for row in told.rows.get(one, ()))) for one in Section
    }
    steps, dossiers = facts.overdue.steps, facts.overdue.dossiers
    lines["steps"] = (len(steps), (line_of_step(one, voice) for one in steps[:MOST_LISTED]))
    lines["dossiers"] = (len(dossiers), (_of_dossier(one, facts, voice) for one in dossiers[:MOST_LISTED]))
    for name, title in TITLES.items():
        count, listed = lines[name]
        if count:
            yield _part(voice, title, count, tuple(listed))


def _part(voice: Voice, title: tuple[str, str], count: int, listed: tuple[Line, ...]) -> Part:
    rest = count - len(listed)
    more = voice.count(P_("and %(num)d more", "and %(num)d more"), rest) if rest > 0 else ""
    return Part(voice.count(title, count), listed, more)


def _of_row(row: DigestRow, voice: Voice) -> Line:
    one = row.mismatch
    severity, kind = badge_of("severity", one.severity), badge_of("kind", one.kind)
    return Line(
        label=f"{severity.mark} {voice.say(severity.text)}, {voice.say(kind.text)}",
        text=_named(one.code or one.local_code, one.name),
        url=voice.url("mismatch", id=one.id),
    )


def line_of_step(one: OverdueStep, voice: Voice) -> Line:
    said = STEPS[one.step, one.reading]
    return Line(
        label=voice.say(said, day=writing.day(one.day)),
        text=_named(one.code, one.name),
        url=voice.url("procedure", code=one.code) if one.code else voice.url("publications"),
    )


def _of_dossier(one: Dossier, facts: Facts, voice: Voice) -> Line:
    unit = one.unit_code or facts.unit
    return Line(
        label=voice.say(N_("Due %(when)s"), when=writing.instant(one.due)),
        text=_named(one.number, one.unit_name),
        url=voice.url("unit", code=unit) if unit else voice.url("units"),
    )


def _named(code: str, name: str) -> str:
    return " ".join(part for part in (plain(code), plain(name)) if part)


def _unit(facts: Facts, voice: Voice) -> str:
    if not facts.unit:
        return voice.say(N_("the whole city"))
    name = plain(facts.unit_name)
    return f"{name} ({facts.unit})" if name else facts.unit


def address_of(facts: Facts, voice: Voice) -> str:
    return voice.url("queue", unit=facts.unit) if facts.unit else voice.url("overview")
