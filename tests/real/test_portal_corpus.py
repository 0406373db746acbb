"""The real corpus of the portal's 2026 interface, read in place, translates without loss."""

from __future__ import annotations

import lzma
import os
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from adapters.national_portal.canonical import canonical
from adapters.national_portal.entry import Entry, listed
from syncd.records.procedure import Kind, Procedure, Unit
from syncd.sides.adapter import Record

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("SYNCD_SHARED", ROOT.parent / "shared"))
CORPUS = SHARED / "data" / "portal-2026-07" / "procedures.jsonl.xz"

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=f"the real portal corpus is absent: {CORPUS}")


def _lines() -> Iterator[bytes]:
    with lzma.open(CORPUS, "rb") as corpus:
        yield from corpus


def _record(line: bytes, sent: dict[str, Any]) -> Record:
    entry = Entry(id=sent["id"], code=sent["code"], name=sent["name"], state=sent["state"])
    return Record(sent["id"], listed(entry).raw, line)


@cache
def _corpus() -> list[tuple[dict[str, Any], Procedure]]:
    pairs = []
    for line in _lines():
        sent = msgspec.json.decode(line)
        kept = {key: sent[key] for key in ("code", "name", "type", "executionMethods", "executionSteps")}
        kept |= {key: sent[key] for key in ("executionCases", "legalBasisesDetails", "subjectTypesDetails")}
        kept |= {key: sent[key] for key in ("resultsDetails", "procedureProposal", "departmentPromulgateCode")}
        pairs.append((kept, canonical(_record(line, sent))))
    return pairs


def test_every_record_translates() -> None:
    """Not one of the 5,665 real records is refused, and each keeps its code and name verbatim."""
    assert len(_corpus()) == 5665
    assert all((one.code, one.name) == (sent["code"], sent["name"]) for sent, one in _corpus())


def test_nothing_is_lost_on_the_way() -> None:
    """Every step, method, fee, paper, subject, result and distinct legal basis is in the canonical record."""
    for sent, one in _corpus():
        assert [(step.case, step.text) for step in one.steps or ()] == [
            (step["name"], step["description"]) for step in sent["executionSteps"]
        ]
        assert [len(method.fees) for method in one.methods or ()] == [
            len(method["fees"]) for method in sent["executionMethods"]
        ]
        assert [(paper.case, paper.name) for paper in one.documents or ()] == [
            (case["name"], paper["name"]) for case in sent["executionCases"] for paper in case["profileComponents"]
        ]
        assert list(one.subjects or ()) == [subject["name"] for subject in sent["subjectTypesDetails"]]
        assert list(one.results or ()) == [result["name"] for result in sent["resultsDetails"]]
        assert {(law.number, law.name) for law in one.legal_bases or ()} == {
            (law["code"], law["name"]) for law in sent["legalBasisesDetails"]
        }


def test_every_fee_keeps_its_number() -> None:
    """An amount in đồng is the portal's own; one in another currency is in the note, and no amount of đồng."""
    foreign = 0
    for sent, one in _corpus():
        for lines, method in zip(sent["executionMethods"], one.methods or (), strict=True):
            for line, fee in zip(lines["fees"], method.fees, strict=True):
                if line.get("currencyName") == "USD":
                    foreign += 1
                    assert (fee.amount, fee.note.startswith(f"{line['value']} USD")) == (None, True)
                else:
                    assert fee.amount == line["value"]
    assert foreign == 160


def test_every_time_limit_is_exact() -> None:
    """Numbers keep their value and unit, half days included; words stay words."""
    halves = 0
    for sent, one in _corpus():
        for line, method in zip(sent["executionMethods"], one.methods or (), strict=True):
            assert method.duration is not None
            assert method.duration.unit is Unit(line["processingTimeUnit"].lower())
            if not isinstance(line["processingTime"], str):
                assert method.duration.quantity == Decimal(str(line["processingTime"]))
                halves += isinstance(line["processingTime"], float)
            elif method.duration.quantity is None:
                assert method.duration.text
    assert halves == 154


def test_a_space_in_front_of_a_code_makes_another_procedure() -> None:
    """`" 1.014325"` and `"1.014325"` stay two."""
    assert sorted(one.code for _, one in _corpus() if one.code.strip() == "1.014325") == [" 1.014325", "1.014325"]


def test_hanoi_has_32_procedures_of_its_own_and_each_has_its_decision() -> None:
    """All are specific, and each names the decision of the Service Centre that publishes it, with both dates."""
    own = [one for _, one in _corpus() if one.publisher_code in ("H26", "H26.101")]
    assert len(own) == 32
    assert {one.kind for one in own} == {Kind.SPECIFIC}
    assert all((one.decision_number or "").endswith("/QĐ-TTPVHCC") for one in own)
    assert all(one.decision_date and one.published_at for one in own)


def test_drafts_without_a_publication_date_stay_without_one() -> None:
    """192 records show a decision that has not been published."""
    assert sum(one.published_at is None for _, one in _corpus()) == 192
    assert sum(one.decision_date is None for _, one in _corpus()) == 26
