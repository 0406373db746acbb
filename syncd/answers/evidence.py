"""What a comparison rests on: when a side was read, what the reading proved, and the record as it was sent.

In: ids of versions and readings. Out: frozen rows; raw records opened, put into lines and cut.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from zlib import decompressobj, error

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.ledger.readings import Reading, last_whole
from syncd.ledger.rows import columns, first_of
from syncd.ledger.tables import READINGS, VERSIONS
from syncd.ledger.versions import contents

LONGEST_RAW = 200_000
"""Bytes of a raw record that are shown."""
PORTAL = "https://dichvucong.gov.vn"

_PORTAL_ID = re.compile(r"[0-9A-Za-z-]{1,64}", re.ASCII)


class Raw(Struct, frozen=True):
    """Bytes that a side sent, as text for people. ``is_cut``: there are more than `LONGEST_RAW`."""

    text: str
    is_cut: bool = False


class SideEvidence(Struct, frozen=True, kw_only=True):
    """What is known of one side of a mismatch.

    ``reading`` showed the version, ``whole`` is the newest whole reading. ``link``: the portal's own page. ``digest``:
    BLAKE2b-256 of the bytes as they were sent. Everything is empty for a side that does not have the record.
    """

    side: str
    key: str
    reading: Reading | None
    whole: Reading | None
    version_id: int | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    digest: str = ""
    problem: str = ""
    listing: Raw | None = None
    detail: Raw | None = None
    link: str = ""


def side_evidence(
    session: Session,
    *,
    pair: str,
    side: str,
    key: str,
    version_id: int | None,
    reading_id: int | None,
    at: datetime,
    portal_url: str = PORTAL,
) -> SideEvidence:
    """The evidence of one side as of ``at``."""
    reading = first_of(session, Reading, sa.select(*columns(READINGS, Reading)).where(READINGS.c.id == reading_id))
    found = SideEvidence(
        side=side, key=key, reading=reading, whole=last_whole(session, pair, side, as_of=at), version_id=version_id
    )
    row = session.execute(sa.select(VERSIONS).where(VERSIONS.c.id == version_id)).first()
    if row is None:
        return found
    content = contents(session, [row.id])[row.id]
    portal_id = (content.procedure.portal_id if content.procedure else "") or ""
    return SideEvidence(
        side=side,
        key=key,
        reading=reading,
        whole=found.whole,
        version_id=version_id,
        valid_from=row.valid_from,
        valid_to=row.valid_to if row.valid_to is not None and row.valid_to <= at else None,
        digest=row.raw_digest,
        problem=content.problem,
        listing=opened(row.raw),
        detail=None if row.detail is None else opened(row.detail),
        link=portal_page(portal_id, portal_url) if side == "portal" else "",
    )


def portal_page(portal_id: str, portal_url: str = PORTAL) -> str:
    """The page of a procedure on the portal; empty where the id is none that could stand in an address."""
    is_id = _PORTAL_ID.fullmatch(portal_id) is not None
    return f"{portal_url.rstrip('/')}/thu-tuc-hanh-chinh/{portal_id}" if is_id else ""


def opened(packed: bytes, most: int = LONGEST_RAW) -> Raw:
    """Packed bytes as text: JSON in lines; never more than ``most`` bytes are unpacked."""
    try:
        content = decompressobj().decompress(packed, most + 1)
    except error:
        return Raw("")
    is_cut = len(content) > most
    text = content[:most].decode("utf-8", "replace")
    return Raw(text if is_cut else in_lines(text), is_cut)


def in_lines(text: str) -> str:
    """JSON with one value a line; any other text as it is."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return text
