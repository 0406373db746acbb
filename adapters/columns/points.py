"""Point reads over a listing: which listed rows answer a question by key or by the portal's code.

In: questions and rows. Out: one answer for each question. By code an adapter answers generously: which codes a local
code stands for is the core's to judge, so every row whose local code begins with the code is handed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from adapters.columns.records import cells_of, key_text
from syncd.sides.adapter import Answer, Listed, Record, Wanted
from syncd.sides.errors import ShapeError, SideError


def answered(wanted: Sequence[Wanted], listed: Iterable[Listed], *, unsure: SideError | None = None) -> list[Answer]:
    """Answer each question from the rows listed now; "there is none" is only said where the listing is sure."""
    rows = list(listed)
    by_key = {one.key: one for one in rows}
    coded = [(one, _codes(one)) for one in rows] if any(question.key is None for question in wanted) else []
    answers = []
    for question in wanted:
        if question.key is not None:
            found = [by_key[question.key]] if question.key in by_key else []
        else:
            found = [one for one, codes in coded if stands_for(codes, question.code)]
        records = tuple(Record(one.key, one.raw) for one in found)
        answers.append(Answer(question, records, None if records else unsure))
    return answers


def stands_for(codes: tuple[str, str], code: str) -> bool:
    """Whether a row's (portal code, local code) may stand for a portal code: the same, or a local code with a tail."""
    portal, local = codes
    if not code:
        return False
    if portal:
        return portal == code
    head, tail = local.strip()[: len(code.strip())], local.strip()[len(code.strip()) :]
    return head == code.strip() and not tail[:1].isdigit()


def _codes(listed: Listed) -> tuple[str, str]:
    try:
        cells, _fault = cells_of(listed.raw)
    except ShapeError:
        return ("", "")
    return key_text(cells.get("code")), key_text(cells.get("local_code"))
