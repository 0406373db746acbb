"""The ledger itself: owns the engines and runs functions of a session, each in one transaction in a thread.

In: plain synchronous functions whose first parameter is a `Session`. Out: what they return, after the commit.
A transaction cannot wait for the network, because nothing inside it can await; and what was begun ends, even when
nobody waits for it any longer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session
from tenacity import Retrying, retry_if_exception, stop_after_attempt, stop_after_delay, wait_random_exponential

from syncd.ledger.commits import Witness
from syncd.ledger.engines import READERS, Access, make_engine, parse, shown, sqlite_path
from syncd.ledger.errors import (
    LedgerBusyError,
    LedgerError,
    LedgerUnreachableError,
    OutcomeUnknownError,
    SchemaNewerError,
    SchemaOlderError,
    ours,
    translate,
)
from syncd.ledger.fencing import present_fence, require_epoch
from syncd.ledger.schema import Schema, SchemaState, schema_state

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 4
SETTLING_SECONDS = 30.0
"""How long a lost answer to a commit is looked for; a server that fails over needs some seconds."""
UPGRADE = "run `syncd database upgrade`"


class Ledger:
    """Everything remembered. Made by `open_ledger`; close it, or use it in ``with``.

    A function may be run again from its start when the connection broke before the commit (up to `ATTEMPTS` times):
    it must change nothing outside the session, and take no iterators as arguments. What is written inside
    `syncd.ledger.fencing.fenced` is refused where the lease has moved on.
    """

    def __init__(self, url: str) -> None:
        address = parse(url)
        self.where = shown(address)
        self._writing = make_engine(address, Access.WRITE)
        self._reading = make_engine(address, Access.READ)
        self._witness = Witness() if sqlite_path(address) is None else None
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="ledger-writer")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="ledger-reader")

    def __repr__(self) -> str:
        return f"Ledger({self.where!r})"

    async def write(self, fn: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run ``fn(session, …)`` in one writing transaction and commit. Cancelling the wait does not undo it."""
        return await asyncio.shield(asyncio.wrap_future(self._submit(True, fn, *args, **kwargs)))

    async def read(self, fn: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run ``fn(session, …)`` in one read-only transaction: it sees one state throughout."""
        return await asyncio.shield(asyncio.wrap_future(self._submit(False, fn, *args, **kwargs)))

    def write_now(self, fn: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """`write`, for code without a loop."""
        return self._submit(True, fn, *args, **kwargs).result()

    def read_now(self, fn: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """`read`, for code without a loop."""
        return self._submit(False, fn, *args, **kwargs).result()

    def close(self) -> None:
        """Wait for what was begun, then let go of every connection. May be called twice; blocks, see `aclose`."""
        self._writer.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        self._writing.dispose()
        self._reading.dispose()

    async def aclose(self) -> None:
        """`close`, without holding up the loop."""
        await asyncio.shield(asyncio.to_thread(self.close))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _submit(
        self, writing: bool, fn: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> Future[R]:
        engine, pool = (self._writing, self._writer) if writing else (self._reading, self._readers)
        fence, witness = (present_fence(), self._witness) if writing else (None, None)

        def run(session: Session) -> R:
            if fence is not None:
                require_epoch(session, fence)
            return fn(session, *args, **kwargs)

        try:
            return pool.submit(_retried, engine, run, self.where, witness)
        except RuntimeError as error:
            raise LedgerError("is closed", where=self.where, action="open it again") from error


def open_ledger(url: str) -> Ledger:
    """Open the ledger at ``url`` and make sure that its schema is this program's.

    Raises `ConfigurationError` (address), `LedgerUnreachableError`, `SchemaOlderError` (also when there is none yet)
    or `SchemaNewerError`.
    """
    where, path = shown(parse(url)), sqlite_path(parse(url))
    if path is not None and not path.is_file():
        raise LedgerUnreachableError("there is no ledger yet", where=where, action=UPGRADE)
    _require_current(schema_state(url), where)
    return Ledger(url)


def _require_current(schema: Schema, where: str) -> None:
    if schema.state in (SchemaState.EMPTY, SchemaState.OLDER):
        found = f"has schema {schema.current}" if schema.current else "has no schema yet"
        raise SchemaOlderError(f"{found}, this syncd needs {schema.head}", where=where, action=UPGRADE)
    if schema.state is SchemaState.NEWER:
        message = f"has schema {schema.current}, which this syncd does not know (its newest is {schema.head})"
        raise SchemaNewerError(message, where=where, action="run the newer syncd, or restore an older ledger")


def _retried(engine: Engine, run: Callable[[Session], R], where: str, witness: Witness | None) -> R:
    """One transaction, begun anew a few times while the database was busy or the connection broke.

    It is never begun anew while the one before it may have been kept.
    """
    retrying = Retrying(
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_random_exponential(multiplier=0.05, max=1),
        retry=retry_if_exception(_worth_another_try),
        reraise=True,
    )
    result: R = retrying(_transact, engine, run, where, witness)
    return result


def _worth_another_try(error: BaseException) -> bool:
    return isinstance(error, (LedgerBusyError, LedgerUnreachableError)) and error.retriable


def _transact(engine: Engine, run: Callable[[Session], R], where: str, witness: Witness | None) -> R:
    with Session(engine, expire_on_commit=False) as session:
        try:
            session.connection()
            if witness is not None:
                witness.leave(session)
            result = run(session)
            session.flush()
        except SQLAlchemyError as error:
            raise translate(error, where) from error
        if isinstance(result, Iterator):
            raise TypeError("a ledger function returned an iterator, which its transaction would not outlive: list it")
        try:
            _commit(session, where)
        except OutcomeUnknownError as error:
            if witness is None:
                raise
            lost = error
        else:
            return result
    if not _settled(engine, where, witness, lost):
        message = "the connection broke during the commit, and nothing of it was kept"
        raise LedgerUnreachableError(message, where=where, action="try again") from lost
    return result


def _commit(session: Session, where: str) -> None:
    try:
        session.commit()
    except SQLAlchemyError as error:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            message = "the connection broke during the commit: the change may have been kept or not"
            raise OutcomeUnknownError(message, where=where, action="the next pass finds out") from error
        raise translate(error, where) from error


def _settled(engine: Engine, where: str, witness: Witness, lost: OutcomeUnknownError) -> bool:
    """Whether the commit whose answer was lost was made. Raises ``lost`` where nobody can tell in time."""
    retrying = Retrying(
        stop=stop_after_delay(SETTLING_SECONDS),
        wait=wait_random_exponential(multiplier=0.1, max=2),
        retry=retry_if_exception(_worth_another_try),
        reraise=True,
    )
    try:
        return retrying(_looked_up, engine, where, witness)
    except LedgerError:
        raise lost from None


def _looked_up(engine: Engine, where: str, witness: Witness) -> bool:
    with ours(where), Session(engine) as session:
        return witness.is_kept(session)
