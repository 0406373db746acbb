"""The adapter of OpenCPS: a city's settlement system, read through its REST v2 interface.

In: settings of one site. Out: `definition`, found by entry point. Reads service infos and the mapping table; writes
nothing.
"""

from adapters.opencps.adapter import OpenCpsAdapter, definition
from adapters.opencps.settings import OpenCpsSettings

__all__ = ["OpenCpsAdapter", "OpenCpsSettings", "definition"]
