"""Alembic at work: runs the migrations over one connection. `syncd.ledger.schema` imports it when a ledger is upgraded.

In: a connection inside a transaction, the folder of the migrations. Out: the newest schema.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config


def migrate(connection: sa.Connection, folder: Path) -> None:
    """Bring the ledger behind ``connection`` to the newest revision in ``folder``."""
    config = configuration(folder)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def configuration(folder: Path) -> Config:
    """What Alembic must know to find the migrations."""
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config
