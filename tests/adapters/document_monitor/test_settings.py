"""The settings of a monitor: what is refused, with the key and what would be right; which periods can then be asked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.document_monitor import MonitorSettings, definition
from syncd.errors import ConfigurationError
from syncd.records.periods import Period, PeriodKind
from syncd.sides.registry import settings_for
from tests.adapters.document_monitor.town import reader

NOW = datetime(2026, 10, 10, 3, tzinfo=UTC)
REST: dict[str, Any] = {
    "base_url": "http://127.0.0.1:1",
    "path": "/x",
    "params": {"nam": "{year}"},
    "rows": "data",
    "fields": {"unit_name": "name", "assigned": "tong"},
}
SQL = {"url": "sqlite:///m.db", "query": "SELECT 1 WHERE y = :year"}
FILE = {"path": "nv-{year}.xlsx"}


def settings(**table: Any) -> MonitorSettings:
    checked = settings_for(definition, {"adapter": "document-monitor", **table}, "tasks[0].source")
    assert isinstance(checked, MonitorSettings)
    return checked


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({}, "exactly one of the tables sql, file and rest"),
        ({"sql": SQL, "file": FILE}, "exactly one of the tables sql, file and rest"),
        ({"file": {"path": "nv.xlsx"}}, "nothing ties what is read to a period"),
        ({"file": {"path": "nv-{month}.xlsx"}}, "nothing ties what is read to a period"),
        ({"file": {"path": "nv-{years}.xlsx"}}, "did you mean 'year'"),
        ({"file": {"path": "nv-{year}.doc"}}, "says no format"),
        ({"file": FILE | {"fields": {"unit_nam": "x"}}}, "did you mean 'unit_name'"),
        ({"file": FILE | {"fields": {"assigned": "x"}}}, "one of unit_code and unit_name"),
        ({"file": FILE | {"fields": {"unit_name": "x"}}}, "not one count is named"),
        ({"file": FILE, "shows": "year"}, "leave shows out"),
        ({"file": FILE, "shows": "week"}, "month"),
        ({"one_row_per": "task", "file": FILE | {"fields": {"unit_name": "x"}}}, "due_on and done_on"),
        ({"one_row_per": "task", "file": {"path": "list.csv"}}, "nothing ties what is read to a period"),
        ({"sql": SQL | {"query": "DELETE FROM t WHERE y = :year"}}, "begins with 'delete'"),
        ({"sql": SQL | {"query": "SELECT ':year'"}}, "quotation marks"),
        ({"sql": SQL | {"url": "postgresql://u:secret@h/d"}}, "password"),
        ({"rest": REST | {"fields": {}}}, "name a path for each field, or set preset"),
        ({"rest": REST | {"preset": "sums"}}, "preset"),
        ({"rest": REST | {"rows": "data["}}, "is no path"),
        ({"rest": REST | {"body": {"a": 1}}}, 'method = "POST"'),
        ({"rest": REST | {"method": "POST", "body": {"a": 1}, "form": {"b": "2"}}}, "exclude each other"),
        ({"rest": REST | {"params": {"nam": "{year}", "trang": "{page}"}}}, "say in paging"),
        ({"rest": REST | {"paging": {"by": "page"}, "count": "n"}}, "stands nowhere in the request"),
        ({"rest": REST | {"path": "/x/{page}", "paging": {"by": "page"}}}, "paging needs count"),
        ({"rest": REST | {"path": "/x/{unit}"}}, "each_unit"),
        ({"rest": REST | {"each_unit": {"H26.1": "1", "H26.8": "2"}}}, "{unit} stands nowhere"),
        ({"rest": REST | {"preset": "totals", "fields": {}}}, "says nothing of its unit"),
        ({"rest": REST | {"totals": {"assined": "tong"}}}, "did you mean 'assigned'"),
        ({"rest": REST | {"base_url": "ftp://x"}}, "http"),
        ({"rest": REST | {"body": {"a": "{yaer}"}, "method": "POST"}}, "did you mean 'year'"),
        ({"rest": REST | {"row": "data"}}, "no such key"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_would_be_right(table: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        settings(**table)
    assert words in str(raised.value)
    assert str(raised.value).startswith("tasks[0].source")


@pytest.mark.parametrize(
    ("table", "kinds"),
    [
        ({"file": {"path": "nv-{period}.csv"}}, "month quarter year"),
        ({"file": {"path": "nv-{year}-{month}.csv"}}, "month"),
        ({"file": FILE}, "year"),
        ({"file": {"path": "nv.csv"}, "shows": "month"}, "month"),
        ({"sql": SQL | {"query": "SELECT 1 WHERE d >= :first AND d < :after"}}, "month quarter year"),
        ({"rest": REST}, "year"),
        ({"rest": REST | {"params": {"q": "{quarter}", "y": "{year}"}}}, "quarter"),
        (
            {
                "one_row_per": "task",
                "file": {
                    "path": "l.csv",
                    "fields": {"unit_name": "a", "assigned_on": "b", "due_on": "c", "done_on": "d"},
                },
            },
            "month quarter year",
        ),
    ],
)
def test_what_ties_an_answer_to_a_period_says_which_can_be_asked(table: dict[str, Any], kinds: str) -> None:
    assert settings(**table).kinds == {PeriodKind(kind) for kind in kinds.split()}


def test_no_password_is_shown_where_an_address_is_refused() -> None:
    with pytest.raises(ConfigurationError) as raised:
        settings(sql=SQL | {"url": "postgresql://u:verysecret@h/d"})
    assert "verysecret" not in str(raised.value)


def test_a_source_that_shows_what_runs_offers_nothing_else(tmp_path: Path) -> None:
    monitor = reader(tmp_path, file={"path": "nv.csv"}, shows="month")
    assert monitor.offers(Period.parse("2026-10"), NOW)
    assert not monitor.offers(Period.parse("2026-09"), NOW)
    assert not monitor.offers(Period.parse("2026"), NOW)
