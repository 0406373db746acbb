"""Does what people did: comments, causes, assignments, waivers and wishes, by the ledger's own functions.

In: a deed of the table, a ledger, the instant. Out: the ledger, with audit rows in the person's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property

from loopback.catalogue import Catalogue
from loopback.catalogue.agencies import HANOI_DEPARTMENTS
from loopback.catalogue.fields import FIELDS_OF_WORK
from syncd.cli.demonstration.changes import instant
from syncd.cli.demonstration.deeds import OFFICE, Deed, Which
from syncd.cli.demonstration.timeline import Timeline
from syncd.ledger import Ledger
from syncd.ledger.mismatches import Mismatch, open_mismatches
from syncd.ledger.rereads import ask_reread
from syncd.ledger.waiving import waive_mismatches
from syncd.ledger.work import add_comment, assign, mark_reported, set_cause
from syncd.reconcile.tallies import unit_code


class Departments:
    """Which department a mismatch belongs to, by the field of work of its procedure."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    @cached_property
    def _by_field(self) -> Mapping[str, str]:
        found = ((field.name, HANOI_DEPARTMENTS.get(field.department)) for field in FIELDS_OF_WORK)
        return {name: unit.code for name, unit in found if unit is not None}

    @cached_property
    def _by_code(self) -> Mapping[str, str]:
        records = {one.code: str(one.detail["categoriesDetails"][0]["name"]) for one in self._catalogue.portal}
        records |= {
            one.record.code: str(one.record.detail["categoriesDetails"][0]["name"]) for one in self._catalogue.events
        }
        return records | {row.local_code: row.field_name for row in self._catalogue.city}

    def of(self, mismatch: Mismatch) -> str:
        """The department's code; empty where none is in charge of the field."""
        own = unit_code(mismatch.agency_code, {})
        if own.startswith("H26."):
            return own
        field = self._by_code.get(mismatch.code) or self._by_code.get(mismatch.local_code) or ""
        return self._by_field.get(field, "")


class Staff:
    """Those who work on mismatches."""

    def __init__(self, ledger: Ledger, departments: Departments, timeline: Timeline, pairs: Sequence[str]) -> None:
        self._ledger, self._departments, self._timeline, self._pairs = ledger, departments, timeline, pairs

    async def do(self, deed: Deed, now: datetime) -> None:
        """Do one thing about every mismatch that is meant; nothing where there is none."""
        known = [one for pair in self._pairs for one in await self._ledger.read(open_mismatches, pair)]
        meant = chosen(known, deed.about, self._departments)
        if not meant:
            return
        if deed.distributed:
            await self._distribute(meant, deed, now)
        await self._work([one.id for one in meant], deed, now)

    async def _distribute(self, mismatches: Iterable[Mismatch], deed: Deed, now: datetime) -> None:
        """Give each to the department that is in charge, where the record itself does not say so."""
        by_unit: dict[str, list[str]] = {}
        for one in mismatches:
            unit = self._departments.of(one)
            if unit and unit != one.agency_code:
                by_unit.setdefault(unit, []).append(one.id)
        for unit, ids in sorted(by_unit.items()):
            await self._ledger.write(assign, mismatch_ids=ids, unit=unit, now=now, actor=deed.who.actor)

    async def _work(self, ids: Sequence[str], deed: Deed, now: datetime) -> None:
        write, actor = self._ledger.write, deed.who.actor
        if deed.cause:
            await write(set_cause, mismatch_ids=ids, cause=deed.cause, now=now, actor=actor)
        if deed.assignee:
            await write(assign, mismatch_ids=ids, assignee=deed.assignee, now=now, actor=actor)
        if deed.comment:
            await write(add_comment, mismatch_ids=ids, text=deed.comment, now=now, actor=actor)
        if deed.reported:
            await write(mark_reported, mismatch_ids=ids, reference=deed.reported, now=now, actor=actor)
        if deed.waived:
            ends = self._end_of(deed, now)
            await write(
                waive_mismatches,
                mismatch_ids=ids,
                owner=OFFICE,
                reason=deed.waived,
                expires_at=ends,
                now=now,
                actor=actor,
            )
        if deed.reread:
            await write(ask_reread, mismatch_ids=ids, now=now, actor=actor)

    def _end_of(self, deed: Deed, now: datetime) -> datetime:
        return (
            instant(self._timeline, deed.waived_until) if deed.waived_until else now + timedelta(days=deed.waived_for)
        )


def chosen(known: Iterable[Mismatch], which: Which, departments: Departments) -> list[Mismatch]:
    """The mismatches that are meant: the same procedures in every pair, in the order of their codes."""
    found = [
        one
        for one in known
        if which.kind in (None, one.kind)
        and which.field in ("", one.field)
        and which.difference in ("", one.difference)
        and (not which.unit or departments.of(one) == which.unit)
    ]
    codes = sorted({one.code or one.local_code for one in found})[which.first : which.first + which.number]
    return [one for one in found if (one.code or one.local_code) in codes]
