"""From the bytes of one package to a `Package`; pure but for the temporary files of its attachments.

In: bytes, and what they may hold. Out: a `Package`, or `ShapeError`. Any namespace, any order of elements, with or
without a SOAP envelope: elements are told by their local names.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from hashlib import blake2b
from typing import NamedTuple

from adapters.edxml.held import Attachments, Held, manifest
from adapters.edxml.leaves import is_odd_number, notation_of, read_day, read_moment, whole_number
from adapters.edxml.package import Business, Kind, Oddity, Package, Party, Reference
from adapters.edxml.tree import Bounds, Node, read_tree
from syncd.records.unit_codes import unit_code
from syncd.sides.errors import ShapeError

MEBIBYTE = 1024 * 1024
SHOWN = 80


class Caps(NamedTuple):
    """What one package may hold: bytes of one attachment once it is unpacked, and attachments.

    ``partial_texts``: codes are taken from the attachments that can be read although others cannot.
    """

    attachment: int = 64 * MEBIBYTE
    attachments: int = 100
    partial_texts: bool = False
    bounds: Bounds = Bounds()


def mark_of(content: bytes) -> str:
    """A digest of a package's bytes."""
    return blake2b(content, digest_size=16).hexdigest()


def open_package(content: bytes, name: str, caps: Caps | None = None) -> Package:
    """Read one package. Raises `ShapeError` that says what is wrong with it; no input raises anything else."""
    chosen = caps or Caps()
    held = Attachments(name, most=chosen.attachment, count=chosen.attachments)
    try:
        tree = read_tree(content, where=name, bounds=chosen.bounds, hooks=held.hooks)
    finally:
        held.close()
    header = next(tree.deep("MessageHeader"), None)
    if header is None:
        raise ShapeError("it has no MessageHeader", where=name, action="is it a package of documents at all?")
    trace = next(tree.deep("TraceHeaderList"), Node(""))
    named = list(manifest(tree))
    if header.text("StatusCode"):
        return _status(header, trace, name, mark_of(content))
    business = next(tree.deep("Bussiness"), None) or next(tree.deep("Business"), None)
    opened = Held(held.found(dict(named)), len(named))
    return _document(_Parts(header, trace, business), name, mark_of(content), opened, chosen)


class _Parts(NamedTuple):
    """What is read of a document. ``business`` stands inside the trace; where it is elsewhere it says the same."""

    header: Node
    trace: Node
    business: Node | None


def _status(header: Node, trace: Node, name: str, mark: str) -> Package:
    oddities = list[Oddity]()
    written = header.text("Timestamp")
    at = read_moment(written) if written else None
    if written and at is None:
        oddities.append(Oddity("impossible_date", f"Timestamp {written[:SHOWN]}"))
    return Package(
        name=name,
        mark=mark,
        kind=Kind.STATUS,
        sender=_party(header.find("From")),
        status=header.text("StatusCode").zfill(2),
        about=tuple(_reference(one) for one in header.all("ResponseFor")),
        at=at or min(_moments(trace, oddities), default=None),
        oddities=tuple(oddities),
    )


def _document(parts: _Parts, name: str, mark: str, opened: Held, caps: Caps) -> Package:
    header, trace, business = parts
    oddities = list[Oddity]()
    document_id = header.text("DocumentId")
    number = _number(header, document_id, oddities)
    signed = _day(header, ("PromulgationInfo", "PromulgationDate"), oddities)
    kind = _business(business, name)
    _compare_days(document_id, header.text("PromulgationInfo", "PromulgationDate"), oddities)
    oddities.extend(opened.oddities)
    return Package(
        name=name,
        mark=mark,
        business=kind,
        document_id=document_id,
        sender=_party(header.find("From")),
        receivers=tuple(_party(one) for one in header.all("To")),
        number=number,
        notation=header.text("Code", "CodeNotation") or notation_of(number),
        signed=signed,
        type_name=header.text("DocumentType", "TypeName"),
        subject=header.text("Subject") or header.text("Content"),
        signer=header.text("SignerInfo", "FullName"),
        due=_day(header, ("DueDate",), oddities),
        steering=header.text("SteeringType"),
        task=next((one.text() for one in header.deep("TaskCode")), ""),
        about=tuple(_about(business, kind, document_id)) if business is not None else (),
        at=min(_moments(trace, oddities), default=None),
        attachments=tuple(one.attachment for one in opened.held if one.attachment is not None),
        held=max(len(opened.held), opened.named),
        codes=opened.codes(partial=caps.partial_texts),
        oddities=tuple(oddities),
    )


def _number(header: Node, document_id: str, oddities: list[Oddity]) -> str:
    """The number of the header, else the one that is part of the id."""
    number = whole_number(header.text("Code", "CodeNumber"), header.text("Code", "CodeNotation"))
    parts = document_id.split(",", 2)
    if not number and len(parts) == 3:
        number = parts[2].strip()
        oddities.append(Oddity("number_from_id", document_id[:SHOWN]))
    if number and is_odd_number(number):
        oddities.append(Oddity("odd_number", number[:SHOWN]))
    return number


def _day(header: Node, path: tuple[str, ...], oddities: list[Oddity]) -> date | None:
    written = header.text(*path)
    found = read_day(written) if written else None
    if written and found is None:
        oddities.append(Oddity("impossible_date", f"{path[-1]} {written[:SHOWN]}"))
    return found


def _compare_days(document_id: str, promulgated: str, oddities: list[Oddity]) -> None:
    """The id of a document often keeps the day of its draft: the day of promulgation counts."""
    parts = document_id.split(",", 2)
    if len(parts) == 3 and promulgated and read_day(parts[1].strip()) != read_day(promulgated):
        oddities.append(Oddity("days_differ", f"DocumentId {parts[1].strip()[:20]}, promulgated {promulgated[:20]}"))


def _business(business: Node | None, where: str) -> Business:
    """Raises `ShapeError` for a type that the format does not have: what it does to which document nobody can tell."""
    written = business.text("BussinessDocType") or business.text("BusinessDocType") if business is not None else ""
    try:
        return Business(int(written)) if written else Business.NEW
    except ValueError:
        raise ShapeError(
            f"{written[:SHOWN]!r} is no type of business that documents have (0 to 3)",
            where=where,
            path="TraceHeaderList/Bussiness/BussinessDocType",
            action="ask its sender what is meant",
        ) from None


def _about(business: Node, kind: Business, document_id: str) -> Iterator[Reference]:
    """Which documents a recall, an update or a replacement is about. A new document's entry means nothing."""
    if kind is Business.NEW:
        return
    named = [one.text("DocumentId") for one in business.deep("ReplacementInfo")] if kind is Business.REPLACE else []
    own = business.text("DocumentId")
    for one in dict.fromkeys([*named, *([own] if not any(named) else [])]):
        if one and not (kind is Business.REPLACE and one == document_id):
            yield Reference(one)


def _moments(trace: Node, oddities: list[Oddity]) -> Iterator[datetime]:
    for one in trace.all("TraceHeader"):
        written = one.text("Timestamp")
        moment = read_moment(written) if written else None
        if moment is not None:
            yield moment
        elif written:
            oddities.append(Oddity("impossible_date", f"Timestamp {written[:SHOWN]}"))


def _party(node: Node | None) -> Party:
    if node is None:
        return Party()
    return Party(node.text("OrganId"), node.text("OrganName") or node.text("OrganizationInCharge"))


def _reference(node: Node) -> Reference:
    """``Code`` is one text here; where it has parts they are put together."""
    code = node.text("Code") or whole_number(node.text("Code", "CodeNumber"), node.text("Code", "CodeNotation"))
    return Reference(
        node.text("DocumentId"), unit_code(node.text("OrganId"), {}), code, read_day(node.text("PromulgationDate"))
    )
