"""What can be mended, and what the facts are once it is: signed, made public, completed, delivered, synchronised.

In: judgements, faults of dossiers, open mismatches. Out: actions, and publications as they are after one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from enum import StrEnum
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from syncd.publication.deadlines import is_unsigned
from syncd.publication.facts import Attribution, Authority, Judgement, Mode, Publication, Status, Step
from syncd.records.dates import HO_CHI_MINH
from syncd.records.figures import Indicator
from syncd.records.periods import Period
from syncd.records.procedure import Kind


class ActionKind(StrEnum):
    """What is to be done; the last two are listed although nothing that is done brings a point."""

    SIGN = "sign"
    PUBLISH = "publish"
    COMPLETE = "complete"
    DELIVER_STATES = "deliver_states"
    SYNCHRONISE = "synchronise"
    TOO_LATE = "too_late"
    RECONCILE = "reconcile"


class ActionRow(Struct, frozen=True):
    """One kind of action: what it says to people."""

    vietnamese: str
    english: str


ACTIONS: dict[ActionKind, ActionRow] = {
    ActionKind.SIGN: ActionRow("Trình ký quyết định công bố", "have the publication decision signed"),
    ActionKind.PUBLISH: ActionRow(
        "Công khai thủ tục trên Cơ sở dữ liệu quốc gia", "make the procedure public in the national database"
    ),
    ActionKind.COMPLETE: ActionRow(
        "Bổ sung đủ các bộ phận tạo thành của thủ tục", "fill in the component parts that are missing"
    ),
    ActionKind.DELIVER_STATES: ActionRow(
        "Gửi trạng thái kết thúc của hồ sơ lên Cổng DVCQG", "deliver the end states of dossiers to the portal"
    ),
    ActionKind.SYNCHRONISE: ActionRow("Đồng bộ hồ sơ lên Cổng DVCQG", "synchronise dossiers with the portal"),
    ActionKind.TOO_LATE: ActionRow(
        "Đã muộn, không khắc phục được trong kỳ này", "late, and not to be mended in this period"
    ),
    ActionKind.RECONCILE: ActionRow("Sửa sai lệch giữa hai hệ thống", "mend the difference between the two systems"),
}

OF_DOSSIERS: dict[ActionKind, Indicator] = {
    ActionKind.DELIVER_STATES: Indicator.PROCESSED_ON_TIME,
    ActionKind.SYNCHRONISE: Indicator.DOSSIER_SYNC,
}
"""The indicator whose numerator grows by each dossier mended."""


class Mismatch(Protocol):
    """An open mismatch, as far as it matters here."""

    @property
    def kind(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def field(self) -> str: ...
    @property
    def id(self) -> int | str: ...
    @property
    def agency_code(self) -> str: ...


class DossierFaults(Struct, frozen=True, kw_only=True):
    """Dossiers of one unit in the period. ``undelivered``: finished in time, but the portal has no end state of them.

    ``unsynchronised``: received, but not on the portal.
    """

    unit_code: str
    unit_name: str = ""
    undelivered: int = 0
    unsynchronised: int = 0


class Action(Struct, frozen=True, kw_only=True, gc=False):
    """One thing to do: about a publication (``code``, ``decision``, ``ministry_decision``) or ``dossiers`` of a unit.

    `COMPLETE` is about the procedure, whatever its decisions. ``mismatch``: the id of the mismatch that it is about.
    """

    kind: ActionKind
    code: str = ""
    decision: str = ""
    ministry_decision: str = ""
    unit_code: str = ""
    unit_name: str = ""
    dossiers: int = 0
    mismatch: str = ""

    @property
    def id(self) -> str:
        """Names the action, the same whenever the same is to be done."""
        about = (self.code, self.decision, self.ministry_decision) if self.code else (self.unit_code,)
        return ":".join(filter(None, (self.kind.value, *about, self.mismatch)))


def actions(
    judgements: Iterable[Judgement], attributions: Iterable[Attribution], period: Period, today: date
) -> Iterator[Action]:
    """What is to be done about publications, and what is late in the period for good; each once."""
    found: dict[str, Action] = {}
    for judgement, attribution in zip(judgements, attributions, strict=True):
        for kind in _kinds(judgement, period, today):
            one = judgement.publication
            is_of_all = kind is ActionKind.COMPLETE
            action = Action(
                kind=kind,
                code=one.code,
                decision="" if is_of_all else one.decision,
                ministry_decision="" if is_of_all or one.decision else one.ministry_decision,
                unit_code=attribution.unit_code,
                unit_name=attribution.unit_name,
            )
            found.setdefault(action.id, action)
    yield from found.values()


def _kinds(judgement: Judgement, period: Period, today: date) -> Iterator[ActionKind]:
    one = judgement.publication
    if one.authority is Authority.MINISTRY:
        return
    if is_unsigned(one):
        yield ActionKind.SIGN
    elif one.signed is not None and one.signed <= today and is_hidden(one):
        yield ActionKind.PUBLISH
    if one.is_complete is False and one.is_shown and one.kind is not Kind.STANDARD:
        yield ActionKind.COMPLETE
    late = (judgement.deadline(step, mode) for step in Step for mode in Mode)
    if any(deadline.status is Status.LATE for deadline in late) and _is_in(one, period):
        yield ActionKind.TOO_LATE


def _is_in(publication: Publication, period: Period) -> bool:
    clicks = (publication.first_public, publication.latest_public)
    days = (publication.signed, *(click.astimezone(HO_CHI_MINH).date() for click in clicks if click))
    return any(day in period for day in days)


def is_hidden(publication: Publication) -> bool:
    """Whether it is known that it was never made public."""
    return publication.is_known_hidden and publication.first_public is None and publication.latest_public is None


def of_dossiers(faults: Iterable[DossierFaults]) -> Iterator[Action]:
    """What is to be done about dossiers, by unit."""
    for one in faults:
        for kind, dossiers in (
            (ActionKind.DELIVER_STATES, one.undelivered),
            (ActionKind.SYNCHRONISE, one.unsynchronised),
        ):
            if dossiers > 0:
                yield Action(kind=kind, unit_code=one.unit_code, unit_name=one.unit_name, dossiers=dossiers)


def is_about(action: Action, publication: Publication) -> bool:
    """Whether the action mends this publication."""
    if action.code != publication.code or publication.authority is Authority.MINISTRY:
        return False
    if action.kind is ActionKind.COMPLETE:
        return True
    ministry = "" if publication.decision else publication.ministry_decision
    return (action.decision, action.ministry_decision) == (publication.decision, ministry)


def mended(publication: Publication, several: Iterable[Action], today: date) -> Publication:
    """The publication as it is once these actions about it are done today; those about others change nothing."""
    kinds = {action.kind for action in several if is_about(action, publication)}
    for kind in ActionKind:
        if kind in kinds:
            publication = _done(publication, kind, today)
    return publication


def _done(publication: Publication, kind: ActionKind, today: date) -> Publication:
    """After one action. A decision that was just signed is not public yet; an abolished procedure is not shown."""
    if kind is ActionKind.SIGN and is_unsigned(publication):
        is_hidden_yet = publication.kind is not Kind.STANDARD
        return replace(publication, signed=today, is_known_unsigned=False, is_known_hidden=is_hidden_yet)
    if kind is ActionKind.PUBLISH and publication.signed is not None and is_hidden(publication):
        click = datetime.combine(today, time(12), HO_CHI_MINH)
        is_shown = publication.is_shown or publication.action != "abolish"
        return replace(publication, first_public=click, latest_public=click, is_known_hidden=False, is_shown=is_shown)
    if kind is ActionKind.COMPLETE and publication.is_complete is False:
        return replace(publication, is_complete=True, missing_parts=())
    return publication
