"""Every parser of foreign bytes, one row each: what it is given, what it may raise, and seeds to begin with.

In: nothing. Out: `TARGETS`, which feed a short Hypothesis test in CI and ``python -m tests.fuzz.run``. A new parser is
a new row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Raw

from adapters.columns import Column, mapping
from adapters.columns import procedure as of_columns
from adapters.document_monitor.paths import parse_path
from adapters.edxml.leaves import read_day, read_moment
from adapters.edxml.opening import open_package
from adapters.igate.paging import read_page
from adapters.igate.records import Meanings as IgateMeanings
from adapters.igate.records import identity as igate_identity
from adapters.igate.records import procedure as of_igate
from adapters.igate.units import agencies as igate_agencies
from adapters.national_gateway.agencies import agencies as gateway_agencies
from adapters.national_gateway.decisions import published
from adapters.national_gateway.records import Meanings as GatewayMeanings
from adapters.national_gateway.records import canonical as of_gateway
from adapters.national_gateway.wire import amount_of, id_of, rows_of
from adapters.national_gateway.workbook import read_workbook
from adapters.national_integration.canonical import canonical as of_integration
from adapters.national_integration.codes import code_list
from adapters.national_integration.envelope import opened as integration_opened
from adapters.national_integration.settings import RecordSettings
from adapters.national_integration.units import agencies as integration_agencies
from adapters.national_portal.agencies import agencies_in
from adapters.national_portal.api import opened as portal_opened
from adapters.national_portal.canonical import canonical as of_portal
from adapters.national_portal.entry import broken, of_catalogue, of_citizen
from adapters.national_report.rows import figures
from adapters.opencps.dossier_words import dossier
from adapters.opencps.words import identity as opencps_identity
from adapters.opencps.words import procedure as of_opencps
from adapters.provincial_bridge.bridge import unpacked
from syncd.records.codes import resolve
from syncd.records.collation import sort_key
from syncd.records.dates import parse_date
from syncd.records.decisions import parse_number
from syncd.records.durations import parse_duration, parse_quantity
from syncd.records.kinds import parse_kind
from syncd.records.levels import parse_level
from syncd.records.money import parse_amount
from syncd.records.states import parse_state
from syncd.records.text import fold, form, loose, tone_marks_apart
from syncd.redaction import redact_text
from syncd.sides.adapter import Record
from syncd.sides.capture.cleaning import Cleaner
from syncd.sides.capture.entries import read_line
from syncd.sides.errors import ShapeError, SideError
from syncd.sides.http.body import excerpt, is_page, json_body
from syncd.sides.http.statuses import retry_after
from syncd.sides.tables.csv_rows import open_csv
from syncd.sides.tables.json_rows import open_json, open_jsonl
from syncd.sides.tables.xlsx_rows import open_xlsx
from tests.fuzz.seeds import (
    DATES,
    DETAIL,
    EDXML,
    ENTRY,
    EXPORT,
    GATEWAY_ROW,
    IGATE_ROW,
    MAPI,
    MESSAGE,
    REPORT,
    ROW,
    SERVICE,
    encoded,
    texts,
    workbook,
)

Errors = tuple[type[Exception], ...]
THEIRS: Errors = (SideError,)
WORDS: Errors = (ValueError,)
NONE: Errors = ()
COLUMNS = mapping({name: Column(column=name) for name in ("code", "local_code", "name", "decision_date", "levels")})
SETTINGS = RecordSettings(adapter="bridge", base_url="https://x.invalid", kinds={"1": "standard"})


@dataclass(frozen=True)
class Target:
    """One parser: ``run`` may raise nothing but ``errors``."""

    name: str
    run: Callable[[bytes], object]
    errors: Errors
    seeds: tuple[bytes, ...]


def as_text(run: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda content: run(content.decode("utf-8", "replace"))


def as_record(run: Callable[[Record], object]) -> Callable[[bytes], object]:
    """A listing, and after a line end its detail."""

    def both(content: bytes) -> object:
        raw, mark, detail = content.partition(b"\n")
        return run(Record("key", raw, detail if mark else None))

    return both


def rows(run: Callable[[list[Raw]], object]) -> Callable[[bytes], object]:
    return lambda content: run(list(map(Raw, content.split(b"\n"))))


def through(*steps: Callable[[Any], Any]) -> Callable[[bytes], object]:
    """What one step gives is the next one's."""

    def all_of(content: Any) -> object:
        for step in steps:
            content = step(content)
        return content

    return all_of


def every_row(table: Any) -> list[object]:
    return list(table.rows)


def _doubt(_reason: str) -> None: ...


def _gateway(record: Record) -> object:
    return of_gateway(record, GatewayMeanings(";", {}, True))


def _igate(record: Record) -> object:
    return igate_identity(record.raw), of_igate(record, IgateMeanings({}, {}), where="igate")


def _catalogue(content: bytes) -> object:
    try:
        return of_catalogue(Raw(content), frozenset({"1"}), where="x")
    except ShapeError as error:
        return broken(Raw(content), error)


def _headers(text: str) -> object:
    return retry_after({"Retry-After": text, "Date": text[::-1]}, lambda: datetime(2026, 11, 25, tzinfo=UTC))


def _line(content: bytes) -> object:
    return read_line(content)


TARGETS: tuple[Target, ...] = (
    Target("date", as_text(parse_date), WORDS, DATES),
    Target(
        "decision-number", as_text(parse_number), WORDS, texts("1234/QĐ-UBND", "Số: 12/2026/QĐ-TTg", "1/QD-BCA-V03")
    ),
    Target(
        "code", as_text(lambda text: resolve(text, {})), NONE, texts("1.000001.000.00.00.H26", " 1.014325", "TTHC_1")
    ),
    Target("duration", as_text(parse_duration), WORDS, texts("10 ngày làm việc", "1,5 tháng", "1/2 ngày", "ngay")),
    Target("quantity", as_text(parse_quantity), WORDS, texts("10", "1,5", "1e400", "٣", "NaN")),
    Target("money", as_text(parse_amount), WORDS, texts("150.000 đồng", "1,5 triệu", "miễn phí")),
    Target("kind", as_text(parse_kind), WORDS, texts("TTHC đặc thù", "standard")),
    Target("level", as_text(parse_level), WORDS, texts("Cấp tỉnh", "cấp xã, phường")),
    Target("state", as_text(parse_state), WORDS, texts("Công khai", "Hết hiệu lực")),
    Target(
        "text",
        as_text(lambda text: (form(text), loose(text), fold(text), sort_key(text))),
        NONE,
        texts("Đống Đa", "hoà"),
    ),
    Target("tones", as_text(lambda text: tone_marks_apart(text, text[::-1])), NONE, texts("hoà", "thủy")),
    Target("redaction", as_text(redact_text), NONE, texts("https://u:p@h/?token=abc", "Bearer abcdefghijkl")),
    Target("retry-after", as_text(_headers), NONE, texts("120", "Wed, 25 Nov 2026 13:00:00 GMT")),
    Target(
        "body",
        lambda one: (is_page(one, "text/html"), excerpt(one), json_body(one, "", "x")),
        THEIRS,
        (b"<html>", b"{}"),
    ),
    Target("portal-envelope", lambda one: portal_opened(one, "x"), THEIRS, encoded({"code": "OK", "data": DETAIL})),
    Target(
        "portal-catalogue", _catalogue, NONE, encoded({**ENTRY, "appliedDepartmentIds": ["1"]}, {"id": "a", "name": 1})
    ),
    Target("portal-citizen", lambda one: of_citizen(Raw(one), where="x"), THEIRS, encoded(ENTRY)),
    Target("portal-record", as_record(of_portal), THEIRS, (b"\n".join(encoded(ENTRY, DETAIL)), *encoded(ENTRY))),
    Target("portal-units", agencies_in, THEIRS, encoded(DETAIL)),
    Target(
        "gateway-rows",
        through(lambda one: rows_of(one, where="x"), lambda all_: (amount_of(all_, where="x"), *map(id_of, all_))),
        THEIRS,
        encoded([GATEWAY_ROW]),
    ),
    Target(
        "gateway-record",
        as_record(_gateway),
        THEIRS,
        encoded({"row": GATEWAY_ROW, "decision": {"number": "1/QĐ-BTP", "date": "03-09-2026"}}),
    ),
    Target(
        "gateway-decision",
        lambda one: published(Raw(one)),
        THEIRS,
        encoded({"ID": "1", "CODE": "1/QĐ", "PUBLISHING_DATE": "03-09-2026"}),
    ),
    Target(
        "gateway-agencies", rows(gateway_agencies), THEIRS, encoded({"ID": "1", "AGENCY_NAME": "UBND", "CODE": "H26"})
    ),
    Target("gateway-workbook", read_workbook, THEIRS, (workbook(*EXPORT.items()),)),
    Target(
        "integration-envelope",
        lambda one: integration_opened(one, "x"),
        THEIRS,
        encoded({"error_code": "0", "result": [MAPI]}),
    ),
    Target("integration-list", rows(code_list), NONE, encoded(MAPI)),
    Target(
        "integration-record",
        as_record(lambda one: of_integration(one, SETTINGS.meanings)),
        THEIRS,
        (b"\n".join(encoded(MAPI, {"procedure": MAPI, "decision": None, "publisher": None})),),
    ),
    Target("integration-units", rows(integration_agencies), THEIRS, encoded({"MADONVI": "H26", "TENDONVI": "UBND"})),
    Target(
        "bridge", lambda one: unpacked(one, "x"), THEIRS, encoded({"message": MESSAGE}, {"message": {"result": []}})
    ),
    Target(
        "opencps-record",
        as_record(lambda one: of_opencps(one.raw, ";", where="x")),
        THEIRS,
        encoded({"row": SERVICE, "portal_code": ""}),
    ),
    Target("opencps-identity", lambda one: opencps_identity(Raw(one)), NONE, encoded(SERVICE)),
    Target(
        "opencps-dossier",
        lambda one: dossier(Raw(one), "x"),
        THEIRS,
        encoded({"dossierId": 1, "dossierNo": "1", "receiveDate": "03/09/2026 07:30:00"}),
    ),
    Target(
        "igate-page",
        lambda one: read_page(one, 0, 10, where="x"),
        THEIRS,
        encoded({"content": [IGATE_ROW], "number": 0, "totalElements": 1}),
    ),
    Target("igate-record", as_record(_igate), THEIRS, encoded(IGATE_ROW)),
    Target("igate-units", rows(lambda all_: igate_agencies(all_, where="x")), THEIRS, encoded(IGATE_ROW)),
    Target(
        "report",
        lambda one: figures("report", [one], where="x"),
        THEIRS,
        encoded(REPORT),
    ),
    Target("edxml", lambda one: open_package(one, "a.edxml"), THEIRS, (EDXML,)),
    Target("edxml-dates", as_text(lambda text: (read_day(text), read_moment(text))), NONE, DATES),
    Target("monitor-path", as_text(parse_path), WORDS, texts("data.rows[0].name", "a..b", "$")),
    Target(
        "columns-record",
        as_record(lambda one: of_columns(one.raw, COLUMNS, where="x")),
        THEIRS,
        encoded(ROW),
    ),
    Target(
        "csv",
        through(lambda one: open_csv(one, COLUMNS.sought, where="x", delimiter=None, doubt=_doubt), every_row),
        THEIRS,
        texts("code,name,local_code,decision_date,levels\n1.000001,Tên,,03/09/2026,Cấp tỉnh\n"),
    ),
    Target(
        "json",
        through(lambda one: open_json(one, COLUMNS.sought, where="x", array=None), every_row),
        THEIRS,
        encoded([ROW]),
    ),
    Target(
        "jsonl",
        through(lambda one: open_jsonl(one, COLUMNS.sought, where="x", doubt=_doubt), every_row),
        THEIRS,
        encoded(ROW),
    ),
    Target(
        "xlsx",
        through(lambda one: open_xlsx(one, COLUMNS.sought, where="x", sheet=None), every_row),
        THEIRS,
        (workbook(*ROW.items()),),
    ),
    Target(
        "capture-cleaning",
        lambda one: Cleaner(b"k" * 16).body(one),
        NONE,
        (
            *encoded({"hoTen": "A", "a": ["0912345678", {"session": "b"}]}),
            workbook(*EXPORT.items()),
            b'{"session": "b\x82cdefgh"}',
        ),
    ),
    Target(
        "capture-entry",
        _line,
        (msgspec.MsgspecError, ValueError, RecursionError),
        encoded({"type": "end", "seen": {}}, {"type": "page", "seen": {"pages": 1}}),
    ),
)
"""The table."""

NAMED = {target.name: target for target in TARGETS}


def chosen(names: Iterable[str]) -> list[Target]:
    """The targets of these names, or all. Raises `KeyError`."""
    return [NAMED[name] for name in names] or list(TARGETS)


def once(target: Target, content: bytes) -> None:
    """Run a target; whatever it may not raise comes through."""
    try:
        target.run(content)
    except target.errors:
        return
