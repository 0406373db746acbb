"""What the log writes, and that nothing in the code writes what the vocabulary does not know."""

from __future__ import annotations

import ast
import io
import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from syncd.log import EVENTS, configure, json_line, to_journal
from syncd.redaction import forget_secrets, remember_secret

ROOT = Path(__file__).parents[1]
LEVELS = ("debug", "info", "warning", "error", "exception", "critical")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    """Leave the process's logging as it was found."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    forget_secrets()


@pytest.fixture
def stream() -> io.StringIO:
    stream = io.StringIO()
    configure("auto", "info", stream)
    return stream


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_on_a_pipe_each_event_is_one_json_line_with_a_utc_time_and_readable_vietnamese(stream: io.StringIO) -> None:
    structlog.get_logger("syncd.test").info("pair_started", pair="hà-nội", text="một\nhai")
    (line,) = lines(stream)
    assert (line["event"], line["level"], line["pair"]) == ("pair_started", "info", "hà-nội")
    assert str(line["timestamp"]).endswith("Z")
    assert "hà-nội" in stream.getvalue()


def test_on_a_terminal_lines_are_coloured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    configure("auto", "info", stream)
    structlog.get_logger().info("pair_started", pair="a")
    assert "\x1b[" in stream.getvalue()


def test_a_foreign_text_cannot_drive_the_terminal() -> None:
    stream = Terminal()
    configure("console", "info", stream)
    structlog.get_logger().info("detail_unread", error="\x1b]0;owned\x07 \u202eevil")
    assert "\x1b]0" not in stream.getvalue()
    assert "\u202e" not in stream.getvalue()


def test_lines_of_libraries_have_the_same_shape(stream: io.StringIO) -> None:
    logging.getLogger("alembic.runtime").info("Running upgrade %s", "abc")
    (line,) = lines(stream)
    assert (line["event"], line["level"], line["logger"]) == ("Running upgrade abc", "info", "alembic.runtime")


def test_lines_below_the_level_are_not_written(stream: io.StringIO) -> None:
    structlog.get_logger().debug("detail_unread")
    logging.getLogger("aiohttp.access").info("GET / 200")
    assert lines(stream) == []


def test_bound_context_is_on_every_line(stream: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(pass_id=7):
        structlog.get_logger().info("pair_started")
        logging.getLogger("x").warning("theirs")
    assert [line["pass_id"] for line in lines(stream)] == [7, 7]


def test_an_exception_is_told_without_local_variables(stream: io.StringIO) -> None:
    def fail() -> None:
        local_value = "canary-in-a-local"
        raise ValueError(len(local_value))

    try:
        fail()
    except ValueError:
        structlog.get_logger().exception("adapter_failed")
    (line,) = lines(stream)
    assert "canary" not in stream.getvalue()
    assert "ValueError" in json.dumps(line["exception"])


@pytest.mark.parametrize("format", ["json", "console"])
def test_a_secret_reaches_no_line_in_any_shape(format: str) -> None:  # noqa: A002
    stream = io.StringIO()
    configure(format, "debug", stream)  # type: ignore[arg-type]
    remember_secret("canary-secret")
    log = structlog.get_logger()
    log.info("detail_unread", error="sent canary-secret", token="canary-two", url="postgresql://u:canary-three@h/")
    log.info("detail_unread", nested={"headers": [{"Authorization": "Bearer canary-four-x"}]})
    logging.getLogger("lib").warning("GET %s", "https://h/?api_key=canary-five")
    logging.getLogger("lib").warning("extra", extra={"password": "canary-six"})
    try:
        raise ValueError("postgresql://u:canary-seven@h/")  # noqa: TRY301
    except ValueError:
        log.exception("adapter_failed")
    assert "canary" not in stream.getvalue()
    assert stream.getvalue().count("***") >= 7


def test_a_lone_surrogate_and_line_separators_stay_inside_one_line(stream: io.StringIO) -> None:
    structlog.get_logger().info("detail_unread", error="\ud800 \u2028 \x85")
    stream.getvalue().encode()
    (line,) = lines(stream)
    assert line["error"] == "\ud800 \u2028 \x85"


def test_a_very_long_text_is_cut_and_says_so(stream: io.StringIO) -> None:
    structlog.get_logger().info("detail_unread", error="x" * 50_000)
    (line,) = lines(stream)
    assert str(line["error"]).endswith("… (50000 characters)")
    assert len(str(line["error"])) < 8_100


def test_values_of_unknown_types_become_text() -> None:
    assert json_line({"path": Path("/a"), "n": 1}) == '{"path":"/a","n":1}'


def test_the_journal_is_known_by_its_device_and_inode(tmp_path: Path) -> None:
    with (tmp_path / "journal").open("w") as stream:
        known = os.fstat(stream.fileno())
        assert to_journal(stream, {"JOURNAL_STREAM": f"{known.st_dev}:{known.st_ino}"})
        assert not to_journal(stream, {"JOURNAL_STREAM": "1:2"})
        assert not to_journal(stream, {})
    assert not to_journal(io.StringIO(), {"JOURNAL_STREAM": "1:2"})


def test_on_the_journal_the_level_is_a_priority_prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "journal"
    with file.open("w", encoding="utf-8") as stream:
        known = os.fstat(stream.fileno())
        monkeypatch.setenv("JOURNAL_STREAM", f"{known.st_dev}:{known.st_ino}")
        configure("auto", "info", stream)
        structlog.get_logger().warning("pair_failing", pair="a")
        structlog.get_logger().error("pair_stalled", pair="a")
    first, second = file.read_text().splitlines()
    assert first.startswith('<4>{"')
    assert second.startswith('<3>{"')


def _calls() -> Iterator[tuple[str, ast.Call, str]]:
    """Every call of a logger's method in the product: place, call, method."""
    for folder in ("syncd", "adapters"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                    continue
                owner = ast.unparse(node.func.value)
                if node.func.attr in LEVELS and owner.split("(")[0].split(".")[0].strip("_") in ("log", "logger"):
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", node, node.func.attr


def test_code_logs_only_events_levels_and_keys_of_the_vocabulary() -> None:
    unknown = []
    for place, call, method in _calls():
        name = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
        event = EVENTS.get(str(name))
        level = "error" if method == "exception" else method
        keys = {keyword.arg for keyword in call.keywords}
        if event is None:
            unknown.append(f"{place}: event {name!r}")
        elif event.level != level:
            unknown.append(f"{place}: {name} is logged as {level}, the vocabulary says {event.level}")
        elif not keys <= {*event.keys, "exc_info"}:
            unknown.append(f"{place}: {name} has unknown keys {keys - set(event.keys)}")
    assert unknown == []


def test_every_event_of_the_vocabulary_is_logged_somewhere() -> None:
    logged = {call.args[0].value for _, call, _ in _calls() if call.args and isinstance(call.args[0], ast.Constant)}
    assert set(EVENTS) - logged == set()


def test_every_event_is_told_in_a_sentence() -> None:
    assert [name for name, event in EVENTS.items() if not event.sentence.endswith(".")] == []
