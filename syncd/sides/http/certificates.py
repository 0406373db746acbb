"""When the certificates of a connection end: the one that the side shows, and the one that we show it.

In: handshakes of an `ssl.SSLContext`, a PEM file that it has accepted. Out: `Certificates`, in Unix time.
The client's end is read from the file by hand: `ssl` has no way to say it, and one date is worth no library.
Source of the layout: RFC 5280, 4.1; X.690, 8.1.3 (lengths).
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

LARGEST_FILE = 1024 * 1024
BEGIN, END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
VERSION, UTC_TIME = 0xA0, 0x17
VALIDITY_AT = 3
"""Place of the validity in a certificate's fields, after serial, algorithm and issuer, the version left out."""


@dataclass(slots=True)
class Certificates:
    """When they end, in Unix time; None where nothing is known (yet): no handshake, no client certificate."""

    server: float | None = None
    client: float | None = None

    def watch(self, context: ssl.SSLContext) -> None:
        """Note the end of the certificate in every handshake that this context's connections complete."""
        noted = self

        class Noting(ssl.SSLObject):
            def do_handshake(self) -> None:
                super().do_handshake()
                until = (self.getpeercert() or {}).get("notAfter")
                noted.server = ssl.cert_time_to_seconds(str(until)) if until else None

        context.sslobject_class = Noting


def end_of_file(file: Path) -> float | None:
    """When the first certificate of a PEM file ends, in Unix time; None where there is none that can be read."""
    try:
        text = file.read_bytes()[:LARGEST_FILE].decode("ascii", "replace")
        begin = text.index(BEGIN)
        return end_of(ssl.PEM_cert_to_DER_cert(text[begin : text.index(END, begin) + len(END)]))
    except (OSError, ValueError, IndexError):
        return None


def end_of(der: bytes) -> float:
    """When a certificate in DER ends, in Unix time. Raises ValueError or IndexError for what is none."""
    fields = [one for one in _parts(_parts(_parts(der)[0][1])[0][1]) if one[0] != VERSION]
    kind, written = _parts(fields[VALIDITY_AT][1])[1]
    digits = written.decode("ascii").removesuffix("Z")
    if kind == UTC_TIME:
        digits = ("19" if digits >= "50" else "20") + digits
    return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()


def _parts(content: bytes) -> list[tuple[int, bytes]]:
    """The (tag, content) pairs that stand one after the other in ``content``."""
    found, at = [], 0
    while at < len(content):
        tag, size, at = content[at], content[at + 1], at + 2
        if size & 0x80:
            count = size & 0x7F
            size, at = int.from_bytes(content[at : at + count], "big"), at + count
        found.append((tag, content[at : at + size]))
        at += size
    return found
