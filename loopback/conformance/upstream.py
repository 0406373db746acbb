"""The system behind the proxy, asked as the side's own settings say: its TLS, its proxy, its client certificate.

In: a request of the adapter. Out: the system's reply, unpacked, with the headers that matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, web
from yarl import URL

from loopback.conformance.recording import PASSED_ON, Question, Reply
from syncd.sides.http.authority import Secret, proxy_headers
from syncd.sides.http.body import read_capped
from syncd.sides.http.session import open_session
from syncd.sides.http.settings import HttpSettings
from syncd.sides.http.tls import Tls

LARGEST = 1024 * 1024 * 1024
OURS = frozenset({"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "x-conformance-key"})
SELF_NAMING = ("Origin", "Referer")


class Upstream:
    """Asks the system at the settings' ``base_url``."""

    def __init__(self, settings: HttpSettings, folder: Path, secret: Secret) -> None:
        self._settings = settings
        self._tls = Tls(settings, folder, secret)
        self._secret = secret
        self._session: ClientSession | None = None

    async def ask(self, request: web.BaseRequest, question: Question, more: Mapping[str, str] | None = None) -> Reply:
        """Ask as the adapter asked. Raises `ClientError`, `TimeoutError`, `OSError`; `SideError` for a huge answer."""
        return await self._asked(question, {**self._headers(request), **(more or {})})

    async def refuses(self, headers: Mapping[str, str]) -> bool:
        """Whether a bare question with these headers is answered with 400."""
        try:
            return (await self._asked(Question("GET", "/"), headers)).status == 400
        except (ClientError, TimeoutError, OSError):
            return False

    async def _asked(self, question: Question, headers: Mapping[str, str]) -> Reply:
        if self._session is None:
            self._session = open_session(self._settings)
        at_proxy = proxy_headers(self._settings, self._secret)
        async with self._session.request(
            question.method,
            URL(self._settings.base_url + question.below, encoded=True),
            data=question.body or None,
            headers={**headers, **at_proxy},
            allow_redirects=False,
            ssl=self._tls.context(),
        ) as response:
            body = await read_capped(response.content, LARGEST, "the system")
            kept = {name: response.headers[name] for name in PASSED_ON if name in response.headers}
            return Reply(response.status, kept, body)

    def _headers(self, request: web.BaseRequest) -> dict[str, str]:
        """The adapter's headers; those in which it names the proxy name the system instead."""
        headers = {name: value for name, value in request.headers.items() if name.lower() not in OURS}
        there = urlsplit(self._settings.base_url)
        here = f"{request.scheme}://{request.host}"
        for name in SELF_NAMING:
            if name in headers:
                headers[name] = headers[name].replace(here, f"{there.scheme}://{there.netloc}")
        return headers

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
