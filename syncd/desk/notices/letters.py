"""A mail as it goes over the wire, made from a message of the outbox.

In: subject, text, HTML, sender, recipient. Out: an `EmailMessage` with the same Message-ID every time, so that one that
was sent twice (a crash after sending, before that was remembered) is known for the same one.
"""

from __future__ import annotations

import unicodedata
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from hashlib import sha256

from syncd.ledger.notices import Notice

LONGEST_SUBJECT = 400
SENDER_NAME = "syncd"


def message_of(notice: Notice, sender: str) -> EmailMessage:
    """The mail. Nothing in it can begin a header of its own. Raises ValueError for an address that is none."""
    addresses = (_address(sender, SENDER_NAME), _address(notice.target))
    is_plain = all(one.addr_spec.isascii() for one in addresses)
    message = EmailMessage(policy=SMTP if is_plain else SMTPUTF8)
    message["Subject"] = one_line(notice.subject)[:LONGEST_SUBJECT]
    message["From"], message["To"] = addresses
    message["Date"] = format_datetime(notice.due_at)
    message["Message-ID"] = message_id(notice.key, sender)
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "en" if notice.content.get("language") == "en" else "vi"
    message.set_content(str(notice.content["text"]), cte="quoted-printable")
    message.add_alternative(str(notice.content["html"]), subtype="html", cte="quoted-printable")
    return message


def message_id(key: str, sender: str) -> str:
    """The Message-ID of the message with this key."""
    host = sender.rpartition("@")[2]
    return f"<{sha256(key.encode()).hexdigest()[:40]}@{host if host.isascii() else 'syncd.invalid'}>"


def one_line(text: str) -> str:
    """A text without anything that ends a line or cannot be seen."""
    return " ".join("".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text).split())


def _address(spec: str, name: str = "") -> Address:
    user, _, host = spec.rpartition("@")
    if not user or not host:
        raise ValueError("the address has no name or no host")
    return Address(name, username=user, domain=host)
