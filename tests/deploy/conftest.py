"""The package and a clean Debian root, each made once for the whole run, however many test runners share it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.building import build_package, copy_sources
from tests.deploy.debian import CleanRoot, made_once, make_root


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that every test runner of this run shares."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if base.name.startswith("popen-gw") else base) / "package"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def sources(workshop: Path) -> Path:
    """The sources as they were when the run began."""
    folder = workshop / "sources"
    with made_once(folder) as is_new:
        if is_new:
            copy_sources(folder)
    return folder


@pytest.fixture(scope="session")
def package(workshop: Path, sources: Path) -> Path:
    """The Debian package, built from `sources`."""
    folder = workshop / "built"
    with made_once(folder) as is_new:
        return build_package(sources, folder) if is_new else next(folder.glob("*.deb"))


@pytest.fixture(scope="session")
def bare_root(workshop: Path) -> CleanRoot:
    """A clean Debian with the package's dependencies; never to be changed: copy it."""
    folder = workshop / "debian"
    with made_once(folder) as is_new:
        if is_new:
            return make_root(folder)
    return CleanRoot(folder)


@pytest.fixture(scope="session")
def installed_root(workshop: Path, bare_root: CleanRoot, package: Path) -> CleanRoot:
    """A Debian with the package newly installed; never to be changed: copy it. ``/root/installation``: what it said."""
    folder = workshop / "installed"
    with made_once(folder) as is_new:
        if is_new:
            root = bare_root.copy(folder)
            said = root.install(package).stdout
            root.path("/root/installation").write_text(said, encoding="utf-8")
    return CleanRoot(folder)


@pytest.fixture
def own_root(installed_root: CleanRoot, tmp_path: Path) -> Iterator[CleanRoot]:
    """An `installed_root` of the test's own, gone after it."""
    with installed_root.copied(tmp_path / "debian") as root:
        yield root


@pytest.fixture(scope="session")
def unpacked(workshop: Path, package: Path) -> Path:
    """The package's files, and its control files in ``DEBIAN``."""
    folder = workshop / "unpacked"
    with made_once(folder) as is_new:
        if is_new:
            subprocess.run(["/usr/bin/dpkg-deb", "--raw-extract", package, folder], check=True)
    return folder
