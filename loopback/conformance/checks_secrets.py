"""The check that no secret leaves the adapter: not in a log, an error, a reason, nor in how a thing shows itself.

In: a stage with the proxy, which repeats in its answers everything that it was asked. Out: one row of the table.
"""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final
from urllib.parse import quote, quote_plus

from structlog.testing import capture_logs

from loopback.conformance import wire
from loopback.conformance.proxy import Mood
from loopback.conformance.reading import listing
from loopback.conformance.recording import Recording
from loopback.conformance.stage import Stage
from loopback.conformance.words import BrokenPromiseError, Check
from syncd.errors import SyncdError
from syncd.sides.adapter import ReadingAdapter

SHORTEST: Final = 4


class _Ear(logging.Handler):
    """Hears every line of the standard library's logging."""

    def __init__(self, heard: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._heard = heard
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self._heard.append(self.format(record))


@contextmanager
def _listening() -> Iterator[list[str]]:
    heard, root = list[str](), logging.getLogger()
    ear, level = _Ear(heard), root.level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    try:
        with capture_logs() as events:
            yield heard
        heard += [repr(one) for one in events]
    finally:
        root.removeHandler(ear)
        root.setLevel(level)


async def _secrets(stage: Stage) -> str:
    proxy = stage.before_system
    shown = list[str]()
    with _listening() as heard:
        for act in (None, *(wire.echo(status) for status in (200, 400, 401, 500)), wire.reset):
            proxy.set(Mood(everywhere=act))
            async with stage.adapter() as adapter:
                shown += await _everything_said(stage, adapter)
        for mood in _single(proxy.recording):
            proxy.set(mood)
            async with stage.adapter() as adapter:
                shown += await _answers(stage, adapter)
    leaked = [text for text in (*heard, *shown) if any(form in text for form in _forms(stage.told))]
    if leaked:
        raise BrokenPromiseError(f"a secret is in {len(leaked)} texts, one of {len(leaked[0])} characters")
    return f"{len(stage.told)} secrets, {len(heard)} log lines and {len(shown)} texts"


def _single(recording: Recording) -> Iterator[Mood]:
    """Every question of the point reads, alone, is answered with what was asked, in an accepted status and another."""
    for question in recording.asked("again"):
        for status in (200, 404):
            yield Mood({question: wire.echo(status)})


async def _answers(stage: Stage, adapter: ReadingAdapter) -> list[str]:
    return [repr(one.error) + str(one.error) for one in await adapter.read_again(stage.truth.wanted)]


async def _everything_said(stage: Stage, adapter: ReadingAdapter) -> list[str]:
    said = [repr(adapter), str(adapter), repr(stage.settings())]
    with suppress(SyncdError):
        said.append(await adapter.check())
    run = await listing(adapter)
    said += [*run.proof.reasons, repr(run.error), str(run.error), repr(run.error and vars(run.error))]
    return said + await _answers(stage, adapter)


def _forms(secrets: Sequence[str] | set[str]) -> set[str]:
    """A secret as it may be written: plain, quoted for an address, or in base64."""
    long = [one for one in secrets if len(one) >= SHORTEST]
    plain = {form for one in long for form in (one, quote(one, safe=""), quote_plus(one))}
    return plain | {b64encode(one.encode()).decode().rstrip("=") for one in long}


CHECKS: Final[Sequence[Check]] = (
    Check(
        "secrets-kept", "no secret is in a log line, an error, a reason or a repr, though the side repeats it", _secrets
    ),
)
