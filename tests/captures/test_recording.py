"""What is heard at an adapter's wall: clean in every part, and never empty where it was only unreadable."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from syncd.sides.adapter import Capabilities, Listed
from syncd.sides.capture.cleaning import LEFT_OUT, Cleaner
from syncd.sides.capture.entries import Content, Entry, Page, line, read_line
from syncd.sides.capture.errors import NotCapturedError
from syncd.sides.capture.recording import RecordedSide, Tape
from syncd.sides.reading import Evidence, Finding


class Odd:
    """A side with a record that nobody can look into, and with a finding about a citizen."""

    capabilities = Capabilities(carries=frozenset())

    async def list_records(self, evidence: Evidence) -> AsyncIterator[list[Listed]]:
        evidence.note(Finding("odd", 1, ("ông Nguyễn Văn A 0912345678", "1.000001")))
        yield [Listed("a", b'{"a":"\x00b"}'), Listed("b", b'{"a":"b"}')]


async def pages() -> tuple[list[Page], Cleaner]:
    heard: list[Entry] = []
    cleaner = Cleaner(b"a key of a test.")
    async for _ in RecordedSide(Odd(), Tape(cleaner, heard.append)).list_records(Evidence()):  # type: ignore[arg-type]
        pass
    return [one for entry in heard if isinstance(one := read_line(line(entry)), Page)], cleaner


async def test_findings_are_clean() -> None:
    (page,), _ = await pages()
    (finding,) = page.seen.findings
    assert finding.kind == "odd"
    assert finding.examples[1] == "1.000001"
    assert "Nguyễn" not in finding.examples[0]
    assert "0912" not in finding.examples[0]


async def test_a_record_that_cannot_be_cleaned_is_marked_and_is_no_empty_record() -> None:
    (page,), cleaner = await pages()
    odd, plain = page.records
    assert odd.raw == Content(left_out=True)
    with pytest.raises(NotCapturedError, match="could not be cleaned"):
        odd.record()
    assert plain.record().raw == b'{"a":"b"}'
    assert cleaner.removed[LEFT_OUT] == 1
