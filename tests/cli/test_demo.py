"""`syncd demo`: what a newcomer sees, with an empty home and nothing set up."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from aiohttp import ClientSession, CookieJar
from sqlalchemy.orm import Session

from syncd.ledger import open_ledger
from syncd.ledger.audit_proof import verify_chain
from syncd.ledger.tables import MISMATCH_EVENTS, MISMATCHES
from syncd.ledger.tables_desk import COMMENTS, MISMATCH_WORK, USERS
from syncd.records.roles import Role
from tests.cli.program import command, environment, syncd

BOTH = {"ha-noi", "ha-noi-export"}
ANY = ("--listen", "127.0.0.1:0", "--desk-listen", "127.0.0.1:0", "--size", "600")
LIMIT = 180
"""Seconds. The week before takes a few; machines that run all tests are slow."""


def pairs_of(written: Path) -> set[str]:
    """The pairs that the mismatch log speaks of, in the lines that are whole."""
    whole = written.read_text("utf-8").rpartition("\n")[0]
    return {json.loads(line)["pair"] for line in whole.splitlines()}


def sign_ins(said: str) -> dict[str, str]:
    """Login → password, as the terminal shows them."""
    return dict(re.findall(r"^\s+([a-z.]+)\s+((?:[a-z2-9]{5}-){3}[a-z2-9]{5})\s", said, re.MULTILINE))


def folder_of(said: str) -> Path:
    """The new folder that the demo made for itself."""
    found = re.search(r"Log\s+(\S+)", said)
    assert found is not None
    return Path(found[1]).parent


async def walk_in(desk: str, login: str, password: str) -> dict[str, int]:
    """Sign in with what was printed; the status of some pages."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as client:
        async with client.get(f"{desk}sign-in") as door:
            token = re.search(r'name="csrf" value="([^"]+)"', await door.text())
        assert token is not None
        form = {"csrf": token[1], "login": login, "password": password}
        async with client.post(f"{desk}sign-in", data=form, allow_redirects=False) as answer:
            assert answer.status == 303
        statuses = {}
        for page in ("", "queue"):
            async with client.get(desk + page, allow_redirects=False) as shown:
                statuses[f"/{page}"] = shown.status
        return statuses


async def test_the_demo_opens_a_desk_that_is_alive_shows_mismatches_and_ends_with_control_c(tmp_path: Path) -> None:
    pipe, around = asyncio.subprocess.PIPE, environment(tmp_path, {"TMPDIR": str(tmp_path)})
    child = await asyncio.create_subprocess_exec(
        *command("demo", *ANY), cwd=tmp_path, env=around, stdout=pipe, stderr=pipe
    )
    assert child.stdout is not None
    seen: list[str] = []
    async with asyncio.timeout(LIMIT):
        while not any(line.startswith("suspected") for line in seen):
            seen.append((await child.stdout.readline()).decode())
            assert seen[-1], "the demo ended before it showed a mismatch"
        said = "".join(seen)
        address, desk = (re.search(rf"{title}\s+(http://\S+)", said) for title in ("Status", "Desk"))
        assert address is not None
        assert desk is not None
        async with ClientSession() as client:
            async with client.get(address[1]) as page:
                assert "Đối soát thủ tục hành chính" in await page.text()
            async with client.get(f"{address[1]}metrics") as page:
                assert 'syncd_mismatches_open{kind="missing_in_city",pair="ha-noi"' in await page.text()
            async with client.get(f"{address[1]}health") as page:
                assert (await page.json())["alive"] is True
        passwords = sign_ins(said)
        for login in ("quan.tri", "so.xay.dung"):
            assert await walk_in(desk[1], login, passwords[login]) == {"/": 200, "/queue": 200}
        home = folder_of(said)
        written = home / "mismatches.jsonl"
        while not pairs_of(written) >= BOTH:  # noqa: ASYNC110 - another program writes the file
            await asyncio.sleep(0.1)
        child.send_signal(signal.SIGINT)
        out, err = await child.communicate()
    assert (child.returncode, err.decode()) == (0, "")
    assert f"Everything is in {home}" in out.decode()
    assert home.parent == tmp_path
    lines = [json.loads(line) for line in written.read_text("utf-8").splitlines()]
    assert "suspected" in {line["state"] for line in lines}
    assert len({line["event_id"] for line in lines}) == len(lines)
    asked = syncd("mismatches", "--config", str(home / "syncd.toml"), "--format", "json", folder=tmp_path)
    assert {one["pair"] for one in asked.rows} >= BOTH
    remembers_a_week(home, passwords)
    keeps_its_secrets(home, passwords)
    goes_on(home, passwords)


def remembers_a_week(home: Path, passwords: dict[str, str]) -> None:
    """Mismatches that appeared, ended and were worked on over the days, by people of every role."""
    with open_ledger(f"sqlite:///{home / 'ledger.db'}") as ledger:

        def ask(wanted: sa.Select[tuple[object]]) -> list[object]:
            return ledger.read_now(lambda session: list(session.scalars(wanted)))

        events = Counter(str(one) for one in ask(sa.select(MISMATCH_EVENTS.c.event)))
        days = {one.date() for one in ask(sa.select(MISMATCH_EVENTS.c.at)) if isinstance(one, datetime)}
        kinds = set(ask(sa.select(MISMATCHES.c.kind)))
        roles = set(ask(sa.select(USERS.c.role)))
        logins = set(ask(sa.select(USERS.c.login)))
        authors = set(ask(sa.select(COMMENTS.c.author)))
        causes = set(ask(sa.select(MISMATCH_WORK.c.cause)))
        trail = ledger.read_now(verify_chain)
    assert {"found", "confirmed", "agreed", "gone", "waived", "waiver_ended"} <= events.keys()
    assert min(days) <= datetime.now(UTC).date() - timedelta(days=6)
    assert len(days) >= 5
    assert {"missing_in_city", "tally_differs", "end_date_rewritten"} <= kinds
    assert roles == set(Role)
    assert logins == set(passwords)
    assert authors <= logins
    assert len(authors) > 2
    assert {"draft_shown", "not_synchronised", "reorganised"} <= causes
    assert trail.first_break is None, trail.words


def keeps_its_secrets(home: Path, passwords: dict[str, str]) -> None:
    """The passwords stand in the folder's secrets, for its owner alone, and nowhere else."""
    kept = home / "secrets" / "desk-sign-ins"
    assert dict(line.split() for line in kept.read_text().splitlines()) == passwords
    assert {file.stat().st_mode & 0o777 for file in kept.parent.iterdir()} == {0o600}
    others = [file for file in home.iterdir() if file.is_file()]
    assert not any(password.encode() in file.read_bytes() for file in others for password in passwords.values())


def goes_on(home: Path, passwords: dict[str, str]) -> None:
    """A second start lives through nothing again, finds the two systems as they were left, and ends by itself."""
    ledger = home / "ledger.db"

    def known(session: Session) -> tuple[int, int]:
        """How many mismatches there are, and the newest event."""
        number = session.scalar(sa.select(sa.func.count()).select_from(MISMATCHES))
        return number or 0, session.scalar(sa.select(sa.func.max(MISMATCH_EVENTS.c.id))) or 0

    def moments(session: Session, after: int) -> list[datetime]:
        return list(session.scalars(sa.select(MISMATCH_EVENTS.c.at).where(MISMATCH_EVENTS.c.id > after)))

    with open_ledger(f"sqlite:///{ledger}") as opened:
        number, newest = opened.read_now(known)
    started = datetime.now(UTC)
    said = syncd("demo", *ANY, "--folder", str(home), "--seconds", "5", folder=home.parent)

    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines()[-1] == f"Stopped. Everything is in {home}"
    assert "Going on" in said.out
    assert "Living through" not in said.out
    assert sign_ins(said.out) == passwords
    with open_ledger(f"sqlite:///{ledger}") as opened:
        assert opened.read_now(known)[0] == number
        assert all(at >= started for at in opened.read_now(moments, newest)), "nothing happens in the past again"


def test_a_port_that_is_taken_is_one_line_at_once(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        for option, who, key in (("--listen", "", "daemon"), ("--desk-listen", "the desk ", "desk")):
            said = syncd("demo", *ANY, option, listen, "--seconds", "1", folder=tmp_path)
            assert (said.status, said.out) == (1, "")
            (line,) = said.lines
            assert line.startswith(f"syncd: {who}cannot listen on {listen}: ")
            assert line.endswith(f"(free the port or set [{key}] listen)")
