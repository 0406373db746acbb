"""Units (đơn vị, cơ quan): who answers for something, by code, by the portal's id, by name.

In: lists of agencies of the systems. Out: immutable agencies.
"""

from __future__ import annotations

from msgspec import Struct


class Agency(Struct, frozen=True, kw_only=True, gc=False):
    """One unit. ``code`` as in Decision 20/2020/QĐ-TTg (``H26.17``); ``portal_id`` where the portal told it."""

    code: str
    name: str
    portal_id: str = ""
    parent_code: str = ""
