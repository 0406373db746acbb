"""Checks of lies in the documents: pages, totals, cursors, keys, order, text, types; and records that were swapped.

In: a stage with the proxy and the chains that it learnt. Out: rows of the table of checks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from loopback.conformance import lies
from loopback.conformance.chains import Chain, said
from loopback.conformance.proxy import Mood, Plan
from loopback.conformance.reading import Translate, composed, judge, translated
from loopback.conformance.recording import Question, Recording
from loopback.conformance.stage import Stage
from loopback.conformance.words import BrokenPromiseError, Check, NotApplicableError
from syncd.sides.adapter import Answer, Record, Wanted

PlanOf = Callable[[Chain, Recording], Plan]
ENDS: Final = "it ends as partial or refused with a reason, or whole with the true records"


def learnt(stage: Stage) -> tuple[Chain, ...]:
    """The chains of the subject's listing. Raises `NotApplicableError`."""
    if stage.before_system and not stage.chains:
        raise NotApplicableError("no answer of the listing is JSON with rows")
    return stage.chains


async def _told(stage: Stage, plan_of: PlanOf) -> str:
    """Tell the lie on every chain that can be lied about."""
    found, reasons = "", list[str]()
    for chain in learnt(stage):
        try:
            plan = plan_of(chain, stage.before_system.recording)
        except NotApplicableError as not_here:
            reasons.append(str(not_here))
            continue
        run, adapter = await stage.run(plan)
        found = judge(run, stage.truth, adapter.canonical, chain.name)
    if not found:
        raise NotApplicableError("; ".join(reasons))
    return found


def _lie(name: str, what: str, plan_of: PlanOf) -> Check:
    async def act(stage: Stage) -> str:
        return await _told(stage, plan_of)

    return Check(name, f"where {what}, {ENDS}", act)


async def _duplicated_key(stage: Stage) -> str:
    found = await _told(stage, lies.repeated_key)
    try:
        return await _told(stage, lies.replaced_key)
    except NotApplicableError:
        return found


async def _nfd_text(stage: Stage) -> str:
    run, adapter = await stage.run_everywhere(lies.lie(lies.decomposed))
    return judge(run, stage.truth, adapter.canonical, "NFD")


def identity(stage: Stage, chain: Chain) -> frozenset[str]:
    """The keys of a row that say which record it is."""
    known = {text for one in stage.truth.wanted for text in (one.key or "", one.code)}
    return lies.identity_keys(chain, stage.before_system.recording, known)


async def _wrong_types(stage: Stage) -> str:
    def plan_of(chain: Chain, _recording: Recording) -> Plan:
        return lies.wrong_types(chain, identity(stage, chain), of_identity=False)

    return await _told(stage, plan_of)


async def _wrong_identity(stage: Stage) -> str:
    def plan_of(chain: Chain, _recording: Recording) -> Plan:
        keys = identity(stage, chain)
        if not keys:
            raise NotApplicableError(f"{chain.name}: no value of a row is a record's key or code")
        return lies.wrong_types(chain, keys, of_identity=True)

    return await _told(stage, plan_of)


async def _swapped_records(stage: Stage) -> str:
    proxy, truth = stage.before_system, stage.truth
    swapped = _swapped(proxy.recording, truth.wanted)
    if len(swapped) < 2:
        raise NotApplicableError("point reads ask no question for one record that could be answered with another")
    proxy.set(Mood(swapped))
    known = [one for one in truth.wanted if one.key is not None]
    async with stage.adapter() as adapter:
        answers = await adapter.read_again(known)
    for answer in answers:
        _not_another(answer, truth.answers[truth.wanted.index(answer.wanted)], adapter.canonical)
    return f"{len(swapped)} answers were swapped: {'; '.join(sorted({str(one.error)[:100] for one in answers}))[:200]}"


def _swapped(recording: Recording, wanted: Sequence[Wanted]) -> Plan:
    """The answers to questions that name one record each, every one given to the next."""
    names = {one.key: [one.key, one.code] for one in wanted if one.key is not None}
    naming: dict[str, list[Question]] = {}
    for question in recording.asked("again"):
        named = [key for key, texts in names.items() if any(text and text in said(question) for text in texts)]
        if len(named) == 1:
            naming.setdefault(question.bare.replace(named[0] or "", "#"), []).append(question)
    group = max(naming.values(), key=len, default=[])
    bodies = [recording.first(one).body for one in group]
    return {one: lies.instead(body) for one, body in zip(group, bodies[1:] + bodies[:1], strict=True)}


def _not_another(told: Answer, true: Answer, canonical: Translate) -> None:
    if told.error is not None:
        return
    if not told.records and true.records:
        raise BrokenPromiseError(f"{told.wanted.key!r}: another record came, and the answer is that there is none")
    for record, own in zip(told.records, true.records, strict=False):
        if record.key != own.key or _differs(record, own, canonical):
            raise BrokenPromiseError(f"{told.wanted.key!r} was asked for, and the record of another was taken for it")


def _differs(told: Record, true: Record, canonical: Translate) -> bool:
    return composed(translated(canonical, told)) not in (composed(translated(canonical, true)), "invalid")


CHECKS: Final[Sequence[Check]] = (
    _lie("cycling-cursor", "a cursor that was handed out before comes again", lies.cycling_cursor),
    _lie("repeated-page", "the page before comes again", lies.repeated_page),
    _lie("lost-page", "a page is silently empty", lies.lost_page),
    _lie("short-page", "half of a page's rows are missing", lies.short_page),
    _lie("empty-listing", "every page is empty and the total is 0", lies.empty_listing),
    _lie("shrinking-total", "the declared total shrinks from page to page", lies.shrinking_total),
    Check("duplicated-key", f"where a row comes twice, beside the others or in place of one, {ENDS}", _duplicated_key),
    _lie("reordered-rows", "the rows of every page come in another order", lies.reordered),
    Check("nfd-text", f"where every text is in decomposed Unicode, {ENDS}", _nfd_text),
    Check("wrong-types", f"where the values of a row are objects, {ENDS}, that record invalid", _wrong_types),
    Check("wrong-identity", f"where key and code of a row are objects, {ENDS}, that record invalid", _wrong_identity),
    Check("swapped-records", "a point read never takes one record for another, nor for absent", _swapped_records),
)
