"""Notices as the supervisor runs them, once a minute: write the digests whose time has come, then send what waits.

In: channels, the ledger, the time. Out: messages in the outbox, each written in the transaction that moves its
channel's mark; and sent, until the other side takes them or a week has gone by. Nothing depends on what is in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import structlog
from sqlalchemy.orm import Session

from syncd.answers.changes import last_event
from syncd.config.desk import DeskConfig
from syncd.desk.notices.channels import Channel, channels_of
from syncd.desk.notices.digest import Voice, addresses, mail_of, subject_of
from syncd.desk.notices.facts import Asking, Facts
from syncd.desk.notices.mail import Mails, mails_of
from syncd.desk.notices.payload import payload_of
from syncd.desk.notices.sending import NotSentError, Servers
from syncd.desk.notices.webhook import Webhooks
from syncd.desk.ways import Ways
from syncd.documents.wanted import Sources
from syncd.errors import SyncdError
from syncd.ledger import Ledger
from syncd.ledger.notices import (
    DigestMark,
    Notice,
    due_notices,
    mark_digest,
    mark_of,
    notice_failed,
    notice_sent,
    put_notice,
)
from syncd.ledger.vitals import tried_in_vain

INTERVAL = timedelta(minutes=1)
ACTOR = "daemon"
AT_ONCE = 50
Url = Callable[..., str]
log = structlog.get_logger(__name__)


class Shows(Protocol):
    """Who wants to know how notices go (`syncd.metrics.Metrics` fits)."""

    def notice(self, channel: str, outcome: str) -> None: ...
    def notices_waiting(self, counts: Mapping[str, int]) -> None: ...


class Unseen:
    """Nobody wants to know."""

    def notice(self, channel: str, outcome: str) -> None:
        pass

    def notices_waiting(self, counts: Mapping[str, int]) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Round:
    """How one round went, in the words of `syncd.passes.course.PassOutcome`.

    A server that is down is no failure of the round: each message knows itself when it is tried again.
    """

    word: str
    failed: bool = False
    retry_after: float | None = None
    reason: str = ""


@dataclass(slots=True)
class NoticeCourse:
    """Digests of all channels. ``progress`` is called whenever it gets on, ``shows`` told how it goes."""

    channels: Sequence[Channel]
    ledger: Ledger
    clock: Callable[[], datetime]
    sources: Sources
    url: Url
    webhooks: Webhooks
    mails: Mails | None = None
    progress: Callable[[str], None] = lambda _text: None
    shows: Shows = field(default_factory=Unseen)
    _reasons: list[str] = field(default_factory=list)

    async def run_once(self) -> Round:
        """One round. Raises `LedgerError` where the outbox cannot be read or written."""
        self._reasons.clear()
        is_whole = await self.compose()
        await self.send()
        self.shows.notices_waiting(await self.ledger.read(tried_in_vain))
        reason = "; ".join(dict.fromkeys(self._reasons))[:500]
        return Round("partial" if self._reasons else "complete", failed=not is_whole, reason=reason)

    async def close(self) -> None:
        """Let go of the mail server."""
        if self.mails is not None:
            await self.mails.close()

    async def compose(self) -> bool:
        """Write the digests whose time has come. A channel whose digest cannot be written holds up no other.

        Returns whether all could be.
        """
        now, is_whole, asking = self.clock(), True, Asking(self.ledger, self.sources)
        for channel in self.channels:
            self.progress(f"digest of {channel.unit or 'all units'}")
            try:
                await self._compose(channel, now, asking)
            except Exception as error:
                is_whole = False
                self._reasons.append(f"the digest of {channel.unit or 'all units'} was not written: {error}")
                log.error("digest_not_composed", unit=channel.unit, kind=channel.kind, exc_info=error)  # noqa: TRY400
        return is_whole

    async def _compose(self, channel: Channel, now: datetime, asking: Asking) -> None:
        mark = await self.ledger.read(mark_of, channel.unit, channel.name)
        if mark is None:
            await self.ledger.write(_begin, channel=channel, now=now)
            return
        due = channel.due(now)
        if mark.marked_at < due:
            facts = await asking.facts(channel, mark, due)
            message = None if facts.is_empty else self._written(channel, facts)
            await self.ledger.write(_keep, channel=channel, mark=mark, facts=facts, message=message)

    def _written(self, channel: Channel, facts: Facts) -> Mapping[str, Any]:
        """The digest as `put_notice` takes it."""
        voice, key = Voice(channel.language, self.url), channel.key(facts.until)
        content = mail_of(facts, voice) if channel.kind == "mail" else payload_of(facts, voice, key)
        return {
            "key": key,
            "kind": channel.kind,
            "target": channel.target,
            "subject": subject_of(facts, voice),
            "content": content,
            "due_at": facts.until,
        }

    async def send(self) -> None:
        """Send everything that waits and whose next try has come."""
        now, servers, seen = self.clock(), Servers(), set[int]()
        try:
            while waiting := [
                one for one in await self.ledger.read(due_notices, now, limit=AT_ONCE + len(seen)) if one.id not in seen
            ]:
                for notice in waiting:
                    seen.add(notice.id)
                    self.progress(f"sending notice {notice.id}")
                    await self._send(notice, servers)
        finally:
            if self.mails is not None:
                await self.mails.close()

    async def _send(self, notice: Notice, servers: Servers) -> None:
        server = "mail" if notice.kind == "mail" else notice.target
        if servers.is_left_alone(server):
            return
        try:
            servers.require_up(server)
            await self._hand_over(notice)
        except SyncdError as error:
            servers.failed(server, error)
            await self._failed(notice, error)
        else:
            servers.answered(server)
            await self.ledger.write(notice_sent, notice_id=notice.id, now=self.clock())
            self.shows.notice(notice.kind, "sent")
            log.info("notice_sent", notice=notice.id, kind=notice.kind, attempt=notice.attempts + 1)

    async def _hand_over(self, notice: Notice) -> None:
        channel = self._channel(notice)
        if notice.kind == "webhook":
            await self.webhooks.send(notice, channel.secret)
        elif self.mails is not None:
            await self.mails.send(notice)

    def _channel(self, notice: Notice) -> Channel:
        """The channel that a message is for; who was taken out of the configuration gets nothing any more."""
        for one in self.channels:
            if one.wrote(notice.key):
                return one
        raise NotSentError("the address is not in the configuration any more", for_good=True)

    async def _failed(self, notice: Notice, error: SyncdError) -> None:
        for_good = isinstance(error, NotSentError) and error.for_good
        is_over = await self.ledger.write(
            notice_failed,
            notice_id=notice.id,
            error=str(error),
            now=self.clock(),
            for_good=for_good,
            actor=ACTOR,
        )
        self.shows.notice(notice.kind, "given_up" if is_over else "failed")
        self._reasons.append(error.message)
        attempt, why, action = notice.attempts + 1, error.message, error.action
        if is_over:
            log.error("notice_given_up", notice=notice.id, kind=notice.kind, attempt=attempt, error=why, action=action)
        else:
            log.warning(
                "notice_not_sent", notice=notice.id, kind=notice.kind, attempt=attempt, error=why, action=action
            )


def _begin(session: Session, *, channel: Channel, now: datetime) -> None:
    """A new channel tells what happens from now on, and not everything that ever did."""
    if mark_of(session, channel.unit, channel.name) is None:
        last = last_event(session, now)
        mark_digest(session, unit=channel.unit, channel=channel.name, last_event_id=last, now=now)


def _keep(
    session: Session, *, channel: Channel, mark: DigestMark, facts: Facts, message: Mapping[str, Any] | None
) -> None:
    """Put the digest into the outbox and move the mark: both or neither, and only where the mark is as it was."""
    if mark_of(session, channel.unit, channel.name) != mark:
        return
    is_told = message is None or put_notice(session, **message)
    last = facts.told.last if is_told else mark.last_event_id
    mark_digest(session, unit=channel.unit, channel=channel.name, last_event_id=last, now=facts.until)


def notice_course(
    settings: DeskConfig,
    *,
    ledger: Ledger,
    clock: Callable[[], datetime],
    sources: Sources,
    public_url: str,
    ways: Ways,
    secret: Callable[[str], str],
    resolve: Callable[[Path], Path],
    progress: Callable[[str], None] = lambda _text: None,
    shows: Shows | None = None,
) -> NoticeCourse:
    """The course of a desk's notices. ``secret`` reads a secret by its name; ``resolve`` makes a path absolute.

    Raises `ConfigurationError` for channels, a mail server or secrets that cannot be used: better now than at half past
    seven.
    """
    channels = channels_of(settings)
    named = [one.secret for one in channels if one.secret is not None]
    if settings.mail is not None and settings.mail.password_secret is not None:
        named.append(settings.mail.password_secret)
    for name in named:
        secret(name)
    return NoticeCourse(
        channels=channels,
        ledger=ledger,
        clock=clock,
        sources=sources,
        url=addresses(public_url, ways),
        webhooks=Webhooks(secret, clock),
        mails=mails_of(settings.mail, secret, resolve) if settings.mail is not None else None,
        progress=progress,
        shows=shows or Unseen(),
    )
