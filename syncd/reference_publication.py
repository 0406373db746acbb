"""Reference pages of publication deadlines and the Service Index, from their tables.

In: the tables of rules, days, registers, indicators and actions. Out: Markdown.
"""

from __future__ import annotations

from datetime import date

from syncd.markdown import NOTE, table
from syncd.publication.completeness import PARTS
from syncd.publication.index.indicators import GROUPS, RULES
from syncd.publication.judging import WORST_FIRST
from syncd.publication.mending import ACTIONS
from syncd.publication.openings import OPENINGS
from syncd.publication.rules import RULES as DEADLINES
from syncd.publication.rules import Rule
from syncd.reconcile.tallies import COMPARED, NOT_COMPARED
from syncd.sides.registers import REGISTERS

FOREVER = date(2100, 1, 1)


def _in_force(rule: Rule) -> str:
    since = "" if rule.valid_from == date.min else f"{rule.valid_from}"
    until = "" if rule.valid_to >= FOREVER else f"{rule.valid_to}"
    return f"{since} – {until}".strip() if since or until else "always"


def deadlines_page() -> str:
    """Every deadline rule, every status, the registers that say what no side says."""
    rules = (
        (
            f"`{rule.id}`",
            rule.step,
            rule.mode,
            ", ".join(rule.authorities),
            f"{rule.days} {rule.counting} days {rule.direction} {rule.anchor}",
            _in_force(rule),
            rule.wording_vi,
            rule.source,
        )
        for rule in DEADLINES
    )
    return "\n\n".join(
        [
            "# Deadlines of publication",
            NOTE,
            "`syncd publication` judges each procedure and decision by two readings, side by side and never merged:\n"
            "*legal* (Decree 63/2010, calendar days) and *portal* (the portal's scoring note, working days). Working\n"
            "days are those of state agencies; the starting day is not counted, a day ends at 24:00 in Hà Nội, a\n"
            "deadline that is counted back is never moved.",
            table(("rule", "step", "reading", "who", "deadline", "in force", "tiếng Việt", "source"), rules),
            "## Status\n\nA publication has the worst status of its steps; this is the order, and why.",
            table(("status", "meaning"), ((f"`{status}`", why) for status, why in WORST_FIRST)),
            "## Component parts (art. 8.2) that make a publication complete",
            table(
                ("part", "letter", "tiếng Việt"),
                ((f"`{name}`", part.letter, part.name) for name, part in PARTS.items()),
            ),
            "## Portals that took the place of another",
            table(("opened", "source", "a later click"), ((str(one.day), one.source, one.reason) for one in OPENINGS)),
            "## Registers\n\nFiles of the Office, named in `[publication]` (XLSX, CSV, JSON, TOML). A column may have\n"
            "its English name or one of its titles; **bold** ones are required.",
            *(
                f"### `{name}`\n\n"
                + table(
                    ("column", "titles"),
                    (
                        (f"**`{column.name}`**" if column.required else f"`{column.name}`", ", ".join(column.titles))
                        for column in layout.columns
                    ),
                )
                for name, layout in REGISTERS.items()
            ),
        ]
    )


def index_page() -> str:
    """Every indicator with its formula, every action with what it mends, every tally that is compared."""
    indicators = (
        (
            rule.number,
            f"`{rule.code}`",
            rule.group,
            rule.name,
            str(rule.maximum),
            f"{rule.threshold * 100:g} %" if rule.is_scored else "not scored",
            rule.empty if rule.is_scored else "–",
            rule.source,
        )
        for rule in RULES
    )
    return "\n\n".join(
        [
            "# The Service Index",
            NOTE,
            "`syncd index` shows three columns: the portal's points, what its own counts give by its own formula\n"
            "(*recomputed*), and what our counts give (*own*). A missing input is unknown, never zero; 0 of 0 counts\n"
            "as the table says, with the maximum unchanged.",
            table(
                ("group", "maximum", "tiếng Việt", "English"),
                ((group, str(one.maximum), one.name, one.english) for group, one in GROUPS.items()),
            ),
            table(("no.", "code", "group", "indicator", "points", "all of them at", "0 of 0", "source"), indicators),
            "## What can be mended\n\n`syncd index impact` counts anew with each thing mended; `--mend`: with several.",
            table(
                ("action", "tiếng Việt", "English"),
                ((f"`{kind}`", row.vietnamese, row.english) for kind, row in ACTIONS.items()),
            ),
            "## Dossier tallies that are compared",
            table(
                ("count", "portal", "city", "tiếng Việt"),
                ((f"`{one.name}`", one.portal, one.city, one.vietnamese) for one in COMPARED),
            ),
            table(("count", "why it is not compared"), ((f"`{name}`", why) for name, why in NOT_COMPARED.items())),
        ]
    )
