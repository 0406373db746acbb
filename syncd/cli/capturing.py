"""`syncd capture`: one reading of a pair as a file that can be mailed and played elsewhere.

In: a configuration, the name of a pair. Out: one new file, and what was taken out of it. The ledger is not touched: the
pass that is recorded has one of its own, which is thrown away.
"""

from __future__ import annotations

import asyncio
import platform
import secrets
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from syncd import __version__
from syncd.assembly import Household
from syncd.cli.capture_reading import read_alone
from syncd.cli.capture_words import configuration_text, read_me
from syncd.cli.exits import Exit, worst
from syncd.cli.options import ConfigFile, configured, wanted
from syncd.cli.progress import Progress
from syncd.cli.show import say
from syncd.config import CheckedSide, Configuration, DatabaseConfig, PairConfig
from syncd.metrics import Metrics
from syncd.passes.build import build_pair
from syncd.passes.build import check as check_adapters
from syncd.passes.one_pass import run_pass
from syncd.passes.outcome import PassOutcome
from syncd.passes.pair import SIDES, Pair, SideName
from syncd.passes.pass_verdict import PassVerdict
from syncd.sides.adapter import AgencyReader
from syncd.sides.capture.archive import (
    CONFIGURATION,
    FORMAT,
    README,
    SUFFIX,
    VERSION,
    Manifest,
    write_capture,
)
from syncd.sides.capture.cleaning import Cleaner
from syncd.sides.capture.recording import Tape, recorded
from syncd.sides.capture.reels import reels, side_told
from syncd.sides.capture.settings import sanitised
from syncd.sides.errors import SideError
from syncd.sides.reading import Proof, ReadingVerdict

VERDICTS = {ReadingVerdict.WHOLE: PassVerdict.IN_SYNC}
OF_PAIR = ("applies", "fields", "ignore_fields", "equivalences")
"""Settings of a pair that say what is compared, and how."""


@dataclass(slots=True)
class Taken:
    """What was read: the proof of each side, what the pass found where both were read, and what came of it."""

    proofs: Mapping[SideName, Proof]
    observed: dict[str, Any]
    verdict: PassVerdict


def capture(
    pair: Annotated[str, typer.Option("--pair", help="The pair to read.")],
    output: Annotated[Path, typer.Option("--output", help="Folder for the new file; it is made where it is absent.")],
    config: ConfigFile = None,
    side: Annotated[SideName | None, typer.Option("--side", help="Only this side; else both.")] = None,
) -> None:
    """Read a pair once and write what its systems answered, without secrets and personal data, into one file."""
    configuration = configured(config)
    (wanted_pair,) = wanted(configuration, pair)
    output.mkdir(parents=True, exist_ok=True)
    at = datetime.now(UTC)
    file = output / f"syncd-{pair}-{at:%Y%m%dT%H%M%SZ}{SUFFIX}"
    taken, removed = asyncio.run(_capture(configuration, wanted_pair, [side] if side else list(SIDES), file, at))
    for line_ in _told(file, taken, removed):
        say(line_)
    raise typer.Exit(worst([taken.verdict]) if side is None else _exit(taken))


def _exit(taken: Taken) -> Exit:
    return Exit.IN_SYNC if all(proof.whole for proof in taken.proofs.values()) else Exit.UNKNOWN


def _told(file: Path, taken: Taken, removed: Mapping[str, int]) -> Iterator[str]:
    yield f"{file}  {file.stat().st_size / 1e6:.1f} MB"
    for side, proof in taken.proofs.items():
        yield f"{side:<8} {proof.verdict}, {proof.counted} records" + "".join(f"; {one}" for one in proof.reasons)
    gone = ", ".join(f"{count} × {kind}" for kind, count in sorted(removed.items()) if count)
    yield f"removed  {gone or 'nothing was found'}; of headers nothing but type and times was kept"
    yield "Look into the file before you send it: it is a zip of readable text."


async def _capture(
    configuration: Configuration, pair: PairConfig, sides: Sequence[SideName], file: Path, at: datetime
) -> tuple[Taken, Mapping[str, int]]:
    """Record the sides and write the file. Raises `SyncdError`, `FileExistsError`."""
    checked = check_adapters(configuration)[pair.name]
    cleaner = Cleaner(secrets.token_bytes(16))
    with reels(sides, file.parent) as made:
        tapes = {side: Tape(cleaner, made[side].write) for side in sides}
        heard = dict(checked) | {side: _heard(checked[side], tape) for side, tape in tapes.items()}
        taken = await _read(configuration, pair, heard, tapes)
        told = {
            str(side): side_told(getattr(pair, side), tapes[side], made[side], taken.proofs[side]) for side in sides
        }
        removed = {kind: count for kind, count in sorted(cleaner.removed.items()) if count}
        manifest = Manifest(
            FORMAT, VERSION, f"syncd {__version__}", platform.python_version(), at.isoformat(timespec="seconds"),
            pair.name, _of_pair(pair, cleaner), told, taken.observed, removed,
        )  # fmt: skip
        for reel in made.values():
            reel.file.close()
        texts = {README: read_me(manifest, file.name), CONFIGURATION: configuration_text(manifest, file.name)}
        parts = {side: reel.path for side, reel in made.items()}
        await asyncio.to_thread(write_capture, file, manifest, parts, texts)
    return taken, removed


def _heard(checked: CheckedSide, tape: Tape) -> CheckedSide:
    return replace(checked, definition=recorded(checked.definition, tape))


async def _read(
    configuration: Configuration, pair: PairConfig, checked: Mapping[str, CheckedSide], tapes: Mapping[SideName, Tape]
) -> Taken:
    """Both sides in one pass, which asks all that `syncd observe` would ask; or one side alone, to its end."""
    once = pair.model_copy(update={"attempts": 1})
    built = build_pair(configuration, once, checked)
    try:
        with Progress(pair.name) as progress:
            if len(tapes) == len(SIDES):
                taken = await _both(configuration, once, built, progress)
            else:
                (side,) = tapes
                proof = await read_alone(built.side(side).adapter, progress)
                taken = Taken({side: proof}, {}, VERDICTS.get(proof.verdict, PassVerdict.UNKNOWN))
        for side in tapes:
            await _agencies(built, side)
        return taken
    finally:
        await built.close()


async def _both(configuration: Configuration, config: PairConfig, pair: Pair, progress: Progress) -> Taken:
    with tempfile.TemporaryDirectory(prefix="syncd-capture-") as folder:
        alone = configuration.model_copy(
            update={
                "database": DatabaseConfig(url=f"sqlite:///{folder}/ledger.db"),
                "pairs": (config,),
                "publication": None,
                "index": None,
                "dossiers": (),
                "cluster": None,
            }
        )
        household = Household(alone, Metrics(), announces=False)
        await household.open()
        try:
            outcome = await run_pass(
                pair, household.room, actor="capture", grace_override=timedelta(0), progress=progress
            )
        finally:
            await household.close()
    return Taken(outcome.proofs, _observed(outcome), outcome.verdict)


def _observed(outcome: PassOutcome) -> dict[str, Any]:
    return {"verdict": outcome.verdict.value, "unread": outcome.unread, "counts": dict(sorted(outcome.counts.items()))}


async def _agencies(pair: Pair, side: SideName) -> None:
    """The units as well, where the side knows them; that it could not say so is on the tape."""
    adapter = pair.side(side).adapter
    if adapter.capabilities.agencies and isinstance(adapter, AgencyReader):
        try:
            await adapter.list_agencies()
        except SideError:
            return


def _of_pair(pair: PairConfig, cleaner: Cleaner) -> dict[str, Any]:
    plain = pair.model_dump(mode="json", include=set(OF_PAIR), exclude_defaults=True)
    return {key: sanitised({key: plain[key]}, cleaner.text)[key] for key in OF_PAIR if plain.get(key)}
