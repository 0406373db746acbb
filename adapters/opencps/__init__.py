"""The adapter of OpenCPS: a city's settlement system, read through its REST v2 interface.

In: settings of one site. Out: `definition`, found by entry point. Reads service infos, the mapping table, statistics
and overdue dossiers; writes nothing.
"""

from dataclasses import replace

from adapters.opencps.adapter import OpenCpsAdapter
from adapters.opencps.adapter import definition as _procedures
from adapters.opencps.dossiers import OpenCpsDossiers
from adapters.opencps.settings import OpenCpsSettings

definition = replace(_procedures, dossiers=OpenCpsDossiers)

__all__ = ["OpenCpsAdapter", "OpenCpsDossiers", "OpenCpsSettings", "definition"]
