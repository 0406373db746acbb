"""What is said about what happens: log lines, their vocabulary, and the log of mismatches.

In: events by name, from every room. Out: JSON or coloured lines without secrets; one line for each change of state.
"""

from syncd.log.events import ALWAYS, EVENTS, Event
from syncd.log.mismatch_log import EVENT_ID, MismatchLog
from syncd.log.setup import configure, json_line, to_journal

__all__ = ["ALWAYS", "EVENTS", "EVENT_ID", "Event", "MismatchLog", "configure", "json_line", "to_journal"]
