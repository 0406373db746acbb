"""The queue's rows follow the mismatches, also those of a ledger that is older than the queue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command
from msgspec import structs

from syncd.ledger import migrating, open_ledger, schema, upgrade
from syncd.ledger.engines import Access, make_engine, parse
from syncd.ledger.listing import search_words
from syncd.ledger.mismatches import Mismatch, select
from syncd.ledger.tables import MISMATCHES
from syncd.ledger.tables_listing import MISMATCH_LISTING
from syncd.reconcile.lifecycle import Event
from tests.answers.town import HOUR, NOW, find, happen, seen


def listed(ledger):
    return ledger.read_now(lambda session: session.execute(sa.select(MISMATCH_LISTING)).all())


def test_a_row_follows_its_mismatch(ledger):
    """State, and whether it is open."""
    (one,) = find(ledger, seen())
    (row,) = listed(ledger)
    assert (row.id, row.state, row.is_open, row.unit, row.code) == (one, "suspected", True, "H26.17", "1.004222")
    assert "dang ky thuong tru 1.004222 1.004222.000.00.00.h26" in row.search
    happen(ledger, Event.AGREED, one, at=NOW + HOUR)
    (row,) = listed(ledger)
    assert (row.state, row.is_open, row.last_changed) == ("resolved", False, NOW + HOUR)


def test_an_older_ledger_gets_its_rows(url, tmp_path):
    """The same as if they had been written today."""
    other = f"sqlite:///{tmp_path / 'other.db'}"
    upgrade(other)
    with open_ledger(other) as ledger:
        find(ledger, seen(), seen(field="steps", name="\\ \x00 ờ"))
        known, wanted = ledger.read_now(select), listed(ledger)
    engine = make_engine(parse(url), Access.SCHEMA)
    with engine.begin() as connection:
        config = migrating.configuration(schema.migrations_folder())
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        connection.execute(sa.insert(MISMATCHES), [structs.asdict(one) for one in known])
    engine.dispose()
    upgrade(url)
    with open_ledger(url) as ledger:
        assert sorted(listed(ledger)) == sorted(wanted)
        assert all(isinstance(one, Mismatch) for one in ledger.read_now(select))


def test_words_of_a_search_are_folded_and_codes_brought_to_their_root():
    """Each once; what says nothing is no word."""
    assert search_words("Thường  TRÚ trú") == ("thuong", "tru")
    assert search_words("1.004222.000.00.00.H26 1004222") == ("1.004222",)
    assert search_words(" \u200b ") == ()
