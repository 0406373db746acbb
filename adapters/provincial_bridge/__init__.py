"""The GET bridge ``KetNoiMotCuaQuocGia`` (Thanh Hóa, Điện Biên) in front of the integration API.

In: GET questions. Out: the integration API's records, unpacked from a JSON text inside ``message``. It only reads.
"""

from adapters.provincial_bridge.bridge import BridgeSide
from adapters.provincial_bridge.settings import BridgeSettings
from syncd.sides.adapter import AdapterDefinition

definition = AdapterDefinition(
    name="provincial-bridge",
    summary="Provincial GET bridge KetNoiMotCuaQuocGia in front of the integration API",
    settings=BridgeSettings,
    build=BridgeSide,
)

__all__ = ["BridgeSettings", "BridgeSide", "definition"]
