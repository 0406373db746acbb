"""The document axis (VXP) as it answers on a loopback address: signed questions, lists of rows, documents in base64.

In: a book. Out: an aiohttp application. A question whose signature is wrong, or whose clock is off, gets "FAIL" with
status 200, as the real one answers. What somebody acknowledges is written down: a reader must leave that empty.
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Any, Final

from aiohttp import web

from loopback.catalogue.portal_side import VIETNAM
from loopback.documents.book import Book, Sent
from loopback.faults import FaultPlan, faults_middleware

BASE: Final = "/vxp"
BLOCK: Final = 64
"""Bytes of one block of SHA-256."""

Row = dict[str, Any]


@dataclass(slots=True)
class AxisState:
    """What the axis holds, and how it misbehaves.

    ``now``: its clock, None for a clock that admits every moment. ``declares``: a total in the envelope, off by
    ``total_off``, which grows by ``drifts`` each time. ``lost``: documents that it lists and does not show. ``raw``:
    documents come as XML, not as base64. ``page_cap``: rows of one page at most, whatever is asked for. ``own_ids``:
    each list numbers its documents on its own, so that a message may have the id of a document. ``message``: the kind
    of message that rows of the sent list show. ``totals_off``: by how much the total of each kind is off.
    """

    book: Book
    system_id: str = "vxp.saas.26"
    secret: str = "chi-dung-thu-truc"  # noqa: S105 - it opens nothing but the loopback system
    now: datetime | None = None
    declares: bool = False
    total_off: int = 0
    drifts: int = 0
    raw: bool = False
    turns_pages: bool = True
    page_cap: int | None = None
    own_ids: bool = False
    message: str = "edoc"
    totals_off: dict[str, int] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    asked: list[dict[str, str]] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)

    def document(self, doc_id: str, message: str) -> Sent | None:
        found = (one for one in self.book.sent if self.id_of(one) == doc_id and doc_id not in self.lost)
        return next((one for one in found if not self.own_ids or kind_of(one) == message), None)

    def id_of(self, sent: Sent) -> str:
        """The axis's own id of a package."""
        if not self.own_ids:
            return f"vxp-{sent.name.removesuffix('.edxml')}"
        alike = [one.name for one in self.book.sent if kind_of(one) == kind_of(sent)]
        return f"vxp-{alike.index(sent.name) + 1:04}"


def kind_of(sent: Sent) -> str:
    return "status" if sent.paper.status else "edoc"


STATE: Final = web.AppKey("axis", AxisState)


def axis_app(state: AxisState, faults: FaultPlan | None = None) -> web.Application:
    """The application; ``faults`` decides which answers go wrong."""
    app = web.Application(middlewares=[faults_middleware(faults or FaultPlan())], client_max_size=64 * 1024)
    app[STATE] = state
    app.router.add_post(f"{BASE}/{{call}}", _answer)
    return app


async def _answer(request: web.Request) -> web.Response:
    state = request.app[STATE]
    said = signed_words(request, state)
    if said is None:
        return _json({"status": "FAIL", "ErrorCode": "401", "ErrorDesc": "Sai chữ ký", "data": None})
    state.asked.append(said)
    call = request.match_info["call"]
    if call in ("getSentEdocList", "getReceivedEdocList"):
        return _json(_list(state, said, sent=call == "getSentEdocList"))
    if call == "getEdoc":
        return _json(_document(state, said.get("docId", ""), said.get("messagetype", "")))
    if call == "updateStatus":
        state.acknowledged.append(said.get("docId", ""))
        return _json({"status": "OK", "ErrorCode": "0", "ErrorDesc": ""})
    return _json({"status": "FAIL", "ErrorCode": "404", "ErrorDesc": f"Không có {call}"})


def signed_words(request: web.Request, state: AxisState) -> dict[str, str] | None:
    """What the headers say, where each is signed, the JSON repeats them, and the HMAC is the one of the secret."""
    signed = request.headers.get("XroadVnpt-sign-header", "")
    names = [name for name in request.headers.get("XroadVnpt-sign-header-key", "").split(";") if name]
    said = {name: request.headers.get(f"XroadVnpt-{name}", "") for name in names}
    try:
        repeated = json.loads(signed)
    except ValueError:
        return None
    is_same = repeated == {f"XroadVnpt-{name}": value for name, value in said.items()}
    is_signed = compare_digest(keyed_hash(state.secret, signed), request.headers.get("XroadVnpt-hash-header", ""))
    is_known = said.get("systemid") == state.system_id and said.get("servicetype") == "eDoc"
    return said if is_same and is_signed and is_known and _is_fresh(said.get("timestamp", ""), state.now) else None


def keyed_hash(secret: str, text: str) -> str:
    """HMAC-SHA256 by its definition (RFC 2104), in hexadecimal digits."""
    key = secret.encode()
    key = (sha256(key).digest() if len(key) > BLOCK else key).ljust(BLOCK, b"\0")
    inner = sha256(bytes(byte ^ 0x36 for byte in key) + text.encode()).digest()
    return sha256(bytes(byte ^ 0x5C for byte in key) + inner).hexdigest()


def _is_fresh(timestamp: str, now: datetime | None) -> bool:
    """``ddMMyyyy'T'HHmmss+SSSS``, within five minutes."""
    try:
        told = datetime.strptime(timestamp.partition("+")[0], "%d%m%YT%H%M%S").replace(tzinfo=VIETNAM)
    except ValueError:
        return False
    is_whole = len(timestamp) == len("17072026T090000+0123")
    return is_whole and (now is None or abs(told - now) <= timedelta(minutes=5))


def _list(state: AxisState, said: dict[str, str], *, sent: bool) -> Row:
    wants_status = said.get("messagetype") == "status"
    mine = [one for one in state.book.sent if bool(one.paper.status) is wants_status and sent is not wants_status]
    every = [row for one in mine for row in (_sent_rows(one, state) if sent else [_received_row(one, state)])]
    page, size = int(said.get("pageIndex", "1")), int(said.get("pageSize", "0"))
    size = min(size, state.page_cap or size)
    rows = every[(page - 1) * size : page * size] if size and state.turns_pages else every
    body: Row = {"status": "OK", "ErrorCode": "0", "ErrorDesc": "Thành công", "data": rows}
    state.total_off += state.drifts
    off = state.total_off + state.totals_off.get(said.get("messagetype", ""), 0)
    return body | ({"total": len(every) + off} if state.declares else {})


def _sent_rows(one: Sent, state: AxisState) -> list[Row]:
    """A row for each receiver."""
    paper = one.paper
    return [
        {
            "title": paper.subject,
            "notation": f"{paper.number}/{paper.notation}",
            "senderDocId": state.id_of(one),
            "receiverDocId": f"{state.id_of(one)}-{code}",
            "fromCode": paper.sender[0],
            "toCode": code,
            "sentTime": paper.at,
            "receivedTime": paper.at,
            "sendStatus": "done",
            "sendStatusDesc": "Đã gửi",
            "receiveStatus": "01",
            "receiveStatusDesc": "Đã đến",
            "serviceType": "eDoc",
            "messageType": state.message,
        }
        for code, _ in paper.receivers or (("H26.9", ""),)
    ]


def _received_row(one: Sent, state: AxisState) -> Row:
    return {
        "docId": state.id_of(one),
        "serviceType": "eDoc",
        "messageType": "status",
        "created_time": one.paper.at,
        "updated_time": one.paper.at,
        "from": one.paper.sender[0],
        "to": "000.00.00.H26",
        "status": "processing",
        "status_desc": "",
    }


def _document(state: AxisState, doc_id: str, message: str) -> Row:
    found = state.document(doc_id, message)
    if found is None:
        return {"status": "FAIL", "ErrorCode": "100", "ErrorDesc": "Không tìm thấy văn bản", "data": None}
    content = found.content.decode() if state.raw else b64encode(found.content).decode()
    return {"status": "OK", "ErrorCode": "0", "ErrorDesc": "", "data": content}


def _json(body: Row) -> web.Response:
    return web.Response(
        body=json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass"), content_type="application/json"
    )
