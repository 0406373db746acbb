"""The migrations give exactly the tables that the code declares."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from syncd.ledger import LedgerUnreachableError, SchemaState, open_ledger, schema_state, upgrade
from syncd.ledger.engines import Access, make_engine, parse
from syncd.ledger.migrating import configuration
from syncd.ledger.schema import migrations_folder, revisions
from syncd.ledger.tables import METADATA


def test_the_migrated_schema_is_the_declared_one(url):
    """Nothing to generate: tables, columns, indexes and types agree."""
    upgrade(url)
    engine = make_engine(parse(url), Access.SCHEMA)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_the_revisions_are_known_without_asking_alembic():
    """Each file's name begins with its revision, and each follows the one before: Alembic finds the same line."""
    scripts = ScriptDirectory.from_config(configuration(migrations_folder()))
    line = [one.revision for one in scripts.walk_revisions()]
    assert revisions() == line[::-1]
    assert scripts.get_heads() == [line[0]]


def test_an_upgrade_can_be_repeated(url):
    """The second finds nothing to do."""
    assert upgrade(url) == upgrade(url)
    assert schema_state(url).state is SchemaState.CURRENT


def test_two_upgrades_at_once_are_one(url):
    """Two programs that start together."""
    with ThreadPoolExecutor(2) as pool:
        assert {schema.state for schema in pool.map(upgrade, [url, url])} == {SchemaState.CURRENT}


def test_a_ledger_that_is_not_there_is_not_made_by_opening(tmp_path):
    """A mistyped path must not become an empty ledger."""
    path = tmp_path / "typo.db"
    with pytest.raises(LedgerUnreachableError, match="syncd database upgrade"):
        open_ledger(f"sqlite:///{path}")
    assert not path.exists()
