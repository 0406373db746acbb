"""The table of faults: every way in which an answer may go wrong, by name.

In: nothing. Out: `FAULTS`; its names are what a plan and the header ``X-Loopback-Fault`` take.
"""

from __future__ import annotations

from typing import Final

from loopback.faults import documents, wire
from loopback.faults.documents import changed
from loopback.faults.occasion import Fault

FAULTS: Final[dict[str, Fault]] = {
    "truncated_body": Fault("the connection ends in the middle of the body", wire.truncated),
    "cut_json": Fault("a complete answer whose JSON ends in the middle", wire.cut_json),
    "lost_page": Fault(
        "a page is silently empty; its total and cursor go on as if nothing were", changed(documents.lost)
    ),
    "short_page": Fault("the second half of a page's rows is missing", changed(documents.short)),
    "empty_list": Fault("200 with an empty list and a total of 0", wire.empty_200),
    "cycling_cursor": Fault(
        "the first cursor (without cursors, the first page) comes again", changed(documents.cycling)
    ),
    "repeated_page": Fault("the page before comes again", changed(documents.repeated)),
    "duplicate_key": Fault("a record of the page before is repeated on this one", changed(documents.duplicated)),
    "shrinking_total": Fault("the declared total is 25 smaller each time", changed(documents.shrunk)),
    "block_page_200": Fault("the firewall's HTML page with status 200", wire.page(200)),
    "block_page_201": Fault("the firewall's HTML page with status 201", wire.page(201)),
    "block_page_403": Fault("the firewall's HTML page with status 403", wire.page(403)),
    "throttled_seconds": Fault("429 with Retry-After in seconds", wire.status(429, lambda: {"Retry-After": "1"})),
    "throttled_date": Fault("429 with Retry-After as an HTTP date, two seconds ahead", wire.status(429, wire.soon)),
    "unavailable": Fault("503 without a word", wire.status(503)),
    "unauthorised": Fault("401: the credentials count no more", wire.status(401)),
    "slow_body": Fault("half of the body, then nothing until the plan's gate opens", wire.slow),
    "reset": Fault("the connection is reset before the answer", wire.reset),
    "wrong_record": Fault("another procedure's record than the one asked for", changed(documents.swapped)),
    "nfd_text": Fault("every text in decomposed Unicode (NFD)", changed(documents.decomposed)),
    "flapping_decision": Fault("an older decision is shown, updatedAt unchanged", changed(documents.flapped)),
    "clock_skew": Fault("Date header in 2015, times in milliseconds a day ahead", wire.clock_skew),
    "error_envelope": Fault("201 with an error in the envelope", wire.error_envelope),
}


def known(name: str) -> str:
    """The name itself. Raises `KeyError` with the whole list where there is no such fault."""
    if name not in FAULTS:
        raise KeyError(f"no fault is called {name!r}; there are {', '.join(sorted(FAULTS))}")
    return name
