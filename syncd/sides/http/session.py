"""The aiohttp session of one client: pool, time limits, names, proxy and TLS, all explicit.

In: settings. Out: one open session. Nothing is taken from the environment: no proxy variables, no netrc.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import aiohttp

from syncd.sides.http.settings import HttpSettings
from syncd.sides.http.tls import tls_context


def open_session(settings: HttpSettings, folder: Path, secret: Callable[[str], str]) -> aiohttp.ClientSession:
    """Must be called in the running loop. Raises `ConfigurationError` for TLS files that cannot be used."""
    is_tls = settings.base_url.startswith("https")
    connector = aiohttp.TCPConnector(
        limit=settings.connections,
        ssl=tls_context(settings, folder, secret) if is_tls else True,
        resolver=aiohttp.ThreadedResolver(),  # the system's own: /etc/hosts and nsswitch apply
        ttl_dns_cache=60,
    )
    return aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(
            total=settings.total_timeout, sock_connect=settings.connect_timeout, sock_read=settings.read_timeout
        ),
        headers={"User-Agent": settings.user_agent, "Accept-Encoding": "gzip, deflate", **settings.headers},
        cookie_jar=aiohttp.CookieJar(unsafe=True) if settings.cookies else aiohttp.DummyCookieJar(),
        proxy=settings.proxy,
        trust_env=False,
    )
