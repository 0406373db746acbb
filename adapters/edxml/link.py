"""The city's link of Tân Dân between settlement and document system: signed outgoing documents, one by one.

In: settings and surroundings. Out: documents as packages. It carries results of dossiers as well, of which nothing is
read but the document; ``CapNhatTrangThaiVanBan``, which takes a package away for ever, is not spoken here.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from hashlib import blake2b
from typing import Any

from msgspec import Raw, Struct, structs

from adapters.edxml.attachments import Opened, base64_of, open_attachment
from adapters.edxml.held import codes_listed
from adapters.edxml.leaves import notation_of, read_day
from adapters.edxml.opening import SHOWN, Caps, mark_of
from adapters.edxml.package import Oddity, Package, Party, Read
from adapters.edxml.settings import EdxmlSettings, LinkPlace
from adapters.edxml.source import BATCH, report, unread
from syncd.records.text import display
from syncd.sides.adapter import Surroundings
from syncd.sides.errors import PermanentError, ShapeError, TooLargeError
from syncd.sides.http import HttpClient, decode
from syncd.sides.reading import Evidence, Finding

Leaf = str | int | float | bool | None

ISSUED = "01"
LEFT_OUT = {"02": "signed_not_issued", "03": "refused_by_signer", "04": "trace_only"}
SUCCESS = frozenset({"", "0", "200"})


class Answer(Struct):
    """``{data, error{code, internalMessage, userMessage}}``."""

    data: Raw = Raw(b"null")
    error: Any = None


class File(Struct):
    """One attached file, as base64 or as an address; an address is not followed."""

    Ten: Leaf = None
    Base64: str | None = None


class Outgoing(Struct):
    """The signed document. Of its drafter and of the dossier nothing is read."""

    TrichYeu: Leaf = None
    LoaiVanBan: Leaf = None
    NgayBanHanh: Leaf = None
    NgayKy: Leaf = None
    NguoiKy: Leaf = None
    SoKyHieu: Leaf = None
    DinhKem: list[File] | None = None


class Unit(Struct):
    Ten: Leaf = None
    MaDinhDanh: Leaf = None


class Sent(Struct):
    """One package of the link."""

    VanBanDi: Outgoing | None = None
    DonVi: Unit | None = None
    LoaiKetQua: Leaf = None


class LinkSource:
    """Reads the link."""

    selective = False
    recalls = False
    answers = False

    def __init__(self, place: LinkPlace, settings: EdxmlSettings, surroundings: Surroundings) -> None:
        self._place, self._settings = place, settings
        self._http: HttpClient = surroundings.http(surroundings.side, place)

    async def read(self, evidence: Evidence) -> AsyncGenerator[list[Read], None]:
        """Every package that waits. Only issued documents (``01``) come out; how many others there are is noted."""
        codes = await self._codes()
        evidence.snapshot(digest_of(codes))
        self._doubt(codes, evidence)
        others = Counter[str]()
        unique = list(dict.fromkeys(codes))
        for start in range(0, len(unique), BATCH):
            batch = await self._documents(unique[start : start + BATCH])
            report(evidence, batch)
            others.update(one.status for one in batch if isinstance(one, Package) and one.status != ISSUED)
            yield [one for one in batch if not isinstance(one, Package) or one.status == ISSUED]
        for status, count in sorted(others.items()):
            evidence.note(Finding(LEFT_OUT.get(status, "unknown_result"), count))
        evidence.snapshot(digest_of(await self._codes()))
        evidence.close()

    def _doubt(self, codes: list[str], evidence: Evidence) -> None:
        if len(codes) >= self._place.top:
            evidence.doubt(f"the link lists {len(codes)} packages, as many as top = {self._place.top} allows")
        if self._place.shared:
            evidence.doubt("others acknowledge packages of the link: those that they took are not listed any more")

    async def _codes(self) -> list[str]:
        params = {"maDonViCha": self._place.unit, "top": str(self._place.top)}
        found = await self._ask(self._place.list_path, "list", params, list[str] | None)
        return [code for code in found or [] if code]

    async def _documents(self, codes: list[str]) -> list[Read]:
        gate = asyncio.Semaphore(self._place.concurrency)

        async def one(code: str) -> Read:
            async with gate:
                return await self._document(code)

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(code)) for code in codes]
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None
        return [task.result() for task in tasks]

    async def _document(self, code: str) -> Read:
        try:
            sent = await self._ask(self._place.document_path, "document", {"MaVanBan": code}, Sent | None)
        except (PermanentError, ShapeError) as error:
            return unread(code, error)
        if sent is None or sent.VanBanDi is None:
            return unread(code, ShapeError("the link lists it and shows no document"))
        return await asyncio.to_thread(package_of, sent, code, self._settings.caps)

    async def _ask(self, path: str, operation: str, params: dict[str, str], shape: Any) -> Any:
        where = f"GET {path}"
        return await self._http.ask(
            "GET", path, operation=operation, safe=True, params=params, parse=lambda body: opened(body, shape, where)
        )

    async def check(self) -> str:
        return f"the link answers: {len(await self._codes())} packages wait for unit {self._place.unit}"

    async def close(self) -> None:
        await self._http.close()


def opened(body: bytes, shape: Any, where: str) -> Any:
    """What an answer holds. Raises `PermanentError` for an error of the link, `ShapeError`."""
    answer = decode(body, Answer, where=where)
    error = answer.error if isinstance(answer.error, dict) else {}
    code = str(error.get("code") or "")
    if code not in SUCCESS:
        said = " ".join(str(error.get("userMessage") or "").split())[:SHOWN]
        raise PermanentError(f"the link answers error {code[:20]!r}: {said!r}", where=where, action="check unit, token")
    return decode(answer.data, shape, where=where)


def package_of(sent: Sent, code: str, caps: Caps) -> Read:
    """One document of the link as a package. Its day is that of signing, else that of issue."""
    document = sent.VanBanDi or Outgoing()
    files = document.DinhKem or []
    if len(files) > caps.attachments:
        return unread(code, TooLargeError(f"it has more than {caps.attachments} attachments"))
    held = [_file(file, caps, code) for file in files]
    written = text(document.NgayKy) or text(document.NgayBanHanh)
    signed = read_day(written) if written else None
    oddities = [Oddity("attachment_unread", one.trouble) for one in held if one.trouble]
    if written and signed is None:
        oddities.append(Oddity("impossible_date", f"NgayKy {written[:SHOWN]}"))
    number = text(document.SoKyHieu)
    unit = sent.DonVi or Unit()
    package = Package(
        name=code,
        mark="",
        document_id=code,
        status=text(sent.LoaiKetQua).zfill(2),
        sender=Party(text(unit.MaDinhDanh), text(unit.Ten)),
        number=number,
        notation=notation_of(number),
        signed=signed,
        type_name=text(document.LoaiVanBan),
        subject=text(document.TrichYeu),
        signer=text(document.NguoiKy),
        attachments=tuple(one.attachment for one in held if one.attachment is not None),
        held=len(held),
        codes=codes_listed(held, partial=caps.partial_texts),
        oddities=tuple(oddities),
    )
    return _marked(package)


def _marked(package: Package) -> Package:
    return structs.replace(package, mark=mark_of(repr(package).encode("utf-8", "surrogatepass")))


def _file(file: File, caps: Caps, where: str) -> Opened:
    """A file that is only an address is known to be there, and nothing of it is."""
    if not file.Base64:
        return Opened(None)
    sink = base64_of(file.Base64.rpartition("base64,")[2], caps.attachment)
    return open_attachment(sink, text(file.Ten), most=caps.attachment, where=where)


def digest_of(codes: list[str]) -> str:
    return blake2b("\0".join(sorted(codes)).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def text(leaf: Leaf) -> str:
    """A leaf in its form for people; "" for null and for "null"."""
    said = "" if leaf is None else display(str(leaf))
    return "" if said.lower() == "null" else said
