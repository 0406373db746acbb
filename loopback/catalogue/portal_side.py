"""The portal's side: a draft as the portal's interfaces show it.

In: drafts. Out: records in the shape of ``get-formality-by-citizen`` (seen July 2026), with the departments that each
applies to. Only the shape follows the real portal; every value is invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from random import Random
from typing import Any, Final

from loopback.catalogue.agencies import COMMUNES, HANOI, PROVINCES, Agency, uuid7
from loopback.catalogue.drafts import INTERNAL, OPENED_MS, SPECIFIC, WITHDRAWN, Decision, Draft
from loopback.catalogue.laws import local_law
from loopback.catalogue.noise import decomposed
from loopback.catalogue.stock import FREE_TIMES, LAWS, PAPERS, STEPS, SUBJECTS

Json = dict[str, Any]

VIETNAM: Final = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
LEVEL_FLAGS: Final = ("isWard", "isProvince", "isMinistry", "isOtherAgency", "isUndetermined", "isVertical")
NOTHING: Final = ("", "Không", "Không có", "không", "KHÔNG CÓ", "Không có thông tin")
_PROPOSAL_TYPES: Final = {INTERNAL: "INTERNAL"}
_CHANNELS: Final = ("DIRECT", "ONLINE", "POSTAL")
_ALL_PROVINCES: Final = tuple(province.id for province in PROVINCES.values())


@dataclass(frozen=True, slots=True)
class PortalRecord:
    """One record of the portal: its detail as the portal sends it, and the ids of the departments it applies to."""

    detail: Json
    applied: tuple[str, ...]

    @property
    def id(self) -> str:
        """The record's UUID."""
        return str(self.detail["id"])

    @property
    def code(self) -> str:
        """The code, verbatim."""
        return str(self.detail["code"])

    @property
    def public(self) -> bool:
        """Whether everybody can see it."""
        return bool(self.detail["state"] != WITHDRAWN)


def portal_record(draft: Draft, seed: int) -> PortalRecord:
    """Write a draft down as the portal does."""
    random = Random(f"{seed} portal {draft.code}")
    detail = _identity(draft) | _work(draft, random) | _agencies(draft, random) | _cases(draft, random)
    detail |= _base(draft, random) | {"createdAt": draft.created_ms, "updatedAt": draft.updated_ms}
    detail["procedureProposal"] = proposal(draft.decision, draft.kind)
    return PortalRecord(detail, applied_to(draft))


def applied_to(draft: Draft) -> tuple[str, ...]:
    """The departments that carry it: none once withdrawn, the publisher for its own, every province for the rest."""
    if not draft.public:
        return ()
    if draft.kind == SPECIFIC and draft.concerns_hanoi:
        return tuple(dict.fromkeys((HANOI.id, draft.publisher.id)))
    if not draft.concerns_hanoi:
        return (draft.publisher.id,)
    return _ALL_PROVINCES + (COMMUNES if draft.applies_to_communes else ())


def proposal(decision: Decision, kind: str) -> Json:
    """A decision as ``procedureProposal``."""
    return {
        "id": decision.id,
        "proposalNumber": decision.typed,
        "decisionDate": day_ms(decision.day, midnight_utc=decision.midnight_utc),
        "decisionNumber": None,
        "publicationDate": decision.published_ms,
        "issuingAgency": {"id": decision.agency.id, "name": decision.agency.name},
        "proposalType": _PROPOSAL_TYPES.get(kind, kind),
    }


def day_ms(day: date | None, *, midnight_utc: bool) -> int | None:
    """A calendar date in the portal's two forms: midnight in Việt Nam or midnight UTC, in milliseconds."""
    if day is None:
        return None
    zone = UTC if midnight_utc else VIETNAM
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * 1_000


def _identity(draft: Draft) -> Json:
    return {
        "id": draft.portal_id,
        "code": draft.code,
        "codeNotation": draft.code,
        "name": draft.typed_name,
        "description": "",
        "decisionNo": "",
        "formalityTargetType": [],
        "formalityType": "LOCAL_REGULATION" if draft.kind == SPECIFIC else "ASSIGNED_REGULATION",
        "state": draft.state,
        "type": draft.kind,
        "isInternal": draft.kind == INTERNAL,
        **{flag: flag in draft.levels for flag in LEVEL_FLAGS},
        "isFullProcess": len(draft.code) % 2 == 0,
        "isSharedService": draft.kind != SPECIFIC,
        "note": "",
        "keywords": "",
        "isOfflineOnly": False,
        "isNonTerritorial": False,
        "returningMethods": [],
    }


def _work(draft: Draft, random: Random) -> Json:
    steps = STEPS[: random.randint(2, len(STEPS))]
    name = decomposed if random.random() < 0.1 else str
    return {
        "executionSteps": [{"name": "", "description": name(step)} for step in steps],
        "executionMethods": [_method(channel, random) for channel in _CHANNELS[: random.randint(1, 3)]],
        "executionCases": [{"name": "", "profileComponents": [_paper(draft, random) for _ in range(3)]}],
        "fees": [],
        "profileComponents": [],
        "requirementsAndConditions": random.choice(NOTHING),
    }


def _method(channel: str, random: Random) -> Json:
    days = random.choice((3, 5, 7, 10, 15, 20, 30))
    form, unit = random.choices(("int", "float", "str", "half"), (90, 3, 5, 2))[0], "WORKING_DAY"
    time: int | float | str = days
    if form == "float":
        time = float(days)
    elif form == "half":
        time, unit = 0.5, "DAY"
    elif form == "str":
        time, unit = random.choice((*FREE_TIMES, "0", "1")), "OTHER"
    return {
        "submissionMethod": channel,
        "processingTime": time,
        "processingTimeUnit": unit,
        "description": "",
        "fees": [_fee(random) for _ in range(random.choice((1, 1, 1, 2)))],
    }


def _fee(random: Random) -> Json:
    return {
        "type": random.choices(("FEE", "SERVICE_FEE", "PRICE_LEVEL"), (80, 19, 1))[0],
        "value": random.choice((0, 0, 0, 8_000, 50_000, 150_000, 2_000_000, None)),
        "currencyId": "",
        "attachment": "",
        "description": "",
    }


def _paper(draft: Draft, random: Random) -> Json:
    return {
        "profileComponentId": uuid7(OPENED_MS, random),
        "originalQty": random.choice((0, 1, 1)),
        "copyQty": random.choice((0, 0, 1)),
        "required": False,
        "name": random.choice(PAPERS),
        "code": f"000.00.00.{draft.publisher.code.split('.')[0]}-KQ{random.randint(1, 9_999):04}",
        "attachments": [],
    }


def _agencies(draft: Draft, random: Random) -> Json:
    named = [] if draft.by_group else [_named(executor) for executor in draft.executors]
    groups: list[Json | None] = [{"id": one.id, "name": one.name} for one in draft.executors] if draft.by_group else []
    if draft.by_group and random.random() < 0.1:
        groups.append(None)
    return {
        "departmentsExecuting": named,
        "departmentExecutingIds": [one["id"] for one in named],
        "executingAgencies": ", ".join(one["name"] for one in named),
        "unitGroupsExecuting": groups,
        "unitGroupExecutingIds": [one["id"] if one else None for one in groups],
        "departmentPromulgateId": draft.publisher.id,
        "departmentPromulgateCode": draft.publisher.code,
        "departmentPromulgateName": draft.publisher.name,
        **dict.fromkeys(("authorizedAgencies", "delegatedAgencies", "coordinatingAgencies"), ""),
        "dossierReceivingAddresses": "Bộ phận Một cửa" if random.random() < 0.3 else "",
        **{f"departments{role}": [] for role in ("Authority", "Authorized", "Coordinating")},
    }


def _named(agency: Agency) -> Json:
    return {"id": agency.id, "name": agency.name, "code": agency.code}


def _cases(draft: Draft, random: Random) -> Json:
    """Cases: usually ``<code>.NN``; a tenth carry a number twice, some are bare, some are one for each province."""
    form = random.choices(("numbered", "repeated", "bare", "none", "provincial"), (75, 9, 1, 13, 2))[0]
    suffixes = {
        "numbered": [f".{number:02}" for number in range(1, random.randint(2, 4))],
        "repeated": [".01", ".01"],
        "bare": [""],
        "none": [],
        "provincial": [".H24.01", ".H26.01", ".H29.01"],
    }[form]
    return {
        "cases": [
            {
                "id": uuid7(draft.created_ms + number, random),
                "name": draft.name,
                "code": f"{draft.code}{suffix}",
                "processingDay": {"qty": 5, "type": "WORKING_DAY"},
                "profileComponents": [],
            }
            for number, suffix in enumerate(suffixes)
        ]
    }


def _base(draft: Draft, random: Random) -> Json:
    category = {"id": uuid7(OPENED_MS, Random(draft.field.code)), "name": draft.field.name, "code": draft.field.code}
    laws = [_law(number, title) for number, title in random.choices(LAWS, k=random.randint(2, 4))]
    local = local_law(draft)
    laws += [_law(local.number, local.title)] if local is not None else []
    subjects = [_subject(code, name) for code, name in random.sample(SUBJECTS, random.randint(1, 3))]
    return {
        "categoryIds": [category["id"]],
        "categoriesDetails": [category],
        **({"category": category} if random.random() < 0.55 else {}),
        "legalBasisIds": [law["id"] for law in laws],
        "legalBasisesDetails": laws,
        "resultIds": [],
        "resultsDetails": [
            {
                "id": uuid7(OPENED_MS, random),
                "name": "Văn bản, giấy phép hoặc giấy chứng nhận được cấp",
                "code": f"KQ.{draft.publisher.code.split('.')[0]}.{random.randint(1, 999_999):06}",
            }
        ],
        "subjectTypeIds": [subject["id"] for subject in subjects],
        "subjectTypesDetails": subjects,
        "procedureRelatedGroup": [],
        "targetObjects": [],
    }


def _law(number: str, title: str) -> Json:
    return {"id": uuid7(OPENED_MS, Random(number)), "name": title, "code": number}


def _subject(code: str, name: str) -> Json:
    return {"id": uuid7(OPENED_MS, Random(code)), "name": name, "code": code}
