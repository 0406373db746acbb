"""`syncd database`: backup, restore, check, prune.

In: a configuration, files. Out: proven backups, a ledger put back, a ledger that has forgotten what it may; or a
refusal that says what to do. Exit statuses: 0 done, 1 not done or not sound.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from syncd.care.backup import Backup, rotate, target_in
from syncd.care.backup import backup as back_up
from syncd.care.errors import CareError
from syncd.care.manifest import Manifest
from syncd.care.proving import Soundness, prove
from syncd.care.prune_plan import Plan, Retention
from syncd.care.prune_plan import plan as plan_of
from syncd.care.pruning import Pruned
from syncd.care.pruning import prune as carry_out
from syncd.care.restoring import prove_backup
from syncd.care.restoring import restore as put_back
from syncd.care.rotation import Rotation
from syncd.care.sizes import disk_sizes
from syncd.cli.exits import Exit
from syncd.cli.operators import commander
from syncd.cli.options import ConfigFile, configured
from syncd.cli.rooms import asking
from syncd.cli.show import complain, counted, local, say, write_json
from syncd.clock import utc_now
from syncd.config import Configuration, database_url, secrets_of
from syncd.ledger.engines import parse, sqlite_path

KIB = 1024
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be forgotten, and forget nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs: JSON, with the key of every row.")]


def backup(
    config: ConfigFile = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A folder, or a file that is not there yet; else [care].")
    ] = None,
) -> None:
    """Back the ledger up while it is used, prove the copy, and remove backups that the configuration does not keep."""
    configuration = configured(config)
    url, now = _url(configuration), utc_now()
    if output is not None and not output.is_dir() and output.suffix:
        _tell_backup(back_up(url, output.absolute(), now=now))
        return
    folder = output.absolute() if output is not None else backup_folder(configuration)
    _tell_backup(back_up(url, target_in(folder, url, now), now=now))
    care = configuration.care
    for gone in rotate(folder, Rotation(care.keep_daily, care.keep_weekly, care.keep_monthly)):
        say(f"no longer kept: {gone}")


def restore(
    source: Annotated[Path, typer.Argument(help="A backup, with its manifest beside it.", metavar="FILE")],
    config: ConfigFile = None,
    replace: Annotated[bool, typer.Option("--replace", help="Also where there is a ledger; it is kept aside.")] = False,
) -> None:
    """Put a backup in the ledger's place, all or nothing. Stop the daemon first."""
    configuration = configured(config)
    url = _url(configuration)
    folder = None if sqlite_path(parse(url)) else backup_folder(configuration)
    done = put_back(url, source.absolute(), replace=replace, now=utc_now(), aside_folder=folder)
    say(f"restored: {_words(done.manifest)}")
    say(f"the old ledger is {done.aside}" if done.aside else "there was no ledger before")


def check(
    source: Annotated[
        Path | None, typer.Argument(help="A backup to prove, in place of the ledger.", metavar="[FILE]")
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Prove the ledger, or a backup: its file, references, schema, audit trail, and the bytes that sides sent."""
    if source is not None:
        manifest, sound = prove_backup(source.absolute())
        say(f"sound: {_words(manifest)}")
    else:
        configuration = configured(config)
        url = _url(configuration)
        sound = prove(url)
        size, free = disk_sizes(url)
        say(f"{sound.where}: {_mib(size)}, of which {_mib(free)} free inside")
    if sound is not None:
        _tell_soundness(sound)


def prune(config: ConfigFile = None, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Forget what the configuration does not keep, beside a running daemon; nothing that an answer needs."""
    configuration = configured(config)
    plan, done = asyncio.run(_prune(configuration, dry_run))
    if as_json:
        write_json(_as_json(plan, done))
        return
    for step in plan.steps:
        say(f"{step.what:<16} {len(step.keys):>9} rows  {_mib(step.bytes):>10}")
    if done is None:
        say(f"would free about {_mib(plan.bytes)}; nothing was done" if not plan.is_empty else "nothing to forget")
        return
    _, free = disk_sizes(_url(configuration))
    say(
        f"freed about {_mib(done.bytes)} in {counted(done.transactions, 'transaction')}, the longest"
        f" {done.longest * 1000:.0f} ms; {_mib(free)} are free inside the ledger and used next"
    )


def backup_folder(configuration: Configuration) -> Path:
    """Where backups go. Raises `CareError` where nobody has said so and there is no obvious place."""
    wanted = configuration.care.backup_folder
    if wanted is not None:
        return configuration.resolve(wanted)
    file = sqlite_path(parse(_url(configuration)))
    state = os.environ.get("STATE_DIRECTORY", "").partition(":")[0]
    if file is None and not state:
        raise CareError("nobody has said where backups go", action="set [care] backup_folder, or give --output")
    return (file.parent if file is not None else Path(state)) / "backups"


async def _prune(configuration: Configuration, dry_run: bool) -> tuple[Plan, Pruned | None]:
    care = configuration.care
    retention = Retention(care.details_days, care.evidence_days, care.sessions_days, care.notices_days)
    async with asking(configuration) as household:
        plan = await household.ledger.read(plan_of, retention, utc_now())
        return plan, None if dry_run else await carry_out(household.ledger, plan, actor=commander())


def _url(configuration: Configuration) -> str:
    return database_url(configuration, secrets_of(configuration))


def _tell_backup(made: Backup) -> None:
    say(f"{made.path}: {_words(made.manifest)}")


def _words(manifest: Manifest) -> str:
    audit = f", audit trail {manifest.audit_newest[:12]}…" if manifest.audit_newest else ""
    rows = counted(sum(manifest.rows.values()), "row")
    return f"{rows}, {_mib(manifest.bytes)}, made {local(manifest.made_at)}, schema {manifest.schema}{audit}"


def _tell_soundness(sound: Soundness) -> None:
    """Say what was proven, then what is wrong. Raises `typer.Exit` where something is."""
    say(f"schema {sound.schema or 'none'} ({sound.state.value}), {counted(sum(sound.rows.values()), 'row')}")
    say(f"audit trail of {counted(sound.audit_rows, 'row')}, newest hash {sound.audit_newest or 'not followed'}")
    say(f"bytes of {counted(sound.evidence, 'version')} are as they were sent")
    for problem in sound.problems:
        complain(f"syncd: {problem}")
    if sound.problems:
        raise typer.Exit(Exit.ERROR)


def _as_json(plan: Plan, done: Pruned | None) -> dict[str, Any]:
    steps: Sequence[dict[str, Any]] = [
        {"what": step.what, "rows": len(step.keys), "bytes": step.bytes, "keys": list(step.keys)} for step in plan.steps
    ]
    return {"made_at": plan.made_at.isoformat(), "steps": steps, "forgotten": None if done is None else done.rows}


def _mib(number: int) -> str:
    return f"{number / KIB / KIB:.1f} MiB" if number >= KIB * KIB else f"{number / KIB:.1f} KiB"
