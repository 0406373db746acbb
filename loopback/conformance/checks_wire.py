"""Checks of what goes wrong on the wire: bodies that end early or never, pages of firewalls, statuses, certificates.

In: a stage with the proxy. Out: rows of the table of checks.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from loopback.conformance import wire
from loopback.conformance.reading import judge
from loopback.conformance.recording import Question
from loopback.conformance.stage import Stage
from loopback.conformance.wire import Act
from loopback.conformance.words import BrokenPromiseError, Check, NotApplicableError

SIDE_IS = "a reading during which {} ends as partial or refused with a reason, or whole with the true records"
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
IMPATIENT: Final = MappingProxyType({"read_timeout": 0.3, "attempts": 1})


def _positions(stage: Stage) -> list[Question]:
    """The first, the middle and the last question of the listing."""
    asked = stage.before_system.recording.asked("list")
    return list(dict.fromkeys((asked[0], asked[len(asked) // 2], asked[-1]))) if asked else []


async def _each(stage: Stage, act: Act, slugs: frozenset[str], changes: Mapping[str, Any] = NOTHING) -> str:
    """Spoil one question after the other; an error that ends a reading must be of one of these classes."""
    said = ""
    for question in _positions(stage):
        run, adapter = await stage.run({question: act}, **changes)
        said = judge(run, stage.truth, adapter.canonical, f"{question.method} {question.bare}")
        if slugs and run.error is not None and run.error.slug not in slugs:
            raise BrokenPromiseError(
                f"{said}; the error is of the class {run.error.slug}, it must be {' or '.join(sorted(slugs))}"
            )
    return said


def _check(name: str, what: str, act: Act, *slugs: str, changes: Mapping[str, Any] = NOTHING) -> Check:
    async def act_on(stage: Stage) -> str:
        return await _each(stage, act, frozenset(slugs), changes)

    classed = f"; an error that ends it is of the class {' or '.join(slugs)}" if slugs else ""
    return Check(name, SIDE_IS.format(what) + classed, act_on)


TRUE_BODY_HALF: Final = wire.changed(lambda body: body[: len(body) // 2])
PASSING: Final[Mapping[str, Act]] = MappingProxyType(
    {
        "a reset": wire.reset,
        "a truncated body": wire.truncated,
        "503": wire.status(503),
        "429": wire.status(429, Retry_After="1"),
        "a block page": wire.block_page(200),
    }
)


async def _passing_trouble(stage: Stage) -> str:
    asked = _positions(stage)[-1]
    for what, act in PASSING.items():
        run, adapter = await stage.run({asked: act}, times=1, attempts=3)
        judge(run, stage.truth, adapter.canonical, what)
        if not run.proof.whole:
            raise BrokenPromiseError(f"{what} that came once ended the reading: {'; '.join(run.proof.reasons)[:200]}")
    return f"{', '.join(PASSING)}: each came once, and the reading was whole"


async def _clock_skew(stage: Stage) -> str:
    run, adapter = await stage.run_everywhere(wire.skewed)
    said = judge(run, stage.truth, adapter.canonical, "Date in 2015")
    if not run.proof.whole:
        raise BrokenPromiseError(said)
    return said


CERTIFICATES: Final = ("self-signed", "wrong-name", "expired")


def _certificate(kind: str) -> Check:
    async def act(stage: Stage) -> str:
        proxy = stage.before_system
        tls, authority = _tls(kind, stage.workspace)
        port = proxy.listen_with(tls)
        changes: dict[str, Any] = {"base_url": proxy.secure_address(port), "ca_file": authority, "attempts": 1}
        run, adapter = await stage.run(**changes)
        said = judge(run, stage.truth, adapter.canonical, kind)
        asked = [one for one in proxy.mood.asked if not one.key]
        if asked:
            raise BrokenPromiseError(f"{len(asked)} questions were asked of a server that is not trusted")
        if run.error is None or run.error.slug != "unreachable":
            raise BrokenPromiseError(f"{said}: the error must be of the class unreachable")
        return said

    what = f"no question is asked of a server whose certificate is {kind.replace('-', ' ')}; the reading says so"
    return Check(f"certificate-{kind}", what, act)


def _tls(kind: str, workspace: Path) -> tuple[ssl.SSLContext, str | None]:
    """The server's TLS, and the authority that the adapter is told to trust (None: the system's own)."""
    if find_spec("trustme") is None:
        raise NotApplicableError("trustme is not installed, which makes the certificates")
    import trustme

    authority = trustme.CA()
    now = datetime.now(UTC)
    name = "elsewhere.example" if kind == "wrong-name" else "localhost"
    until = now - timedelta(days=1) if kind == "expired" else now + timedelta(days=1)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, not_before=now - timedelta(days=30), not_after=until).configure_cert(context)
    if kind == "self-signed":
        return context, None
    file = workspace / f"{kind}.pem"
    authority.cert_pem.write_to_path(file)
    return context, str(file.absolute())


CHECKS: Final[Sequence[Check]] = (
    _check("truncated-body", "the connection ends in the middle of a body", wire.truncated, "transient", "unreachable"),
    _check("cut-json", "a complete answer ends in the middle of its JSON", TRUE_BODY_HALF),
    _check("empty-body", "an answer has no body", wire.changed(lambda _body: b"")),
    _check(
        "slow-body", "half of a body comes and then nothing", wire.slow, "transient", "unreachable", changes=IMPATIENT
    ),
    _check("reset", "the connection is reset", wire.reset, "transient", "unreachable"),
    _check("block-page-200", "a firewall's page comes with status 200", wire.block_page(200), "blocked"),
    _check("block-page-201", "a firewall's page comes with status 201", wire.block_page(201), "blocked"),
    _check("block-page-403", "a firewall's page comes with status 403", wire.block_page(403), "blocked"),
    _check("throttled", "the side answers 429", wire.status(429, Retry_After="1"), "throttled"),
    _check("unavailable", "the side answers 503", wire.status(503), "transient", "unreachable"),
    _check("unauthorised", "the side answers 401", wire.status(401), "unauthorised"),
    Check("passing-trouble", "trouble that comes once is healed by asking again", _passing_trouble),
    Check("clock-skew", "a side whose clock is years off is read whole, with the true records", _clock_skew),
    *(_certificate(kind) for kind in CERTIFICATES),
)
