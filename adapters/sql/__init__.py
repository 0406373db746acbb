"""Databases: one table, view or query, with the columns that the settings map.

In: the settings of one side. Out: the definition that the entry point ``sql`` names.
"""

from adapters.sql.adapter import SqlAdapter, build
from adapters.sql.settings import SqlSettings
from syncd.sides.adapter import AdapterDefinition

definition = AdapterDefinition(
    name="sql",
    summary="A table, view or query of a database, read only, with mapped columns.",
    settings=SqlSettings,
    build=build,
)

__all__ = ["SqlAdapter", "SqlSettings", "definition"]
