"""Where digests go, and when: one channel for each unit and address, whose times are those of Hà Nội."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

import pytest

from syncd.config.desk import DeskConfig
from syncd.desk.notices.channels import Channel, channels_of
from syncd.errors import ConfigurationError

MAIL = {"server": "mail.example", "sender": "syncd@hanoi.example"}


def channels(*tables: dict[str, Any], mail: Any = MAIL) -> tuple[Channel, ...]:
    return channels_of(DeskConfig(mail=mail, notices=tables))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-25T07:29:59+07:00", "2026-11-24T16:00+07:00"),
        ("2026-11-25T07:30+07:00", "2026-11-25T07:30+07:00"),
        ("2026-11-25T15:59+07:00", "2026-11-25T07:30+07:00"),
        ("2026-11-25T23:00+07:00", "2026-11-25T16:00+07:00"),
        ("2026-11-26T00:00+07:00", "2026-11-25T16:00+07:00"),
    ],
)
def test_the_newest_time_that_has_come_is_due(now: str, due: str) -> None:
    (channel,) = channels({"to": ["lan@hanoi.example"], "at": ["16:00", "07:30"]})
    assert channel.due(at(now)) == at(due)


def test_tables_of_the_same_unit_and_address_are_one_channel_with_all_their_times() -> None:
    one, other = channels(
        {"unit": "H26.17", "to": ["Lan@hanoi.example"], "at": ["07:30"]},
        {"unit": "H26.17", "to": ["lan@Hanoi.example"], "at": ["16:00", "07:30"]},
        {"to": ["lan@hanoi.example"]},
    )
    assert one.times == (time(7, 30), time(16))
    assert (other.unit, one.name, other.name) == ("", "mail:lan@hanoi.example", "mail:lan@hanoi.example")


def test_a_table_with_addresses_and_a_webhook_is_a_channel_each() -> None:
    found = channels({"to": ["a@x.example", "b@x.example"], "webhook": "https://x.example/h", "webhook_secret": "hook"})
    assert [(one.kind, one.target, one.secret) for one in found] == [
        ("mail", "a@x.example", None),
        ("mail", "b@x.example", None),
        ("webhook", "https://x.example/h", "hook"),
    ]


def test_the_digest_of_one_time_has_one_key_and_belongs_to_its_channel() -> None:
    (city,) = channels({"to": ["lan@hanoi.example"]})
    (unit,) = channels({"to": ["lan@hanoi.example"], "unit": "H26.17"})
    due = at("2026-11-25T07:30+07:00")
    assert city.key(due) == "mail:lan@hanoi.example all 2026-11-25T00:30Z"
    assert city.wrote(city.key(due))
    assert not unit.wrote(city.key(due))
    assert not city.wrote(unit.key(due))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({}, r"desk.notices\[1\]: goes nowhere"),
        ({"webhook": "https://user:word@x.example/h"}, "without credentials"),
        ({"webhook": "https:///h"}, "no address of a host"),
        ({"webhook": "https://x.example/a b"}, "no address of a host"),
        ({"to": ["a@x.example"], "language": "en"}, "another language"),
        ({"webhook": "https://x.example/h", "webhook_secret": "other"}, "another secret"),
    ],
)
def test_a_table_that_cannot_be_used_is_named(table: dict[str, Any], said: str) -> None:
    first = {"to": ["a@x.example"], "webhook": "https://x.example/h", "webhook_secret": "hook"}
    with pytest.raises(ConfigurationError, match=said):
        channels(first, table)


def test_mail_without_a_server_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"desk.notices\[0\].to: .*no mail server"):
        channels({"to": ["a@x.example"]}, mail=None)
