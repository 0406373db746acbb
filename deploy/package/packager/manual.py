"""The manual pages syncd(1) and syncd.toml(5), from the code; runs on the packaged environment.

In: the tree of commands, the reference of the settings. Out: the pages below the root that is named.
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator
from pathlib import Path

from packager.commands_of import Command, Parameter, command_line
from packager.roff import escape, from_markdown, head, styled, tagged

PAGES = {"syncd.1": 1, "syncd.toml.5": 5}
FILES = (
    ("/etc/syncd/syncd.toml", "The configuration, where none is named: see syncd.toml(5)."),
    ("/etc/syncd/secrets", "One file for each secret, for root alone; the unit hands them over as credentials."),
    ("/var/lib/syncd", "The ledger and its backups."),
    ("/var/log/syncd", "The log of mismatches, where the configuration names it."),
    ("/usr/bin/syncd-as-service", "Runs a command as the service does, with its secrets; @CITY first: of syncd@CITY."),
)
ENVIRONMENT = (
    ("SYNCD_CONFIG", "The configuration file, as --config."),
    ("SYNCD_LOG_LEVEL", "What commands that only ask log to standard error: debug, info, warning (as given), error."),
    ("CREDENTIALS_DIRECTORY", "Folder of the secrets; systemd sets it."),
)


def command_page(command: Command, date: str, version: str) -> Iterator[str]:
    """syncd(1): every command with every option."""
    yield from head("syncd", 1, date, version, "Operator's manual")
    yield from (".SH NAME", f"syncd \\- {escape(command.meaning[:1].lower() + command.meaning[1:].rstrip('.'))}")
    yield from (".SH SYNOPSIS", "\\fBsyncd\\fP [\\fIoptions\\fP] \\fIcommand\\fP [\\fIarguments\\fP]")
    yield from (".SH DESCRIPTION", escape(command.meaning))
    yield from (".SH OPTIONS", *_parameters(command.parameters))
    yield ".SH COMMANDS"
    for below in command.commands:
        yield from _command(below, "syncd")
    yield from (".SH EXIT STATUS", escape(command.epilog))
    yield from (".SH FILES", *tagged((f"\\fI{escape(name)}\\fP", escape(meaning)) for name, meaning in FILES))
    yield ".SH ENVIRONMENT"
    yield from tagged((f"\\fB{escape(name)}\\fP", escape(meaning)) for name, meaning in ENVIRONMENT)
    yield from (".SH SEE ALSO", "\\fBsyncd.toml\\fP(5), \\fBsystemctl\\fP(1), \\fBjournalctl\\fP(1)")


def _command(command: Command, above: str) -> Iterator[str]:
    name = f"{above} {command.name}"
    words = [_usage(one) for one in command.parameters if not one.is_option]
    yield f'.SS "{escape(" ".join([name, *words]))}"'
    yield styled(command.meaning)
    yield from _parameters(command.parameters)
    for below in command.commands:
        yield from _command(below, name)


def _usage(parameter: Parameter) -> str:
    shown = parameter.names[0].strip("[]") + ("…" if parameter.several else "")
    return shown if parameter.required else f"[{shown}]"


def _parameters(parameters: tuple[Parameter, ...]) -> Iterator[str]:
    return tagged((f"\\fB{escape(one.shown)}\\fP", styled(one.meaning)) for one in parameters)


def settings_page(date: str, version: str) -> Iterator[str]:
    """syncd.toml(5): every key, and every adapter's."""
    from syncd.reference import adapters_page, configuration_page

    yield from head("syncd.toml", 5, date, version, "Operator's manual")
    yield from (".SH NAME", "syncd.toml \\- the configuration of syncd")
    yield from (".SH SYNOPSIS", "\\fI/etc/syncd/syncd.toml\\fP")
    yield from (".SH DESCRIPTION", *from_markdown(_below_title(configuration_page())))
    yield from (".SH ADAPTERS", *from_markdown(_below_title(adapters_page())))
    yield from (".SH SEE ALSO", "\\fBsyncd\\fP(1)")


def _below_title(page: str) -> str:
    return page.partition("\n")[2]


def main() -> None:
    """Arguments: the root, the date as YYYY-MM-DD, the version."""
    root, date, version = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    pages = {"syncd.1": command_page(command_line(), date, version), "syncd.toml.5": settings_page(date, version)}
    for name, lines in pages.items():
        file = root / f"usr/share/man/man{PAGES[name]}/{name}.gz"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
