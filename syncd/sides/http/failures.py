"""What a failed connection means: foreign exceptions become the taxonomy here, with a sentence that teaches.

In: an exception of aiohttp, of the socket or of TLS. Out: one `SideError`. Foreign texts are never quoted whole: they
may hold addresses with credentials.
"""

from __future__ import annotations

import ssl

import aiohttp

from syncd.sides.errors import PermanentError, ShapeError, SideError, TransientError, UnreachableError

_CERTIFICATE = "check ca_file, the side's certificate and the host name in base_url"
_CLIENT_CERTIFICATE = (
    "check the client certificate: a side that wants one (mutual TLS) hangs up on a wrong or missing one; otherwise the"
    " side broke off"
)
_PROXY = "check proxy, and that the proxy admits this host"

FAILURES: tuple[tuple[type[BaseException], type[SideError], str, str], ...] = (
    (aiohttp.ClientConnectorDNSError, UnreachableError, "the host name was not found", "check base_url and the DNS"),
    (aiohttp.ClientProxyConnectionError, UnreachableError, "the proxy did not answer", _PROXY),
    (aiohttp.ClientHttpProxyError, UnreachableError, "the proxy refused", _PROXY),
    (aiohttp.ClientConnectorCertificateError, UnreachableError, "the side's certificate is not trusted", _CERTIFICATE),
    (aiohttp.ClientSSLError, UnreachableError, "TLS could not be set up", f"{_CERTIFICATE}; or {_CLIENT_CERTIFICATE}"),
    (aiohttp.ConnectionTimeoutError, UnreachableError, "no connection in time", "check the host and the firewalls"),
    (aiohttp.SocketTimeoutError, TransientError, "the side fell silent", "it may be busy; see read_timeout"),
    (aiohttp.ClientConnectorError, UnreachableError, "the connection failed", "check the host, the port and firewalls"),
    (aiohttp.ClientPayloadError, TransientError, "the answer was cut off", "the side broke off in the middle"),
    (aiohttp.ServerDisconnectedError, UnreachableError, "the side hung up without an answer", ""),
    (aiohttp.ClientOSError, UnreachableError, "the connection was reset", ""),
    (aiohttp.InvalidURL, PermanentError, "the address is not one", "check base_url"),
    (aiohttp.ClientResponseError, ShapeError, "the answer is not HTTP", "check that base_url is a web address"),
    (TimeoutError, TransientError, "the answer took too long", "it may be busy; see total_timeout"),
    (aiohttp.ClientError, TransientError, "the exchange failed", ""),
    (OSError, UnreachableError, "the connection failed", "check the host, the port and firewalls"),
)


def translate(error: BaseException, *, where: str, is_tls: bool) -> SideError:
    """The `SideError` that stands for ``error``. The more specific rows of `FAILURES` come first."""
    if is_tls and _rejected_us(error):
        return UnreachableError("the side ended the TLS connection", where=where, action=_CLIENT_CERTIFICATE)
    for foreign, ours, sentence, action in FAILURES:
        if isinstance(error, foreign):
            return ours(f"{sentence} ({_reason(error)})", where=where, action=action)
    return TransientError(f"the exchange failed ({type(error).__name__})", where=where)


def _rejected_us(error: BaseException) -> bool:
    """Under TLS 1.3 a refused client certificate shows only after the handshake: as a hang-up, a reset or an alert."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return False
    return isinstance(error, aiohttp.ServerDisconnectedError | aiohttp.ClientOSError | ssl.SSLError)


def _reason(error: BaseException) -> str:
    """The bounded part of a foreign error that helps: the system's own word for it, else its class."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        verify = getattr(error.certificate_error, "verify_message", "")
        return verify[:100] if isinstance(verify, str) and verify else type(error).__name__
    inner = getattr(error, "os_error", error)
    strerror = getattr(inner, "strerror", None)
    return strerror[:100] if isinstance(strerror, str) and strerror else type(error).__name__
