"""The golden matrix: twelve classic semantics of comparison, for every kind of rule; each cell is a decision.

Elsewhere tools disagree on these silently; here a cell that changes is a change of what people are told.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec
import pytest

from syncd.reconcile.comparison import comparison_form, differences
from syncd.reconcile.differences import DifferenceClass
from syncd.reconcile.equality import FIELD_RULES
from syncd.records.procedure import Procedure
from tests.reconcile.records import RULES

COLUMNS = (
    *("NFC/NFD", "1/1.0", "1/True", "1/'1'", "None/missing", "''/None"),
    *("list order", "dict order", "trailing space", "NBSP/space", "NaN/NaN", "CRLF/LF"),
)
SAYS = {"=": None, "f": DifferenceClass.FORM_ONLY, "o": DifferenceClass.ORDER, "r": DifferenceClass.REAL}
REFUSED = "x"

# =: no difference, f: form-only, o: order, r: real, x: the canonical record refuses the value, never converts it.
#                      NFD 1.0 True '1' None '' list dict trail NBSP NaN CRLF
GOLDEN: dict[str, str] = {
    "text":            " f   x   x   x   =   =   x   =    f    f    x   f ",
    "text or nothing": " f   x   x   x   =   =   x   =    f    f    x   f ",
    "code":            " f   x   x   x   =   =   x   =    f    f    x   f ",
    "decision number": " f   x   x   x   =   =   x   =    f    f    x   f ",
    "date":            " =   x   x   x   =   x   x   =    x    x    x   x ",
    "enumeration":     " =   x   x   x   =   x   x   =    x    x    x   x ",
    "number":          " x   x   x   x   =   =   =   =    x    x    x   x ",
    "money":           " x   x   x   x   =   =   =   =    x    x    x   x ",
    "duration":        " =   =   x   =   =   =   =   =    =    =    x   x ",
    "set":             " f   x   x   x   =   =   =   =    f    f    x   f ",
    "ordered list":    " f   x   x   x   =   =   o   =    f    f    x   f ",
    "keyed list":      " f   x   x   x   =   =   =   =    f    f    x   f ",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One kind of rule: a field with that rule, how one raw JSON value is put into it, and samples of text.

    ``member`` is how a value stands in one member where the field is a list (``many``); ``pair`` is two members.
    """

    field: str
    sample: str = "Hộ tịch"
    member: str = "%s"
    many: bool = False
    pair: tuple[str, str] = ('"a"', '"b"')

    def one(self, raw: str) -> str:
        return f"[{self.member % raw}]" if self.many else self.member % raw


ROWS = {
    "text": Row("name"),
    "text or nothing": Row("requirements"),
    "code": Row("field_code"),
    "decision number": Row("decision_number", "12/QĐ-UBND ngày 03/07/2026"),
    "date": Row("decision_date", "2026-07-03"),
    "enumeration": Row("kind", "standard"),
    "number": Row(
        "documents",
        "1",
        '{"name":"Đơn","originals":%s}',
        True,
        ('{"name":"Đơn","originals":1}', '{"name":"Ảnh","originals":2}'),
    ),
    "money": Row(
        "methods",
        "1",
        '{"channel":"direct","fees":[{"kind":"Phí","amount":%s}]}',
        True,
        ('{"channel":"direct","fees":[{"kind":"Phí","amount":1}]}', '{"channel":"online"}'),
    ),
    "duration": Row(
        "methods",
        "1",
        '{"channel":"direct","duration":{"quantity":%s,"unit":"working_day"}}',
        True,
        ('{"channel":"direct","duration":{"quantity":1,"unit":"day"}}', '{"channel":"online"}'),
    ),
    "set": Row("subjects", many=True),
    "ordered list": Row("steps", member='{"text":%s}', many=True, pair=('{"text":"a"}', '{"text":"b"}')),
    "keyed list": Row("legal_bases", member='{"number":%s}', many=True, pair=('{"number":"a"}', '{"number":"b"}')),
}


def quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()


def listed(members: tuple[str, str]) -> str:
    return f"[{','.join(members)}]"


def spaced(change: Callable[[str], str]) -> Callable[[Row], tuple[str, str]]:
    """The sample of a row, and the sample changed."""
    return lambda row: (row.one(quoted(row.sample)), row.one(quoted(change(row.sample))))


VALUES: dict[str, Callable[[Row], tuple[str, str]]] = {
    "NFC/NFD": spaced(lambda text: unicodedata.normalize("NFD", text)),
    "1/1.0": lambda row: (row.one("1"), row.one("1.0")),
    "1/True": lambda row: (row.one("1"), row.one("true")),
    "1/'1'": lambda row: (row.one("1"), row.one('"1"')),
    "None/missing": lambda _row: ("null", ""),
    "''/None": lambda row: ("[]" if row.many else '""', "null"),
    "list order": lambda row: (listed(row.pair), listed(row.pair[::-1])),
    "dict order": lambda row: (listed(row.pair) if row.many else quoted(row.sample),) * 2,
    "trailing space": spaced(lambda text: f"{text} "),
    "NBSP/space": spaced(lambda text: text.replace(" ", "\u00a0") if " " in text else f"{text}\u00a0"),
    "NaN/NaN": lambda row: (row.one("NaN"),) * 2,
    "CRLF/LF": lambda row: (row.one(quoted(f"{row.sample}\r\nx")), row.one(quoted(f"{row.sample}\nx"))),
}


def sides(kind: str, column: str) -> tuple[Procedure, Procedure]:
    """Both records as JSON would bring them. Raises where the canonical record refuses one."""
    row = ROWS[kind]
    code, (portal, city) = '"code":"1.000001"', VALUES[column](row)
    fields = [f"{quoted(row.field)}:{value}" if value else "" for value in (portal, city)]
    first = ",".join(filter(None, (code, fields[0])))
    second = ",".join(filter(None, (fields[1], code) if column == "dict order" else (code, fields[1])))
    return (
        msgspec.json.decode(f"{{{first}}}", type=Procedure),
        msgspec.json.decode(f"{{{second}}}", type=Procedure),
    )


def cells() -> Iterator[tuple[str, str, str]]:
    for kind, row in GOLDEN.items():
        for column, cell in zip(COLUMNS, row.split(), strict=True):
            yield kind, column, cell


@pytest.mark.parametrize(("kind", "column", "cell"), list(cells()))
def test_every_cell_of_the_matrix(kind: str, column: str, cell: str) -> None:
    if cell == REFUSED:
        with pytest.raises(msgspec.DecodeError):
            sides(kind, column)
        return
    portal, city = sides(kind, column)
    for first, second in ((portal, city), (city, portal)):
        found = [(one.field, one.difference) for one in differences(first, second, RULES)]
        assert found == ([] if SAYS[cell] is None else [(ROWS[kind].field, SAYS[cell])])
    if column not in ("None/missing", "''/None"):
        alike = comparison_form(portal, RULES) == comparison_form(city, RULES)
        assert alike is (cell in ("=", "f"))


def test_every_rule_has_its_row() -> None:
    """What a rule is called in the table of fields is a row here, or made of such rows."""
    made_of_rows = {"set of texts": "set"}
    named = {made_of_rows.get(rule.semantics, rule.semantics) for rule in FIELD_RULES.values()}
    assert named <= GOLDEN.keys() == ROWS.keys()
    assert VALUES.keys() == set(COLUMNS)
