"""The vocabulary of the log: every event that the daemon can write, its level, its meaning, its keys.

In: nothing. Out: the table that ``docs/events.md`` is generated from. A test reads the source and fails when code logs
an event, a level or a key that is not here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["debug", "info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its level, what it means and what to do, and the keys that it may carry."""

    level: Level
    sentence: str
    keys: tuple[str, ...] = ()


ALWAYS = ("event", "level", "timestamp", "logger")
"""Keys of every line."""

EVENTS: dict[str, Event] = {
    "daemon_starting": Event("info", "The daemon has read its configuration and starts.", ("version", "file", "pairs")),
    "daemon_ready": Event("info", "The endpoints answer and every pair has its loop.", ("listen", "desk", "pairs")),
    "daemon_stopping": Event("info", "A signal asked the daemon to stop; passes are being interrupted.", ("signal",)),
    "daemon_stopped": Event("info", "Everything is closed.", ("left_behind",)),
    "close_failed": Event(
        "error", "Ledger or files could not be closed in time; nothing is lost by it.", ("exc_info",)
    ),
    "reopen_failed": Event("error", "Files could not be opened anew after SIGHUP; check the disk.", ("exc_info",)),
    "configuration_reloaded": Event("info", "A new configuration is in force; each change is named.", ("changes",)),
    "configuration_refused": Event(
        "error", "A reload was refused and the old configuration stays; correct what is named.", ("problems",)
    ),
    "pair_started": Event("info", "The loop of a pair begins.", ("pair", "interval")),
    "pair_stopped": Event("info", "The loop of a pair has ended.", ("pair",)),
    "pair_failing": Event(
        "warning",
        "Passes of a pair have begun to fail; said once, until pair_recovered. Other pairs are not touched.",
        ("pair", "outcome", "error", "action", "retry_in", "exc_info"),
    ),
    "pair_recovered": Event("info", "A pair that failed has succeeded again.", ("pair", "failures")),
    "pair_stalled": Event(
        "error",
        "A pass has made no progress within `stall_after` and is cancelled; while it hangs, the watchdog is not fed.",
        ("pair", "seconds", "progress"),
    ),
    "pair_hanging": Event(
        "error",
        "A stalled pass does not let go; where it and other tasks stand. The watchdog ends the daemon next.",
        ("pair", "seconds", "progress", "stacks"),
    ),
    "pair_moving": Event("info", "A stalled pair has let go.", ("pair",)),
    "pair_abandoned": Event("error", "A pass did not end when told to stop; it is left behind.", ("pair",)),
    "pair_waiting": Event(
        "warning",
        "A reload begins this pair anew; it waits for the pass of before, which has not ended yet.",
        ("pair",),
    ),
    "pass_end_unwritten": Event(
        "warning",
        "A pass was stopped, and the ledger did not take its end: it shows as running until the next one begins.",
        ("pair", "error"),
    ),
    "pair_close_failed": Event("error", "A pair could not let go of everything.", ("pair", "exc_info")),
    "loop_lagging": Event(
        "warning", "The event loop was held up; look for work on it that belongs in a thread.", ("seconds",)
    ),
    "loop_blocked": Event(
        "error",
        "The event loop does not turn at all; where its thread stands. The watchdog ends the daemon if it stays so.",
        ("seconds", "stack"),
    ),
    "systemd_unreachable": Event("warning", "The notification socket does not answer.", ()),
    "mismatch_log_repaired": Event(
        "warning",
        "The last line of the mismatch log was cut off by a crash; it is removed and written anew.",
        ("file",),
    ),
    "adapter_failed": Event(
        "error",
        "An adapter raised what it must not raise; the reading ends as not whole.",
        ("pair", "side", "exc_info"),
    ),
    "reading_not_whole": Event(
        "info",
        "A reading did not prove whole; it changes nothing, and may be tried again in the same pass.",
        ("pair", "side", "verdict", "reasons", "attempt"),
    ),
    "decisions_flapping": Event(
        "info",
        "The portal shows older decisions than before without saying that anything has changed; what is open about them"
        " stays as it is. The first twenty codes are named.",
        ("pair", "flapping", "codes"),
    ),
    "dossiers_unread": Event(
        "warning",
        "A question about dossiers was not answered whole; its mismatches stay as they were, and it is asked again.",
        ("pair", "asked", "error", "action"),
    ),
    "agencies_unread": Event(
        "warning",
        "The units that a side knows could not be read; the directory stays as it was, and is read again in a day.",
        ("pair", "side", "error"),
    ),
    "certificate_not_taken": Event(
        "warning",
        "A replaced certificate or key cannot be used; new connections go on with the one before. Put both in place.",
        ("error", "action"),
    ),
    "heartbeat_missed": Event(
        "warning", "The ledger did not take a pass's sign of life; tried again soon.", ("pair", "error")
    ),
    "detail_unread": Event("debug", "The detail of one record could not be read.", ("pair", "side", "error")),
    "desk_failed": Event(
        "error",
        "A page of the desk could not be made; the visitor was shown the reference and nothing else.",
        ("reference", "route", "exc_info"),
    ),
    "sign_in_refused": Event("info", "A login or password was wrong; the login is not written down.", ("address",)),
    "sign_in_limited": Event(
        "warning",
        "Too many tries at one login or from one address; the next is taken after `wait` s.",
        ("address", "wait"),
    ),
    "sessions_not_forgotten": Event(
        "warning", "Sessions that are over could not be removed; it is tried again in a quarter of an hour.", ("error",)
    ),
    "digest_not_composed": Event(
        "error",
        "A digest could not be written; it is tried again in a minute, and nothing is lost by it.",
        ("unit", "kind", "exc_info"),
    ),
    "notice_not_sent": Event(
        "warning",
        "A digest could not be sent; it is tried again, each time later, for a week.",
        ("notice", "kind", "error", "action", "attempt"),
    ),
    "notice_given_up": Event(
        "error",
        "A digest will never be sent, as the audit trail says too; see to its address, then look at the desk.",
        ("notice", "kind", "error", "action", "attempt"),
    ),
    "notice_sent": Event("info", "A digest was taken by the other side.", ("notice", "kind", "attempt")),
    "provider_failed": Event(
        "warning",
        "The city's own sign-in did not answer as it must; people were told to try again or to use a password.",
        ("step", "error", "action"),
    ),
    "provider_refused": Event(
        "warning", "Somebody came from the city's own sign-in and was not let in.", ("address", "reason")
    ),
    "cluster_joined": Event("info", "This daemon shares the courses with others from now on.", ("member", "name")),
    "cluster_left": Event("info", "This daemon shares no longer; what it ran is given to others at once.", ("member",)),
    "cluster_given_up": Event(
        "warning",
        "The others had not heard of this daemon within the lease and gave it up; look for a pause or a cut network.",
        ("member",),
    ),
    "cluster_unreachable": Event(
        "warning",
        "The database does not answer; said once until it does. Passes go on when it is back.",
        ("error", "action"),
    ),
    "cluster_reachable": Event("info", "The database answers again.", ()),
    "cluster_round_failed": Event(
        "error", "A look at what is due failed unexpectedly; the next one follows.", ("exc_info",)
    ),
    "turn_taken_over": Event(
        "warning", "A daemon that has gone silent lost this pass; whoever is next begins it anew.", ("pair", "epoch")
    ),
    "turn_not_taken": Event(
        "warning", "A turn could not be taken up; it is given back and offered anew.", ("pair", "error")
    ),
    "pass_fenced": Event(
        "warning",
        "A pass ended here after its lease had moved on to another daemon; what it wrote since was refused.",
        ("pair", "error"),
    ),
}
