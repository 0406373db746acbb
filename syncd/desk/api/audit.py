"""The audit trail for programs: who changed what, the newest first, with the head of the chain of hashes.

In: filters. Out: entries as they were written. For those who may audit alone.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from syncd.desk.api.answering import Listing
from syncd.desk.api.operations import Asked, Operation
from syncd.desk.api.paging import begin_of, place
from syncd.desk.api.parameters import PAGING, text
from syncd.ledger.audit import AuditEntry, chain_head, trail
from syncd.ledger.audit_chain import parse_head
from syncd.records.roles import Capability


class Trail(Listing, frozen=True, kw_only=True):
    """A page of the trail. ``chained``: how many entries stand in the chain; ``head``: the hash of the newest."""

    entries: tuple[AuditEntry, ...]
    chained: int
    head: str


async def entries(asked: Asked) -> Trail:
    """A page of the trail."""
    query = asked.query
    before = begin_of(query["cursor"], "audit")
    which = {name: query[name] or None for name in ("pair", "actor", "action")}

    def ask(session: Session) -> Trail:
        found = trail(session, before=before or None, limit=query["limit"] + 1, **which)
        shown, (chained, head) = found[: query["limit"]], parse_head(chain_head(session))
        end = shown[-1].id if len(found) > len(shown) else 0
        return Trail(entries=tuple(shown), next=place(end, "audit"), chained=chained, head=head)

    return await asked.desk.ledger.read(ask)


OPERATIONS = (
    Operation(
        method="GET",
        path="/audit",
        name="api_audit",
        tag="Audit",
        summary="Read the audit trail",
        about="Every change with who, when, before and after. A program acts as `user:LOGIN/NAME-OF-THE-TOKEN`.",
        handler=entries,
        answer=Trail,
        needs=Capability.SEE_AUDIT,
        parameters=(
            text("pair", "Of this pair."),
            text("actor", "By this actor, such as `user:hoa` or `daemon`."),
            text("action", "Of this kind, such as `waive`."),
            *PAGING,
        ),
    ),
)
