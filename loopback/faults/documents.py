"""Faults of content: the answer's JSON is changed before it is sent.

In: the true document. Out: a document that lies in one particular way.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from typing import Any, Final

from aiohttp import web

from loopback.faults.occasion import Act, Occasion, body_of, like

DAY_MS: Final = 86_400_000


def changed(change: Callable[[Any, Occasion], Any]) -> Act:
    """An act that changes the answer's JSON; an answer that is no JSON stays as it is."""

    async def act(occasion: Occasion) -> web.StreamResponse:
        try:
            document = json.loads(body_of(occasion.answer))
        except ValueError:
            return occasion.answer
        return like(occasion.answer, dumped(change(document, occasion)))

    return act


def dumped(document: object) -> bytes:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def rows_of(document: Any) -> list[Any]:
    """The rows of a page of any system; a list that can be changed in place. Empty where there are none."""
    inner = document.get("data", document.get("content")) if isinstance(document, dict) else document
    if isinstance(inner, dict):
        inner = inner.get("items", inner.get("rows"))
    return inner if isinstance(inner, list) else []


def _totals(document: Any, change: Callable[[int], int]) -> Any:
    """Change every declared total and page count."""
    if isinstance(document, dict):
        for key, value in document.items():
            counted = key in ("total", "totalPages", "totalElements") and isinstance(value, int)
            document[key] = change(value) if counted else _totals(value, change)
    return document


def lost(document: Any, _occasion: Occasion) -> Any:
    rows_of(document).clear()
    return document


def short(document: Any, _occasion: Occasion) -> Any:
    rows = rows_of(document)
    del rows[(len(rows) + 1) // 2 :]
    return document


def emptied(document: Any, _occasion: Occasion) -> Any:
    rows_of(document).clear()
    return _totals(document, lambda _total: 0)


def shrunk(document: Any, occasion: Occasion) -> Any:
    return _totals(document, lambda total: max(0, total - 25 * occasion.hit))


def cycling(document: Any, occasion: Occasion) -> Any:
    """The first cursor that was ever handed out, again."""
    first = json.loads(occasion.before[0]) if occasion.before else document
    if isinstance(document.get("data"), dict) and "lastId" in document["data"]:
        document["data"]["lastId"] = first["data"]["lastId"]
        return document
    return first


def repeated(document: Any, occasion: Occasion) -> Any:
    return json.loads(occasion.before[-1]) if occasion.before else document


def duplicated(document: Any, occasion: Occasion) -> Any:
    """The last row of the page before, or of this page where it is the first, once more at the top."""
    rows = rows_of(document)
    before = rows_of(json.loads(occasion.before[-1])) if occasion.before else rows
    if before:
        rows.insert(0, before[-1])
    return document


def decomposed(document: Any, _occasion: Occasion) -> Any:
    return _each_text(document, lambda text: unicodedata.normalize("NFD", text))


def _each_text(document: Any, change: Callable[[str], str]) -> Any:
    if isinstance(document, dict):
        return {key: _each_text(value, change) for key, value in document.items()}
    if isinstance(document, list):
        return [_each_text(value, change) for value in document]
    return change(document) if isinstance(document, str) else document


def swapped(document: Any, _occasion: Occasion) -> Any:
    """Another procedure's record: same shape, other identity. A bare list stays as it is."""
    if not isinstance(document, dict):
        return document
    within = document.get("data")
    record: dict[str, Any] = within if isinstance(within, dict) else document
    for key in ("id", "code", "codeNotation", "serviceCode"):
        if isinstance(record.get(key), str) and record[key]:
            last = record[key][-1]
            record[key] = record[key][:-1] + ("1" if last != "1" else "2")
    if isinstance(record.get("serviceInfoId"), int):
        record["serviceInfoId"] += 1
    return document


def flapped(document: Any, _occasion: Occasion) -> Any:
    """An older decision, while ``updatedAt`` stays as it is."""
    record = document.get("data")
    proposal = record.get("procedureProposal") if isinstance(record, dict) else None
    if isinstance(proposal, dict):
        proposal |= {"proposalNumber": "01/QĐ-UBND", "decisionDate": 1_565_481_600_000}
    return document


def skewed_times(document: Any) -> Any:
    if isinstance(document, dict):
        return {
            key: value + DAY_MS
            if key in ("createdAt", "updatedAt", "publicationDate") and isinstance(value, int)
            else skewed_times(value)
            for key, value in document.items()
        }
    return [skewed_times(value) for value in document] if isinstance(document, list) else document
