"""The third source in the real daemon: a file of signed documents against the portal of a pair."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from loopback.catalogue.portal_side import PortalRecord
from loopback.run import Systems
from syncd.records.dates import HO_CHI_MINH
from tests.end_to_end.house import Running, daemon, head, mismatch_lines, pair, until, write
from tests.passes.archives import Book

NUMBER = "3584/QĐ-UBND"
CODE = "1.999001"
DECISIONS = """
[[decisions]]
name = "quyet-dinh"
interval = "1s"
jitter = 0
grace = "1s"
issuers = ["H26"]
since = {since:%Y-%m-%d}
pair = "ha-noi"

[decisions.documents]
adapter = "file"
path = "van-ban-di.csv"
[decisions.documents.decisions]
issuer_code = "H26"
columns = {{ number = "Số ký hiệu", signed = "Ngày ban hành", abstract = "Trích yếu", codes = "Mã TTHC" }}
"""


def tomorrow() -> datetime:
    """Midnight in Hà Nội of a day on which the portal is watched; no decision of the catalogue is as young."""
    later = datetime.now(UTC).astimezone(HO_CHI_MINH) + timedelta(days=2)
    return later.replace(hour=0, minute=0, second=0, microsecond=0)


def procedure_of(systems: Systems, signed: datetime) -> PortalRecord:
    """A procedure of the city's own that names the decision."""
    like = systems.catalogue.portal[0]
    detail = deepcopy(like.detail)
    detail |= {"id": "of-the-decision", "code": CODE, "type": "SPECIFIC", "departmentPromulgateCode": "H26"}
    at = int(signed.timestamp() * 1000)
    detail["procedureProposal"] |= {"proposalNumber": NUMBER, "decisionDate": at, "publicationDate": at}
    return replace(like, detail=detail)


def lines(folder: Path, state: str) -> list[str]:
    """The decisions that came to a state, by the mismatch log."""
    found = [one for one in mismatch_lines(folder) if one["pair"] == "quyet-dinh" and one["state"] == state]
    return [one["kind"] for one in found]


async def passes_on(running: Running, number: int = 2) -> None:
    await running.after_passes(number, "quyet-dinh")


async def test_a_planted_decision_is_suspected_confirmed_and_resolved_when_the_portal_enters_it(
    tmp_path: Path, systems: Systems
) -> None:
    signed = tomorrow()
    table = DECISIONS.format(since=signed)
    book = Book(tmp_path / "van-ban-di.csv")
    book.sign("1/QĐ-UBND", "05/01/2026", "1.000001")
    write(tmp_path, systems, head() + pair(systems) + table)
    async with daemon(tmp_path) as running:
        await running.ready()
        await running.after_passes(1)
        await passes_on(running)
        assert not lines(tmp_path, "suspected")

        book.sign(NUMBER, f"{signed:%d/%m/%Y}", CODE)
        await until(lambda: "decision_not_entered" in lines(tmp_path, "confirmed"), "a confirmed absence")
        assert lines(tmp_path, "suspected") == ["decision_not_entered"]
        kinds = {"kind": "decision_not_entered", "state": "confirmed"}

        async def is_shown() -> bool:
            return await running.metric("syncd_mismatches_open", pair="quyet-dinh", **kinds) == 1

        await until(is_shown, "the gauge of what has been announced")
        assert await running.metric("syncd_records", pair="quyet-dinh", side="documents") == 2

        text = book.file.read_text(encoding="utf-8")
        book.file.write_text(text.replace(f"{signed:%d/%m/%Y}", "ngày mai"), encoding="utf-8")
        await passes_on(running)
        partial = await running.passes("quyet-dinh", "partial")
        book.file.write_text("", encoding="utf-8")

        async def is_unclear() -> bool:
            return await running.passes("quyet-dinh", "partial") > partial

        await until(is_unclear, "a reading that is not whole")
        assert not lines(tmp_path, "resolved")
        assert not lines(tmp_path, "vanished")
        book.file.write_text(text, encoding="utf-8")

        systems.portal.put(procedure_of(systems, signed))
        await until(lambda: lines(tmp_path, "resolved") == ["decision_not_entered"], "the end of it")
        assert lines(tmp_path, "confirmed") == ["decision_not_entered"]
        assert await running.stop() == 0


async def test_a_portal_that_cannot_be_read_gives_no_false_alarm(tmp_path: Path, systems: Systems) -> None:
    """The pair's own last whole reading grows old while the portal is away: then nothing is said of absence."""
    signed = tomorrow()
    table = DECISIONS.format(since=signed)
    book = Book(tmp_path / "van-ban-di.csv")
    book.sign("1/QĐ-UBND", "05/01/2026", "1.000001")
    write(tmp_path, systems, head() + pair(systems) + table)
    async with daemon(tmp_path) as running:
        await running.ready()
        await running.after_passes(1)
        await passes_on(running)
        broken = pair(systems, portal="http://127.0.0.1:9")
        running.reload(head() + broken + table)
        await until(lambda: any(one["pair"] == "ha-noi" for one in running.logged("pair_failing")), "the failing pair")
        book.sign(NUMBER, f"{signed:%d/%m/%Y}", CODE)
        partial = await running.passes("quyet-dinh", "partial")

        async def is_unclear() -> bool:
            return await running.passes("quyet-dinh", "partial") > partial

        await until(is_unclear, "a reading that is not whole")
        failing = [one["error"] for one in running.logged("pair_failing") if one["pair"] == "quyet-dinh"]
        assert any("of the portal of the pair ha-noi is partial" in one for one in failing)
        assert not lines(tmp_path, "suspected")
        assert await running.stop() == 0
