"""A visitor inside the booted machine, without a library: asks once, or again and again, each time on a new connection.

``visitor.py URL`` prints the answer. ``visitor.py URL FILE`` prints how often each status, or error, was the answer
until the file was there. URL may begin with ``unix:FILE:`` and a path.
"""

from __future__ import annotations

import json
import socket
import sys
from collections import Counter
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

LIMIT = 30


class UnixConnection(HTTPConnection):
    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(LIMIT)
        self.sock.connect(self.host)


def ask(url: str) -> tuple[int, str]:
    if url.startswith("unix:"):
        _, file, path = url.split(":", 2)
        connection: HTTPConnection = UnixConnection(file)
    else:
        parts = urlsplit(url)
        connection, path = HTTPConnection(str(parts.hostname), parts.port, timeout=LIMIT), parts.path
    try:
        connection.request("GET", path, headers={"Host": "desk", "Connection": "close"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def ask_until(url: str, sign: Path) -> Counter[str]:
    seen = Counter[str]()
    while not sign.exists():
        try:
            seen[str(ask(url)[0])] += 1
        except (OSError, HTTPException) as error:
            seen[type(error).__name__] += 1
    return seen


if __name__ == "__main__":
    sys.stdout.write(json.dumps(ask_until(sys.argv[1], Path(sys.argv[2]))) if sys.argv[2:] else ask(sys.argv[1])[1])
