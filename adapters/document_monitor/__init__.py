"""The city's monitor of directives and documents: tasks by unit, from its database, its exports or its interface.

In: the settings of one source. Out: the definition that the entry point ``document-monitor`` names.
"""

from adapters.document_monitor.reader import MonitorReader
from adapters.document_monitor.settings import MonitorSettings
from syncd.sides.adapter import AdapterDefinition

definition = AdapterDefinition(
    name="document-monitor",
    summary="Tasks given by directives and documents, counted by unit: by SQL, file or REST mapping.",
    settings=MonitorSettings,
    tasks=MonitorReader,
)

__all__ = ["MonitorReader", "MonitorSettings", "definition"]
