"""5,665 real records of July 2026, written in the shape of the integration API and read back: nothing is lost.

No capture of that API is public; the texts, papers, fees and time limits are real, the shape is the loopback system's.
The records are read from ``SYNCD_SHARED`` or ``../shared`` beside the checkout, and are never copied.
"""

from __future__ import annotations

import json
import lzma
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from adapters.national_integration.canonical import canonical
from adapters.national_integration.meanings import LEVELS, Meanings
from adapters.national_integration.side import NOT_CARRIED
from adapters.national_portal.canonical import canonical as of_portal
from loopback.catalogue.portal_side import PortalRecord
from loopback.integration_records import decision, procedure
from syncd.records.procedure import FIELDS, Procedure
from syncd.sides.adapter import Record
from tests.adapters.national_integration.worlds import KINDS, OTHERWISE, compared

ROOT = Path(__file__).resolve().parents[2]
CORPUS = (
    Path(os.environ.get("SYNCD_SHARED", ROOT.parent / "shared")) / "data" / "portal-2026-07" / "procedures.jsonl.xz"
)
MEANINGS = Meanings.model_validate({"kinds": KINDS, "levels": LEVELS | {"9": "other"}})
COMPARED = frozenset(FIELDS) - NOT_CARRIED - OTHERWISE

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=f"the real records are absent: {CORPUS}")


def through_the_api(detail: dict[str, Any]) -> Procedure:
    record = PortalRecord(detail, ())
    kept = {
        "procedure": procedure(record),
        "decision": decision(record),
        "publisher": detail["departmentPromulgateName"],
    }
    raw = json.dumps({"MATTHC": record.code, "TENTTHC": detail["name"]}).encode()
    return canonical(Record(record.code, raw, json.dumps(kept).encode()), MEANINGS)


def through_the_portal(detail: dict[str, Any], line: bytes) -> Procedure:
    listed = {key: detail[key] for key in ("id", "code", "name", "state")}
    return of_portal(Record(detail["id"], json.dumps(listed).encode(), line))


def test_every_real_record_comes_through_unchanged() -> None:
    apart: Counter[str] = Counter()
    count = 0
    with lzma.open(CORPUS) as lines:
        for count, line in enumerate(lines, 1):  # noqa: B007 - counted after the loop
            detail = json.loads(line)
            one, other = through_the_portal(detail, line), through_the_api(detail)
            apart.update(name for name in COMPARED if compared(one, name) != compared(other, name))
    assert count == 5665
    assert apart == {}
