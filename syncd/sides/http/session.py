"""The aiohttp session of one client: pool, time limits, names, proxy and TLS, all explicit.

In: settings. Out: one open session; TLS comes with each question. Nothing is taken from the environment: no proxy
variables, no netrc.
"""

from __future__ import annotations

import aiohttp

from syncd.sides.http.settings import HttpSettings


def open_session(settings: HttpSettings) -> aiohttp.ClientSession:
    """Must be called in the running loop."""
    connector = aiohttp.TCPConnector(
        limit=settings.connections,
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
