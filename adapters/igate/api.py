"""iGate's questions: GET with a bearer token, which is renewed once where the gateway says 401.

In: a path and a query. Out: bytes of JSON; else a `SideError` that holds no token. A question whose token ended is
asked again as it stands: no page is lost, none comes twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Final

from adapters.igate.paging import Ask
from adapters.igate.settings import IgateSettings
from adapters.igate.tokens import Tokens
from adapters.national_integration.api import blacken
from adapters.national_integration.session import Session
from syncd.sides.adapter import Surroundings
from syncd.sides.errors import SideError, UnauthorisedError
from syncd.sides.http import HttpClient

ENDED: Final = 401
"""The token counts no more; a 403 is an answer: this account may not."""


class IgateApi:
    """Asks over one client, with one token. ``clock``: monotonic seconds."""

    def __init__(
        self, settings: IgateSettings, surroundings: Surroundings, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._http: HttpClient = surroundings.http(surroundings.side, settings)
        self._tokens = Tokens(settings, surroundings, clock)

    async def get(
        self, path: str, params: Mapping[str, str] | None = None, *, operation: str, max_bytes: int | None = None
    ) -> bytes:
        """The bytes of an answer that is JSON by its looks. Raises `SideError`."""
        token = await self._tokens.current()
        try:
            return await self._asked(token, path, params, operation, max_bytes)
        except UnauthorisedError as error:
            if error.status != ENDED:
                raise
        return await self._asked(await self._tokens.renewed(token), path, params, operation, max_bytes)

    async def _asked(
        self, token: Session, path: str, params: Mapping[str, str] | None, operation: str, max_bytes: int | None
    ) -> bytes:
        headers = {"Authorization": f"Bearer {token.mark}"}
        try:
            return await self._http.json(
                "GET", path, operation=operation, safe=True, params=params, headers=headers, max_bytes=max_bytes
            )
        except SideError as error:
            blacken(error, token.mark)
            raise

    def pages_of(self, path: str, *, operation: str, query: Mapping[str, str]) -> Ask:
        """A way to ask for the pages of a list, from 0."""
        sort = {"sort": self._settings.sort} if self._settings.sort else {}

        async def ask(number: int, size: int) -> bytes:
            paging = {"spec": "page", "page": str(number), "size": str(size)}
            return await self.get(path, {**query, **sort, **paging}, operation=operation)

        return ask

    async def close(self) -> None:
        try:
            await self._http.close()
        finally:
            await self._tokens.close()
