"""The older public gateway of the national portal (``jsp/rest.jsp``): search, publication decisions, workbook.

In: what it shows to everybody. Out: raw records, evidence, canonical procedures; decisions with what each publishes,
amends and rescinds; agencies and fields. It only ever reads. Its index is the adapter `national-report`.
"""

from adapters.national_gateway.decision_list import GatewayDecisions
from adapters.national_gateway.settings import REST, GatewaySettings
from adapters.national_gateway.side import GatewaySide
from syncd.sides.adapter import AdapterDefinition

definition = AdapterDefinition(
    name="national-gateway",
    summary="Older public gateway of the national portal (jsp/rest.jsp), with its publication decisions",
    settings=GatewaySettings,
    build=GatewaySide,
    decisions=GatewayDecisions,
    reads=(f"POST {REST}",),
)

__all__ = ["GatewayDecisions", "GatewaySettings", "GatewaySide", "definition"]
