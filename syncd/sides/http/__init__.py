"""The one shared, polite HTTP client of every adapter.

In: settings of one base address, and questions. Out: bytes whose status, size and kind are checked, or `SideError`.
Nothing here knows a protocol of any side; nothing outside here opens an HTTP connection to one.
"""

from syncd.sides.http.body import decode
from syncd.sides.http.client import HttpClient
from syncd.sides.http.settings import HttpSettings
from syncd.sides.http.words import Answer, Attempt

__all__ = ["Answer", "Attempt", "HttpClient", "HttpSettings", "decode"]
