"""The queue finds what is asked for, page by page, and nobody sees what is another unit's."""

from __future__ import annotations

from contextlib import suppress

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from syncd.answers.cursors import read
from syncd.answers.queue import Filter, bulk_preview, facets, ids_of, mismatches_page, visible_ids
from syncd.answers.queue_filter import ORDERS
from syncd.answers.queue_rows import ORDERED
from syncd.ledger.listing import regroup
from syncd.ledger.tables_desk import MISMATCH_WORK
from syncd.reconcile.lifecycle import Event
from tests.answers.town import DAY, HOUR, NOW, find, happen, seen

NAMES = ["Cấp bản sao", "Cấp giấy phép", "Đăng ký kết hôn", "Đăng ký khai sinh", "Xác nhận"]


def page(ledger, query=None, *, within=None, now=NOW, **options):
    return ledger.read_now(mismatches_page, Filter.parse(query or {}), within=within, now=now, **options)


def codes(ledger, query=None, **options):
    return [row.code for row in page(ledger, {"order": "code"} | (query or {}), **options).rows]


def work(ledger, mismatch, **values):
    """Somebody's work on a mismatch, as the desk writes it."""
    given = {"assignee": "", "unit": "", "reported_by": "", "report_reference": "", "changed_at": NOW} | values

    def write(session):
        session.execute(sa.insert(MISMATCH_WORK).values(mismatch_id=mismatch, **given))
        regroup(session, [mismatch])

    ledger.write_now(write)


@pytest.mark.parametrize(
    "text",
    [
        "thuong tru",
        "THƯỜNG  trú",
        "tru thuong",
        "1.004222",
        "1.004222.000.00.00.H26",
        "1.004222.h26",
        "1004222",
        "004222",
        "cong an",
    ],
)
def test_a_search_finds_any_form(ledger, text):
    """Without marks, in any order of words, by any form of the code, by the unit."""
    find(
        ledger, seen(), seen("1.009999", name="Cấp giấy phép", portal_value="A", city_value="B", agency_name="Sở Y tế")
    )
    assert codes(ledger, {"q": text}) == ["1.004222"]


@pytest.mark.parametrize("text", ["%", "_", "thuong_tru", "' OR 1=1 --", "\\", "\x00", "1.00422%"])
def test_a_search_takes_nothing_for_a_pattern(ledger, text):
    """What a database would read as a pattern is only text."""
    find(ledger, seen())
    found = codes(ledger, {"q": text})
    assert found == (["1.004222"] if not text.strip("\\\x00") else [])


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("is_few", [True, False])
def test_pages_follow_one_another_both_ways(ledger, order, is_few):
    """Each mismatch once, whatever the order, equal ones too; backwards the same pages come again."""
    for day in range(3):
        several = [seen(f"{day}.{number:06}", name=NAMES[number % 5]) for number in range(4)]
        find(ledger, *several, at=NOW - day * DAY)
    options = {} if is_few else {"total": 10**6}
    query = {"order": order}
    forward = [page(ledger, query, size=5, **options)]
    while forward[-1].next:
        forward.append(page(ledger, query, size=5, cursor=forward[-1].next, **options))
    assert [len(one.rows) for one in forward] == [5, 5, 2]
    assert len({row.id for one in forward for row in one.rows}) == 12
    assert (forward[0].previous, forward[-1].next) == ("", "")
    second = page(ledger, query, size=5, cursor=forward[2].previous, **options)
    assert second.rows == forward[1].rows
    first = page(ledger, query, size=5, cursor=second.previous, **options)
    assert (first.rows, first.previous) == (forward[0].rows, "")
    whole = ledger.read_now(ids_of, Filter.parse(query), within=None, now=NOW, limit=100)
    assert whole == tuple(row.id for one in forward for row in one.rows)


def test_names_stand_in_vietnamese_order(ledger):
    """Đ after D's place, not after Z."""
    find(ledger, *(seen(f"1.{number:06}", name=name) for number, name in enumerate(reversed(NAMES))))
    assert [row.name for row in page(ledger, {"order": "name"}).rows] == NAMES


def test_the_gravest_and_then_the_oldest_come_first(ledger):
    """Unless another order is asked for."""
    find(ledger, seen("1.000003"), at=NOW - DAY)
    find(ledger, seen("1.000001"), seen("1.000002", kind="missing_in_city"))
    assert codes(ledger, {"order": "severity"}) == ["1.000002", "1.000003", "1.000001"]
    assert codes(ledger, {"order": "newest"})[-1] == "1.000003"


def test_a_place_that_no_page_gave_is_refused(ledger):
    """Also one of another order, or one that somebody wrote."""
    find(ledger, *(seen(f"1.{number:06}") for number in range(3)))
    cursor = page(ledger, {"order": "name"}, size=2).next
    for wrong in (cursor, "AAAA", "é", "x" * 5000):
        with pytest.raises(ValueError, match="begin at the first page"):
            page(ledger, {"order": "oldest"}, cursor=wrong)
    with pytest.raises(ValueError, match="1 to 1000 rows"):
        page(ledger, size=0)


@given(st.text(max_size=80) | st.binary(max_size=60).map(lambda raw: raw.hex()))
def test_no_text_at_all_breaks_the_reading_of_a_place(text):
    """It is a place, or it is refused."""
    for order, row in ORDERED.items():
        with suppress(ValueError):
            assert read(text, order, row.kinds).order == order


def test_a_unit_sees_its_own_and_those_below(ledger):
    """And not one whose code only begins alike."""
    find(ledger, *(seen(f"1.00000{n}", agency_code=unit) for n, unit in enumerate(["H26.1", "H26.1.5", "H26.17", ""])))
    assert codes(ledger, within="H26.1") == ["1.000000", "1.000001"]
    assert codes(ledger, within="\x00nothing") == []
    assert codes(ledger, {"unit": "H26.17"}, within="H26.1") == []
    assert len(codes(ledger, within="H26")) == 3
    counted = ledger.read_now(facets, Filter(), within="H26.1", now=NOW)
    assert [(one.value, one.count) for one in counted.units] == [("H26.1", 1), ("H26.1.5", 1)]
    mine, below, others, _ = ids = ledger.read_now(ids_of, Filter(order="code"), within=None, now=NOW, limit=9)
    assert ledger.read_now(visible_ids, [*ids, mine], within="H26.1") == (mine, below)
    preview = ledger.read_now(bulk_preview, [below, others, "M-?"], within="H26.1", now=NOW, limit=9)
    assert (preview.total, preview.unknown) == (1, (others, "M-?"))


def test_what_the_office_gives_to_a_unit_is_that_units(ledger):
    """Also after the mismatch has changed; and it comes back when it is taken away."""
    (one,) = find(ledger, seen())
    work(ledger, one, unit="H26.30")
    happen(ledger, Event.CONFIRMED, one, at=NOW + HOUR)
    assert (codes(ledger, within="H26.30"), codes(ledger, within="H26.17")) == (["1.004222"], [])

    def take_back(session):
        session.execute(sa.update(MISMATCH_WORK).values(unit=""))
        regroup(session, [one])

    ledger.write_now(take_back)
    assert codes(ledger, within="H26.17") == ["1.004222"]


def test_work_is_filtered_by(ledger):
    """Whose it is, why, and whether it was reported."""
    one, two, _ = find(ledger, *(seen(f"1.00000{number}") for number in range(1, 4)))
    work(ledger, one, assignee="lan", cause="wrong_code")
    work(ledger, two, reported_at=NOW)
    assert codes(ledger, {"assignee": "lan"}) == codes(ledger, {"assignee": "me"}, me="lan") == ["1.000001"]
    assert codes(ledger, {"assignee": "nobody"}) == ["1.000002", "1.000003"]
    assert codes(ledger, {"cause": "wrong_code"}) == ["1.000001"]
    assert codes(ledger, {"cause": "none"}) == ["1.000002", "1.000003"]
    assert codes(ledger, {"reported": "yes"}) == ["1.000002"]
    assert codes(ledger, {"reported": "no"}) == ["1.000001", "1.000003"]
    assert [row.assignee for row in page(ledger, {"order": "code"}).rows] == ["lan", "", ""]


def test_age_state_and_class_are_filtered_by(ledger):
    """Days count from when it was first seen."""
    (old,) = find(ledger, seen("1.000001", difference="real"), at=NOW - 10 * DAY)
    find(ledger, seen("1.000002"))
    happen(ledger, Event.CONFIRMED, old)
    assert codes(ledger, {"older": "10"}) == codes(ledger, {"state": "confirmed"}) == ["1.000001"]
    assert codes(ledger, {"younger": "9"}) == codes(ledger, {"class": "tone-mark"}) == ["1.000002"]
    assert page(ledger, {"older": "10"}).rows[0].days == 10
    happen(ledger, Event.AGREED, old)
    assert codes(ledger) == ["1.000002"]
    assert codes(ledger, {"state": "all", "order": "oldest"}) == ["1.000001", "1.000002"]


def test_facets_count_as_if_nothing_were_chosen_in_them(ledger):
    """So that another choice can be made; the total is that of the whole filter."""
    find(ledger, seen("1.000001"), seen("1.000002", field="steps"), seen("1.000003", kind="missing_in_city", field=""))
    counted = ledger.read_now(facets, Filter.parse({"kind": "field_differs"}), within=None, now=NOW)
    assert counted.total == 2
    assert {one.value: one.count for one in counted.kinds} == {"field_differs": 2, "missing_in_city": 1}
    assert {one.value: one.count for one in counted.fields} == {"name": 1, "steps": 1}
    assert [(one.value, one.name, one.count) for one in counted.units] == [("H26.17", "Công an Thành phố", 2)]


def test_hostile_texts_of_a_side_are_listed(ledger):
    """Longer than an index has room for, and with what no database holds."""
    hostile = "ờ" * 100_000 + "\x00\ud800\\"
    find(ledger, seen("1.000001", name=hostile, portal_value=hostile, agency_name=hostile, agency_code="H" * 5000))
    assert codes(ledger, {"q": "ooo"}) == ["1.000001"]
    assert len(page(ledger).rows[0].portal_value) == 201
