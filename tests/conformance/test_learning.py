"""What the kit learns from a recorded reading, and what its lies do to documents: any protocol's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from loopback.conformance.chains import chains
from loopback.conformance.documents import note_counts, opened, rows_of, with_totals, written
from loopback.conformance.lies import cycling_cursor, decomposed, identity_keys, repeated_page, shrinking_total
from loopback.conformance.places import places_of
from loopback.conformance.recording import Question, Recording, Reply
from loopback.conformance.words import NotApplicableError

ROWS = [{"id": f"uuid-{number:08}", "code": f"1.{number:06}", "name": "Đăng ký khai sinh"} for number in range(6)]


PARTS = (ROWS[:3], ROWS[3:])
OPEN: list[Recording] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """Every recording of a test is closed after it."""
    yield
    while OPEN:
        OPEN.pop().close()


def recording() -> Recording:
    OPEN.append(Recording())
    return OPEN[-1]


def recorded(*pages: tuple[Question, Any]) -> Recording:
    made = recording()
    for question, document in pages:
        made.keep("list", question, Reply(200, {}, json.dumps(document).encode()))
    return made


def by_cursor() -> Recording:
    first = {"data": {"items": ROWS[:3], "total": 6, "lastId": "uuid-00000002"}}
    second = {"data": {"items": ROWS[3:], "total": 6, "lastId": "uuid-00000005"}}
    return recorded(
        (Question("POST", "/list", b'{"lastId":"","limit":3}'), first),
        (Question("POST", "/list", b'{"lastId":"uuid-00000002","limit":3}'), second),
    )


def by_page() -> Recording:
    return recorded(
        *(
            (Question("GET", f"/tthc?page={at}&q="), [row | {"AMOUNT": "6"} for row in part])
            for at, part in enumerate(PARTS)
        )
    )


def in_one() -> Recording:
    return recorded((Question("GET", "/all"), ROWS))


def test_pages_that_follow_a_cursor_are_one_chain() -> None:
    (chain,) = chains(by_cursor())
    assert (len(chain.questions), chain.rows, chain.totals, chain.cursor) == (2, 6, {"total"}, "lastId")


def test_pages_that_are_numbered_are_one_chain_and_a_total_may_stand_in_each_row() -> None:
    (chain,) = chains(by_page())
    assert (len(chain.questions), chain.rows, chain.totals, chain.cursor) == (2, 6, {"AMOUNT"}, "")


def test_two_lists_are_two_chains() -> None:
    made = by_cursor()
    made.keep("list", Question("POST", "/units", b'{"lastId":""}'), Reply(200, {}, json.dumps(ROWS).encode()))
    assert sorted(chain.name for chain in chains(made)) == ["POST /list", "POST /units"]


def test_a_text_inside_a_text_is_opened_and_closed_again() -> None:
    body = json.dumps({"message": json.dumps({"result": ROWS}), "code": "[1"}).encode()
    document = opened(body)
    rows_of(document).pop()
    again = json.loads(written(document))
    assert json.loads(again["message"])["result"] == ROWS[:-1]
    assert again["code"] == "[1"


def test_what_is_no_document_is_none() -> None:
    assert [opened(body) for body in (b"", b"7", b"<html>", b"[" * 100_000)] == [None] * 4


def test_a_total_keeps_its_kind_when_it_is_changed() -> None:
    document = {"total": 6, "rows": [{"AMOUNT": "6", "name": "6"}]}
    said: dict[str, int | None] = {}
    note_counts(said, document)
    assert said == {"total": 6, "AMOUNT": 6, "name": 6}
    note_counts(said, {"total": 7, "other": "x"})
    assert said == {"total": None, "AMOUNT": 6, "name": 6, "other": None}
    changed = with_totals(document, frozenset({"total", "AMOUNT"}), lambda total: total - 1)
    assert changed == {"total": 5, "rows": [{"AMOUNT": "5", "name": "6"}]}


def test_the_identity_of_a_row_is_what_the_record_is_known_by() -> None:
    made = by_cursor()
    (chain,) = chains(made)
    assert identity_keys(chain, made, ["uuid-00000004", "1.000004", ""]) == {"id", "code"}


def test_decomposed_text_says_the_same() -> None:
    assert decomposed({"name": "ổ"}) == {"name": "o\u0302\u0309"}


@pytest.mark.parametrize(
    ("lie", "system", "why"),
    [
        (cycling_cursor, by_page, "hands on no cursor"),
        (repeated_page, in_one, "has one page alone"),
        (shrinking_total, in_one, "has one page alone"),
    ],
)
def test_a_lie_that_a_system_cannot_tell_says_why(lie: Any, system: Callable[[], Recording], why: str) -> None:
    made = system()
    (chain,) = chains(made)
    with pytest.raises(NotApplicableError, match=why):
        lie(chain, made)


def test_replies_are_given_in_order_and_the_last_one_for_ever() -> None:
    made, question = recording(), Question("GET", "/x")
    for body in (b"one", b"two"):
        made.keep("list", question, Reply(200, {}, body))
    told = [made.reply(question).body for _ in range(3)]
    made.again()
    assert [*told, made.reply(question).body] == [b"one", b"two", b"two", b"one"]
    assert made.reply(Question("GET", "/y")) is None


def test_a_question_below_another_address_names_it() -> None:
    one = Question("POST", "@sso_url/realms/x?y=1")
    assert (one.key, one.below, one.bare) == ("sso_url", "/realms/x?y=1", "@sso_url/realms/x")


def test_files_are_found_in_settings_and_nothing_else_is(tmp_path: Any) -> None:
    (tmp_path / "city.db").write_bytes(b"")
    (tmp_path / "city.csv").write_bytes(b"")
    table = {"adapter": "city.csv", "url": "sqlite:///city.db", "path": "city.csv", "query": "SELECT 1", "size": 7}
    assert [(one.key, one.copied) for one in places_of(table, tmp_path)] == [
        ("url", "sqlite:///city.db"),
        ("path", "city.csv"),
    ]
