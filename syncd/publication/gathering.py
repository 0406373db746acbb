"""Publications from what the sides showed and what the Office's registers say; pure.

In: sightings of both sides as of an instant, registers. Out: one `Publication` for each procedure, decision and
authority. What a source leaves open stays open: a missing decision is "unsigned" only where the register would have it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from msgspec import Struct

from syncd.publication.deadlines import latest
from syncd.publication.events import Event, Sources, answers, followed, merged
from syncd.publication.facts import Authority, LegalDocument, Publication
from syncd.publication.legal_numbers import legal_number
from syncd.publication.registers import Decisions
from syncd.publication.sightings import Sighting, Told, is_below, told_of
from syncd.records.procedure import Kind, LegalBasis, Procedure, State
from syncd.records.text import display

NOTHING = Event()


class Registers(Struct, frozen=True, kw_only=True):
    """What the Office knows. ``complete_since``: from that day on every publication decision is in the register."""

    legal_documents: Mapping[str, LegalDocument] = {}
    decisions: Decisions = Decisions()
    complete_since: date | None = None


def every(_: Procedure) -> bool:
    """The widest scope: all that the portal shows."""
    return True


def gather(
    portal: Iterable[Sighting],
    city: Iterable[Sighting],
    registers: Registers,
    *,
    unit: str,
    include_national: bool = False,
    covers: Callable[[Procedure], bool] = every,
    watched_since: date | None = None,
) -> tuple[Publication, ...]:
    """Every publication that the city answers for, by code; with ``include_national`` the ministries' own as well.

    ``unit``: the city's code (``H26``); a body below it that publishes is a tasked one. ``covers``: which national
    procedures the city must carry. ``watched_since``: from that day on whole readings of the portal are at hand, so
    that a specific decision signed later and never seen there is known to be hidden.
    """
    told = told_of(portal, city, (code for row in registers.decisions.rows for code in row.codes))
    gathering = _Gathering(registers, Sources(registers.decisions, told, unit), unit, watched_since)
    return tuple(
        publication
        for one in told
        for publication in (
            gathering.national(one, covers, include_national) if one.kind is Kind.STANDARD else gathering.own(one)
        )
    )


class _Gathering:
    """One gathering: what is the same for all its rows, and the legal documents that were looked up already."""

    def __init__(self, registers: Registers, sources: Sources, unit: str, watched_since: date | None) -> None:
        self._registers = registers
        self._sources = sources
        self._unit = unit
        self._watched_since = watched_since
        self._found: dict[LegalBasis, LegalDocument | str] = {}

    def own(self, one: Told) -> Iterator[Publication]:
        """The rows of a procedure that is the city's own, or that only its register or its own system names."""
        if one.kind is Kind.INTERNAL:
            return
        events = [event for event in self._sources.registered(one.code) if not event.is_ministrys_row]
        if one.is_published_by(self._unit):
            events = [*self._sources.seen(one), *events] or [NOTHING]
        elif one.portal is None and one.kind is Kind.SPECIFIC and not events:
            events = self._sources.of_city(one) or [NOTHING]
        publisher = next((told.publisher_code for told in one.procedures if told.publisher_code), "")
        authority = Authority.TASKED if is_below(publisher, self._unit) else Authority.PROVINCE
        for event in merged(events):
            yield self._publication(one, event, event.row.authority if event.row else authority)

    def national(self, one: Told, covers: Callable[[Procedure], bool], with_ministry: bool) -> Iterator[Publication]:
        """The province's own list decisions about a ministry's procedure, found or missing; and the ministry's own."""
        portal = one.portal.procedure if one.portal else None
        seen, registered = self._sources.seen(one), self._sources.registered(one.code)
        if portal is None or not covers(portal):
            seen = []
        ministrys = merged(event for event in (*seen, *registered) if not event.is_own_row)
        lists = merged(event for event in (*seen, *registered) if event.is_own_row)
        known = {event.number for event in (*ministrys, *lists)}
        lists += [event for event in self._sources.of_city(one) if event.number not in known]
        if with_ministry:
            for event in ministrys:
                yield self._publication(one, event, Authority.MINISTRY)
        carried_out = [followed(event, ministrys) for event in lists]
        for event, ministry in zip(lists, carried_out, strict=True):
            authority = event.row.authority if event.row else Authority.PROVINCE
            yield self._publication(one, event, authority, ministry or NOTHING)
        if portal is None or not covers(portal):
            return
        for ministry in ministrys or [NOTHING]:
            if not any(answers(event, of, ministry) for event, of in zip(lists, carried_out, strict=True)):
                yield self._publication(one, NOTHING, Authority.PROVINCE, ministry)

    def _publication(self, one: Told, event: Event, authority: Authority, ministry: Event = NOTHING) -> Publication:
        first = one.procedures[0] if one.procedures else Procedure(code=one.code)
        local = one.procedures[-1] if one.procedures else first
        named = ministry.number or (event.row.ministry_decision if event.row else "")
        ministry_signed = ministry.signed or self._sources.ministry_day(named)
        bases, unknown = self._bases(event, first.legal_bases or local.legal_bases or ())
        missing = one.portal.missing_parts if one.portal else None
        return Publication(
            code=one.code,
            authority=authority,
            name=first.name or local.name or "",
            kind=one.kind,
            action=event.row.action if event.row else "",
            decision=event.number,
            issuer=(event.row.issuer if event.row else "") or (first.publisher_name or ""),
            signed=event.signed,
            is_known_unsigned=authority is not Authority.MINISTRY
            and self._is_known_unsigned(one.code, event, ministry_signed, bases),
            ministry_decision=named,
            ministry_signed=ministry_signed,
            bases=bases,
            unknown_bases=unknown,
            is_basis_named=event.row is not None and bool(event.row.legal_documents),
            first_public=event.first,
            latest_public=event.latest,
            is_known_hidden=self._is_known_hidden(one, event),
            is_shown=one.portal is not None and one.portal.is_shown_now,
            is_complete=None if missing is None else not missing,
            missing_parts=missing or (),
            publisher_code=first.publisher_code or local.publisher_code or "",
            executing_agencies=local.executing_agencies or first.executing_agencies or (),
            field_code=first.field_code or local.field_code or "",
            field_name=first.field_name or local.field_name or "",
        )

    def _is_known_unsigned(
        self, code: str, event: Event, ministry_signed: date | None, bases: tuple[LegalDocument, ...]
    ) -> bool:
        """A missing decision is unsigned where the register is complete for all the time in which it can have been.

        That time begins with the ministry's decision, or else with the legal document that binds: earlier there was
        nothing to publish.
        """
        binding = latest(bases)
        start = ministry_signed or (binding.signed if binding else None)
        since = self._registers.complete_since
        if event.number or event.signed or start is None or since is None or since > start:
            return False
        return self._sources.would_have(code, start)

    def _is_known_hidden(self, one: Told, event: Event) -> bool:
        """A decision that was not made public: the portal says so, or would have shown it in what was read since."""
        if event.latest is not None or one.kind is Kind.STANDARD:
            return False
        portal = one.portal.procedure if one.portal else None
        if event.is_seen:
            return one.portal is not None and not one.portal.is_shown_now and _is_unpublished(portal)
        is_readable = one.portal is None or portal is not None
        since, signed = self._watched_since, event.signed
        return is_readable and since is not None and signed is not None and since <= signed

    def _bases(self, event: Event, cited: Iterable[LegalBasis]) -> tuple[tuple[LegalDocument, ...], tuple[str, ...]]:
        """The documents that the register has for this decision, else all that the record cites; known and unknown."""
        registered = self._registers.legal_documents
        if event.row is not None and event.row.legal_documents:
            found = [registered.get(number, number) for number in event.row.legal_documents]
        else:
            found = [self._document(basis) for basis in cited]
        each = dict.fromkeys(found)
        return (
            tuple(one for one in each if isinstance(one, LegalDocument)),
            tuple(one for one in each if isinstance(one, str)),
        )

    def _document(self, basis: LegalBasis) -> LegalDocument | str:
        if (found := self._found.get(basis)) is None:
            found = self._found[basis] = self._looked_up(basis)
        return found

    def _looked_up(self, basis: LegalBasis) -> LegalDocument | str:
        """By the number, or by the one in the name; where they are those of two known documents, it is neither."""
        numbers = list(dict.fromkeys(filter(None, (legal_number(basis.number), legal_number(basis.name)))))
        known = [number for number in numbers if number in self._registers.legal_documents]
        if len(known) == 1:
            return self._registers.legal_documents[known[0]]
        return " / ".join(known) or (numbers[0] if numbers else display(basis.number) or display(basis.name)[:60])


def _is_unpublished(procedure: Procedure | None) -> bool:
    return procedure is not None and procedure.state is State.UNPUBLISHED
