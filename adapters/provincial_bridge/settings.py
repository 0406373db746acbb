"""What an operator may set about a provincial bridge.

In: one side's TOML table. Out: `BridgeSettings`, checked; the keys of the HTTP client stand in the same table.
"""

from __future__ import annotations

from adapters.national_integration.settings import Path, RecordSettings


class BridgeSettings(RecordSettings):
    """The records of the integration API, through the GET bridge that some provinces have put in front of it.

    ```toml
    [pairs.portal]
    adapter = "provincial-bridge"
    base_url = "https://api.example.gov.vn"
    path = "/KetNoiMotCuaQuocGia"
    bearer_secret = "bridge-token"             # where the bridge wants one (Điện Biên); Thanh Hóa's does not
    agency = "H56"                             # LayDanhSachTTHCDonVi instead of LayDanhSachTTHC
    kinds = { 1 = "standard", 2 = "specific" } # LOAITTHC, as your province knows it
    ```

    Reads the list (``LayDanhSachTTHC``, or that of one ``agency``), each record (``LayThuTuc``) and its decision
    (``LayQDCB``), out of a JSON text inside ``message``. It carries what `national-integration` carries, but for
    publisher_name: the bridge has no catalogue of units. A message in words instead of JSON is trouble that passes.
    Wholeness is proven, and absence told, as for `national-integration`; ``witness``, ``states``, ``levels`` and
    ``services`` mean the same. ``path`` goes before the names of the services.
    """

    path: Path = "/KetNoiMotCuaQuocGia"
