"""The adapter of VNPT iGate 2 ("digo"): a city's settlement system, read through its gateway of services.

In: settings of one site. Out: `definition`, found by entry point. Reads procedures, sectors, agencies, statistics and
overdue dossiers with a token of Keycloak; writes nothing.
"""

from adapters.igate.dossiers import IgateDossiers
from adapters.igate.settings import IgateSettings
from adapters.igate.side import IgateSide
from syncd.sides.adapter import AdapterDefinition

definition = AdapterDefinition(
    name="igate",
    summary="VNPT iGate 2 (digo): procedures, agencies and dossier statistics, with a Keycloak token",
    settings=IgateSettings,
    build=IgateSide,
    reads=("POST @sso_url{token_path}",),
    dossiers=IgateDossiers,
)

__all__ = ["IgateDossiers", "IgateSettings", "IgateSide", "definition"]
