"""The city's document-management system, through packages of the national e-document exchange format (edXML).

In: a folder, an SFTP drop, the document axis, or the city's link. Out: publication decisions as signed documents, and
tasks counted by unit. It only ever reads: no package is acknowledged.
"""

from adapters.edxml.reader import EdxmlDecisions, build
from adapters.edxml.settings import EdxmlSettings
from adapters.edxml.tasks import EdxmlTasks, build_tasks
from syncd.sides.adapter import AdapterDefinition

definition = AdapterDefinition(
    name="edxml",
    summary="Document-management system: packages of the national e-document exchange format (QCVN 102:2016)",
    settings=EdxmlSettings,
    decisions=build,
    tasks=build_tasks,
)

__all__ = ["EdxmlDecisions", "EdxmlSettings", "EdxmlTasks", "definition"]
