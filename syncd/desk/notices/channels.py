"""Where digests go: one channel for each unit and address, with the times of the day at which it is written to.

In: the configuration of the desk. Out: channels, each with the newest time that has come; or `ConfigurationError`.
The address is the channel: whatever else of its tables changes, nothing is told twice there and nothing is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from urllib.parse import urlsplit

from syncd.config.desk import DeskConfig, NoticeConfig
from syncd.errors import ConfigurationError
from syncd.records.dates import HO_CHI_MINH

Kind = Literal["mail", "webhook"]


@dataclass(frozen=True, slots=True)
class Channel:
    """One address that gets the digests of one unit (empty: the whole city).

    ``times``: of the day, giờ Hà Nội. ``secret``: the name of the one that signs.
    """

    unit: str
    kind: Kind
    target: str
    language: str
    times: tuple[time, ...]
    secret: str | None = None

    @property
    def name(self) -> str:
        """The channel as the ledger's marks know it."""
        return f"{self.kind}:{_same(self.kind, self.target)}"

    @property
    def within(self) -> str | None:
        """What its questions are narrowed to."""
        return self.unit or None

    def key(self, due: datetime) -> str:
        """What makes the digest of one time the same whenever it is written."""
        return f"{self._begins}{due.astimezone(UTC):%Y-%m-%dT%H:%MZ}"

    def wrote(self, key: str) -> bool:
        """Whether a digest with this key is one of this channel's."""
        return key.startswith(self._begins)

    @property
    def _begins(self) -> str:
        return f"{self.name} {self.unit or 'all'} "

    def due(self, now: datetime) -> datetime:
        """The newest of its times that has come; of several that were missed it is the only one that is made up."""
        today = now.astimezone(HO_CHI_MINH).date()
        days = (today, today - timedelta(days=1))
        instants = (datetime.combine(day, at, HO_CHI_MINH).astimezone(UTC) for day in days for at in self.times)
        return max(one for one in instants if one <= now)


def channels_of(settings: DeskConfig) -> tuple[Channel, ...]:
    """The channels of all ``[[desk.notices]]``. Tables of the same unit and address are one channel.

    Raises `ConfigurationError`: a table that goes nowhere, mail without a server, an address with credentials, the same
    address in two languages or with two secrets.
    """
    found: dict[tuple[str, str], Channel] = {}
    for number, table in enumerate(settings.notices):
        path = f"desk.notices[{number}]"
        _require_sound(settings, table, path)
        for channel in _channels(table):
            place = (channel.unit, channel.name)
            found[place] = _joined(found.get(place, channel), channel, path)
    return tuple(found.values())


def _channels(table: NoticeConfig) -> Iterator[Channel]:
    times = tuple(sorted({time.fromisoformat(one) for one in table.at}))
    for address in table.to:
        yield Channel(table.unit, "mail", address, table.language, times)
    if table.webhook is not None:
        yield Channel(table.unit, "webhook", table.webhook, table.language, times, table.webhook_secret)


def _joined(known: Channel, other: Channel, path: str) -> Channel:
    if (known.language, known.secret) != (other.language, other.secret):
        raise ConfigurationError(
            f"{other.target} gets the digest of {other.unit or 'the whole city'} already, in another language or with "
            "another secret",
            path=path,
            action="give each address one table for each unit; a table may have several times",
        )
    return replace(known, times=tuple(sorted({*known.times, *other.times})))


def _require_sound(settings: DeskConfig, table: NoticeConfig, path: str) -> None:
    if not table.to and table.webhook is None:
        raise ConfigurationError("goes nowhere", path=path, action="set `to`, `webhook` or both")
    if table.to and settings.mail is None:
        raise ConfigurationError(
            "is sent by mail, and no mail server is set", path=f"{path}.to", action="add [desk.mail]"
        )
    if table.webhook is None:
        return
    parts = urlsplit(table.webhook)
    if not parts.hostname or "@" in parts.netloc or any(ord(char) <= 32 for char in table.webhook):
        raise ConfigurationError(
            "is no address of a host without credentials",
            path=f"{path}.webhook",
            action="write it like https://chat.hanoi.example/hooks/syncd, and sign it with webhook_secret",
        )


def _same(kind: Kind, target: str) -> str:
    """The same address however its capitals are written."""
    return target.casefold() if kind == "mail" else target
