"""Digests are written at their times, tell everything once, and arrive however often anything breaks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from syncd.desk.notices.course import NoticeCourse, _keep
from syncd.desk.notices.facts import Asking
from syncd.ledger import Ledger
from syncd.ledger.audit import trail
from syncd.ledger.notices import mark_of, put_notice
from syncd.reconcile.lifecycle import Event
from tests.desk.notices.conftest import LAN, Post
from tests.desk.notices.servers import Mailbox, mail_server


def text_of(box: Mailbox, number: int = -1) -> str:
    """The plain part of a mail that was taken."""
    part = box.taken[number].get_body(("plain",))
    assert part is not None
    return str(part.get_content())


async def morning(post: Post, *tables: dict[str, Any]) -> NoticeCourse:
    """A course that has begun at six, and half past seven has come."""
    course = post.open(*tables)
    assert (await course.run_once()).word == "complete"
    post.clock.pass_by(minutes=60)
    return course


async def test_what_happened_is_told_at_its_time_and_not_before(post: Post) -> None:
    course = await morning(post)
    one, other, third = post.find("1.000001", "1.000002", "1.000003")
    post.happen(Event.CONFIRMED, one, other)
    post.happen(Event.AGREED, other)
    post.clock.pass_by(minutes=29)
    await course.run_once()
    assert post.box.taken == []
    post.clock.pass_by(minutes=1)
    assert (await course.run_once()).word == "complete"
    (mail,) = post.box.taken
    assert mail["Subject"] == (
        "Bản tin đối soát TTHC: 1 mới, 1 đã xác nhận, 1 đã khắc phục – toàn thành phố, 25/11/2026 07:30"
    )
    assert (mail["To"], post.box.recipients) == (LAN, [LAN])
    text = text_of(post.box)
    assert text.index("1.000003") < text.index("1.000001") < text.index("1.000002")
    assert [text.count(code) for code in ("1.000001", "1.000002", "1.000003")] == [1, 1, 1]
    assert f"https://desk.hanoi.example/mismatches/{third}" in text
    assert "Từ 25/11/2026 06:00 đến 25/11/2026 07:30, giờ Hà Nội." in text


async def test_nothing_is_sent_when_there_is_nothing_new(post: Post) -> None:
    (old,) = post.find("1.000001")
    course = await morning(post)
    post.happen(Event.WAIVED, old)
    post.clock.pass_by(days=2)
    await course.run_once()
    assert (post.outbox(), post.box.taken) == ([], [])
    mark = post.ledger.read_now(mark_of, "", f"mail:{LAN}")
    assert mark is not None
    assert mark.last_event_id == 2


async def test_no_event_is_told_twice_and_none_is_left_out_over_many_days_and_restarts(post: Post) -> None:
    tables = ({"to": [LAN], "at": ["07:30", "16:00"]},)
    await morning(post, *tables)
    codes = [f"1.{number:06d}" for number in range(12)]
    for number, code in enumerate(codes):
        post.find(code)
        post.clock.pass_by(hours=5, minutes=13 * number)
        await post.open(*tables).run_once()
        await post.open(*tables).run_once()
    post.clock.pass_by(days=1)
    await post.open(*tables).run_once()
    told = "".join(text_of(post.box, number) for number in range(len(post.box.taken)))
    assert [told.count(code) for code in codes] == [1] * len(codes)
    assert len({mail["Message-ID"] for mail in post.box.taken}) == len(post.box.taken) > 5


async def test_times_that_were_missed_are_made_up_once(post: Post) -> None:
    await morning(post)
    post.find("1.000001")
    post.clock.pass_by(days=3)
    course = post.open()
    await course.run_once()
    await course.run_once()
    (notice,) = post.outbox()
    assert notice.key.endswith("2026-11-28T00:30Z" if post.clock().hour > 0 else "2026-11-27T00:30Z")
    assert len(post.box.taken) == 1


async def test_an_event_that_is_written_down_late_is_told_next_time(post: Post) -> None:
    """It bears a time before the digest, and was committed after it."""
    course = await morning(post)
    post.find("1.000001")
    post.clock.pass_by(minutes=30)
    await course.run_once()
    now, post.clock.now = post.clock.now, post.clock.now.replace(minute=29)
    post.find("1.000002")
    post.clock.now = now
    post.clock.pass_by(minutes=1)
    await course.run_once()
    assert len(post.box.taken) == 1
    post.clock.pass_by(days=1)
    await course.run_once()
    assert ("1.000002" in text_of(post.box, 0), "1.000002" in text_of(post.box, 1)) == (False, True)
    assert "1.000001" not in text_of(post.box, 1)


async def test_a_unit_hears_of_its_own_and_of_those_below_it_alone(post: Post) -> None:
    course = await morning(post, {"unit": "H26.17", "to": [LAN], "language": "en"})
    post.find("1.000001", agency_code="H26.17.02")
    post.find("1.000002", agency_code="H26.170")
    post.clock.pass_by(minutes=30)
    await course.run_once()
    text = text_of(post.box)
    assert ("1.000001" in text, "1.000002" in text) == (True, False)
    assert "https://desk.hanoi.example/queue?unit=H26.17" in text
    assert str(post.box.taken[0]["Subject"]).startswith("Procedure digest: 1 newly found – H26.17, ")


async def test_each_address_has_its_own_mail_and_its_own_fate(post: Post) -> None:
    post.box.answers = {"gone@hanoi.example": "550 no such user", "full@hanoi.example": "452 mailbox full"}
    course = await morning(post, {"to": [LAN, "gone@hanoi.example", "full@hanoi.example"]})
    post.find("1.000001")
    post.clock.pass_by(minutes=30)
    outcome = await course.run_once()
    assert (outcome.word, outcome.failed) == ("partial", False)
    assert "550 no such user" in outcome.reason
    assert post.box.recipients == [LAN]
    fate = {one.target: (one.sent_at is not None, one.given_up_at is not None) for one in post.outbox()}
    assert fate == {LAN: (True, False), "gone@hanoi.example": (False, True), "full@hanoi.example": (False, False)}
    (entry,) = post.ledger.read_now(trail, action="notice_given_up")
    assert (entry.actor, entry.detail["target"]) == ("daemon", "gone@hanoi.example")
    post.box.answers = {}
    post.clock.pass_by(minutes=1)
    await course.run_once()
    assert post.box.recipients == [LAN, "full@hanoi.example"]


async def test_a_server_that_is_down_is_asked_once_a_round_and_gets_everything_later(
    post: Post, closed_port: int
) -> None:
    addresses = [f"user{number}@hanoi.example" for number in range(5)]
    post.box.port, port = closed_port, post.box.port
    course = await morning(post, {"to": addresses})
    post.find("1.000001")
    post.clock.pass_by(minutes=30)
    outcome = await course.run_once()
    assert outcome.reason == f"127.0.0.1:{closed_port} cannot be reached: Connection refused"
    assert [(one.attempts, one.sent_at) for one in post.outbox()] == [(1, None)] * 5
    post.box.port = port
    course = post.open({"to": addresses})
    await course.run_once()
    assert post.box.taken == []
    post.clock.pass_by(minutes=1)
    await course.run_once()
    assert sorted(post.box.recipients) == addresses
    assert post.box.connections == 1


async def test_after_a_week_without_a_server_it_is_given_up_and_shown(post: Post, closed_port: int) -> None:
    post.mail = {"port": closed_port}
    course = await morning(post)
    post.find("1.000001")
    for _ in range(60):
        post.clock.pass_by(hours=6)
        await course.run_once()
    (notice,) = post.outbox()
    assert notice.given_up_at is not None
    assert 6 <= (notice.given_up_at - notice.due_at).days <= 7
    (entry,) = post.ledger.read_now(trail, action="notice_given_up")
    assert entry.detail["error"].startswith(f"127.0.0.1:{closed_port} cannot be reached")


async def test_a_mail_over_which_the_server_breaks_off_holds_up_no_other(post: Post) -> None:
    """Three of them in a row and the server is spared until the next round; those that wait then go first."""
    addresses = [f"user{number}@hanoi.example" for number in range(5)]
    course = await morning(post, {"to": addresses})
    post.find("1.000001")
    post.clock.pass_by(minutes=30)
    post.box.breaks = 3
    await course.run_once()
    assert [one.attempts for one in post.outbox()] == [1, 1, 1, 0, 0]
    post.box.breaks = 1
    await course.run_once()
    assert post.box.recipients == ["user4@hanoi.example"]
    post.clock.pass_by(minutes=2)
    await course.run_once()
    assert sorted(post.box.recipients) == addresses


async def test_who_was_taken_out_of_the_configuration_gets_nothing_any_more(post: Post, closed_port: int) -> None:
    post.mail = {"port": closed_port}
    course = await morning(post)
    post.find("1.000001")
    post.clock.pass_by(minutes=30)
    await course.run_once()
    post.mail = {}
    post.clock.pass_by(minutes=5)
    await post.open({"to": ["hoa@hanoi.example"]}).run_once()
    (notice,) = post.outbox()
    assert (notice.given_up_at is not None, post.box.taken) == (True, [])
    assert "not in the configuration any more" in notice.last_error


async def test_one_digest_that_cannot_be_written_holds_up_no_other(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    course = await morning(post, {"to": ["bad@hanoi.example", LAN]})
    written = NoticeCourse._written

    def spoiled(self: NoticeCourse, channel: Any, facts: Any) -> Any:
        if channel.target.startswith("bad"):
            raise KeyError("spoiled")
        return written(self, channel, facts)

    monkeypatch.setattr(NoticeCourse, "_written", spoiled)
    post.find("1.000001")
    post.clock.pass_by(minutes=30)
    outcome = await course.run_once()
    assert (outcome.failed, post.box.recipients) == (True, [LAN])
    monkeypatch.setattr(NoticeCourse, "_written", written)
    post.clock.pass_by(hours=2)
    assert not (await course.run_once()).failed
    assert post.box.recipients == [LAN, "bad@hanoi.example"]


async def test_a_key_that_is_in_the_outbox_already_loses_no_event(post: Post) -> None:
    """A mark that was set back (a ledger restored by hand): the digest is not doubled, and its events are told next."""
    course = await morning(post)
    post.find("1.000001")
    post.clock.pass_by(minutes=30)
    (channel,) = course.channels
    given = {"kind": "mail", "target": LAN, "subject": "", "content": {"text": "cũ", "html": "cũ"}}
    post.ledger.write_now(put_notice, key=channel.key(post.clock()), due_at=post.clock(), **given)
    await course.run_once()
    post.clock.pass_by(days=1)
    await course.run_once()
    assert [("1.000001" in text_of(post.box, number)) for number in range(2)] == [False, True]


class CrashError(Exception):
    """The daemon dies here."""


class Crashing:
    """A ledger at which the daemon dies: before or just after its ``at``-th write is kept."""

    def __init__(self, ledger: Ledger, at: int, *, is_kept: bool) -> None:
        self.ledger, self.left, self.is_kept = ledger, at, is_kept

    async def read(self, *args: Any, **kwargs: Any) -> Any:
        return await self.ledger.read(*args, **kwargs)

    async def write(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        self.left -= 1
        if self.left == 0 and not self.is_kept:
            raise CrashError
        found = await self.ledger.write(fn, *args, **kwargs)
        if self.left == 0:
            raise CrashError
        return found


@pytest.mark.parametrize("is_kept", [False, True])
@pytest.mark.parametrize("at", range(1, 9))
async def test_a_crash_between_any_two_steps_loses_nothing_and_doubles_nothing(
    post: Post, at: int, is_kept: bool
) -> None:
    """Two addresses and a webhook: three marks begun, three digests put, three sent, a crash at each write.

    What was sent and could not be remembered any more is sent again, under the same id.
    """
    tables = ({"to": [LAN, "hoa@hanoi.example"], "webhook": post.hook.url},)
    course = post.open(*tables)
    course.ledger = Crashing(post.ledger, at, is_kept=is_kept)  # type: ignore[assignment]
    crashed = 0
    for _ in range(2):
        try:
            await course.send()
            for channel in course.channels:
                await course._compose(channel, post.clock(), _asking(course))
            await course.send()
        except CrashError:
            crashed += 1
            course = post.open(*tables)
            await course.run_once()
        if post.clock().minute == 0:
            post.find("1.000001")
            post.clock.pass_by(minutes=90)
    await course.run_once()
    assert crashed == 1
    mails: dict[str, set[str]] = {}
    for mail in post.box.taken:
        mails.setdefault(str(mail["To"]), set()).add(str(mail["Message-ID"]))
    assert all("1.000001" in text_of(post.box, number) for number in range(len(post.box.taken)))
    assert {to: len(ids) for to, ids in mails.items()} == {LAN: 1, "hoa@hanoi.example": 1}
    assert len({headers["Syncd-Notice"] for headers in post.hook.headers}) == 1
    assert len(set(post.hook.bodies)) == 1
    sent_twice = len(post.box.taken) + len(post.hook.bodies) - 3
    assert sent_twice == (1 if at > 6 and not is_kept else 0)
    assert all(one.sent_at is not None for one in post.outbox())
    assert len(post.outbox()) == 3


def _asking(course: NoticeCourse) -> Asking:
    return Asking(course.ledger, course.sources)


async def test_a_crash_inside_the_transaction_leaves_neither_message_nor_mark(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = await morning(post)
    post.find("1.000001")
    post.clock.pass_by(minutes=30)
    with monkeypatch.context() as broken:
        broken.setattr("syncd.desk.notices.course.mark_digest", lambda *_args, **_more: 1 / 0)
        assert (await course.run_once()).failed
    assert post.outbox() == []
    await course.run_once()
    assert len(post.box.taken) == 1


async def test_two_daemons_at_once_write_one_digest(post: Post) -> None:
    """Both ask before either writes: the second finds the mark moved, and writes nothing."""
    course = await morning(post)
    post.find("1.000001")
    post.clock.pass_by(minutes=30)
    other = post.open()
    (channel,) = course.channels
    mark = post.ledger.read_now(mark_of, channel.unit, channel.name)
    assert mark is not None
    facts = await _asking(course).facts(channel, mark, channel.due(post.clock()))
    await other.compose()
    await post.ledger.write(_keep, channel=channel, mark=mark, facts=facts, message=course._written(channel, facts))
    assert len(post.outbox()) == 1


async def test_a_webhook_gets_the_same_as_values(post: Post) -> None:
    course = await morning(post, {"unit": "H26.17", "webhook": post.hook.url, "webhook_secret": "hook"})
    (one,) = post.find("1.000001")
    post.clock.pass_by(minutes=30)
    await course.run_once()
    told = json.loads(post.hook.bodies[0])
    assert (told["kind"], told["version"], told["unit"]) == ("digest", 1, "H26.17")
    assert told["counts"] == {"new": 1, "confirmed": 0, "resolved": 0, "overdue": 0, "overdue_dossiers": 0}
    (row,) = told["listed"]["new"]
    assert (row["mismatch"], row["url"]) == (one, f"https://desk.hanoi.example/mismatches/{one}")
    assert (told["since"], told["until"]) == ("2026-11-24T23:00:00+00:00", "2026-11-25T00:30:00+00:00")


async def test_a_mail_server_that_comes_back_elsewhere_is_spoken_to_over_one_connection(post: Post) -> None:
    course = await morning(post, {"to": [f"user{number}@hanoi.example" for number in range(60)]})
    post.find("1.000001")
    post.clock.pass_by(minutes=30)
    await course.run_once()
    assert (len(post.box.taken), post.box.connections) == (60, 1)
    async with mail_server(Mailbox()) as other:
        assert other.port != post.box.port
    await course.close()
