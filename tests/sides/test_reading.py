"""A reading proves that it is whole, or says why it is not (cluster C1)."""

from __future__ import annotations

import pytest

from syncd.sides.errors import StaleError
from syncd.sides.reading import Evidence, ReadingVerdict, Shrinkage, prove


def reported(pages: list[int], *, totals: list[int] | None = None, closed: bool = True) -> Evidence:
    """Evidence of pages with so many records each."""
    evidence = Evidence()
    for number, records in enumerate(pages):
        evidence.page(
            records=records,
            digest=f"page {number}".encode(),
            cursor=f"after {number}",
            declared_total=totals[number] if totals else None,
        )
    if closed:
        evidence.close()
    return evidence


def test_a_closed_chain_that_counts_what_was_declared_is_whole():
    """The plain case, and that a whole proof gives no reasons."""
    proof = prove(reported([200, 150], totals=[350, 350]), last_whole=352)
    assert proof.verdict is ReadingVerdict.WHOLE
    assert (proof.counted, proof.pages, proof.declared_total, proof.reasons) == (350, 2, 350, ())


LIES = {
    "the chain was never closed": ({"evidence": reported([200], closed=False)}, "never said"),
    "fewer records than declared": ({"evidence": reported([200, 100], totals=[350, 350])}, "300 records were listed"),
    "more records than declared": ({"evidence": reported([200, 200], totals=[350, 350])}, "400 records were listed"),
    "the total shrinks while reading": ({"evidence": reported([200, 148], totals=[350, 348])}, "348 to 350"),
    "nothing at all is listed": ({"evidence": reported([])}, "an empty side is not believed"),
    "nothing is listed and nothing declared": (
        {"evidence": reported([0], totals=[0])},
        "an empty side is not believed",
    ),
    "the reading failed": ({"evidence": reported([200], closed=False), "failure": "portal: reset"}, "portal: reset"),
}


@pytest.mark.parametrize("lie", LIES)
def test_an_unfinished_reading_is_partial(lie):
    """Its reasons say what is wrong."""
    arguments, words = LIES[lie]
    proof = prove(**arguments)
    assert proof.verdict is ReadingVerdict.PARTIAL
    assert any(words in reason for reason in proof.reasons)


def test_an_empty_answer_after_a_full_one_is_refused():
    """200 with an empty list: nothing is believed."""
    proof = prove(reported([], totals=None), last_whole=5_741)
    assert proof.verdict is ReadingVerdict.REFUSED
    assert "5741 fewer is over the limits of 20 records and 10%" in proof.reasons[0]


@pytest.mark.parametrize(("now", "verdict"), [(80, "whole"), (79, "refused"), (90, "whole")])
def test_a_shrinkage_must_pass_both_limits(now, verdict):
    """100 records before: more than 20 and more than a tenth must be lost."""
    assert prove(reported([now]), last_whole=100).verdict == verdict


def test_a_large_side_may_lose_records_below_the_share():
    """30 of 5,000 pass the absolute limit alone."""
    assert prove(reported([4_970]), last_whole=5_000, shrinkage=Shrinkage(20, 0.1)).whole


def test_a_key_that_comes_twice_refuses_the_reading():
    """Overlapping pages hide lost ones."""
    assert prove(reported([200]), duplicates=1).verdict is ReadingVerdict.REFUSED


def test_a_cursor_that_comes_twice_stops_the_reading_at_once():
    """A cycle cannot run for ever."""
    evidence = reported([200], closed=False)
    with pytest.raises(StaleError, match="came twice"):
        evidence.page(records=200, digest=b"another", cursor="after 0")


def test_a_page_that_comes_twice_stops_the_reading_at_once():
    """Even when the cursor moves."""
    evidence = reported([200], closed=False)
    with pytest.raises(StaleError, match="repeats"):
        evidence.page(records=200, digest=b"page 0", cursor="after 1")


def test_a_side_that_changed_while_it_was_read_is_partial():
    """Two snapshots that differ."""
    evidence = reported([10])
    evidence.snapshot("v1")
    evidence.snapshot("v2")
    assert "the side changed while it was read" in prove(evidence).reasons


def test_a_reading_that_failed_is_not_blamed_for_shrinking():
    """The cause alone is told."""
    proof = prove(reported([10], closed=False), failure="portal: reset", last_whole=5_741)
    assert (proof.verdict, proof.reasons) == (ReadingVerdict.PARTIAL, ("portal: reset",))
