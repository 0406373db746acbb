"""How long the questions of the desk take on 100,000 open mismatches and a year of history.

In: ``python -m benchmarks.desk --open 100000``. Out: a table of milliseconds; status 1 when one is missed.
The best of some rounds, in processor time, so that other programs do not count; the ledger is built with bulk inserts.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, NamedTuple

from msgspec import structs
from sqlalchemy.orm import Session

from benchmarks.records import AGENCIES, words
from syncd.answers.changes import changes_since
from syncd.answers.one_mismatch import one_mismatch
from syncd.answers.overview import overview
from syncd.answers.queue import Filter, facets_of, groups, ids_in, ids_of, mismatches_page
from syncd.answers.units import Asked, one_unit, units
from syncd.ledger import Ledger, open_ledger, upgrade
from syncd.ledger.listing import listing_row
from syncd.ledger.mismatches import Mismatch
from syncd.ledger.packing import pack_struct
from syncd.ledger.rows import chunks, insert
from syncd.ledger.tables import MISMATCH_EVENTS, MISMATCHES
from syncd.ledger.tables_listing import MISMATCH_LISTING
from syncd.reconcile.mismatches import KINDS, MismatchKind, Observation
from syncd.records.periods import Period

SEED = 20260719
NOW = datetime(2026, 12, 31, 2, tzinfo=UTC)
PAIR = "ha-noi"
UNITS = 130
FIELDS = ("name", "steps", "documents", "methods", "field_name", "decision_number", "legal_bases")
ALL_KINDS = (MismatchKind.FIELD_DIFFERS,) * 10 + tuple(MismatchKind)
AT_ONCE = 5_000
PAGE, SEARCH = 150.0, 100.0
DAY, CONFIRMED_AFTER = timedelta(days=1), timedelta(hours=6)
LEAST_AGO = 7 * 60
"""Minutes since the newest mismatch was found."""


class Size(NamedTuple):
    """How much there is: mismatches to be worked on, waived ones besides, and those of the year that have ended."""

    open: int = 100_000
    waived: int = 10_000
    ended: int = 100_000

    def states(self, number: int) -> tuple[str, ...]:
        """What states the mismatch of this number may be in."""
        if number < self.open:
            return ("suspected", "confirmed", "confirmed")
        return ("waived",) if number < self.open + self.waived else ("resolved",)


def unit_code(number: int) -> str:
    """The code of a unit."""
    return f"H26.{number}"


def unit_name(number: int) -> str:
    """The name of a unit: the agencies that records name, then wards."""
    return AGENCIES[number] if number < len(AGENCIES) else f"Phường {words(random.Random(number), 2)[:-1]} {number}"


def identity(number: int) -> str:
    """The id of a mismatch."""
    return f"M-{number:016d}"


def fill(ledger: Ledger, size: Size) -> None:
    """The mismatches, the queue's rows, and all events in the order in which they came about."""
    events: list[dict[str, Any]] = []
    for some in chunks(range(sum(size)), AT_ONCE):
        several = [_mismatch(random.Random(SEED + number), number, size.states(number)) for number in some]
        ledger.write_now(_write, several)
        events += [event for one in several for event in _events(one)]
    events.sort(key=lambda event: event["at"])
    for part in chunks(events, AT_ONCE):
        ledger.write_now(insert, MISMATCH_EVENTS, part)


def _mismatch(chance: random.Random, number: int, states: tuple[str, ...]) -> Mismatch:
    kind, unit = chance.choice(ALL_KINDS), chance.randrange(UNITS)
    seen = Observation(
        kind=kind,
        code=f"1.{number:06}",
        local_code=f"1.{number:06}.000.00.00.H26",
        name=words(chance, 12),
        field=chance.choice(FIELDS) if kind is MismatchKind.FIELD_DIFFERS else "",
        difference=chance.choice(("real", "tone-mark", "order")),
        portal_value=words(chance, 30),
        city_value=words(chance, 30),
        agency_code=unit_code(unit),
        agency_name=unit_name(unit),
    )
    since = NOW - timedelta(minutes=chance.randrange(LEAST_AGO, 365 * 24 * 60))
    state = chance.choice(states)
    ended = min(NOW, since + timedelta(days=chance.randrange(1, 20))) if state == "resolved" else None
    return Mismatch(
        id=identity(number),
        pair=PAIR,
        state=state,
        severity=KINDS[kind].severity.value,
        first_seen=since,
        last_changed=ended or since + CONFIRMED_AFTER,
        confirmed_at=since,
        resolved_at=ended,
        subject=seen.subject,
        values_digest=seen.values,
        portal_version_id=None,
        city_version_id=None,
        portal_reading_id=None,
        city_reading_id=None,
        **(structs.asdict(seen) | {"kind": kind.value}),
    )


def _write(session: Session, several: list[Mismatch]) -> None:
    insert(session, MISMATCHES, [structs.asdict(one) for one in several])
    insert(session, MISMATCH_LISTING, [listing_row(one) for one in several])


def _events(one: Mismatch) -> Iterator[dict[str, Any]]:
    stages: list[tuple[str, str | None, str, datetime]] = [("found", None, "suspected", one.first_seen)]
    if one.state != "suspected":
        stages.append(("confirmed", "suspected", "confirmed", one.first_seen + CONFIRMED_AFTER))
    if one.state == "waived":
        stages.append(("waived", "confirmed", "waived", one.first_seen + CONFIRMED_AFTER))
    if one.resolved_at is not None:
        stages.append(("agreed", "confirmed", "resolved", one.resolved_at))
    for event, before, after, at in stages:
        then = structs.replace(one, state=after, last_changed=at)
        of = {"mismatch_id": one.id, "pair": one.pair, "at": at, "event": event, "from_state": before}
        rest = {"to_state": after, "actor": "daemon", "detail": {}, "announced_at": at}
        yield {**of, **rest, "snapshot": pack_struct(then)}


class Question(NamedTuple):
    """One line of the table: what is asked, how, and its limit in milliseconds."""

    name: str
    ask: Callable[[Ledger], object]
    limit: float = PAGE


def _page(**query: str) -> Callable[[Ledger], object]:
    """A page as the desk asks for it when nothing is counted yet: facets, which know the total, and 50 rows."""
    wanted = Filter.parse(query)

    def both(session: Session) -> object:
        counted = groups(session, wanted, within=None, now=NOW)
        total, among = facets_of(counted, wanted).total, ids_in(counted, wanted)
        return mismatches_page(session, wanted, within=None, now=NOW, total=total, among=among)

    return lambda ledger: ledger.read_now(both)


def _deep(ledger: Ledger) -> object:
    """The second page after the middle of the queue."""

    def deep(session: Session) -> object:
        cursor = ""
        for _ in range(3):
            found = mismatches_page(session, Filter(order="name"), within=None, now=NOW, cursor=cursor, total=10**6)
            cursor = found.next
        return found

    return ledger.read_now(deep)


def _overview(ledger: Ledger) -> object:
    return ledger.read_now(overview, pairs=[PAIR], within=None, now=NOW, since=NOW - DAY)


ASKED = Asked(pairs=(PAIR,), dossiers=(), period=Period.parse("2026"), now=NOW)

QUESTIONS: tuple[Question, ...] = (
    Question("queue, first page", _page()),
    Question("queue, by name", _page(order="name")),
    Question("queue, ended ones too", _page(state="all")),
    Question("queue, one unit", _page(unit="H26.17")),
    Question(
        "queue, one unit, kind and field", _page(unit="H26.17", kind="field_differs", field="steps", state="waived")
    ),
    Question("queue, three pages by name", _deep),
    Question("search, one code", _page(q="1.099998.000.00.00.H26"), SEARCH),
    Question("search, common words", _page(q="thuong tru"), SEARCH),
    Question("search, nothing found", _page(q="khongcotrongdanhsach"), SEARCH),
    Question("one mismatch", lambda ledger: ledger.read_now(one_mismatch, "M-0000000000000017", within=None, now=NOW)),
    Question("overview", _overview),
    Question("changes of a day", lambda ledger: ledger.read_now(changes_since, NOW - DAY, until=NOW, within=None)),
    Question("units", lambda ledger: ledger.read_now(units, ASKED, within=None)),
    Question("one unit", lambda ledger: ledger.read_now(one_unit, "H26.17", ASKED, within=None)),
    Question("ids of 1,000", lambda ledger: ledger.read_now(ids_of, Filter(), within=None, now=NOW, limit=1000)),
)


def measure(ledger: Ledger, rounds: int) -> list[tuple[Question, float]]:
    """Ask everything; the best of some rounds, in milliseconds."""
    return [(one, min(_timed(one, ledger) for _ in range(rounds))) for one in QUESTIONS]


def _timed(question: Question, ledger: Ledger) -> float:
    begun = process_time()
    question.ask(ledger)
    return (process_time() - begun) * 1000


def main() -> int:
    """Parse the command line, build, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", type=int, default=Size().open)
    parser.add_argument("--waived", type=int, default=Size().waived)
    parser.add_argument("--ended", type=int, default=Size().ended)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--ledger", help="a ledger to keep, or one that was built before; else a file that is thrown away"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.ledger or f"sqlite:///{Path(folder) / 'ledger.db'}"
        upgrade(url)
        with open_ledger(url) as ledger:
            if not ledger.read_now(ids_of, Filter(), within=None, now=NOW, limit=1):
                begun = perf_counter()
                fill(ledger, Size(options.open, options.waived, options.ended))
                print(f"built in {perf_counter() - begun:.0f} s")
            return report(measure(ledger, options.rounds))


def report(lines: list[tuple[Question, float]]) -> int:
    """Print and judge."""
    for question, taken in lines:
        verdict = "ok" if taken <= question.limit else "MISSED"
        print(f"  {question.name:40} {taken:8.1f} ms  target ≤ {question.limit:g} ms  {verdict}")
    return 0 if all(taken <= question.limit for question, taken in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
