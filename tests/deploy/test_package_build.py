"""What `deploy/package/build` makes: the same bytes everywhere, and nothing of the machine that built them."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from tests.deploy.building import CHECKOUT, EPOCH, build_package, copy_sources
from tests.deploy.test_package_lock import pins

pytestmark = pytest.mark.timeout(900)
UNCHECKED = b"\x01\x00\x00\x00"
"""The flags of compiled code that is trusted without a look at its source (PEP 552)."""


@pytest.fixture(scope="module")
def members(package: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tarfile.TarInfo]:
    """The package's files as dpkg will unpack them."""
    tar = tmp_path_factory.mktemp("members") / "data.tar"
    with tar.open("wb") as file:
        subprocess.run(["/usr/bin/dpkg-deb", "--fsys-tarfile", package], stdout=file, check=True)
    with tarfile.open(tar) as archive:
        return archive.getmembers()


def test_another_folder_clock_and_umask_make_the_same_bytes(package: Path, sources: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "somewhere else" / "syncd"
    shutil.copytree(sources, elsewhere)
    again = build_package(elsewhere, tmp_path / "again", umask=0o077, TZ="Asia/Tokyo", LANG="C", HOME=str(tmp_path))
    assert {file.name: digest(file) for file in again.parent.iterdir()} == {
        file.name: digest(file) for file in package.parent.iterdir()
    }


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_nothing_of_the_building_machine_is_inside(unpacked: Path, sources: Path) -> None:
    traces = [
        b"syncd-package-",
        str(CHECKOUT).encode(),
        str(sources).encode(),
        b"/home/",
        str(Path.home()).encode() + b"/",
    ]
    own = [file for file in (unpacked / "usr").rglob("*") if file.is_file() and "site-packages" not in file.parts]
    own += [file for file in unpacked.glob("usr/lib/syncd/**/syncd*/**/*") if file.is_file()]
    assert len(own) > 100
    assert [(file, trace) for file in own for trace in traces if trace in content(file)] == []
    compiled = [file for file in unpacked.rglob("*.pyc")]
    assert [file for file in compiled if b"syncd-package-" in file.read_bytes()] == []
    assert not list(unpacked.rglob("direct_url.json"))


def content(file: Path) -> bytes:
    return gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()


def test_no_secret_is_inside(members: list[tarfile.TarInfo]) -> None:
    names = [one.name for one in members]
    assert [name for name in names if re.search(r"(?i)(^|/)(\.env|\.git|.*\.key|id_rsa.*|secrets/.+)$", name)] == []
    assert [name for name in names if re.search(r"\.(db|db-wal|log|xlsx)$", name)] == []


def test_all_code_is_compiled_and_trusted_without_a_look(unpacked: Path) -> None:
    packages = next(unpacked.glob("usr/lib/syncd/lib/*/site-packages"))
    compiled = [file for file in packages.rglob("*.pyc")]
    assert len(compiled) > 1000
    assert [file for file in compiled if file.read_bytes()[4:8] != UNCHECKED] == []
    modules = [file for file in (packages / "syncd").rglob("*.py") if "_migrations" not in file.parts]
    assert [file for file in modules if not list(file.parent.glob(f"__pycache__/{file.stem}.*.pyc"))] == []


def test_modes_owners_and_ages(members: list[tarfile.TarInfo]) -> None:
    assert {(one.uname, one.gname, one.uid, one.gid) for one in members} == {("root", "root", 0, 0)}
    assert {one.mtime for one in members} == {int(EPOCH)}
    closed = {one.name: one.mode & 0o7777 for one in members if not one.issym() and not one.mode & 0o004}
    assert closed == {"./etc/syncd/": 0o750, "./etc/syncd/syncd.toml": 0o640} or closed == {
        "./etc/syncd": 0o750,
        "./etc/syncd/syncd.toml": 0o640,
    }
    assert [one.name for one in members if not one.issym() and one.mode & 0o7022] == []
    programs = {one.name for one in members if one.isfile() and one.mode & 0o111}
    assert programs == {f"./usr/lib/syncd/{name}" for name in ("bin/syncd", "as-service", "migrate", "schema-state")}


def test_every_file_is_what_its_distribution_recorded(unpacked: Path) -> None:
    packages = next(unpacked.glob("usr/lib/syncd/lib/*/site-packages"))
    wrong = []
    for record in packages.glob("*.dist-info/RECORD"):
        for line in record.read_text(encoding="utf-8").splitlines():
            name, _, rest = line.strip('"').partition(",sha256=")
            if rest and recorded(packages / name.strip('"')) != rest.split(",")[0]:
                wrong.append(name)
    assert wrong == []


def recorded(file: Path) -> str:
    if not file.is_file():
        return "not there"
    return base64.urlsafe_b64encode(hashlib.sha256(file.read_bytes()).digest()).rstrip(b"=").decode()


def test_the_bill_of_materials_names_every_distribution_of_the_lock(package: Path, unpacked: Path) -> None:
    bill = json.loads(package.with_suffix(".cdx.json").read_text(encoding="utf-8"))
    assert bill["bomFormat"] == "CycloneDX"
    named = {one["purl"] for one in bill["components"]}
    assert named == {f"pkg:pypi/{name}@{version}" for name, (version, _) in pins("packaged").items()}
    assert bill["metadata"]["component"]["name"] == "syncd"
    inside = json.loads(content(unpacked / "usr/share/doc/syncd/sbom.cdx.json.gz"))
    assert inside == bill


def test_every_unit_of_the_checkout_is_there_and_starts_what_is_there(unpacked: Path, sources: Path) -> None:
    folder = sources / "deploy" / "systemd"
    units = [file for file in folder.rglob("*") if file.is_file() and file.suffix not in (".py", ".md")]
    assert units
    for unit in units:
        packaged = unpacked / "usr/lib/systemd/system" / unit.relative_to(folder)
        assert packaged.read_bytes() == unit.read_bytes()
        for program in re.findall(r"^Exec\w+=[-+!:@]*(/usr/\S+)", unit.read_text(encoding="utf-8"), re.MULTILINE):
            assert (unpacked / program.lstrip("/")).exists() or not program.startswith("/usr/bin/syncd"), program


def test_the_licence_of_every_distribution_is_told(unpacked: Path) -> None:
    told = (unpacked / "usr/share/doc/syncd/copyright").read_text(encoding="utf-8")
    names = {canonicalize_name(name) for name in re.findall(r"^License: (\S+)$", told, re.MULTILINE)}
    assert names == {*pins("packaged"), "syncd"}
    assert "see its own text" not in told or "Its text:" in told


def test_lintian_finds_nothing_that_is_not_explained(package: Path) -> None:
    lintian = shutil.which("lintian")
    if lintian is None:
        pytest.skip("lintian is not installed (apt install lintian)")
    command = [lintian, "--fail-on", "error,warning", "--tag-display-limit", "0", "--allow-root", str(package)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout


def test_sources_without_an_age_are_refused_in_one_sentence(tmp_path: Path) -> None:
    sources = copy_sources(tmp_path / "sources")
    environment = {key: value for key, value in os.environ.items() if key != "SOURCE_DATE_EPOCH"}
    environment["GIT_CEILING_DIRECTORIES"] = str(tmp_path)
    command = [str(sources / "deploy/package/build"), "--output", str(tmp_path / "out")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert "set SOURCE_DATE_EPOCH" in done.stderr
    assert "Traceback" not in done.stderr
