"""The National Public Service Portal (Cổng DVCQG), through its JSON interface of 2026.

In: the portal's catalogue, citizen list and details; its evaluation interfaces. Out: raw records, evidence, canonical
procedures; figures of the Service Index.
It only ever reads: every call is a question that is safe to repeat.
"""

from adapters.national_portal.api import CATALOGUE, CITIZEN_LIST, DEPARTMENTS, DETAIL
from adapters.national_portal.dossiers import PortalDossiers
from adapters.national_portal.index import PortalIndex
from adapters.national_portal.settings import PortalSettings
from adapters.national_portal.side import PortalSide
from syncd.sides.adapter import AdapterDefinition

definition = AdapterDefinition(
    name="national-portal",
    summary="National Public Service Portal (dichvucong.gov.vn), JSON interface of 2026",
    settings=PortalSettings,
    build=PortalSide,
    reads=tuple(f"POST {path}" for path in (CATALOGUE, CITIZEN_LIST, DETAIL, DEPARTMENTS)),
    index=PortalIndex,
    dossiers=PortalDossiers,
)

__all__ = ["definition"]
