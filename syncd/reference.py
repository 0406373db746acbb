"""Writes the reference pages from the tables in the code, so that they cannot lie: ``python -m syncd.reference``.

In: the configuration models and the tables of events, metrics, kinds, moves and adapters. Out: the pages of `PAGES` in
``docs/``; with ``--check`` nothing is written and stale pages end in exit status 1.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from enum import Enum
from inspect import cleandoc
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from syncd.config import (
    AgencyScope,
    CareConfig,
    DaemonConfig,
    DatabaseConfig,
    DecisionConfig,
    DepartmentScope,
    DeskConfig,
    DossierConfig,
    Equivalences,
    IndexConfig,
    LetterConfig,
    LogConfig,
    MailConfig,
    NoticeConfig,
    OidcConfig,
    PairConfig,
    PublicationConfig,
    SecretsConfig,
    ShrinkageConfig,
    TaskConfig,
    ToleranceConfig,
    format_duration,
)
from syncd.config.durations import HOW
from syncd.endpoints import ROUTES
from syncd.log import ALWAYS, EVENTS
from syncd.markdown import NOTE, table
from syncd.metrics import CARRIED, METRICS, VALUES
from syncd.reconcile.equality import CLASSES, FIELD_RULES, NOT_COMPARED
from syncd.reconcile.lifecycle import diagram
from syncd.reconcile.mismatches import KINDS
from syncd.reference_capabilities import capabilities_page
from syncd.reference_cli import cli_page
from syncd.reference_publication import deadlines_page, index_page
from syncd.sides.http.settings import HttpSettings
from syncd.sides.registry import adapters

TABLES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("[database]", DatabaseConfig),
    ("[daemon]", DaemonConfig),
    ("[log]", LogConfig),
    ("[secrets]", SecretsConfig),
    ("[care]", CareConfig),
    ("[[pairs]]", PairConfig),
    ("[pairs.applies] by agency", AgencyScope),
    ("[pairs.applies] by departments", DepartmentScope),
    ("[pairs.shrinkage]", ShrinkageConfig),
    ("[pairs.equivalences]", Equivalences),
    ("[publication]", PublicationConfig),
    ("[index]", IndexConfig),
    ("[[decisions]]", DecisionConfig),
    ("[[dossiers]]", DossierConfig),
    ("[dossiers.tolerance]", ToleranceConfig),
    ("[[tasks]]", TaskConfig),
    ("[desk]", DeskConfig),
    ("[desk.mail]", MailConfig),
    ("[desk.oidc]", OidcConfig),
    ("[[desk.notices]]", NoticeConfig),
    ("[desk.letter]", LetterConfig),
)


def _choices(annotation: Any) -> Iterator[str]:
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        yield from (f"`{one.value}`" for one in annotation)
    if get_origin(annotation) is Literal:
        yield from (f"`{value}`" for value in get_args(annotation))
    for part in get_args(annotation) if get_origin(annotation) is not Literal else ():
        yield from _choices(part)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    default = field.get_default(call_default_factory=True)
    if default is None or isinstance(default, BaseModel) or default in ((), {}):
        return "–"
    if isinstance(default, tuple):
        return ", ".join(f"`{value}`" for value in default)
    return f"`{format_duration(default) if isinstance(default, timedelta) else default}`"


def _meaning(field: FieldInfo) -> str:
    choices = list(_choices(field.annotation))
    return (field.description or "") + (f" One of {', '.join(choices)}." if len(choices) > 1 else "")


def configuration_page() -> str:
    """Every key of the configuration file."""
    sections = [
        f"## `{name.split(' ')[0]}`{name.partition(' ')[1]}{name.partition(' ')[2]}\n\n{model.__doc__}\n\n"
        + table(
            ("key", "default", "meaning"),
            ((f"`{key}`", _default(field), _meaning(field)) for key, field in model.model_fields.items()),
        )
        for name, model in TABLES
    ]
    return "\n\n".join(
        [
            "# Configuration",
            NOTE,
            f"One TOML file in UTF-8. A length of time is written as {HOW}.\n"
            "Relative paths start at the file's folder. An unknown key, a wrong value or a secret in the file is\n"
            "refused, with the key's path, the value and what would be right. `[pairs.portal]`, `[pairs.city]`,\n"
            "`[index.source]`, `[dossiers.portal]`, `[dossiers.city]`, `[decisions.portal]` and\n"
            "`[decisions.documents]` and `[tasks.source]` take `adapter` and that adapter's own keys.\n"
            "SIGHUP reads the file again, all or nothing; `[database]`, `[daemon]`, `[desk]` and `[secrets]` need a\n"
            "restart. An example is `deploy/syncd.example.toml`.",
            "## Secrets\n\nA key that ends in `_secret` holds the *name* of a secret. Its value is read from\n"
            "`$CREDENTIALS_DIRECTORY` (`LoadCredential=` in the unit), else from `[secrets] folder`, where a file\n"
            "that every user can read is refused. One newline at the end is left out.",
            *sections,
        ]
    )


def events_page() -> str:
    """Every event of the log."""
    rows = (
        (f"`{name}`", event.level, event.sentence, ", ".join(f"`{key}`" for key in event.keys))
        for name, event in sorted(EVENTS.items())
    )
    always = ", ".join(f"`{key}`" for key in ALWAYS)
    return "\n\n".join(
        [
            "# Log events",
            NOTE,
            f"Every line has {always} (ISO 8601, UTC); an error may have `exception`, never with local variables.\n"
            "Secrets are replaced by `***`. Lines of libraries have the same shape, with their sentence as `event`.",
            table(("event", "level", "meaning", "keys"), rows),
        ]
    )


def metrics_page() -> str:
    """Every metric, every value that a label may take, and the endpoints."""
    rows = (
        (
            f"`{metric.name}`",
            metric.type,
            ", ".join(
                f"{label} ({', '.join(metric.outcomes)})" if label == "outcome" else label for label in metric.labels
            ),
            metric.unit,
            metric.help,
        )
        for metric in METRICS
    )
    return "\n\n".join(
        [
            "# Metrics and endpoints",
            NOTE,
            table(("address", "answers"), ((f"`{route.path}`", route.purpose) for route in ROUTES)),
            "All series exist from the start, at zero, but for those of publications, the index, tasks, certificates,\n"
            "clocks and the database: they appear when there is a value. `pair` takes the names of pairs, of\n"
            "`[[dossiers]]` and `[[tasks]]` tables, `publication`, `index` and `notices`; `unit` takes codes of units\n"
            "and `none`; the other labels:",
            table(("label", "values"), ((label, ", ".join(values)) for label, values in VALUES.items())),
            table(("metric", "type", "labels", "unit", "meaning"), rows),
            "Beside ours:",
            table(("metric", "meaning"), ((f"`{name}`", meaning) for name, meaning in CARRIED.items())),
        ]
    )


def lifecycle_page() -> str:
    """The life of a mismatch, drawn from its table."""
    return "\n\n".join(
        [
            "# The life of a mismatch",
            NOTE,
            "A pass that sees something wrong makes a *suspected* mismatch. Once it is older than the grace time it\n"
            "is read again by key on both sides; only the same finding *confirms* it. It ends *resolved* when two\n"
            "whole readings agree, *vanished* when neither side has the record any more. A waiver binds the field\n"
            "and both values, with an owner, a reason and an expiry: another value alarms again. What ended is never\n"
            "taken up again: the next finding is a new life with a new id. That is why a re-read that people ask for\n"
            "ends nothing: it tells at once what both sides say, and may confirm, but a listing that lags would still\n"
            "show the old record and begin a new life. The mismatch keeps its id until whole readings agree as well;\n"
            "the pass that answers reads the details of its records first, so mostly that is the same pass.",
            f"```mermaid\n{diagram()}\n```",
        ]
    )


def kinds_page() -> str:
    """Every kind of mismatch."""
    rows = ((f"`{kind}`", row.severity, row.vietnamese, row.english) for kind, row in KINDS.items())
    return "\n\n".join(
        ["# Kinds of mismatch", NOTE, table(("kind", "severity", "tiếng Việt", "English"), rows)],
    )


def adapters_page() -> str:
    """Every installed adapter of ours, with the keys that its side's table takes."""
    sections = [
        f"## `{name}`\n\n{found.definition.summary}\n\n{cleandoc(found.definition.settings.__doc__ or '')}\n\n"
        + table(("key", "default"), ((f"`{key}`", _default(field)) for key, field in _keys(found.definition.settings)))
        for name, found in sorted(adapters().items())
        if found.definition is not None and found.distribution == "syncd"
    ]
    return "\n\n".join(
        [
            "# Adapters",
            NOTE,
            "One side's table: `adapter` and that adapter's own keys. Adapters of HTTP systems take these as well:\n"
            f"\n{cleandoc(HttpSettings.__doc__ or '')}\n\n"
            + table(
                ("key", "default"), ((f"`{key}`", _default(one)) for key, one in HttpSettings.model_fields.items())
            ),
            *sections,
        ]
    )


def _keys(settings: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    """The keys that are the adapter's own, or that it requires."""
    shared = HttpSettings.model_fields.keys() if issubclass(settings, HttpSettings) else set()
    for key, field in settings.model_fields.items():
        if key != "adapter" and (key not in shared or field.is_required()):
            yield key, field


def equality_page() -> str:
    """How each field is compared."""
    rows = (
        (
            f"`{name}`",
            rule.semantics,
            rule.note or "–",
            f"`{rule.equivalence}`" if rule.equivalence else "–",
        )
        for name, rule in FIELD_RULES.items()
    )
    return "\n\n".join(
        [
            "# When two values are equal",
            NOTE,
            "A field is compared where both sides carry it and both records say it; silence (no value) is never a\n"
            "difference. Every difference has a class; only *tone-mark*, *order* and *real* alarm.",
            table(("class", "what differs"), ((f"`{name}`", meaning) for name, meaning in CLASSES.items())),
            "## Compared",
            table(("field", "compared as", "note", "equivalences"), rows),
            "## Not compared",
            table(("field", "why"), ((f"`{name}`", why) for name, why in NOT_COMPARED.items())),
        ]
    )


PAGES: dict[str, Callable[[], str]] = {
    "adapters.md": adapters_page,
    "capabilities.md": capabilities_page,
    "cli.md": cli_page,
    "configuration.md": configuration_page,
    "deadlines.md": deadlines_page,
    "equality.md": equality_page,
    "events.md": events_page,
    "kinds.md": kinds_page,
    "lifecycle.md": lifecycle_page,
    "metrics.md": metrics_page,
    "service-index.md": index_page,
}


def stale(folder: Path) -> list[str]:
    """The pages in ``folder`` that do not say what the code says."""
    return [
        name
        for name, write in PAGES.items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != write() + "\n"
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m syncd.reference", description="Write or check the reference pages."
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is stale")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("docs"))
    wanted = parser.parse_args(arguments)
    old = stale(wanted.folder)
    if wanted.check:
        sys.stderr.writelines(f"{name} is stale; run python -m syncd.reference\n" for name in old)
        return 1 if old else 0
    for name in old:
        (wanted.folder / name).write_text(PAGES[name]() + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
