"""``deploy/package/build``: one package and its bill of materials, from this checkout.

In: ``--output DIR``. Out: ``syncd_VERSION_ARCHITECTURE.deb`` and ``.cdx.json`` there; or one sentence and status 1.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from packager.commands import BuildError, Words, run
from packager.environment import fill
from packager.papers import write_papers
from packager.sources import CHECKOUT, Sources, look
from packager.tree import lay_out, settle

HERE = Path(__file__).parents[1]


def make_tools(folder: Path) -> Path:
    """A virtual environment with what builds, hash-checked. Returns its interpreter."""
    run([sys.executable, "-m", "venv", folder])
    python = folder / "bin" / "python"
    run([python, "-m", "pip", "install", "-qq", "--require-hashes", "-r", HERE / "tools.txt"])
    return python


def make_wheel(tools: Path, folder: Path) -> Path:
    """The wheel of this checkout."""
    run([tools, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], folder=CHECKOUT)
    return next(folder.glob("*.whl"))


def build(sources: Sources, work: Path) -> tuple[Path, Path]:
    """The package and its bill of materials, both in ``work``."""
    tools = make_tools(work / "tools")
    wheel = make_wheel(tools, work / "wheel")
    root = work / "root"
    home = fill(root, tools, wheel, sources)
    bill = work / f"{sources.file_name}.cdx.json"
    write_papers(root, home, tools, bill, sources)
    lay_out(root, sources)
    settle(root, sources)
    shutil.copytree(HERE / "scripts", work / "scripts")
    package = work / f"{sources.file_name}.deb"
    nfpm: Words = [
        tools.parent / "nfpm",
        "package",
        "--config",
        HERE / "nfpm.yaml",
        "--packager",
        "deb",
        "--target",
        package,
    ]
    run(nfpm, folder=work, environment=sources.for_nfpm())
    return package, bill


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="deploy/package/build", description="Build the Debian package of syncd.")
    parser.add_argument("--output", type=Path, default=Path("dist"), metavar="DIR", help="where it goes (dist)")
    output: Path = parser.parse_args(arguments).output
    os.umask(0o022)
    try:
        sources = look()
        output.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="syncd-package-") as work:
            for made in build(sources, Path(work)):
                shutil.copyfile(made, output / made.name)
                sys.stdout.write(f"{output / made.name}\n")
    except (BuildError, OSError) as error:
        sys.stderr.write(f"deploy/package/build: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
