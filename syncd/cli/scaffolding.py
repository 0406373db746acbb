"""`syncd adapter new`: a package with a reading adapter, its loopback system and its tests, all green.

In: a name. Out: files, made from the templates in ``scaffold/``. Nothing that is there is ever overwritten.
"""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final

import typer
from jinja2 import Environment, StrictUndefined

from syncd import __version__
from syncd.cli.exits import Exit
from syncd.cli.show import complain, counted, say
from syncd.sides.registry import adapters

NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST: Final = 40
TEMPLATES: Final[dict[str, str]] = {
    "pyproject.toml": "pyproject.toml.jinja",
    "README.md": "README.md.jinja",
    "{module}/__init__.py": "init.py.jinja",
    "{module}/adapter.py": "adapter.py.jinja",
    "{module}/system.py": "system.py.jinja",
    "tests/test_adapter.py": "test_adapter.py.jinja",
    "tests/test_conformance.py": "test_conformance.py.jinja",
}
"""Every file of the package, and its template."""

app = typer.Typer(help="For people who write adapters: begin a new one.", no_args_is_help=True)


@app.callback()
def _options() -> None:
    """For people who write adapters: begin a new one."""


@app.command("new")
def new(
    name: Annotated[
        str, typer.Argument(help="Its name in configurations: lower-case letters, digits, single hyphens.")
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The folder; else syncd-NAME in this one.")
    ] = None,
) -> None:
    """Write a package: a reading adapter, its loopback system, its tests with the conformance kit; all green."""
    wrong = problem_with(name)
    if wrong:
        raise typer.BadParameter(wrong, param_hint="NAME")
    folder = output if output is not None else Path(f"syncd-{name}")
    refusal = _refusal(folder)
    if refusal:
        complain(f"syncd: {refusal}")
        raise typer.Exit(Exit.ERROR)
    written = write_package(name, folder)
    say(f"{folder}: {counted(len(written), 'file')} written")
    for line in ("pip install -e .[test]", "pytest", f"syncd adapters   # shows {name}"):
        say(f"    {line}")


def problem_with(name: str) -> str:
    """What is wrong with a name, and what would be right; empty where nothing is."""
    if not NAME.fullmatch(name) or len(name) > LONGEST:
        return (
            f"{name[:60]!r} cannot be the name of an adapter: begin with a lower-case letter, then lower-case letters,"
            f" digits and single hyphens, {LONGEST} characters at most, e.g. my-city"
        )
    known = adapters().get(name)
    if known is not None:
        return f"there is an adapter {name!r} already, of {known.distribution}; take another name"
    return ""


def module_of(name: str) -> str:
    """The Python package of an adapter."""
    return f"syncd_{name.replace('-', '_')}"


def write_package(name: str, folder: Path) -> list[Path]:
    """Write every file of the package; returns their paths. Raises `OSError`."""
    words = {
        "name": name,
        "module": module_of(name),
        "title": "".join(part.capitalize() for part in name.split("-")),
        "version": __version__,
    }
    written = []
    for target, template in TEMPLATES.items():
        path = folder / target.format(module=words["module"])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_filled(template, words), encoding="utf-8")
        written.append(path)
    return written


def _filled(template: str, words: dict[str, str]) -> str:
    source = files("syncd.cli").joinpath("scaffold", template).read_text(encoding="utf-8")
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)  # noqa: S701
    return environment.from_string(source).render(words)


def _refusal(folder: Path) -> str:
    """Why nothing can be written there; empty where it can."""
    if folder.exists() and not folder.is_dir():
        return f"{folder} is no folder; name another with --output"
    if folder.is_dir() and any(folder.iterdir()):
        return f"{folder} is not empty, and nothing in it is overwritten; name another with --output"
    return ""
