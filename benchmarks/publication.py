"""The speed of judging publications, beside a floor: the same number of judgements built with nothing to judge.

In: ``python -m benchmarks.publication --publications 100000``. Out: seconds on one core, as a ratio to the floor (= 1);
status 1 when the target is missed. What publications share is worked out once: hence three shapes.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from syncd.publication.calendar import WorkingCalendar
from syncd.publication.facts import Authority, Deadline, Judgement, LegalDocument, Mode, Publication, Status, Step
from syncd.publication.judging import judge_all
from syncd.records.procedure import Kind

SEED = 20260718
TODAY = date(2026, 7, 18)
MOST_SECONDS = 1.0
_STEPS = tuple((step, mode) for step in Step for mode in Mode)


class Shape(NamedTuple):
    """How much publications share: so many procedures to a decision, and whether one click made all of them public."""

    name: str
    per_decision: int
    is_one_click: bool


SHAPES = (
    Shape("7 to a decision, one click each decision, as on the portal", 7, True),
    Shape("7 to a decision, a click for each procedure", 7, False),
    Shape("nothing shared: a decision, document and click for each procedure", 1, False),
)


def made(count: int, shape: Shape, *, seed: int = SEED) -> list[Publication]:
    """Publications of ten years; a tenth is unsigned, a tenth rests on documents without known dates."""
    chance = random.Random(seed)
    found: list[Publication] = []
    while len(found) < count:
        found += _of_one_decision(chance, len(found), min(shape.per_decision, count - len(found)), shape.is_one_click)
    chance.shuffle(found)
    return found


def _of_one_decision(chance: random.Random, first: int, count: int, is_one_click: bool) -> list[Publication]:
    effective = date(2016, 10, 1) + timedelta(days=chance.randrange(3600))
    document = LegalDocument(number=f"{first}/NĐ-CP", signed=effective - timedelta(days=45), effective=effective)
    is_signed = chance.random() > 0.1
    signed = effective - timedelta(days=chance.randrange(-20, 40)) if is_signed else None
    authority = chance.choice((Authority.MINISTRY, Authority.PROVINCE))
    is_dated = chance.random() > 0.1
    clicks = [_click(chance, signed) for _ in range(1 if is_one_click else count)]
    return [
        Publication(
            code=f"1.{number:06}",
            authority=authority,
            kind=Kind.SPECIFIC,
            decision=f"{first}/QĐ-UBND" if is_signed else "",
            signed=signed,
            is_known_unsigned=not is_signed,
            bases=(document,) if is_dated else (),
            unknown_bases=() if is_dated else (document.number,),
            first_public=clicks[number % len(clicks)],
            latest_public=clicks[number % len(clicks)],
            is_known_hidden=clicks[number % len(clicks)] is None,
        )
        for number in range(first, first + count)
    ]


def _click(chance: random.Random, signed: date | None) -> datetime | None:
    if signed is None or chance.random() < 0.1:
        return None
    return datetime(signed.year, signed.month, signed.day, 8, tzinfo=UTC) + timedelta(minutes=chance.randrange(28_800))


def floor(publications: list[Publication]) -> list[Judgement]:
    """What any answer costs: four deadlines and a judgement for each, without a thought."""
    return [
        Judgement(
            publication=one,
            deadlines=tuple(Deadline(step=step, mode=mode, status=Status.ON_TIME) for step, mode in _STEPS),
            legal=Status.ON_TIME,
            portal=Status.ON_TIME,
        )
        for one in publications
    ]


def measure(call: Callable[[], object], rounds: int) -> float:
    """The fastest of some rounds, in seconds of processor time, after one that does not count; collector as it is."""
    call()
    taken = []
    for _ in range(rounds):
        started = time.process_time()
        call()
        taken.append(time.process_time() - started)
    return min(taken)


def main() -> int:
    """Parse the command line, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--publications", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    seconds = [report(shape, options.publications, options.rounds) for shape in SHAPES]
    return 0 if seconds[0] <= MOST_SECONDS * options.publications / 100_000 else 1


def report(shape: Shape, count: int, rounds: int) -> float:
    """Measure one shape and print its line."""
    publications = made(count, shape)
    plain = measure(lambda: floor(publications), rounds)
    seconds = measure(lambda: judge_all(publications, today=TODAY, calendar=WorkingCalendar()), rounds)
    target = f"; target ≤ {MOST_SECONDS:g} s for 100,000" if shape is SHAPES[0] else ""
    print(f"judged {count:,} in {seconds:.2f} s, {seconds / plain:.1f} × the floor ({shape.name}){target}")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
