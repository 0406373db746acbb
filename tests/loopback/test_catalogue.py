"""The invented catalogue: repeatable, believable, full of hazards, and honest about what is planted."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from collections import Counter

import pytest

from loopback.catalogue import (
    FILE_CARRIES,
    HANOI_ID,
    OPENCPS_CARRIES,
    SMALLEST,
    Catalogue,
    Change,
    expected,
    generate,
)
from loopback.catalogue.files import CANONICAL, COLUMNS, as_csv, as_jsonl, equivalences_csv
from loopback.catalogue.spoiled import other_tone
from loopback.catalogue.workbook import as_xlsx
from syncd.reconcile.mismatches import OF_DECISIONS, OF_DOSSIERS, MismatchKind
from syncd.reconcile.scope import AgencyScope
from syncd.records.codes import root
from syncd.records.decisions import parse_number
from syncd.records.procedure import FIELDS, Kind, Level, Procedure


def test_the_same_seed_gives_the_same_bytes_in_another_interpreter(catalogue: Catalogue) -> None:
    script = (
        "import hashlib, json\n"
        "from loopback.catalogue import generate\n"
        "from loopback.catalogue.files import as_csv\n"
        "made = generate(seed=7, size=600)\n"
        "text = json.dumps([[one.detail, one.applied] for one in made.portal]).encode() + as_csv(made)\n"
        "print(hashlib.sha256(text).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script], env={"PYTHONHASHSEED": hash_seed}, capture_output=True, check=True
        ).stdout
        for hash_seed in ("1", "2")
    }

    assert len(digests) == 1
    assert generate(seed=7, size=600) == catalogue
    assert generate(seed=8, size=600) != catalogue


def test_a_catalogue_too_small_for_its_mismatches_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot hold all that is planted"):
        generate(size=SMALLEST - 1)


def test_every_kind_of_mismatch_of_procedures_is_planted_now_or_scheduled(catalogue: Catalogue) -> None:
    """A catalogue is one of procedures; what dossiers and document systems give has its own tests and loopback rows."""
    now = {planted.kind for planted in catalogue.planted}
    later = {planted.kind for event in catalogue.events for planted in event.appears}

    assert set(MismatchKind) - OF_DOSSIERS - OF_DECISIONS - now == {MismatchKind.REPUBLISHED}
    assert MismatchKind.REPUBLISHED in later
    assert {event.change for event in catalogue.events} == set(Change)


def test_what_is_expected_depends_on_what_the_city_carries(catalogue: Catalogue) -> None:
    opencps = Counter(planted.kind for planted in expected(catalogue, OPENCPS_CARRIES))
    file = Counter(planted.kind for planted in expected(catalogue, FILE_CARRIES))

    assert MismatchKind.DECISION_SUPERSEDED not in opencps
    assert MismatchKind.WRONG_PORTAL_ID not in opencps
    assert file[MismatchKind.DECISION_SUPERSEDED] == 5
    assert file[MismatchKind.WRONG_PORTAL_ID] == 2
    assert opencps[MismatchKind.MISSING_IN_CITY] == file[MismatchKind.MISSING_IN_CITY] == 7


def test_what_happened_adds_to_what_is_expected(catalogue: Catalogue) -> None:
    event = catalogue.event("republish-1")

    added = set(expected(catalogue, OPENCPS_CARRIES, [event])) - set(expected(catalogue, OPENCPS_CARRIES))

    assert added == set(event.appears)
    assert [planted.kind for planted in added] == [MismatchKind.REPUBLISHED]


def test_no_two_planted_mismatches_share_a_subject_or_a_procedure(catalogue: Catalogue) -> None:
    everything = [*catalogue.planted, *(planted for event in catalogue.events for planted in event.appears)]
    codes = Counter(planted.code for planted in everything if planted.code)

    assert len({planted.subject for planted in everything}) == len(everything)
    assert set(codes.values()) == {1}


def test_fields_that_are_said_to_differ_are_fields_of_a_procedure(catalogue: Catalogue) -> None:
    fields = {planted.field for planted in catalogue.planted} - {"", "portal", "city"}

    assert fields <= set(FIELDS)
    assert set(FIELDS) >= FILE_CARRIES | OPENCPS_CARRIES
    assert set(CANONICAL.values()) == FILE_CARRIES
    assert CANONICAL.keys() == COLUMNS.keys()


def test_both_ways_of_telling_the_scope_agree(catalogue: Catalogue) -> None:
    """The departments that a record applies to, and publisher with level, must say the same of Hà Nội."""
    scope = AgencyScope("H26", frozenset({Level.PROVINCE, Level.COMMUNE}))
    kinds = {"STANDARD": Kind.STANDARD, "SPECIFIC": Kind.SPECIFIC, "STANDARD_INTERNAL": Kind.INTERNAL}
    flags = {"isProvince": Level.PROVINCE, "isWard": Level.COMMUNE, "isMinistry": Level.MINISTRY}

    for record in catalogue.portal:
        detail = record.detail
        canonical = Procedure(
            code=record.code,
            kind=kinds[detail["type"]],
            publisher_code=detail["departmentPromulgateCode"],
            levels=tuple(level for flag, level in flags.items() if detail[flag]),
        )
        assert (HANOI_ID in record.applied) == (record.public and scope.covers(canonical)), record.code


def test_every_row_of_the_city_stands_for_a_procedure_or_is_planted(catalogue: Catalogue) -> None:
    portal = {record.code for record in catalogue.portal}
    planted = {one.local_code for one in catalogue.planted}

    for row in catalogue.city:
        meant = catalogue.equivalences.get(row.local_code) or row.mapped_code or root(row.local_code)
        assert meant in portal or row.local_code in planted, row.local_code


def test_every_procedure_that_concerns_hanoi_is_in_the_city_or_planted(catalogue: Catalogue) -> None:
    carried = {
        catalogue.equivalences.get(row.local_code) or row.mapped_code or root(row.local_code) for row in catalogue.city
    }
    planted = {one.code for one in catalogue.planted}

    absent = {record.code for record in catalogue.portal if HANOI_ID in record.applied} - carried

    assert absent
    assert absent <= planted


def test_the_portal_has_the_hazards_of_the_real_one() -> None:
    records = generate().portal
    codes = {record.code for record in records}
    details = [record.detail for record in records]
    names = [detail["name"] for detail in details]
    proposals = [detail["procedureProposal"] for detail in details]
    times = [method["processingTime"] for detail in details for method in detail["executionMethods"]]
    dates = [one["decisionDate"] for one in proposals if isinstance(one["decisionDate"], int)]

    assert len(records) == pytest.approx(2_000, abs=10)
    assert sum(code.startswith(" ") and code.strip() in codes for code in codes) == 2
    assert any(code.endswith("-Xoa") for code in codes)
    assert any(len(code) == 9 and code.strip() == code for code in codes)
    assert any(name != unicodedata.normalize("NFC", name) for name in names)
    assert all(any(mark in name for name in names) for mark in ("\u00a0", "\t", "\n", "  "))
    assert {type(time) for time in times} == {int, float, str}
    assert any(one["publicationDate"] is None for one in proposals)
    assert any(one["decisionDate"] is None for one in proposals)
    assert {date % 86_400_000 for date in dates} == {0, 61_200_000}
    assert any(date > 1_790_000_000_000 for date in dates)
    assert any(
        isinstance(one["decisionDate"], int) and one["publicationDate"] and one["decisionDate"] > one["publicationDate"]
        for one in proposals
    )
    assert any(not detail["executingAgencies"] and detail["unitGroupsExecuting"] for detail in details)
    assert any(None in detail["unitGroupsExecuting"] for detail in details)
    assert any(len(set(detail["legalBasisIds"])) < len(detail["legalBasisIds"]) for detail in details)
    assert any(len({case["code"] for case in detail["cases"]}) < len(detail["cases"]) for detail in details)
    assert any(detail["state"] == "INACTIVE" for detail in details)
    assert {"H26", "H26.101"} <= {detail["departmentPromulgateCode"] for detail in details}
    assert any(len(record.applied) > 1_000 for record in records)
    assert max(Counter(names).values()) > 5
    assert 3_000 < sum(len(json.dumps(detail, ensure_ascii=False).encode()) for detail in details) / 2_000 < 8_000


def test_every_id_is_a_uuid_of_version_7_of_the_time_of_creation(catalogue: Catalogue) -> None:
    for record in catalogue.portal:
        digits = record.id.replace("-", "")
        assert digits[12] == "7"
        assert digits[16] in "89ab"
        assert int(digits[:12], 16) == record.detail["createdAt"]


def test_typing_noise_on_decisions_never_changes_what_they_mean(catalogue: Catalogue) -> None:
    """Harmless rows of the city must compare equal to the portal's decision by the project's own reading of numbers."""
    portal = {record.code: record.detail["procedureProposal"]["proposalNumber"] for record in catalogue.portal}
    differing = {
        planted.code
        for planted in catalogue.planted
        if planted.kind in (MismatchKind.DECISION_SUPERSEDED, MismatchKind.UNPUBLISHED_DECISION)
    }

    compared = 0
    for row in catalogue.city:
        code = catalogue.equivalences.get(row.local_code) or root(row.local_code) or ""
        if code in portal and code not in differing and not row.decision_number.endswith("/QĐ-UBND"):
            compared += 1
            assert parse_number(row.decision_number).canonical == parse_number(portal[code]).canonical, row

    assert compared > 200


def test_an_event_leaves_the_identity_of_its_record_alone(catalogue: Catalogue) -> None:
    before = {record.id: record for record in catalogue.portal}

    for event in catalogue.events:
        if event.change is Change.PUBLISH:
            assert event.record.id not in before
        else:
            assert before[event.record.id].code == event.record.code


def test_a_flap_shows_an_older_decision_and_leaves_updated_at_alone(catalogue: Catalogue) -> None:
    event = catalogue.event("decision_flap-1")
    before = next(record for record in catalogue.portal if record.id == event.record.id).detail
    after = event.record.detail

    assert after["updatedAt"] == before["updatedAt"]
    assert after["procedureProposal"]["decisionDate"] < before["procedureProposal"]["decisionDate"]
    assert event.appears == ()


@pytest.mark.parametrize(("text", "other"), [("Cấp lại", "Cầp lại"), ("gia hạn", "gia hán"), ("sửa đổi", "sứa đổi")])
def test_another_tone_is_one_mark_away(text: str, other: str) -> None:
    assert other_tone(text) == other


def test_the_exported_files_hold_every_row_of_the_city(catalogue: Catalogue) -> None:
    lines = [json.loads(line) for line in as_jsonl(catalogue).splitlines()]

    assert len(lines) == len(catalogue.city)
    assert list(lines[0]) == list(COLUMNS)
    assert as_csv(catalogue).startswith("\ufeffMã TTHC,Tên TTHC".encode())
    assert len(equivalences_csv(catalogue).splitlines()) == len(catalogue.equivalences) + 1
    assert as_xlsx(catalogue).startswith(b"PK")


def test_poisoned_rows_export_a_date_that_never_was(catalogue: Catalogue) -> None:
    poisoned = {row.local_code for row in catalogue.city if row.poisoned}
    lines = [json.loads(line) for line in as_jsonl(catalogue).splitlines()]

    assert {line["Mã TTHC"] for line in lines if line["Ngày QĐ"] == "31/02/2026"} == poisoned
    assert poisoned
