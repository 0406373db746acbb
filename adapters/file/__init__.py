"""Files: XLSX, CSV, JSON and JSONL lists of procedures or of decisions, with the columns that the settings map.

In: the settings of one side. Out: the definition that the entry point ``file`` names.
"""

from adapters.file.adapter import FileAdapter, build
from adapters.file.decisions import FileDecisions, build_decisions
from adapters.file.settings import FileFormat, FileSettings
from syncd.sides.adapter import AdapterDefinition

definition = AdapterDefinition(
    name="file",
    summary="An exported list of procedures or of signed decisions: XLSX, CSV, JSON or JSONL, with mapped columns.",
    settings=FileSettings,
    build=build,
    decisions=build_decisions,
)

__all__ = ["FileAdapter", "FileDecisions", "FileFormat", "FileSettings", "definition"]
