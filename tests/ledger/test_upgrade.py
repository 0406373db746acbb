"""An older ledger is brought up to date with everything that it remembers."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from msgspec.structs import replace

from syncd.ledger import SchemaState, migrating, open_ledger, schema, schema_state, upgrade
from syncd.ledger.audit import note, trail
from syncd.ledger.audit_proof import verify_chain
from syncd.ledger.causes import causes
from syncd.ledger.engines import Access, make_engine, parse
from syncd.ledger.packing import pack_struct
from syncd.ledger.publications import shown
from syncd.ledger.settings import setting
from syncd.ledger.tables import AUDIT, METADATA, SETTINGS, VERSIONS
from syncd.ledger.versions import Version, timeline
from tests.ledger.test_audit import tampered
from tests.reconcile.records import FULL

SEEN = datetime(2026, 11, 25, tzinfo=UTC)


def make_first_ledger(url: str) -> None:
    """A ledger of the first schema, with one reading of one record."""
    engine = make_engine(parse(url), Access.SCHEMA)
    with engine.begin() as connection:
        config = migrating.configuration(schema.migrations_folder())
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(sa.insert(SETTINGS), {"name": "fingerprint_seed", "value": "7"})
        for statement in (
            "INSERT INTO passes VALUES (1, 'p', 'a', 'h', :at, :at, :at, 'in_sync', '{}', '')",
            "INSERT INTO readings VALUES (1, 1, 'p', 'portal', :at, :at, 'whole', 1, 1, 1, 1, 0, 0, 0, '[]', '[]')",
            "INSERT INTO versions (id, pair, side, key, code, reading_id, valid_from, raw, problem, raw_digest)"
            " VALUES (1, 'p', 'portal', 'k', '1.000001', 1, :at, :raw, 'int for str', '')",
        ):
            given = {"at": SEEN, "raw": b""} if ":raw" in statement else {"at": SEEN}
            connection.execute(sa.text(statement).bindparams(sa.bindparam("at", type_=_INSTANT)), given)
    engine.dispose()


_INSTANT = METADATA.tables["versions"].c.valid_from.type


def test_an_older_ledger_keeps_its_rows_and_gets_the_new_tables(url):
    """From the first schema to the present one."""
    make_first_ledger(url)
    assert schema_state(url).state is SchemaState.OLDER
    assert upgrade(url).state is SchemaState.CURRENT
    engine = make_engine(parse(url), Access.SCHEMA)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()
    with open_ledger(url) as ledger:
        assert ledger.read_now(setting, "fingerprint_seed") == "7"
        assert ledger.read_now(verify_chain).rows == 0
        assert {"late_publication", "wrong_code", "other"} <= {one.slug for one in ledger.read_now(causes)}
        (version,) = ledger.read_now(timeline, "p", codes=["1.000001"])
    assert isinstance(version, Version)
    assert (version.key, version.valid_from, version.content.problem) == ("k", SEEN, "int for str")


def test_the_chain_is_begun_over_the_trail_of_before(url):
    """What was written before there was a chain can be changed or removed as little as what comes after."""
    make_first_ledger(url)
    engine = make_engine(parse(url), Access.SCHEMA)
    with engine.begin() as connection:
        rows = sa.text("INSERT INTO audit VALUES (:id, :at, 'daemon', 'reading', 'p', '{}')")
        for number in (1, 2, 3):
            connection.execute(rows.bindparams(sa.bindparam("at", SEEN, type_=_INSTANT)), {"id": number})
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT setval('audit_id_seq', 3)"))
    engine.dispose()
    upgrade(url)
    with open_ledger(url) as ledger:
        ledger.write_now(note, at=SEEN, actor="daemon", action="reading")
        found = ledger.read_now(verify_chain)
        assert (found.is_whole, found.rows) == (True, 5)
        begun = ledger.read_now(trail)[1]
        assert (begun.action, begun.detail["rows"]) == ("chain_begun", 3)
        for statement in (
            sa.update(AUDIT).where(AUDIT.c.id == 1).values(actor="nobody"),
            sa.delete(AUDIT).where(AUDIT.c.id == 3),
            sa.delete(AUDIT).where(AUDIT.c.id < begun.id),
        ):
            assert tampered(ledger, statement).first_break == begun.id
        assert tampered(ledger, sa.delete(AUDIT).where(AUDIT.c.id == begun.id)).first_break == begun.id + 1
        assert tampered(ledger, sa.delete(AUDIT).where(AUDIT.c.id >= begun.id)).first_break == 0


def test_a_version_from_before_the_outlines_still_shows_what_it_said(url):
    """With the component parts that it lacks; no row was written anew."""
    make_first_ledger(url)
    statement = sa.text(
        "INSERT INTO versions (id, pair, side, key, code, reading_id, valid_from, raw, canonical, raw_digest)"
        " VALUES (2, 'p', 'portal', 'full', :code, 1, :at, :raw, :canonical, '')"
    ).bindparams(sa.bindparam("at", SEEN, type_=_INSTANT))
    said = replace(FULL, subjects=())
    engine = make_engine(parse(url), Access.SCHEMA)
    with engine.begin() as connection:
        connection.execute(statement, {"code": said.code, "raw": b"", "canonical": pack_struct(said)})
    engine.dispose()
    upgrade(url)
    with open_ledger(url) as ledger:
        full, broken = ledger.read_now(shown, pair="p", side="portal", at=SEEN)
        assert ledger.read_now(lambda session: session.scalars(sa.select(VERSIONS.c.outline)).all()) == [None, None]
    assert (full.procedure.name, full.missing_parts) == (said.name, ("subjects",))
    assert [(one.number, one.signed) for one in full.decisions] == [(said.decision_number, said.decision_date)]
    assert (broken.procedure, broken.missing_parts) == (None, None)
