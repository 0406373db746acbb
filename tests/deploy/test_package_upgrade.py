"""Upgrades with a ledger, upgrades that fail, removal and purge, in a clean Debian."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from tests.deploy.building import CHECKOUT
from tests.deploy.debian import CleanRoot, made_once

pytestmark = pytest.mark.timeout(900)
PYTHON = "/usr/lib/syncd/bin/python3"
LEDGER = "/var/lib/syncd/syncd.db"
URL = f"sqlite:///{LEDGER}"
HUE = "/var/lib/syncd/hue/syncd.db"
SETTINGS = "/etc/syncd/syncd.toml"
MIGRATE = "/usr/lib/syncd/migrate"
WANTS = "/etc/systemd/system/multi-user.target.wants"
FORMER = "0.0.1"
FORBID = "CREATE TRIGGER no BEFORE UPDATE ON alembic_version BEGIN SELECT RAISE(ABORT, 'not today'); END"
MAKE_OLDER = """
import sys
import sqlalchemy as sa
from alembic import command
from syncd.ledger import migrating, schema
engine = schema.make_engine(schema.parse(sys.argv[1]), schema.Access.SCHEMA)
with schema._alone(schema.parse(sys.argv[1]), "here"), engine.begin() as connection:
    config = migrating.configuration(schema.migrations_folder())
    config.attributes["connection"] = connection
    command.upgrade(config, sys.argv[2])
    connection.exec_driver_sql("CREATE TABLE kept_by_the_test (word TEXT)")
    connection.exec_driver_sql("INSERT INTO kept_by_the_test VALUES ('còn nguyên')")
"""
ASK = "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchall())"
TELL = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()"
REVISIONS = [one.revision for one in ScriptDirectory(str(CHECKOUT / "migrations")).walk_revisions()]
HEAD, BEFORE = REVISIONS[0], REVISIONS[1]
MADE_BY_DPKG = re.compile(
    r"/var/lib/dpkg/|/var/log/(dpkg|alternatives)|/var/cache/(man|ldconfig|debconf)|/root/|/etc/(passwd|group|g?shadow)-?$"
    r"|/etc/\.pwd\.lock|/etc/sub[ug]id"
)


@pytest.fixture(scope="session")
def former_root(workshop: Path, installed_root: CleanRoot, unpacked: Path) -> CleanRoot:
    """A former version in use: settings edited, a ledger with the schema before this one's and a row of its own."""
    folder = workshop / "former"
    with made_once(folder) as is_new:
        if is_new:
            root = installed_root.copy(folder)
            root.install(former_package(unpacked, workshop / f"syncd_{FORMER}.deb"))
            edit(root.path(SETTINGS), 'interval = "15m"', 'interval = "20m"')
            root.as_service(PYTHON, "-c", MAKE_OLDER, URL, BEFORE)
    return CleanRoot(folder)


def former_package(unpacked: Path, target: Path) -> Path:
    """The same files under a lower version, as the package of a former release."""
    control = unpacked / "DEBIAN/control"
    now = control.read_text(encoding="utf-8")
    control.write_text(re.sub(r"(?m)^Version: .*$", f"Version: {FORMER}", now), encoding="utf-8")
    command = ["/usr/bin/dpkg-deb", "-Znone", "--root-owner-group", "--build", str(unpacked), str(target)]
    subprocess.run(command, check=True, capture_output=True)
    control.write_text(now, encoding="utf-8")
    return target


@pytest.fixture
def lived_in(former_root: CleanRoot, tmp_path: Path) -> Iterator[CleanRoot]:
    """A `former_root` of the test's own, gone after it."""
    with former_root.copied(tmp_path / "debian") as root:
        yield root


def edit(file: Path, old: str, new: str) -> None:
    """Change a text that must be there."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def rows(root: CleanRoot, question: str, ledger: str = LEDGER) -> str:
    return root.as_service(PYTHON, "-c", ASK, ledger, question).stdout.strip()


def revision(root: CleanRoot, ledger: str = LEDGER) -> str:
    return rows(root, "SELECT version_num FROM alembic_version", ledger)


def test_an_upgrade_backs_up_the_ledger_of_every_city_and_brings_it_along(lived_in: CleanRoot, package: Path) -> None:
    settings = lived_in.path(SETTINGS).read_text(encoding="utf-8")
    lived_in.path("/etc/syncd/hue.toml").write_text(settings.replace(LEDGER, HUE), encoding="utf-8")
    enable(lived_in, "syncd@hue.service", "/usr/lib/systemd/system/syncd@.service")
    lived_in.as_service("mkdir", "/var/lib/syncd/hue")
    lived_in.as_service("cp", LEDGER, HUE)
    lived_in.said("chgrp", "syncd", "/etc/syncd/hue.toml")

    said = lived_in.install(package).stdout
    for name, ledger in (("syncd", LEDGER), ("hue", HUE)):
        backup = re.search(rf"the ledger of /etc/syncd/{name}.toml is backed up: (\S+)$", said, re.MULTILINE)
        assert backup, said
        assert Path(backup[1]).parent == Path(ledger).parent / "backups"
        assert f"schema {BEFORE}" in lived_in.as_service("syncd", "database", "check", backup[1]).stdout
        assert revision(lived_in, ledger) == f"[('{HEAD}',)]"
        assert rows(lived_in, "SELECT word FROM kept_by_the_test", ledger) == "[('còn nguyên',)]"
    assert 'interval = "20m"' in lived_in.path(SETTINGS).read_text(encoding="utf-8")
    assert lived_in.said("stat", "--format", "%A %U:%G", LEDGER) == "-rw------- syncd:syncd\n"
    assert not list(lived_in.path("tmp").iterdir()), "secrets were left behind"


def enable(root: CleanRoot, name: str, unit: str) -> None:
    """What ``systemctl enable`` leaves."""
    wants = root.path(WANTS)
    wants.mkdir(parents=True, exist_ok=True)
    (wants / name).symlink_to(unit)


def test_an_upgrade_that_fails_loses_nothing_and_says_what_to_do(lived_in: CleanRoot, package: Path) -> None:
    lived_in.as_service(PYTHON, "-c", TELL, LEDGER, FORBID)
    done = lived_in.install(package, check=False)
    assert done.returncode == 1
    backup = re.search(r"is backed up: (\S+)$", done.stdout, re.MULTILINE)
    assert backup, done.stdout
    assert "could NOT be brought to this version's schema" in done.stdout
    assert "to try again:  dpkg --configure syncd" in done.stdout
    restore = f"syncd database restore --replace --config {SETTINGS} {backup[1]}"
    assert f"runuser -u syncd -- {restore}" in done.stdout
    assert "Traceback" not in done.stdout
    assert revision(lived_in) == f"[('{BEFORE}',)]"

    lived_in.as_service(*restore.split())
    lived_in.as_service(PYTHON, "-c", TELL, LEDGER, "DROP TRIGGER no")
    lived_in.said("dpkg", "--configure", "syncd")
    assert revision(lived_in) == f"[('{HEAD}',)]"
    assert rows(lived_in, "SELECT word FROM kept_by_the_test") == "[('còn nguyên',)]"


def test_what_cannot_be_migrated_is_left_as_it_is_and_said(lived_in: CleanRoot) -> None:
    settings = lived_in.path(SETTINGS)
    right = settings.read_text(encoding="utf-8")
    settings.write_text(right + "\n[unknown]\n", encoding="utf-8")
    said = lived_in.said(MIGRATE, SETTINGS)
    assert f"this version refuses {SETTINGS}" in said
    assert "unknown" in said
    assert revision(lived_in) == f"[('{BEFORE}',)]"

    settings.write_text(right.replace(LEDGER, "/nowhere/syncd.db"), encoding="utf-8")
    assert lived_in.said(MIGRATE, SETTINGS) == ""

    settings.write_text(right, encoding="utf-8")
    lived_in.as_service(PYTHON, "-c", TELL, LEDGER, "UPDATE alembic_version SET version_num = 'from-tomorrow'")
    assert "was written by a newer syncd" in lived_in.said(MIGRATE, SETTINGS)
    assert revision(lived_in) == "[('from-tomorrow',)]"

    lived_in.path(LEDGER).write_bytes(b"not a ledger at all" * 1000)
    done = lived_in.run(MIGRATE, SETTINGS, check=False)
    assert done.returncode == 1
    assert "cannot be asked" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_removal_keeps_state_and_settings_and_a_purge_nothing(bare_root: CleanRoot, lived_in: CleanRoot) -> None:
    lived_in.path("/var/log/syncd/mismatches.jsonl").write_text("{}\n")
    lived_in.path("/etc/syncd/secrets/portal-token").write_text("canary\n")
    enable(lived_in, "syncd.service", "/usr/lib/systemd/system/syncd.service")
    enable(lived_in, "syncdaemon.service", "/usr/lib/systemd/system/of-another.service")

    lived_in.said("dpkg", "--remove", "syncd")
    assert lived_in.path(LEDGER).is_file()
    assert lived_in.path(SETTINGS).is_file()
    assert not lived_in.path("/usr/lib/syncd").exists()

    lived_in.said("dpkg", "--purge", "syncd")
    left = {name for name in lived_in.files() - bare_root.files() if not MADE_BY_DPKG.search(name)}
    assert left == {f"{WANTS}/syncdaemon.service"}
    assert bare_root.files() - lived_in.files() == set()
    assert lived_in.said("getent", "passwd", "syncd"), "the user stays, so that its number is never given to another"
