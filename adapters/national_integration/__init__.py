"""The national portal's integration API (``mapi``) over the data-exchange axis (NDXP), through a security server.

In: a session, services by name. Out: raw records, evidence, canonical procedures, units, fields; single dossiers looked
up. It only ever asks services that read.
"""

from adapters.national_integration.integration import IntegrationSide
from adapters.national_integration.settings import IntegrationSettings
from syncd.sides.adapter import AdapterDefinition

definition = AdapterDefinition(
    name="national-integration",
    summary="Integration API of the national portal (mapi) over the data-exchange axis NDXP/VXP",
    settings=IntegrationSettings,
    build=IntegrationSide,
    reads=tuple(f"POST {{adapter_path}}{{{path}}}" for path in ("auth_path", "share_path", "integration_path")),
)

__all__ = ["IntegrationSettings", "IntegrationSide", "definition"]
