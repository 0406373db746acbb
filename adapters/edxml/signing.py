"""The signed headers of the document axis, as its client library (VPCP, version 3.0.201608) makes them.

In: what is said in headers, the system id and its secret. Out: the headers to send. Pure; the moment is passed in.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from syncd.records.dates import HO_CHI_MINH

PREFIX = "XroadVnpt-"
KEYS = f"{PREFIX}sign-header-key"
SIGNED = f"{PREFIX}sign-header"
HASH = f"{PREFIX}hash-header"
VERSION = f"{PREFIX}version"


def timestamp(moment: datetime) -> str:
    """``ddMMyyyy'T'HHmmss+SSSS`` in Hà Nội; what follows the plus are milliseconds in four digits, not a zone."""
    local = moment.astimezone(HO_CHI_MINH)
    return f"{local:%d%m%YT%H%M%S}+{local.microsecond // 1000:04d}"


def signed_headers(
    said: Mapping[str, str], *, system_id: str, secret: str, moment: datetime, version: str
) -> dict[str, str]:
    """Every word of ``said``, the system id and the moment, each under the prefix; a JSON of them, and its HMAC."""
    words = {"systemid": system_id, "timestamp": timestamp(moment), "Content-Type": "application/json", **said}
    prefixed = {f"{PREFIX}{name}": value for name, value in words.items()}
    signed = json.dumps(prefixed, separators=(",", ":"))
    return prefixed | {
        KEYS: ";".join(words),
        SIGNED: signed,
        HASH: hmac.new(secret.encode(), signed.encode(), sha256).hexdigest(),
        VERSION: version,
    }
