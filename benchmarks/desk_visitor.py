"""Somebody who visits the desk, in a program of their own, so that reading answers costs the desk nothing.

In: lines of JSON on standard input, each a request. Out: a line of JSON for each: status, bytes over the wire, seconds.
``python -m benchmarks.desk_visitor PORT``; one connection is kept open, as browsers do.
"""

from __future__ import annotations

import gzip
import http.client
import json
import re
import sys
from time import perf_counter
from typing import Any
from urllib.parse import quote

CHUNK = 1 << 20
LINKED = re.compile(rb'"(/static/[^"]+[.](?:css|js|svg))"')


def ask(connection: http.client.HTTPConnection, wish: dict[str, Any]) -> dict[str, Any]:
    """One request; its answer is read to the end. ``linked``: the files that a page loads, without fonts."""
    begun = perf_counter()
    connection.request(wish["method"], quote(wish["path"], safe="/?&=%+:;,@-._~"), wish.get("body"), wish["headers"])
    response = connection.getresponse()
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    size, page = 0, b""
    while part := response.read(CHUNK):
        size += len(part)
        page += part if is_page else b""
    taken = perf_counter() - begun
    head = sum(len(name) + len(value) + 4 for name, value in response.getheaders())
    if response.headers.get("Content-Encoding") == "gzip" and is_page:
        page = gzip.decompress(page)
    linked = sorted({found.decode() for found in LINKED.findall(page)})
    return {"status": response.status, "bytes": size + head, "seconds": taken, "linked": linked}


def main(port: int) -> None:
    """Until standard input ends."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    for line in sys.stdin:
        print(json.dumps(ask(connection, json.loads(line))), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
