"""The bridge as a side: GET questions, and answers that are encoded twice.

In: settings and surroundings. Out: what `ReadingAdapter` promises; all but the transport is the integration API's.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Raw, Struct

from adapters.national_integration.envelope import opened
from adapters.national_integration.settings import RecordSettings, Role
from adapters.national_integration.side import RecordSide
from adapters.provincial_bridge.settings import BridgeSettings
from syncd.sides.adapter import Surroundings
from syncd.sides.errors import TransientError
from syncd.sides.http import HttpClient, decode
from syncd.sides.http.body import blocked, excerpt, is_page

HEADERS = {"Accept": "application/json"}
NOT_JSON = "look at the bridge itself: it answers so when it does not reach the portal"


class Outer(Struct):
    """The HTTP body: a JSON text inside JSON; some versions put the answer itself there."""

    message: Raw


class BridgeApi:
    """Asks over one client."""

    def __init__(self, settings: BridgeSettings, surroundings: Surroundings) -> None:
        self._settings: RecordSettings = settings
        self._path = settings.path
        self._http: HttpClient = surroundings.http(surroundings.side, settings)

    async def ask(self, role: Role, params: Mapping[str, str]) -> list[Raw]:
        """The elements of the result of one service. Raises `SideError`."""
        path = f"{self._path}/{self._settings.service(role)}"
        return await self._http.ask(
            "GET",
            path,
            operation=role.value,
            safe=True,
            params=dict(params),
            headers=HEADERS,
            parse=lambda body: opened(unpacked(body, f"GET {path}"), f"GET {path}"),
        )

    async def close(self) -> None:
        await self._http.close()


def unpacked(body: bytes, where: str) -> bytes:
    """The portal's answer inside the bridge's. Raises `TransientError` for words, `BlockedError` for a web page."""
    message = bytes(decode(body, Outer, where=where).message)
    if not message.startswith(b'"'):
        return message
    inner = decode(message, str, where=where).encode("utf-8", "surrogatepass").strip()
    if is_page(inner, ""):
        raise blocked(where, inner)
    if not inner.startswith(b"{"):
        raise TransientError(f"the bridge answers in words: {excerpt(inner)!r}", where=where, action=NOT_JSON)
    return inner


class BridgeSide(RecordSide):
    """Reads a bridge. Built by the entry point; never writes."""

    def __init__(self, settings: BridgeSettings, surroundings: Surroundings) -> None:
        super().__init__(settings, BridgeApi(settings, surroundings), publishers=False)
