"""The older gateway's report of the Service Index (``jsp/rest.jsp``, ``report_tinh_766_service``).

In: the rows of that report. Out: totals and group points of provinces and of the units below one; no counts, no
indicators: it has none. It only ever reads.
"""

from adapters.national_report.index import ReportIndex
from adapters.national_report.settings import ReportSettings
from syncd.sides.adapter import AdapterDefinition

definition = AdapterDefinition(
    name="national-report",
    summary="Service Index report of the older gateway (jsp/rest.jsp, report_tinh_766_service)",
    settings=ReportSettings,
    index=ReportIndex,
)

__all__ = ["definition"]
