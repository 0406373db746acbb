"""Figures of the index are kept by instant and never overwritten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count, pairwise

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncd.ledger import Ledger
from syncd.ledger.audit import trail
from syncd.ledger.index import (
    figure_history,
    newest_read_at,
    pages_of,
    periods_known,
    record_index,
    tables_as_of,
)
from syncd.ledger.tables_index import INDEX_FIGURES, INDEX_READINGS
from syncd.records.figures import Figure, Group, IndexTable, IndexUnit, UnitLevel
from syncd.records.periods import Period

START = datetime(2026, 11, 25, tzinfo=UTC)
HOUR = timedelta(hours=1)
OCTOBER = Period.parse("2026-10")
UNITS = (
    IndexUnit(id="398126", name="Thành phố Hà Nội", level=UnitLevel.PROVINCE, code="H26", rank=12),
    IndexUnit(id="398127", name="Phường Ba Đình", level=UnitLevel.COMMUNE),
)


def figure(score: str | None, **values) -> Figure:
    exact = None if score is None else Decimal(score)
    return Figure(unit="398126", group=Group.PROGRESS, code="PROCESSED_ON_TIME", score=exact, **values)


def table(*figures: Figure, endpoint: str = "summary", units=UNITS) -> IndexTable:
    return IndexTable(endpoint=endpoint, units=units, figures=figures)


def record(ledger: Ledger, kept: IndexTable, at=START, *, pages=(b"page",), period=OCTOBER, root="H26") -> int:
    return ledger.write_now(
        record_index,
        source="national-portal",
        endpoint=kept.endpoint,
        period=period,
        root=root,
        read_at=at,
        pages=pages,
        table=kept,
        actor="test",
    )


def as_of(ledger: Ledger, at=START, period="2026-10", root="H26") -> list[IndexTable]:
    return [one.table for one in ledger.read_now(tables_as_of, period=period, root=root, at=at)]


def history(ledger: Ledger, until: datetime, **changed):
    of = {"root": "H26", "unit": "398126", "group": Group.PROGRESS, "code": "PROCESSED_ON_TIME"} | changed
    return ledger.read_now(figure_history, period="2026-10", until=until, **of)


def number_of(ledger: Ledger, rows: sa.Table) -> int:
    return ledger.read_now(lambda session: session.scalar(sa.select(sa.func.count()).select_from(rows)))


def test_an_answer_comes_back_exactly(ledger):
    """Every digit, what is not given, flags, the order of units and figures, the pages."""
    kept = table(
        figure("11.080", ratio=Decimal("61.5"), maximum=Decimal(18), numerator=0, denominator=7, flags=("late", "x")),
        Figure(unit="398127", group=Group.TOTAL, code="new \x00 code"),
        figure(None),
    )
    reading_id = record(ledger, kept, pages=(b"\x00\xff", b"second"))
    (one,) = ledger.read_now(tables_as_of, period="2026-10", root="H26", at=START)
    assert (one.source, one.endpoint, one.read_at, one.table.units) == ("national-portal", "summary", START, UNITS)
    assert one.table.figures == kept.figures
    assert {str(each.score) for each in one.table.figures} == {"11.080", "None"}
    assert ledger.read_now(pages_of, reading_id) == (b"\x00\xff", b"second")


def test_an_answer_that_is_the_same_keeps_no_second_copy(ledger):
    """Only that it was read again."""
    first = record(ledger, table(figure("1")))
    second = record(ledger, table(figure("1")), START + HOUR)
    assert number_of(ledger, INDEX_FIGURES) == 1
    (again,) = ledger.read_now(tables_as_of, period="2026-10", root="H26", at=START + HOUR)
    assert (again.read_at, again.table) == (START + HOUR, table(figure("1")))
    assert ledger.read_now(pages_of, first) == ledger.read_now(pages_of, second) == (b"page",)
    kept = ledger.read_now(lambda session: list(session.scalars(sa.select(INDEX_READINGS.c.pages.is_(None)))))
    assert sorted(kept) == [False, True]


def test_other_bytes_that_say_the_same_keep_their_pages_but_no_figures(ledger):
    """A time stamp in the answer is no new figure."""
    record(ledger, table(figure("1")), pages=(b"at 1",))
    second = record(ledger, table(figure("1")), START + HOUR, pages=(b"at 2",))
    assert number_of(ledger, INDEX_FIGURES) == 1
    assert ledger.read_now(pages_of, second) == (b"at 2",)


def test_the_same_bytes_understood_otherwise_are_new_figures(ledger):
    """A translation that was put right must not stay wrong."""
    record(ledger, table(figure("1")))
    second = record(ledger, table(figure("2")), START + HOUR)
    assert as_of(ledger) == [table(figure("1"))]
    assert as_of(ledger, START + HOUR) == [table(figure("2"))]
    assert ledger.read_now(pages_of, second) == (b"page",)


def test_each_interface_gives_its_newest_answer_of_then(ledger):
    """They are not of one moment; other periods and roots stay apart."""
    record(ledger, table(figure("1")))
    record(ledger, table(figure("2"), endpoint="progress"), START + HOUR)
    record(ledger, table(figure("3")), START + 2 * HOUR)
    record(ledger, table(figure("4")), START + 2 * HOUR, period=OCTOBER.next)
    record(ledger, table(figure("5")), START + 2 * HOUR, root="H17")
    now = ledger.read_now(tables_as_of, period="2026-10", root="H26", at=START + 2 * HOUR)
    assert [(one.endpoint, one.read_at) for one in now] == [("progress", START + HOUR), ("summary", START + 2 * HOUR)]
    assert as_of(ledger, START + HOUR / 2) == [table(figure("1"))]
    assert as_of(ledger, START - HOUR) == []


def test_a_figure_is_shown_only_where_it_moved(ledger):
    """There and back again are two moves; gone is one too; each interface for itself."""
    for hour, figures in enumerate(
        ((figure("1"),), (figure("1.0"),), (figure("2"),), (figure("1"),), (), (), (figure("1"),))
    ):
        record(ledger, table(*figures), START + hour * HOUR)
        record(ledger, table(figure("9"), endpoint="progress"), START + hour * HOUR)
    moved = history(ledger, START + 9 * HOUR)
    assert [(one.endpoint, one.read_at) for one in moved] == [
        ("progress", START),
        *(("summary", START + hour * HOUR) for hour in (0, 2, 3, 4, 6)),
    ]
    assert [one.figure and one.figure.score for one in moved[1:]] == [1, 2, 1, None, 1]
    assert [one.read_at for one in history(ledger, START + 2 * HOUR)][1:] == [START, START + 2 * HOUR]


def test_a_figure_that_nobody_gives_has_no_history(ledger):
    """Unit, group and code all count."""
    record(ledger, table(figure("1")))
    assert len(history(ledger, START)) == 1
    for other in ({"unit": "398127"}, {"group": Group.ONLINE}, {"code": ""}):
        assert history(ledger, START, **other) == []


def test_an_answer_that_repeats_itself_is_kept_whole(ledger):
    """The first of two equal figures is the one with a history."""
    record(ledger, table(figure("1"), figure("2"), units=(UNITS[0], UNITS[0])))
    assert as_of(ledger) == [table(figure("1"), figure("2"), units=(UNITS[0], UNITS[0]))]
    assert [one.figure.score for one in history(ledger, START)] == [1]


def test_what_is_known_and_how_fresh_it_is(ledger):
    """As of an instant too."""
    assert ledger.read_now(newest_read_at) is None
    record(ledger, table(figure("1")))
    record(ledger, table(figure("1")), START + HOUR, period=Period.parse("2026-Q3"))
    assert ledger.read_now(newest_read_at) == START + HOUR
    assert ledger.read_now(newest_read_at, until=START) == START
    assert ledger.read_now(periods_known, root="H26", until=START + HOUR) == ["2026-10", "2026-Q3"]
    assert ledger.read_now(periods_known, root="H26", until=START) == ["2026-10"]
    assert ledger.read_now(periods_known, root="H17", until=START + HOUR) == []


def test_every_reading_names_its_actor(ledger):
    """And a table of another interface is refused."""
    reading_id = record(ledger, table(figure("1")))
    (entry,) = ledger.read_now(trail)
    assert (entry.actor, entry.action, entry.detail["reading_id"]) == ("test", "index_reading", reading_id)
    with pytest.raises(ValueError, match="'progress', not of 'summary'"):
        ledger.write_now(
            record_index,
            source="national-portal",
            endpoint="summary",
            period=OCTOBER,
            root="H26",
            read_at=START,
            pages=[],
            table=table(endpoint="progress"),
            actor="test",
        )


EXAMPLES = count()
STEPS = st.lists(
    st.tuples(st.sampled_from(["summary", "progress"]), st.lists(st.sampled_from([None, "1", "2"]), max_size=2)),
    min_size=1,
    max_size=8,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_past_instant_shows_the_tables_of_then(ledger, steps):
    """Model: the last table of each interface; the history is where its first figure moved. A root for each example."""
    root = f"H{next(EXAMPLES)}"
    model: dict[str, IndexTable] = {}
    then = []
    for number, (endpoint, scores) in enumerate(steps):
        at = START + number * HOUR
        kept = table(*(figure(score) for score in scores), endpoint=endpoint)
        record(ledger, kept, at, pages=(repr(scores).encode(),), root=root)
        model = model | {endpoint: kept}
        then.append((at, model))
    for at, expected in then:
        assert as_of(ledger, at + HOUR / 2, root=root) == [expected[name] for name in sorted(expected)]
    for endpoint in ("summary", "progress"):
        moved = [one.figure for one in history(ledger, at + HOUR, root=root) if one.endpoint == endpoint]
        firsts = [None, *(next(iter(one), None) for name, one in _tables(steps) if name == endpoint)]
        assert moved == [new for old, new in pairwise(firsts) if new != old]


def _tables(steps):
    return [(endpoint, [figure(score) for score in scores]) for endpoint, scores in steps]
