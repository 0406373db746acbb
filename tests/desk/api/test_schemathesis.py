"""Requests that nobody would write, made from the API's own document, against the real desk on loopback."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

import pytest
import schemathesis
from aiohttp import web
from hypothesis import HealthCheck, assume, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import CoveragePhaseConfig, GenerationConfig, PhasesConfig, ProjectConfig, ProjectsConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from syncd.config.desk import DeskConfig
from syncd.desk.api.description import described
from syncd.desk.app import desk_app
from syncd.desk.routes import Desk
from syncd.desk.security.sessions import GUARD
from syncd.ledger import Ledger, open_ledger
from syncd.ledger.accounts import add_user
from syncd.ledger.api_tokens import add_token
from syncd.ledger.mismatches import open_mismatches
from syncd.records.roles import MAY, Capability, Role
from tests.desk.api.conftest import MORE
from tests.desk.conftest import Clock, Wakes
from tests.documents.office import AS_OF

TOKEN = "syncd_of-a-program"
LONGEST = 600
"""Characters of a query, each up to 12 in the address: the server refuses addresses of more than 8,190 by itself."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    ignored_auth,
]
PROJECT = ProjectConfig(
    generation=GenerationConfig(deterministic=True, max_examples=20, database="none", with_security_parameters=False),
    phases=PhasesConfig(coverage=CoveragePhaseConfig(enabled=False)),
)
schema = schemathesis.openapi.from_dict(
    described(), config=schemathesis.Config(projects=ProjectsConfig(default=PROJECT))
)


def _open_to_a_program(ledger: Ledger) -> str:
    """An operator with a token for everything; returns the id of a mismatch that is there."""
    who = {"now": AS_OF, "actor": "test"}
    login = {"login": "operator", "name": "Nguyễn Thị Hoa", "role": Role.OPERATOR, "language": "vi"}
    user_id = ledger.write_now(add_user, **login, unit="", password_hash=None, **who)
    scopes, ends = MAY[Role.OPERATOR] - {Capability.SIGN_IN}, AS_OF + timedelta(days=90)
    digest = sha256(TOKEN.encode()).hexdigest()
    ledger.write_now(add_token, user_id=user_id, digest=digest, name="thử", scopes=scopes, expires_at=ends, **who)
    return ledger.read_now(open_mismatches, "ha-noi")[0].id


async def _serve(ledger: Ledger, told: SimpleQueue[Any]) -> None:
    """Serve until told to stop; tells the address first, then how."""
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"127.0.0.1:{listener.getsockname()[1]}"
    desk = Desk(ledger=ledger, clock=Clock(AS_OF), control=Wakes(), public_url=f"http://{address}", **MORE)
    app = desk_app(desk, DeskConfig(listen=address))
    app[GUARD].api.size = 1_000_000
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    told.put((f"http://{address}", lambda: loop.call_soon_threadsafe(stopped.set)))
    await stopped.wait()
    await runner.cleanup()


@pytest.fixture(scope="module")
def served(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a desk that is served from a thread of its own, and the id of a mismatch in it."""
    path = Path(shutil.copy(furnished, tmp_path_factory.mktemp("schemathesis") / "city.db"))
    with open_ledger(f"sqlite:///{path}") as ledger:
        known = _open_to_a_program(ledger)
        told: SimpleQueue[Any] = SimpleQueue()
        thread = Thread(target=lambda: asyncio.run(_serve(ledger, told)), name="desk")
        thread.start()
        base, stop = told.get(timeout=30)
        yield base, known
        stop()
        thread.join(timeout=30)


def _know(case: schemathesis.Case, known: str) -> None:
    """Ask half of the time for what is there, so that there are answers to look at."""
    there = {"id": known, "kind": "mismatches", "code": "H26.17" if "/units/" in case.path else "1.000001"}
    for name, value in case.path_parameters.items():
        if sum(map(ord, str(value))) % 2:
            case.path_parameters[name] = there[name]
    if isinstance(case.body, dict) and sum(map(ord, str(case.body))) % 2:
        case.body |= {"ids": [known]} if "ids" in case.body else {"period": None, "pair": ""}


@schema.parametrize()
@settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
def test_the_api_keeps_to_its_document_whatever_is_asked(case: schemathesis.Case, served: tuple[str, str]) -> None:
    """No failure of the desk, no answer that the document does not tell of, nothing without a token.

    A query cannot say that a value is a mapping: it would be written as its members, which may be right.
    """
    base, known = served
    if case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE:
        _know(case, known)
    assume(not any(isinstance(value, dict) for value in (case.query or {}).values()))
    assume(len(str(case.as_transport_kwargs(base_url=base)["params"])) < LONGEST)
    case.call_and_validate(base_url=base, headers={"Authorization": f"Bearer {TOKEN}"}, checks=CHECKS, timeout=20)
