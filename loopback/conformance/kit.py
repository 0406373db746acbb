"""The conformance kit: one clean reading, then every check.

In: a `Subject`. Out: a `Result` for each check. The side's own system is read once, at its own pace; what follows is
replayed by the hostile proxy, or read from copies of files.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, cast

from loopback.conformance.chains import chains
from loopback.conformance.places import places_of
from loopback.conformance.proxy import Mood, Proxy
from loopback.conformance.reading import Truth, full, listing, questions, sampled
from loopback.conformance.stage import Stage, at_once
from loopback.conformance.table import CHECKS
from loopback.conformance.upstream import Upstream
from loopback.conformance.words import BrokenPromiseError, Check, NotApplicableError, Outcome, Result, Subject
from syncd.errors import SyncdError
from syncd.sides.http import HttpSettings

LONGEST: Final = 120.0
POLITE: Final = ("requests_per_second", "attempts", "breaker_failures", "read_timeout", "total_timeout")


class Kit:
    """Use it as a context: entering reads the system once. Raises `SyncdError` where that fails."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._folder = tempfile.TemporaryDirectory(prefix="syncd-conformance-")
        self._stage = Stage(subject, Path(self._folder.name))

    def __enter__(self) -> Self:
        try:
            self._open()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop the proxy and remove the copies; may be called twice."""
        if self._stage.proxy is not None:
            self._stage.proxy.close()
        self._folder.cleanup()

    def _open(self) -> None:
        stage, subject = self._stage, self._subject
        if subject.speaks_http:
            stage.proxy = self._proxy()
            stage.proxy.start()
        else:
            stage.places = places_of(subject.table, subject.folder)
            for place in stage.places:
                place.copy(stage.workspace)
        stage.truth = asyncio.run(self._truth())
        stage.chains = () if stage.proxy is None else chains(stage.proxy.recording)

    def _proxy(self) -> Proxy:
        def upstream(address: str) -> Upstream:
            there = cast("HttpSettings", self._subject.settings(base_url=address))
            return Upstream(there, self._subject.folder, self._subject.secret)

        return Proxy(upstream, self._subject.system, self._subject.addresses)

    async def _truth(self) -> Truth:
        """The clean reading: at the side's own pace where the system is real."""
        stage = self._stage
        is_real = self._subject.system is None
        own = self._subject.settings().model_dump()
        pace = {key: own[key] for key in POLITE if key in own} if is_real and stage.proxy is not None else {}
        sleep: Callable[[float], Any] = asyncio.sleep if is_real else at_once
        adapter = stage.build(sleep=sleep, **pace)
        try:
            self._phase("check")
            await adapter.check()
            self._phase("list")
            run = await listing(adapter)
            self._phase("detail")
            sample = await full(adapter, sampled(run.listed))
            self._phase("again")
            wanted = questions(adapter, sample)
            answers = tuple(await adapter.read_again(wanted))
        finally:
            self._phase("")
            await adapter.close()
        return Truth(run, run.by_key, sample, wanted, answers)

    def _phase(self, name: str) -> None:
        if self._stage.proxy is not None:
            self._stage.proxy.phase = name

    def run(self, name: str) -> Result:
        """Run one check. Raises `KeyError` for a name that is not in `CHECKS`."""
        check = CHECKS[name]
        try:
            seen = asyncio.run(asyncio.wait_for(self._acted(check), LONGEST))
        except NotApplicableError as not_here:
            return Result(name, check.demands, Outcome.NOT_APPLICABLE, str(not_here))
        except BrokenPromiseError as broken:
            return Result(name, check.demands, Outcome.FAILED, str(broken))
        except TimeoutError:
            return Result(name, check.demands, Outcome.FAILED, f"it did not end within {LONGEST:.0f} seconds")
        except SyncdError as error:
            return Result(name, check.demands, Outcome.FAILED, f"it ended with {error}")
        except Exception as fault:
            return Result(name, check.demands, Outcome.FAILED, f"a foreign error came out: {fault!r:.300}")
        return Result(name, check.demands, Outcome.PASSED, seen)

    async def _acted(self, check: Check) -> str:
        stage = self._stage
        if stage.proxy is not None:
            stage.proxy.set(Mood())
        for place in stage.places:
            place.copy(stage.workspace)
        return await check.act(stage)


def verify(
    subject: Subject, names: Iterable[str] = tuple(CHECKS), told: Callable[[Result], None] = lambda _result: None
) -> list[Result]:
    """Run these checks, all by default; ``told`` hears of each result as it comes."""
    results = []
    with Kit(subject) as kit:
        for name in names:
            results.append(kit.run(name))
            told(results[-1])
    return results
