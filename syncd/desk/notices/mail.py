"""Sends mails over SMTP, in a thread, one connection for as long as a round lasts.

In: the mail server's settings, secrets, mails. Out: nothing where the server took it, else `NotSentError`. TLS always
verifies; a password goes out over nothing else; a server that drips is cut off.
"""

from __future__ import annotations

import asyncio
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

from syncd.config.desk import MailConfig
from syncd.desk.notices.letters import message_of
from syncd.desk.notices.mail_failures import about_message, about_server, broken
from syncd.desk.notices.sending import NotSentError
from syncd.errors import ConfigurationError
from syncd.ledger.notices import Notice

LONGEST_CONNECTING = 10.0
LONGEST_SILENCE = 45.0
LONGEST_SENDING = 90.0
LONGEST_GOODBYE = 2.0
"""Seconds: until there is a connection, between two words of the server, for one mail altogether, for leaving.

A server may look into a mail before it takes it, and who does not wait for that sends twice.
"""
_PATH = "desk.mail"

Secret = Callable[[str], str]


@dataclass(slots=True)
class _Line:
    """One connection; ``is_dropped``: nobody waits for it any longer."""

    smtp: smtplib.SMTP | None = None
    is_dropped: bool = False


@dataclass(slots=True)
class Mails:
    """The way out through one mail server. `close` after each round."""

    settings: MailConfig
    secret: Secret = field(repr=False)
    context: ssl.SSLContext
    _line: _Line = field(default_factory=_Line)

    @property
    def server(self) -> str:
        """Where to, for people."""
        return f"{self.settings.server}:{self.settings.port}"

    async def send(self, notice: Notice) -> None:
        """Hand one mail to the server. Raises `NotSentError`; when cancelled, the connection is cut."""
        line = self._line
        try:
            async with asyncio.timeout(LONGEST_SENDING):
                await asyncio.to_thread(self._deliver, line, notice)
        except TimeoutError:
            self._drop(line)
            raise broken(self.server, f"did not take a mail within {LONGEST_SENDING:g} s") from None
        except BaseException:
            self._drop(line)
            raise

    async def close(self) -> None:
        """Say goodbye to the server, where a connection is open."""
        line, self._line = self._line, _Line()
        if line.smtp is not None:
            await asyncio.to_thread(_leave, line.smtp)

    def _drop(self, line: _Line) -> None:
        """Cut a connection, so that the thread that waits on it comes back."""
        line.is_dropped, self._line = True, _Line()
        held = getattr(line.smtp, "sock", None)
        if isinstance(held, socket.socket):
            try:
                socket.socket.shutdown(held, socket.SHUT_RDWR)
            except OSError:
                return

    def _deliver(self, line: _Line, notice: Notice) -> None:
        """In a thread: connect where there is no connection yet, and send."""
        try:
            message = message_of(notice, self.settings.sender)
        except (ValueError, KeyError) as error:
            raise NotSentError(f"the mail cannot be written: {error}", for_good=True) from error
        try:
            smtp = line.smtp = line.smtp or self._connected()
            if not line.is_dropped:
                self._hand_over(smtp, message, notice.target)
        except BaseException:
            _end(line)
            raise
        if line.is_dropped:
            _end(line)

    def _hand_over(self, smtp: smtplib.SMTP, message: EmailMessage, target: str) -> None:
        try:
            smtp.send_message(message, from_addr=self.settings.sender, to_addrs=[target])
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise about_message(error, self.server) from None

    def _connected(self) -> smtplib.SMTP:
        try:
            smtp = self._opened()
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise about_server(error, self.server) from None
        if smtp.sock is not None:
            smtp.sock.settimeout(LONGEST_SILENCE)
        return smtp

    def _opened(self) -> smtplib.SMTP:
        wanted, timeout = self.settings, LONGEST_CONNECTING
        if wanted.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(wanted.server, wanted.port, timeout=timeout, context=self.context)
        else:
            smtp = smtplib.SMTP(wanted.server, wanted.port, timeout=timeout)
        try:
            if wanted.security == "starttls":
                smtp.starttls(context=self.context)
            if wanted.user is not None and wanted.password_secret is not None:
                smtp.login(wanted.user, self.secret(wanted.password_secret))
        except BaseException:
            smtp.close()
            raise
        return smtp


def mails_of(settings: MailConfig, secret: Secret, resolve: Callable[[Path], Path]) -> Mails:
    """The way out. Raises `ConfigurationError` for settings that would show mails or a password to others."""
    if (settings.user is None) != (settings.password_secret is None):
        raise ConfigurationError(
            "user and password_secret belong together", path=_PATH, action="set both or neither of them"
        )
    if settings.security == "none" and not _is_here(settings.server):
        raise ConfigurationError(
            f"mails would go to {settings.server} for everybody to read",
            path=f"{_PATH}.security",
            action="use starttls or tls; none is for a server on this machine alone",
        )
    return Mails(settings, secret, _trusting(settings.ca_file and resolve(settings.ca_file)))


def _end(line: _Line) -> None:
    """Let go of a connection that is in an unknown state."""
    smtp, line.smtp = line.smtp, None
    if smtp is not None:
        smtp.close()


def _leave(smtp: smtplib.SMTP) -> None:
    try:
        if smtp.sock is not None:
            smtp.sock.settimeout(LONGEST_GOODBYE)
        smtp.quit()
    except (smtplib.SMTPException, OSError):
        smtp.close()


def _trusting(ca_file: Path | None) -> ssl.SSLContext:
    """Raises `ConfigurationError`."""
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise ConfigurationError(
            f"{ca_file} cannot be used as certificate authorities: {error.strerror or type(error).__name__}",
            path=f"{_PATH}.ca_file",
            action="give a readable PEM file with the authority's certificate",
        ) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _is_here(server: str) -> bool:
    if server.lower() == "localhost":
        return True
    try:
        return ip_address(server.strip("[]")).is_loopback
    except ValueError:
        return False
