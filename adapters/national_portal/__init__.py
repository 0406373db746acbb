"""The National Public Service Portal (Cổng DVCQG), through its JSON interface of 2026.

In: the portal's catalogue, its citizen list and its details. Out: raw records, evidence, canonical procedures.
It only ever reads: every call is a question that is safe to repeat.
"""

from adapters.national_portal.settings import PortalSettings
from adapters.national_portal.side import PortalSide
from syncd.sides.adapter import AdapterDefinition

definition = AdapterDefinition(
    name="national-portal",
    summary="National Public Service Portal (dichvucong.gov.vn), JSON interface of 2026",
    settings=PortalSettings,
    build=PortalSide,
)

__all__ = ["definition"]
