"""Mails go over TLS that verifies, to a server that may refuse, drop, fall silent or be somebody else."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from syncd.config.desk import MailConfig
from syncd.desk.notices import mail as mail_module
from syncd.desk.notices.mail import Mails, mails_of
from syncd.desk.notices.sending import NotSentError, Servers
from syncd.errors import ConfigurationError
from syncd.ledger.notices import Notice
from tests.desk.notices.servers import Mailbox, mail_server, who_may

AT = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
PASSWORD = "mat khau thu"


def notice(to: str = "lan@hanoi.example", **content: Any) -> Notice:
    given: dict[str, Any] = {"attempts": 0, "last_error": "", "next_try_at": AT, "sent_at": None, "given_up_at": None}
    content = content or {"language": "vi", "text": "Ba việc\n", "html": "<p>Ba việc</p>"}
    return Notice(id=1, key=to, kind="mail", target=to, subject="Bản tin", content=content, due_at=AT, **given)


def mails(port: int, security: str = "none", **settings: Any) -> Mails:
    given = {"server": "localhost", "sender": "syncd@hanoi.example", "port": port, "security": security, **settings}
    return mails_of(MailConfig(**given), lambda _name: PASSWORD, Path)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


def server_side(authority: trustme.CA, name: str = "localhost") -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    return context


async def refused(way: Mails, one: Notice) -> NotSentError:
    with pytest.raises(NotSentError) as caught:
        await way.send(one)
    await way.close()
    return caught.value


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_mail_goes_over_tls_after_signing_in(security: str, authority: trustme.CA, ca_file: Path) -> None:
    box, context = Mailbox(), server_side(authority)
    settings: dict[str, Any] = {"authenticator": who_may(box, PASSWORD.encode())}
    if security == "starttls":
        settings |= {"tls_context": context, "require_starttls": True, "auth_required": True}
    else:
        settings |= {"tls_first": context, "auth_require_tls": False}
    async with mail_server(box, **settings):
        way = mails(box.port, security, ca_file=ca_file, user="syncd", password_secret="mail")
        await way.send(notice())
        await way.close()
    assert (len(box.taken), set(box.logins)) == (1, {"syncd: yes"})


async def test_a_wrong_password_is_said_without_it(authority: trustme.CA, ca_file: Path) -> None:
    box = Mailbox()
    settings = {"authenticator": who_may(box, b"another"), "tls_context": server_side(authority)}
    async with mail_server(box, **settings):
        way = mails(box.port, "starttls", ca_file=ca_file, user="syncd", password_secret="mail")
        error = await refused(way, notice())
    assert "did not let us in (535)" in error.message
    assert "password_secret" in error.action
    assert PASSWORD not in f"{error} {way!r}"
    assert error.is_down


async def test_a_server_without_tls_gets_neither_mail_nor_password(ca_file: Path) -> None:
    box = Mailbox()
    async with mail_server(box, authenticator=who_may(box, PASSWORD.encode()), auth_require_tls=False):
        way = mails(box.port, "starttls", ca_file=ca_file, user="syncd", password_secret="mail")
        error = await refused(way, notice())
    assert "STARTTLS" in error.message
    assert (box.taken, box.logins) == ([], [])


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("who", ["another name", "another authority"])
async def test_a_server_that_is_not_who_it_should_be_gets_nothing(
    security: str, who: str, authority: trustme.CA, ca_file: Path
) -> None:
    context = server_side(authority, "other.example") if who == "another name" else server_side(trustme.CA())
    box = Mailbox()
    settings: dict[str, Any] = {"tls_context": context} if security == "starttls" else {"tls_first": context}
    async with mail_server(box, **settings):
        error = await refused(mails(box.port, security, ca_file=ca_file), notice())
    assert "is not who it should be" in error.message
    assert (error.is_down, box.taken) == (True, [])


@pytest.mark.parametrize(
    ("answers", "for_good", "said"),
    [
        ({"lan@hanoi.example": "550 no such user"}, True, "refused the recipient: 550 no such user"),
        ({"lan@hanoi.example": "450 greylisted"}, False, "refused the recipient: 450 greylisted"),
        ({"DATA": "554 looks like spam"}, True, "refused the mail: 554 looks like spam"),
        ({"DATA": "451 try later"}, False, "refused the mail: 451 try later"),
    ],
)
async def test_a_refusal_is_for_good_where_the_server_says_so(
    answers: dict[str, str], for_good: bool, said: str
) -> None:
    async with mail_server(Mailbox(answers=answers)) as box:
        error = await refused(mails(box.port), notice())
    assert (error.for_good, error.is_down, error.is_broken) == (for_good, False, False)
    assert said in error.message


async def test_after_a_refusal_the_same_connection_takes_the_next_mail() -> None:
    """Or a new one does: what matters is that the next mail is not lost with the refused one."""
    async with mail_server(Mailbox(answers={"gone@hanoi.example": "550 no"})) as box:
        way = mails(box.port)
        with pytest.raises(NotSentError):
            await way.send(notice("gone@hanoi.example"))
        await way.send(notice())
        await way.close()
    assert box.recipients == ["lan@hanoi.example"]


async def test_a_server_that_breaks_off_is_spoken_to_anew() -> None:
    async with mail_server(Mailbox(breaks=1)) as box:
        way = mails(box.port)
        with pytest.raises(NotSentError, match="broke the connection off") as caught:
            await way.send(notice())
        assert (caught.value.is_broken, caught.value.for_good) == (True, False)
        await way.send(notice())
        await way.close()
    assert (len(box.taken), box.connections) == (1, 2)


async def test_a_server_that_is_not_there_is_named(closed_port: int) -> None:
    error = await refused(mails(closed_port), notice())
    assert error.message == f"localhost:{closed_port} cannot be reached: Connection refused"
    assert error.is_down


@asynccontextmanager
async def talking(words: bytes, *, dripping: bool = False, heard: asyncio.Event | None = None) -> AsyncIterator[int]:
    """A server that says this and then nothing, or the same again and again. ``heard``: the mail has begun."""
    over = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(words)
        if heard is not None:
            await reader.readuntil(b"mail FROM")
            heard.set()
        while dripping and not over.is_set():
            try:
                await writer.drain()
                writer.write(words)
                await asyncio.sleep(0)
            except ConnectionError:
                break
        await over.wait()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        over.set()
        server.close()
        await server.wait_closed()
        await asyncio.sleep(0.01)


async def test_a_server_that_falls_silent_is_given_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_module, "LONGEST_CONNECTING", 0.2)
    async with talking(b"") as port:
        error = await refused(mails(port), notice())
    assert error.message.endswith("was silent for too long")
    assert error.is_down


async def test_a_server_that_never_comes_to_an_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of its lines comes in time, and there is always another one."""
    monkeypatch.setattr(mail_module, "LONGEST_SENDING", 0.5)
    async with talking(b"220-still here\r\n", dripping=True) as port:
        way = mails(port)
        error = await refused(way, notice())
    assert "did not take a mail within 0.5 s" in error.message


async def test_a_server_that_falls_silent_over_a_mail_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_module, "LONGEST_SILENCE", 0.2)
    async with talking(b"220 mail.example\r\n250 hello\r\n") as port:
        error = await refused(mails(port), notice())
    assert error.message.endswith("was silent for too long")
    assert (error.is_broken, error.is_down) == (True, False)


async def test_words_of_another_protocol_are_no_mail_server() -> None:
    async with talking(b"HTTP/1.1 200 OK\r\n\r\n") as port:
        error = await refused(mails(port), notice())
    assert error.is_down


async def test_when_the_daemon_stops_the_connection_is_cut_and_nothing_hangs() -> None:
    """The server has greeted and says nothing more: the thread would wait for a long time."""
    heard = asyncio.Event()
    async with talking(b"220 mail.example\r\n250 hello\r\n", heard=heard) as port:
        way = mails(port)
        sending = asyncio.create_task(way.send(notice()))
        await heard.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        await way.close()
        async with asyncio.timeout(5):
            await asyncio.to_thread(lambda: None)
            await asyncio.get_running_loop().shutdown_default_executor()


async def test_a_message_that_cannot_be_a_mail_is_given_up_at_once(closed_port: int) -> None:
    error = await refused(mails(closed_port), notice(language="vi"))
    assert error.for_good
    error = await refused(mails(closed_port), notice("no address"))
    assert error.for_good


async def test_an_address_that_the_server_cannot_take_is_given_up_at_once() -> None:
    async with mail_server(Mailbox()) as box:
        error = await refused(mails(box.port), notice("lan@hà-nội.example"))
    assert (error.for_good, box.taken) == (True, [])


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"server": "mail.hanoi.example"}, "for everybody to read"),
        ({"user": "syncd"}, "belong together"),
        ({"password_secret": "mail"}, "belong together"),
        ({"ca_file": Path("/nowhere/ca.pem")}, "cannot be used as certificate authorities"),
    ],
)
def test_settings_that_would_show_mails_to_others_are_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        mails(25, **settings)


def test_one_that_is_down_is_not_asked_again_and_one_that_breaks_off_is_left_alone() -> None:
    servers = Servers()
    servers.failed("a", NotSentError("down", is_down=True))
    with pytest.raises(NotSentError, match="down"):
        servers.require_up("a")
    for _ in range(2):
        servers.failed("b", NotSentError("broke off", is_broken=True))
    assert not servers.is_left_alone("b")
    servers.answered("b")
    for _ in range(3):
        assert not servers.is_left_alone("b")
        servers.failed("b", NotSentError("broke off", is_broken=True))
    assert servers.is_left_alone("b")
    servers.require_up("b")
