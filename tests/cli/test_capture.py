"""`syncd capture`: a case to be mailed, without secrets and people, that shows a developer the same mismatches."""

from __future__ import annotations

import asyncio
import json
import tomllib
import unicodedata
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from loopback.catalogue import Catalogue, generate
from loopback.opencps import BASE, Access, OpenCpsState, opencps_app
from loopback.run import running
from tests.cli.program import Said, syncd
from tests.cli.town import EXPECTED, Town

PASSWORD = "Mật-khẩu+của/Sở=2026"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJoYW5vaSJ9.c2lnbmF0dXJlLW9mLWl0"
CITIZEN = {
    "applicantName": "Phạm Thị Ngọc Diệp",
    "contactTelNo": "0987 654 321",
    "contactEmail": "ngoc.diep@thudientu.example",
    "identityNo": "001188012345",
    "address": "12 ngõ 34 phố Đội Cấn",
    "birthDate": "02/09/1988",
}
NOTE = "Người liên hệ: Phạm Thị Ngọc Diệp, CCCD 001188012345, điện thoại 0987654321, ngoc.diep@thudientu.example."
PLANTED = [*CITIZEN.values(), "0987654321", PASSWORD, TOKEN, "một-tài-khoản", "s3cr3t-of-a-cookie"]


def forms_of(text: str) -> Iterator[bytes]:
    """A text as it may stand in a file: composed, decomposed, with JSON's escapes, in Base64."""
    for form in (text, unicodedata.normalize("NFD", text)):
        yield form.encode()
        yield json.dumps(form)[1:-1].encode()
        yield json.dumps(json.dumps(form)[1:-1])[1:-1].encode()
    yield b64encode(text.encode()).rstrip(b"=")[:-1]


def contents(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def only(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def mismatches(folder: Path) -> set[tuple[str, str, str]]:
    said = syncd("mismatches", "--format", "json", folder=folder)
    assert said.status in (0, 3), said.err
    return {(row["kind"], row["code"] or row["local_code"], row["state"]) for row in said.rows}


def played(case: Path, folder: Path) -> Path:
    """A developer's folder: the case, and the configuration that is in it."""
    folder.mkdir()
    (folder / case.name).write_bytes(case.read_bytes())
    (folder / "syncd.toml").write_bytes(contents(case)["syncd.toml"])
    return folder


def captured(town: Town, *more: str) -> Said:
    return syncd("capture", "--pair", "ha-noi", "--output", "case", *more, folder=town.folder)


def test_a_developer_sees_the_mismatches_of_the_case(town: Town, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert syncd("observe", "--grace", "0", folder=town.folder).status == 3
    ledger = (town.folder / "ledger.db").read_bytes()
    said = captured(town)
    assert (said.status, said.err) == (3, "")
    assert (town.folder / "ledger.db").read_bytes() == ledger, "the ledger is not touched"
    case = only(town.folder / "case")
    assert str(case.name) in said.out.splitlines()[0]
    bench = played(case, tmp_path_factory.mktemp("bench") / "here")
    assert syncd("check", folder=bench).status == 0
    assert syncd("observe", "--grace", "0", folder=bench).status == 3
    assert mismatches(bench) == mismatches(town.folder)
    assert {(kind, code) for kind, code, _ in mismatches(bench)} >= {one for one in EXPECTED if one[0] != "x"}


def test_one_side_alone_is_captured_and_the_other_is_named_by_the_developer(town: Town) -> None:
    said = captured(town, "--side", "city")
    assert (said.status, said.err) == (0, "")
    assert [line.split()[0] for line in said.out.splitlines()[1:3]] == ["city", "removed"]
    parts = contents(only(town.folder / "case"))
    assert "portal.jsonl" not in parts
    table = tomllib.loads(parts["syncd.toml"].decode())
    assert "This side was not captured" in parts["syncd.toml"].decode()
    assert table["pairs"][0]["city"]["side"] == "city"
    told = json.loads(parts["manifest.json"])["sides"]["city"]
    assert (told["level"], told["proof"]["verdict"], told["proof"]["counted"]) == ("wall", "whole", 5)


def test_a_side_that_is_not_whole_is_captured_with_its_reasons(town: Town) -> None:
    (town.folder / "city.csv").write_text("Mã TTHC,Tên TTHC,Tình trạng,Cơ quan\n", encoding="utf-8")
    said = captured(town)
    assert said.status == 4
    case = contents(only(town.folder / "case"))
    (reason, *_) = json.loads(case["manifest.json"])["sides"]["city"]["proof"]["reasons"]
    assert "no rows" in reason
    assert reason in said.out


def test_a_case_never_replaces_anything_and_leaves_nothing_beside_it(town: Town) -> None:
    folder = town.folder / "case"
    folder.mkdir()
    (folder / "letter.txt").write_text("mine")
    assert captured(town).status == 3
    assert (folder / "letter.txt").read_text() == "mine"
    assert sorted(one.suffix for one in folder.iterdir()) == [".txt", ".zip"]


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("--pair", "hue", "--output", "case"), 2, "no pair 'hue'"),
        (("--pair", "ha-noi"), 2, "--output"),
        (("--pair", "ha-noi", "--output", "case", "--side", "documents"), 2, "portal"),
        (("--pair", "ha-noi", "--output", "syncd.toml"), 1, "File exists"),
    ],
)
def test_wrong_usage_is_told(town: Town, arguments: tuple[str, ...], status: int, words: str) -> None:
    said = syncd("capture", *arguments, folder=town.folder)
    assert said.status == status
    assert words in " ".join(said.err.replace("│", " ").split())


def spoiled(app: web.Application) -> web.Application:
    """A city's system that tells about a citizen in every row, and about credentials in passing."""

    @web.middleware
    async def tell(request: web.Request, handler: Any) -> web.StreamResponse:
        answer = await handler(request)
        body = json.loads(answer.body) if answer.body.startswith(b"{") else {}
        for row in body.get("data", []):
            row |= CITIZEN | {"serviceInstruction": NOTE, "fileTemplates": json.dumps({"owner": {"note": NOTE}})}
        told = {"access_token": TOKEN, "userName": "một-tài-khoản", "echo": dict(request.headers), "debug": TOKEN}
        headers = {"Set-Cookie": "sid=s3cr3t-of-a-cookie", "X-Token": TOKEN}
        return web.json_response(body | told, headers=headers)

    app.middlewares.append(tell)
    return app


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return generate(seed=7, size=600)


async def test_no_secret_and_no_citizen_is_in_the_case(
    town: Town, catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The whole capture is looked through, in every form in which a text may stand in it; what it plays is the same."""
    secrets = town.folder / "secrets"
    secrets.mkdir(mode=0o700)
    (secrets / "opencps-password").write_text(PASSWORD, encoding="utf-8")
    (secrets / "opencps-password").chmod(0o600)
    access = Access(username="một-tài-khoản", password=PASSWORD)
    async with running(spoiled(opencps_app(OpenCpsState(catalogue), access=access))) as url:
        head, _, _ = town.configuration.read_text(encoding="utf-8").partition("[pairs.city]")
        side = {
            "adapter": "opencps",
            "base_url": f"{url}{BASE}",
            "group_id": access.group_id,
            "basic_user": access.username,
            "basic_password_secret": "opencps-password",
            "requests_per_second": 1000,
        }
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in side.items()]
        town.configuration.write_text(
            "\n".join(['[secrets]\nfolder = "secrets"', head, "[pairs.city]", *lines]), encoding="utf-8"
        )
        said = await asyncio.to_thread(captured, town)
    assert (said.status, said.err) == (3, "")
    case = only(town.folder / "case")
    for name, content in contents(case).items():
        for text in PLANTED:
            assert not [form for form in forms_of(text) if form in content], (name, text)
        assert url.removeprefix("http://").encode() not in content, "nor where the system is"
    removed = next(line for line in said.out.splitlines() if line.startswith("removed"))
    assert all(kind in removed for kind in ("person", "phone", "email", "id", "address", "birth", "secret", "account"))
    bench = played(case, tmp_path_factory.mktemp("bench") / "here")
    assert (await asyncio.to_thread(syncd, "observe", "--grace", "0", folder=bench)).status == 3
    again = await asyncio.to_thread(syncd, "observe", "--grace", "0", "--format", "json", folder=bench)
    observed = json.loads(contents(case)["manifest.json"])["observed"]
    assert again.rows[0]["verdict"] == observed["verdict"]
    assert again.rows[0]["city"]["records"] == len(catalogue.city)
    assert {name: again.rows[0][name] for name in ("in_sync", "mismatched")} == {
        name: observed["counts"][name] for name in ("in_sync", "mismatched")
    }
