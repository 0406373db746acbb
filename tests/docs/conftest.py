"""The worlds in which the pages are followed, each made once for a module, and only where a page needs it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.cli.town import CONFIGURATION, Town
from tests.deploy.boot.machine import booted, why_not
from tests.deploy.building import READ
from tests.deploy.conftest import package, sources, workshop
from tests.docs.checkout import Checkout
from tests.docs.pages import ROOT
from tests.docs.practice_city import PracticeCity
from tests.docs.server import Server, packages_of
from tests.docs.shared_ledger import SharedLedger

__all__ = ["package", "sources", "workshop"]


@pytest.fixture(scope="session")
def built(request: pytest.FixtureRequest) -> Path:
    """The package: the one that SYNCD_TEST_PACKAGE names, else this checkout's, built now."""
    given = os.environ.get("SYNCD_TEST_PACKAGE")
    found: Path = Path(given) if given else request.getfixturevalue("package")
    return found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Server]:
    missing = why_not()
    if missing:
        pytest.skip(f"a server to follow the pages on needs root and systemd-nspawn: {missing}")
    folder = tmp_path_factory.mktemp("server")
    packages = packages_of(request.getfixturevalue("built"), folder / "packages")
    desk = folder / "machine"
    desk.mkdir()
    with booted(desk, checkout=ROOT, packages=packages) as machine:
        world = Server(machine)
        world.furnish(packages)
        yield world


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeCity]:
    world = PracticeCity(tmp_path_factory.mktemp("practice"))
    try:
        yield world
    finally:
        world.close()


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Checkout:
    folder = tmp_path_factory.mktemp("checkout")
    for name in (*READ, "pyproject.toml"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        copy(ROOT / name, folder / name)
    (folder / "dist").mkdir()
    shutil.copy(built, folder / "dist")
    return Checkout(folder)


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory: pytest.TempPathFactory, postgresql_cluster: str) -> Iterator[SharedLedger]:
    name = f"syncd_pages_{os.getpid()}"
    with psycopg.connect(postgresql_cluster, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    url = postgresql_cluster.rpartition("/")[0] + f"/{name}"
    town = Town(tmp_path_factory.mktemp("town")).write(head=CONFIGURATION.replace("sqlite:///ledger.db", url))
    yield SharedLedger(url, town.folder)
    with psycopg.connect(postgresql_cluster, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
