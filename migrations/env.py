"""Alembic's entry: migrates the ledger over the connection that it is handed, or over ``-x url=…``.

In: `syncd.ledger.schema.upgrade` hands a connection inside its own locked transaction. Out: the migrated schema.
Only online: a ledger is migrated by the program that knows it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from syncd.ledger.engines import Access, make_engine, parse
from syncd.ledger.tables import METADATA


def migrate(connection: sa.Connection) -> None:
    """Run the migrations over one connection."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def main() -> None:
    """Use the connection in the attributes, else open one for ``-x url=…``."""
    if context.is_offline_mode():
        raise SystemExit("The ledger is migrated online only: run `syncd database upgrade`.")
    connection = context.config.attributes.get("connection")
    if connection is not None:
        migrate(connection)
        return
    url = context.get_x_argument(as_dictionary=True).get("url")
    if not url:
        raise SystemExit("Say which ledger: alembic -c migrations/alembic.ini -x url=sqlite:////path/ledger.db …")
    engine = make_engine(parse(url), Access.SCHEMA)
    with engine.begin() as opened:
        migrate(opened)
    engine.dispose()


main()
