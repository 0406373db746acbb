"""What the queue counts and lists is the same whether it is looked up anew or taken from what was counted before."""

from __future__ import annotations

import pytest

from syncd.answers import queue, queue_facets, queue_rows
from syncd.answers.queue import Filter, basis, facets, facets_of, groups, ids_in, ids_of, mismatches_page
from syncd.answers.queue_filter import ORDERS
from syncd.reconcile.lifecycle import Event
from tests.answers.town import DAY, NOW, find, happen, seen

ALL = {"state": "all"}
CHOICES = (
    {},
    {"kind": "missing_in_city"},
    {"unit": "H26.17", "severity": "major"},
    {"state": "confirmed"},
    ALL | {"unit": "H26.18"},
    {"state": "resolved", "kind": "field_differs"},
)


@pytest.fixture
def town(ledger):
    """Mismatches of two units, found one day after the other; some of them have ended."""
    ids = []
    for number in range(12):
        unit = {"agency_code": f"H26.{17 + number % 2}", "agency_name": f"Sở {number % 2}"}
        kind = {"kind": "missing_in_city", "field": "", "difference": ""} if number % 3 == 0 else {}
        name = f"{'Thường' if number % 4 else 'Cấp'} {11 - number:02}"
        ids += find(ledger, seen(f"1.00{number:04}", name=name, **unit, **kind), at=NOW - number * DAY)
    happen(ledger, Event.CONFIRMED, *ids[2:])
    happen(ledger, Event.AGREED, *ids[3:9:2])
    return ledger


@pytest.mark.parametrize("text", ["", "thuong", "khongco"])
@pytest.mark.parametrize("choice", CHOICES)
def test_the_facets_of_a_choice_come_from_what_was_counted_for_its_basis(town, choice, text):
    """Another filter of the same basis gives the same groups to count from."""
    wanted = Filter.parse(choice | ({"q": text} if text else {}))
    other = Filter(states=wanted.states, text=wanted.text)
    assert basis(other) == basis(wanted)
    counted = town.read_now(groups, other, within=None, now=NOW)
    assert facets_of(counted, wanted) == town.read_now(facets, wanted, within=None, now=NOW)
    assert facets_of(counted, wanted).total == len(town.read_now(ids_of, wanted, within=None, now=NOW, limit=100))


@pytest.mark.parametrize("choice", CHOICES)
def test_what_a_search_gathered_is_what_its_filter_finds(town, choice):
    """Without looking at the texts again; nothing is gathered where nothing is searched for."""
    wanted = Filter.parse(choice | {"q": "thuong"})
    counted = town.read_now(groups, wanted, within=None, now=NOW)
    found = ids_in(counted, wanted)
    assert set(found) == set(town.read_now(ids_of, wanted, within=None, now=NOW, limit=100))
    again = town.read_now(mismatches_page, wanted, within=None, now=NOW, total=len(found), among=found)
    assert again == town.read_now(mismatches_page, wanted, within=None, now=NOW)
    assert ids_in(town.read_now(groups, Filter(), within=None, now=NOW), Filter()) is None


def test_a_search_that_finds_too_many_gathers_none(town, monkeypatch):
    """The page walks in its order then."""
    monkeypatch.setattr(queue_facets, "FEW", 3)
    wanted = Filter(text="thuong")
    counted = town.read_now(groups, wanted, within=None, now=NOW)
    assert ids_in(counted, wanted) is None
    assert facets_of(counted, wanted).total > 3


@pytest.mark.parametrize("order", ORDERS)
def test_open_and_ended_ones_come_in_one_order_page_by_page(town, order, monkeypatch):
    """Where there are too many to be sorted, they are walked apart and merged: forwards and back the same."""
    wanted = Filter.parse(ALL | {"order": order})
    right = town.read_now(ids_of, wanted, within=None, now=NOW, limit=100)
    for module in (queue, queue_rows):
        monkeypatch.setattr(module, "FEW", 0)
    pages, cursor = [], ""
    while True:
        page = town.read_now(mismatches_page, wanted, within=None, now=NOW, size=5, cursor=cursor)
        pages.append(page)
        if not page.next:
            break
        cursor = page.next
    assert tuple(row.id for page in pages for row in page.rows) == right
    assert len(right) == 12
    back = town.read_now(mismatches_page, wanted, within=None, now=NOW, size=5, cursor=pages[-1].previous)
    assert back.rows == pages[-2].rows
