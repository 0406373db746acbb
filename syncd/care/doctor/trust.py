"""Why a certificate is not trusted, in words; and when one that is trusted ends.

In: a verification error, a certificate. Out: words with what to do. Codes: OpenSSL, X509_verify_cert_error_string(3).
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import SplitResult

from syncd.care.doctor.findings import Finding, ok, wrong

SOON = timedelta(days=21)
EXPIRED, NOT_YET, SELF_SIGNED, SELF_SIGNED_ROOT, WRONG_HOST, WRONG_ADDRESS = 10, 9, 18, 19, 62, 64
NO_ISSUER = (20, 21)
STEP = 4.0
AUTHORITY = "give the authority's certificate in ca_file, or install it (update-ca-certificates)"
REASONS: Mapping[int, tuple[str, str]] = {
    EXPIRED: ("the side's certificate has expired", "have the side renew it; check our own clock"),
    NOT_YET: ("the side's certificate is not valid yet", "check our own clock (timedatectl)"),
    SELF_SIGNED: ("the side's certificate is signed by itself", AUTHORITY),
    SELF_SIGNED_ROOT: ("the side's certificate is of an authority that is not trusted here", AUTHORITY),
    WRONG_HOST: ("the side's certificate is for another host name", "write base_url with the name that it is for"),
    WRONG_ADDRESS: ("the side's certificate is not for this address", "write base_url with the name that it is for"),
}


async def distrust(
    error: ssl.SSLCertVerificationError, host: str, first: SplitResult, parts: SplitResult
) -> tuple[str, str]:
    """What is wrong with the certificate of ``host``, and what to do."""
    code = error.verify_code
    if code in REASONS:
        return REASONS[code]
    if code in NO_ISSUER:
        sent = await chain_length(host, parts) if first == parts else None
        if sent == 1:
            words = "the side sends its certificate alone: an intermediate is missing, or the authority is unknown here"
            return words, f"have the side send its whole chain; else {AUTHORITY}"
        return REASONS[SELF_SIGNED_ROOT]
    return f"the side's certificate is not trusted ({error.verify_message})", AUTHORITY


async def chain_length(host: str, parts: SplitResult) -> int | None:
    """How many certificates the side sends; None where that cannot be seen. Nothing is sent over this connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        async with asyncio.timeout(STEP):
            _, writer = await asyncio.open_connection(host, parts.port or 443, ssl=context, server_hostname=host)
    except OSError:
        return None
    try:
        inner: Any = getattr(writer.get_extra_info("ssl_object"), "_sslobj", None)
        chain = inner.get_unverified_chain() if hasattr(inner, "get_unverified_chain") else None
        return None if chain is None else len(chain)
    finally:
        writer.transport.abort()


def end_finding(subject: str, certificate: Mapping[str, Any], now: datetime) -> Finding:
    """When the side's certificate ends."""
    until = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)
    if until - now < SOON:
        words = f"the side's certificate ends on {until:%d/%m/%Y}, in {(until - now).days} days"
        return wrong("tls", subject, words, "have the side renew it in time")
    return ok("tls", subject, f"trusted, valid until {until:%d/%m/%Y}")
