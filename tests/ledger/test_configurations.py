"""The ledger remembers what each course was judged by, and answers for any past instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from syncd.ledger.configurations import in_force, remember_configuration
from syncd.ledger.tables_configurations import CONFIGURATIONS

START = datetime(2026, 11, 25, tzinfo=UTC)
HOUR = timedelta(hours=1)
OLD, NEW = {"applies": {"agency": "H26"}, "codes": {"đ": ["1.000001"]}}, {"applies": {"agency": "H27"}, "codes": {}}


def said(ledger, at, course="ha-noi"):
    found = ledger.read_now(in_force, course, at)
    return found and found.content


def test_what_was_in_force_at_an_instant_is_the_newest_until_then(ledger):
    """Before the first nothing is remembered, and another course has its own."""
    assert ledger.write_now(remember_configuration, course="ha-noi", content=OLD, at=START, actor="t")
    assert ledger.write_now(remember_configuration, course="ha-noi", content=NEW, at=START + HOUR, actor="t")
    assert said(ledger, START - timedelta(microseconds=1)) is None
    assert [said(ledger, START), said(ledger, START + HOUR / 2)] == [OLD, OLD]
    assert [said(ledger, START + HOUR), said(ledger, START + 9 * HOUR)] == [NEW, NEW]
    assert said(ledger, START, "hue") is None


def test_a_row_is_written_only_when_something_has_changed(ledger):
    """The order of keys is no change; a return to what was before is one."""
    written = [
        ledger.write_now(remember_configuration, course="ha-noi", content=content, at=START + number * HOUR, actor="t")
        for number, content in enumerate([OLD, dict(reversed(OLD.items())), OLD, NEW, OLD])
    ]
    assert written == [True, False, False, True, True]
    assert ledger.read_now(lambda session: session.scalar(sa.select(sa.func.count(CONFIGURATIONS.c.id)))) == 3
