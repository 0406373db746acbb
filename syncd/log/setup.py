"""Sets up logging: one line for each event, JSON for machines, colours on a terminal, one shape for everybody's lines.

In: format, level, stream. Out: structlog and the standard library's logging write through one redacting handler.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import traceback
from collections.abc import Mapping
from typing import Literal, TextIO

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

from syncd.redaction import redact_named, redact_text

Format = Literal["auto", "json", "console"]
LONGEST_TEXT = 8_000
FRAMES = 30
UNTOUCHED = frozenset({"_record", "_from_structlog", "exc_info", "level", "timestamp", "logger"})
PRIORITIES = {"critical": 2, "error": 3, "warning": 4, "info": 6, "debug": 7}
CHATTY = ("aiohttp.access", "sqlalchemy.engine", "sqlalchemy.pool", "alembic.runtime.plugins", "asyncio")
"""Loggers of libraries that say too much below a warning."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def configure(format: Format = "auto", level: str = "info", stream: TextIO | None = None) -> None:  # noqa: A002
    """Send every log line, ours and the libraries', to ``stream`` (default: standard error)."""
    target = sys.stderr if stream is None else stream
    is_console = format == "console" or (format == "auto" and target.isatty())
    handler = logging.StreamHandler(target)
    handler.setFormatter(_formatter(is_console=is_console, is_journal=to_journal(target)))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def to_journal(stream: TextIO, environment: Mapping[str, str] | None = None) -> bool:
    """Whether ``stream`` is the journal's own socket, as ``JOURNAL_STREAM`` (device:inode) says; systemd.exec(5)."""
    said = (os.environ if environment is None else environment).get("JOURNAL_STREAM", "")
    try:
        known = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return said == f"{known.st_dev}:{known.st_ino}"


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _formatter(*, is_console: bool, is_journal: bool) -> structlog.stdlib.ProcessorFormatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_shared(), structlog.stdlib.ExtraAdder()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *(_for_people() if is_console else _for_machines(is_journal=is_journal)),
        ],
    )


def _for_people() -> list[Processor]:
    return [
        structlog.processors.ExceptionRenderer(_plain_traceback),
        redact_event,
        escape_controls,
        structlog.dev.ConsoleRenderer(colors="NO_COLOR" not in os.environ),
    ]


def _for_machines(*, is_journal: bool) -> list[Processor]:
    transformer = ExceptionDictTransformer(show_locals=False, max_frames=FRAMES)
    renderer: Processor = render_journal if is_journal else render_json
    return [structlog.processors.ExceptionRenderer(transformer), redact_event, cut_long_texts, renderer]


def _plain_traceback(exc_info: ExcInfo) -> str:
    return "".join(traceback.format_exception(*exc_info)).rstrip()


def redact_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hide credentials in every value, by the key's name and by the value's shape."""
    for key, value in event.items():
        if key not in UNTOUCHED:
            event[key] = redact_named(key, value)
    return event


def escape_controls(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Make control and direction characters visible, so that a foreign text cannot drive the terminal."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _CONTROLS.sub(lambda found: f"\\u{ord(found.group()):04x}", value)
    return event


def cut_long_texts(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Keep one line readable: a text is cut after 8,000 characters, saying so."""
    for key, value in event.items():
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            event[key] = f"{value[:LONGEST_TEXT]}… ({len(value)} characters)"
    return event


def json_line(values: Mapping[str, object]) -> str:
    """One JSON object on one line: Vietnamese stays readable, lone surrogates become escapes, unknown types text."""
    line = json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=lambda one: redact_text(str(one)))
    return (
        _CONTROLS.sub(lambda found: f"\\u{ord(found.group()):04x}", line).encode("utf-8", "backslashreplace").decode()
    )


def render_json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """The last processor on a pipe."""
    return json_line(event)


def render_journal(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """The last processor on the journal: the level as a prefix, which journald takes as the priority."""
    return f"<{PRIORITIES.get(str(event.get('level')), 6)}>{json_line(event)}"
