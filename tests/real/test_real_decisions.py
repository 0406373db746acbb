"""Every real publication decision of July 2026, judged by both readings, with the counts and the odd ones by name.

The decisions are read in place, from ``SYNCD_SHARED`` or ``../shared`` beside the checkout, and are never copied. The
effective dates of the legal documents are not among them: nothing can be said of any signing. "First" and "latest" are
the one click that is there; a decision without one is not known to be hidden.
"""

from __future__ import annotations

import csv
import lzma
import os
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import msgspec
import pytest

from adapters.national_portal.canonical import canonical
from syncd.publication import judging
from syncd.publication.calendar import WorkingCalendar
from syncd.publication.completeness import missing_parts
from syncd.publication.deadlines import INTERNAL, NO_BASIS, NO_PUBLISH_RULE, NO_SIGNING_DATE
from syncd.publication.facts import Authority, Judgement, Mode, Publication, Status, Step
from syncd.publication.judging import judge_all
from syncd.publication.openings import OPENINGS
from syncd.records.dates import from_epoch_ms, local_date
from syncd.records.procedure import Kind, Procedure
from syncd.sides.adapter import Record

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = Path(os.environ.get("SYNCD_SHARED", ROOT.parent / "shared")) / "data" / "portal-2026-07" / "decisions.csv"
CORPUS = DECISIONS.with_name("procedures.jsonl.xz")
TODAY = date(2026, 7, 18)
KINDS = {"STANDARD": Kind.STANDARD, "SPECIFIC": Kind.SPECIFIC, "INTERNAL": Kind.INTERNAL}
PROVINCIAL = ("UBND ", "Sở ", "Trung tâm phục vụ hành chính công ")
NATIONAL = ("Bộ ", "Ngân hàng Nhà nước", "Tòa án nhân dân")
ON_TIME, LATE, UNKNOWN = Status.ON_TIME, Status.LATE, Status.UNKNOWN

pytestmark = pytest.mark.skipif(not DECISIONS.exists(), reason=f"the real decisions are absent: {DECISIONS}")


def _authority(agency: str) -> Authority:
    """Provinces by the names of their bodies; ministries and what stands beside them; the rest was tasked."""
    if agency.startswith(PROVINCIAL):
        return Authority.PROVINCE
    return Authority.MINISTRY if agency.startswith(NATIONAL) else Authority.TASKED


def _publication(row: dict[str, str], code: str) -> Publication:
    signed, public = (row[name] for name in ("decisionDate_ms", "publicationDate_ms"))
    click = from_epoch_ms(int(public)) if public else None
    return Publication(
        code=code,
        authority=_authority(row["issuingAgency"]),
        kind=KINDS[row["proposalType"]],
        decision=row["proposalNumber"],
        issuer=row["issuingAgency"],
        signed=local_date(from_epoch_ms(int(signed))) if signed else None,
        first_public=click,
        latest_public=click,
    )


@cache
def _rows() -> list[dict[str, str]]:
    with DECISIONS.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _judged() -> list[Judgement]:
    """One judgement for each decision, by its first procedure."""
    publications = [_publication(row, row["codes"].split()[0]) for row in _rows()]
    return judge_all(publications, today=TODAY, calendar=WorkingCalendar())


def _procedures() -> Iterator[Procedure]:
    with lzma.open(CORPUS, "rb") as corpus:
        for line in corpus:
            sent = msgspec.json.decode(line)
            listing = {name: sent[name] for name in ("id", "code", "name", "state")}
            yield canonical(Record(sent["id"], msgspec.json.encode(listing), line))


def _counted(step: Step, mode: Mode) -> Counter[Status]:
    return Counter(one.deadline(step, mode).status for one in _judged())


def _because(step: Step, mode: Mode, reason: str) -> set[tuple[str, str]]:
    """Number and issuer of the decisions that are told with this reason."""
    return {
        (one.publication.decision, one.publication.issuer)
        for one in _judged()
        if one.deadline(step, mode).reason == reason
    }


NO_CLICK = {
    ("1077/QĐ-BXD", "Bộ Xây dựng"),
    ("1145", "Bộ Xây dựng"),
    ("1201/QĐ-BXD", "Bộ Xây dựng"),
    ("123/QĐ-CHHĐTVN", "Bộ Xây dựng"),
    ("1234/QĐ-BXD", "Bộ Xây dựng"),
    ("843/QĐ-BXD", "Bộ Xây dựng"),
    ("135/QĐ-UBND", "UBND tỉnh Tây Ninh"),
    ("1454/QĐ-UBND", "UBND tỉnh Quảng Ngãi"),
    ("192a/QĐ-UBND", "UBND tỉnh Cao Bằng"),
    ("543", "UBND tỉnh Thanh Hóa"),
    ("1420/QĐ-BYT", "Bộ Y tế"),
    ("1941/QĐ-BYT", "Bộ Y tế"),
    ("2002/QĐ-BYT", "Bộ Y tế"),
    ("1931/.QĐ-BNNMT", "Bộ Nông nghiệp và Môi trường"),
    ("2737/QĐ-BNNMT", "Bộ Nông nghiệp và Môi trường"),
    ("2401/QĐ-BNG", "Bộ Ngoại giao"),
    ("711/QĐ-BTC", "Bộ Tài chính"),
    ("795/QĐ-BTC", "Bộ Tài chính"),
    ("753.1/QĐ-BKHCN", "Bộ Khoa học và Công nghệ"),
    ("Demo/QĐ-BCA", "Bộ Công an"),
}
NO_CLICK_INTERNAL = {("01/QĐ-UBND", "UBND tỉnh Lào Cai"), ("497/QĐ-BXD", "Bộ xây dựng (Giao thông vận tải cũ)")}
NO_DATE = {
    ("", "Bộ Tư pháp"),
    ("13", "Bộ Công thương"),
    ("2080/QĐ-BKHCN", "Bộ Khoa học và Công nghệ"),
    ("2414/QĐ-VP", "UBND tỉnh Thanh Hóa"),
    ("456/QĐ-CHHĐTVN", "Bộ Xây dựng"),
    ("6229/QĐ-BQP", "Bộ Quốc phòng"),
    ("771/QĐ-BCT", "Bộ Công thương"),
}
FUTURE = {("1184/QĐ-UBND", "UBND tỉnh Điện Biên")}
PUBLIC_FIRST = {("205/TTr-SNNMT", "UBND Thành phố Đồng Nai")}


def test_every_decision_is_judged_and_the_authorities_are_these() -> None:
    authorities = Counter(one.publication.authority for one in _judged())
    assert authorities == {Authority.MINISTRY: 709, Authority.PROVINCE: 172, Authority.TASKED: 1}
    assert {one.publication.issuer for one in _judged() if one.publication.authority is Authority.TASKED} == {
        "Tập đoàn Điện lực Việt Nam"
    }


@pytest.mark.parametrize("mode", Mode)
def test_without_effective_dates_nothing_is_said_of_any_signing(mode: Mode) -> None:
    assert _counted(Step.SIGN, mode) == {UNKNOWN: 882}
    reasons = {one.deadline(Step.SIGN, mode).reason for one in _judged()}
    assert all(reason.startswith((NO_BASIS, INTERNAL)) for reason in reasons)


def test_making_public_is_counted_by_both_readings() -> None:
    assert _counted(Step.PUBLISH, Mode.LEGAL) == {LATE: 73, ON_TIME: 165, UNKNOWN: 644}
    assert _counted(Step.PUBLISH, Mode.PORTAL) == {LATE: 682, ON_TIME: 171, UNKNOWN: 29}
    assert Counter(one.legal for one in _judged()) == {LATE: 73, UNKNOWN: 809}
    assert Counter(one.portal for one in _judged()) == {LATE: 682, UNKNOWN: 200}


def test_the_click_of_a_decision_older_than_the_portal_is_late_by_the_portal_alone() -> None:
    """It may be a re-entry: 567 decisions that are late by the day count alone are not known to be so in law."""
    (opening,) = OPENINGS
    doubted = [one for one in _judged() if one.deadline(Step.PUBLISH, Mode.LEGAL).reason == opening.reason]
    assert len(doubted) == 567
    assert {one.deadline(Step.PUBLISH, Mode.PORTAL).status for one in doubted} == {LATE}
    signed = [one.publication.signed for one in doubted if one.publication.signed]
    assert (len(signed), min(signed) >= date(2017, 9, 25), max(signed) < opening.day) == (567, True, True)


def test_of_the_decisions_signed_since_the_new_portal_opened_about_a_third_were_made_public_late() -> None:
    """Older decisions were entered anew when the portal was replaced: their click is not when they became public."""
    opened = min(local_date(one.publication.first_public) for one in _judged() if one.publication.first_public)
    assert opened == OPENINGS[-1].day
    since = [one for one in _judged() if one.publication.signed and one.publication.signed >= opened]
    assert Counter(one.deadline(Step.PUBLISH, Mode.LEGAL).status for one in since) == {
        ON_TIME: 165,
        LATE: 73,
        UNKNOWN: 33,
    }
    assert Counter(one.deadline(Step.PUBLISH, Mode.PORTAL).status for one in since) == {
        ON_TIME: 171,
        LATE: 81,
        UNKNOWN: 19,
    }


def test_every_procedure_of_every_decision_is_judged() -> None:
    every = [_publication(row, code) for row in _rows() for code in row["codes"].split()]
    judged = judge_all(every, today=TODAY, calendar=WorkingCalendar())
    assert len(judged) == 5665
    for mode, counts in (
        (Mode.LEGAL, {LATE: 737, ON_TIME: 1424, UNKNOWN: 3504}),
        (Mode.PORTAL, {LATE: 4002, ON_TIME: 1471, UNKNOWN: 192}),
    ):
        assert Counter(one.deadline(Step.PUBLISH, mode).status for one in judged) == counts


def test_the_decisions_without_a_click_are_these_and_none_is_called_late() -> None:
    assert _because(Step.PUBLISH, Mode.LEGAL, judging.MAYBE_PUBLIC) == NO_CLICK
    assert _because(Step.PUBLISH, Mode.PORTAL, judging.MAYBE_PUBLIC) == NO_CLICK | NO_CLICK_INTERNAL


def test_the_decisions_without_a_date_are_these() -> None:
    for mode in Mode:
        assert _because(Step.PUBLISH, mode, NO_SIGNING_DATE) == NO_DATE
    assert _because(Step.SIGN, Mode.LEGAL, f"{NO_BASIS}; {judging.MAYBE_SIGNED}") == {("", "Bộ Tư pháp")}


def test_the_decision_dated_in_the_future_is_unknown_in_law_and_in_time_for_the_portal() -> None:
    for mode in Mode:
        assert _because(Step.PUBLISH, mode, judging.DECISION_IN_FUTURE) == FUTURE
        assert _because(Step.SIGN, mode, f"{NO_BASIS}; {judging.FUTURE}") == FUTURE
    (one,) = [one for one in _judged() if one.publication.signed and one.publication.signed > TODAY]
    assert one.publication.signed == date(2026, 12, 30)
    legal, portal = (one.deadline(Step.PUBLISH, mode) for mode in Mode)
    assert (legal.status, portal.status, portal.unofficial) == (UNKNOWN, ON_TIME, (2027,))


def test_the_decision_made_public_before_it_was_signed_is_unknown_in_law_and_in_time_for_the_portal() -> None:
    for mode in Mode:
        assert _because(Step.PUBLISH, mode, judging.PUBLIC_FIRST) == PUBLIC_FIRST
    (one,) = [one for one in _judged() if (one.publication.decision, one.publication.issuer) in PUBLIC_FIRST]
    assert (one.publication.signed, one.deadline(Step.PUBLISH, Mode.LEGAL).status) == (date(2026, 7, 1), UNKNOWN)
    assert one.deadline(Step.PUBLISH, Mode.PORTAL).status is ON_TIME


def test_internal_and_old_decisions_have_no_rule_of_law() -> None:
    internal = [one for one in _judged() if one.publication.kind is Kind.INTERNAL]
    assert (len(internal), {one.legal for one in internal}) == (25, {UNKNOWN})
    old = _because(Step.PUBLISH, Mode.LEGAL, NO_PUBLISH_RULE)
    assert len(old) == 24
    assert min(one.publication.signed for one in _judged() if one.publication.signed) == date(2014, 8, 19)


def test_ha_noi_s_decisions_are_judged_one_by_one() -> None:
    found = {
        one.publication.decision: (deadline.status, deadline.day, deadline.days)
        for one in _judged()
        if one.publication.issuer.endswith("Thành phố Hà Nội")
        for deadline in [one.deadline(Step.PUBLISH, Mode.LEGAL)]
    }
    assert found == {
        "936/QĐ-TTPVHCC": (ON_TIME, date(2026, 7, 10), 0),
        "918/QĐ-TTPVHCC": (ON_TIME, date(2026, 7, 7), -2),
        "893/QĐ-TTPVHCC": (ON_TIME, date(2026, 7, 6), -2),
        "758/QĐ-TTPVHCC": (LATE, date(2026, 5, 27), 21),
        "755/QĐ-TTPVHCC": (LATE, date(2026, 5, 26), 20),
        "482/QĐ-TTPVHCC": (ON_TIME, date(2026, 4, 20), 0),
        "406/QĐ-TTPVHCC": (LATE, date(2026, 4, 7), 9),
    }


def test_the_parts_that_real_procedures_lack_are_counted() -> None:
    """Hà Nội's two incomplete ones are as many as the portal's own figure of that year leaves out (78 of 80)."""
    missing: Counter[tuple[str, ...] | None] = Counter()
    ha_noi = {}
    for one in _procedures():
        parts = missing_parts(one)
        missing[parts] += 1
        if parts and (one.publisher_code or "").startswith("H26"):
            ha_noi[one.code] = parts
    assert missing == {
        (): 5493,
        ("documents",): 104,
        ("executing_agencies",): 39,
        ("duration",): 28,
        ("documents", "duration"): 1,
    }
    assert ha_noi == {"1.115485": ("documents",), "1.115486": ("documents",)}
