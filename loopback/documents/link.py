"""The city's link of Tân Dân as it answers on a loopback address: a list of codes, and signed documents one by one.

In: a book. Out: an aiohttp application. A package that somebody acknowledges is never listed again.
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Any, Final

from aiohttp import web

from loopback.documents.book import Book, Sent
from loopback.faults import FaultPlan, faults_middleware

BASE: Final = "/qlvb"
Body = dict[str, Any]


@dataclass(slots=True)
class LinkState:
    """What waits on the link. ``silent``: codes that it lists and shows nothing of."""

    book: Book
    token: str = "chi-dung-thu-lien-thong"  # noqa: S105 - it opens nothing but the loopback system
    silent: set[str] = field(default_factory=set)
    acknowledged: list[str] = field(default_factory=list)
    results: dict[str, str] = field(default_factory=dict)

    def waiting(self) -> dict[str, Sent]:
        """New documents by their code, acknowledged ones left out."""
        return {
            code: one
            for one in self.book.sent
            if not one.paper.status and one.paper.business == 0
            if (code := f"VB-{one.name.removesuffix('.edxml')}") not in self.acknowledged
        }


STATE: Final = web.AppKey("link", LinkState)


def link_app(state: LinkState, faults: FaultPlan | None = None) -> web.Application:
    """The application; ``faults`` decides which answers go wrong."""
    app = web.Application(middlewares=[faults_middleware(faults or FaultPlan())], client_max_size=64 * 1024)
    app[STATE] = state
    app.router.add_get(f"{BASE}/LayDanhSachGoiTinVanBan", _list)
    app.router.add_get(f"{BASE}/LayGoiTinVanBan", _one)
    app.router.add_post(f"{BASE}/CapNhatTrangThaiVanBan", _acknowledge)
    return app


def _refusal(request: web.Request) -> web.Response | None:
    told = request.headers.get("Authorization", "")
    if compare_digest(told.encode(), f"TD {request.app[STATE].token}".encode()):
        return None
    return _json(None, code=401, message="Không có quyền")


async def _list(request: web.Request) -> web.Response:
    top = int(request.query.get("top", "10"))
    return _refusal(request) or _json(list(request.app[STATE].waiting())[:top])


async def _one(request: web.Request) -> web.Response:
    state, code = request.app[STATE], request.query.get("MaVanBan", "")
    found = None if code in state.silent else state.waiting().get(code)
    return _refusal(request) or _json(None if found is None else _package(found, state.results.get(code, "01")))


async def _acknowledge(request: web.Request) -> web.Response:
    request.app[STATE].acknowledged.append(str(json.loads(await request.read()).get("MaVanBan")))
    return _refusal(request) or _json("OK")


def _package(sent: Sent, result: str) -> Body:
    paper = sent.paper
    return {
        "IDHoSo": "",
        "MaHoSo": "",
        "DonVi": {"Ten": paper.sender[1], "MaDinhDanh": paper.sender[0]},
        "VanBanDi": {
            "TrichYeu": paper.subject,
            "LoaiVanBan": paper.type_name,
            "NgayBanHanh": _day(paper.promulgated),
            "NgayKy": _day(paper.promulgated),
            "NguoiKy": paper.signer,
            "ChucVu": "Phó Chủ tịch",
            "NguoiSoan": "Nguyễn Văn A",
            "SoKyHieu": f"{paper.number.strip()}/{paper.notation}",
            "DinhKem": [
                {"Ten": name, "Base64": b64encode(content).decode(), "Link": None}
                for name, content in paper.attachments
            ],
            "ThanhPhanHoSo": [],
        },
        "ThamSoAn": "null",
        "LoaiKetQua": result,
    }


def _day(day: str) -> str:
    """``dd/MM/yyyy``."""
    return "/".join(reversed(day.split("/")))


def _json(data: Any, *, code: int = 0, message: str = "") -> web.Response:
    body = {"data": data, "error": {"code": code, "internalMessage": "", "userMessage": message}}
    return web.Response(
        body=json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass"), content_type="application/json"
    )
