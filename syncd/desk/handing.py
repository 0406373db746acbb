"""Handing a document over: made in a thread, remembered in the audit trail, streamed from a file that is gone by then.

In: a kind, what is wanted. Out: the answer that carries the file, under its Vietnamese name and a plain one (RFC 6266).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from tempfile import TemporaryDirectory
from weakref import WeakKeyDictionary

from aiohttp import web
from msgspec import structs

from syncd.desk.routes import DESK, Desk, visitor_of
from syncd.documents.kinds import make
from syncd.documents.wanted import Document, Wanted
from syncd.ledger.audit import Change, note_each

CHUNK = 256 * 1024
AT_ONCE = 2
"""Documents that are made at the same time; others wait, so that pages keep readers of the ledger."""
_TURNS: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Made:
    """A document whose file is open and has no name any more."""

    document: Document
    file: BufferedReader
    size: int


async def hand_over(request: web.Request, kind: str, wanted: Wanted) -> web.StreamResponse:
    """Make the document, note who has it, send it. Raises `UnknownDocumentError` where there is none to make."""
    turns = _TURNS.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    await turns.acquire()
    making = asyncio.ensure_future(_made(request.app[DESK], kind, wanted))
    making.add_done_callback(lambda _made: turns.release())
    try:
        made = await asyncio.shield(making)
    except asyncio.CancelledError:
        making.add_done_callback(_close)
        raise
    try:
        await _note(request, kind, wanted)
        return await _sent(request, made)
    finally:
        made.file.close()


async def _made(desk: Desk, kind: str, wanted: Wanted) -> Made:
    """Ends even when nobody waits for it any more: the thread that writes cannot be stopped half way.

    One that waits for its turn has not begun, and is not made when nobody waits for it.
    """
    folder = await asyncio.to_thread(TemporaryDirectory, prefix="syncd-document-")
    try:
        document = await make(desk.ledger, kind, wanted, desk.sources, Path(folder.name))
        file = await asyncio.to_thread(document.path.open, "rb")
        return Made(document, file, document.path.stat().st_size)
    finally:
        await asyncio.to_thread(folder.cleanup)


def _close(making: asyncio.Future[Made]) -> None:
    if not making.cancelled() and making.exception() is None:
        making.result().file.close()


async def _note(request: web.Request, kind: str, wanted: Wanted) -> None:
    """Who had which document made, as of when."""
    desk = request.app[DESK]
    detail = {
        "kind": kind,
        "form": wanted.form.value,
        "as_of": wanted.as_of.isoformat(),
        "period": str(wanted.period) if wanted.period else "",
        "unit": wanted.within or "",
        "number": wanted.number,
        "filter": {name: value for name, value in structs.asdict(wanted.only).items() if value},
    }
    change = Change(wanted.pair or "", detail=detail)
    await desk.ledger.write(
        note_each, at=desk.clock(), actor=visitor_of(request).actor, action="document", changes=[change]
    )


async def _sent(request: web.Request, made: Made) -> web.StreamResponse:
    response = web.StreamResponse(
        headers={"Content-Type": made.document.media_type, "Content-Disposition": made.document.disposition}
    )
    response.content_length = made.size
    await response.prepare(request)
    while chunk := await asyncio.to_thread(made.file.read, CHUNK):
        await response.write(chunk)
    await response.write_eof()
    return response
