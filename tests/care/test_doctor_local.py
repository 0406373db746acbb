"""What the doctor finds on the machine itself: files, credentials, days, the ledger."""

from __future__ import annotations

import json
import os
import sqlite3
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from syncd.care.doctor import time_and_days
from syncd.care.doctor.credentials import certificate, check_credentials, expiry_of
from syncd.care.doctor.files import configuration_file, ledger_folder, secrets_folder
from syncd.care.doctor.findings import Finding, Level
from syncd.care.doctor.ledger import disk, holders, looked_through
from syncd.care.doctor.time_and_days import check_calendar, check_zone
from syncd.config import Secrets, load
from syncd.ledger.passes import begin_pass
from tests.cli.town import CONFIGURATION, Town
from tests.passes.towns import Town as Passing

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def wrong(found: Iterable[Finding]) -> list[str]:
    return [one.words for one in found if one.level is Level.WRONG]


def test_a_configuration_that_everybody_may_change(tmp_path: Path) -> None:
    file = tmp_path / "syncd.toml"
    file.touch()
    file.chmod(0o644)
    assert wrong(configuration_file(file)) == []
    file.chmod(0o666)
    assert wrong(configuration_file(file)) == ["every user may change it (mode 0666)"]


def test_a_secret_that_everybody_may_read(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("canary")
    (tmp_path / "token").chmod(0o644)
    tmp_path.chmod(0o700)
    (one,) = secrets_folder(tmp_path)
    assert (one.subject, one.level) == (str(tmp_path / "token"), Level.WRONG)
    assert one.action == f"chmod 0600 {tmp_path / 'token'}"
    assert "canary" not in str(one)


def test_a_folder_of_secrets_that_is_not_there_or_open_to_all(tmp_path: Path) -> None:
    assert wrong(secrets_folder(tmp_path / "gone")) == ["the folder of secrets is not there"]
    tmp_path.chmod(0o777)
    assert wrong(secrets_folder(tmp_path)) == ["every user may put secrets there (mode 0777)"]


def test_a_ledger_that_others_may_read_and_a_folder_that_others_may_write(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    ledger.touch()
    ledger.chmod(0o644)
    tmp_path.chmod(0o777)
    assert wrong(ledger_folder(ledger)) == [
        "every user may write there (mode 0777)", "other users may read the ledger (mode 0644)",
    ]  # fmt: skip


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another user")
def test_a_ledger_that_somebody_has_left_as_root(tmp_path: Path) -> None:
    """The classic: a command was run with sudo, and now the service cannot write."""
    ledger = tmp_path / "ledger.db"
    ledger.touch(mode=0o600)
    os.chown(ledger, 65534, -1)
    (one,) = [each for each in ledger_folder(ledger) if each.level is Level.WRONG]
    assert one.action == f"chown --reference={tmp_path} {ledger}"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_this_user_may_not_write(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert wrong(ledger_folder(tmp_path / "ledger.db")) == ["this user may not write there"]


def token(until: datetime) -> str:
    claims = urlsafe_b64encode(json.dumps({"exp": until.timestamp()}).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJub25lIn0.{claims}.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("plain", "it is there"),
        (token(NOW + timedelta(days=300)), "valid until"),
        (token(NOW + timedelta(days=3)), "expires on 28/11/2026, in 3 days"),
        (token(NOW - timedelta(days=1)), "expired on 24/11/2026"),
        (None, "was not found"),
    ],
)
def test_a_credential_is_there_and_does_not_end_soon(tmp_path: Path, value: str | None, words: str) -> None:
    """Whatever names it: here an adapter's table. The value itself is never shown."""
    town = Town(tmp_path).write()
    text = town.configuration.read_text() + 'password_secret = "portal-token"\n'
    town.configuration.write_text(text, encoding="utf-8")
    if value is not None:
        (tmp_path / "portal-token").write_text(value)
        (tmp_path / "portal-token").chmod(0o600)
    (one,) = check_credentials(load(town.configuration), Secrets(tmp_path, None), NOW)
    assert words in one.words
    assert (one.level is Level.OK) == (words in ("it is there", "valid until"))
    assert value is None or value not in str(one)


def test_a_credential_of_systemd_cannot_be_seen_from_outside_and_that_is_no_fault(tmp_path: Path) -> None:
    town = Town(tmp_path).write()
    text = town.configuration.read_text() + 'password_secret = "portal-token"\n'
    town.configuration.write_text(text, encoding="utf-8")
    (one,) = check_credentials(load(town.configuration), Secrets(None, None), NOW)
    assert one.level is Level.NOTE


@pytest.mark.parametrize("text", ["a.b", "a.b.c", "a.e30.c", "a.W10.c", "a.eyJleHAiOiJ4In0.c", "..", "a.////.c"])
def test_what_is_no_token_has_no_end(text: str) -> None:
    assert expiry_of(text) is None


def test_a_client_certificate_that_ends_soon(tmp_path: Path) -> None:
    file = tmp_path / "client.pem"
    soon = trustme.CA().issue_cert("syncd@city.example", not_after=NOW + timedelta(days=10))
    soon.private_key_and_cert_chain_pem.write_to_path(file)
    assert certificate(file, NOW).words == "expires on 05/12/2026, in 10 days"
    assert certificate(file, NOW + timedelta(days=11)).words == "expired on 05/12/2026"
    file.write_text("nothing")
    assert certificate(file, NOW).level is Level.WRONG


def test_time_zone_data(monkeypatch: pytest.MonkeyPatch) -> None:
    assert wrong(check_zone(NOW)) == []
    monkeypatch.setattr(time_and_days, "ZONE", "Asia/Nowhere")
    assert wrong(check_zone(NOW)) == ["its data is not installed"]
    monkeypatch.setattr(time_and_days, "ZONE", "Asia/Tokyo")
    assert wrong(check_zone(NOW)) == ["UTC9:00:00, not +7"]


def test_a_year_whose_days_off_are_not_official_yet(tmp_path: Path) -> None:
    """The register of the Office is believed; in December the next year is looked at as well."""
    town = Town(tmp_path).write()
    configuration = load(town.configuration)
    assert wrong(check_calendar(configuration, NOW)) == []
    (one,) = check_calendar(configuration, NOW + timedelta(days=4000))
    assert one.level is Level.WRONG
    found = list(check_calendar(configuration, datetime(2027, 12, 15, tzinfo=UTC)))
    assert [each.subject for each in found] == ["2027", "2028"]
    (tmp_path / "days.csv").write_text("Ngày,Làm việc,Lý do\n2037,,Quyết định\n", encoding="utf-8")
    town.write(head=CONFIGURATION + '[publication]\nunit = "H26"\ncalendar = "days.csv"\n')
    assert wrong(check_calendar(load(town.configuration), NOW + timedelta(days=4000))) == []


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = tmp_path / "ledger.db"
    ledger.touch()
    assert disk(ledger).level is Level.OK
    monkeypatch.setattr("syncd.care.doctor.ledger.SPARE", 1 << 60)
    assert disk(ledger).level is Level.WRONG


def test_a_damaged_file_and_one_that_is_too_large_to_look_through(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    with closing(sqlite3.connect(ledger)) as connection, connection:
        connection.execute("CREATE TABLE t (x)")
        connection.executemany("INSERT INTO t VALUES (?)", [("x" * 100,)] * 20_000)
    assert looked_through(ledger).level is Level.OK
    assert looked_through(ledger, limit=-1.0).level is Level.NOTE
    content = ledger.read_bytes()
    ledger.write_bytes(content[:8192] + b"\xff" * 8192 + content[16384:])
    assert looked_through(ledger).level is Level.WRONG
    ledger.write_bytes(b"not a database at all" * 100)
    assert looked_through(ledger).level is Level.WRONG


def test_two_machines_on_one_file(town: Passing) -> None:
    def held(pair: str, holder: str) -> None:
        town.ledger.write_now(
            begin_pass, pair=pair, holder=holder, now=town.now, actor="t", stale_after=timedelta(hours=1)
        )

    held("one", "here/1")
    assert wrong(holders(town.ledger, "x", lambda _: False, is_file=True)) == []
    held("two", "there/1")
    assert wrong(holders(town.ledger, "x", lambda _: False, is_file=True)) == [
        "several machines write to one file: here/1, there/1"
    ]
    assert wrong(holders(town.ledger, "x", lambda _: False, is_file=False)) == []
    found = list(holders(town.ledger, "x", lambda holder: holder == "there/1", is_file=True))
    assert [one.level for one in found] == [Level.NOTE, Level.OK]
