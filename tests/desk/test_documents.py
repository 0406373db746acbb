"""Documents from the desk: who gets which, how a file is handed over, what is remembered of it."""

from __future__ import annotations

import asyncio
import re
import tempfile
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from syncd.desk import handing
from syncd.documents.kinds import KINDS
from syncd.documents.wanted import DocumentFormat
from syncd.ledger.audit import trail
from syncd.records.roles import Role
from tests.desk.conftest import Browser, Build, House
from tests.desk.furnished import furnished

LETTERS = ("index-announcement", "publication-results", "overdue-dossiers", "sync-obstacles")


@pytest.fixture
async def office(build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A desk over a city with a past, whose temporary files are in a folder that can be looked at."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return await furnished(build)


def left() -> list[str]:
    """The temporary files that are still there."""
    return [path.name for path in Path(tempfile.gettempdir()).iterdir()]


async def made(browser: Browser, kind: str, **form: str) -> tuple[int, Any, bytes]:
    """A document: status, headers, content."""
    token = browser.token or await browser.fresh_token()
    sent = {"csrf": token, **form}
    async with browser.client.post(f"{browser.base}/documents/{kind}", data=sent, allow_redirects=False) as response:
        return response.status, response.headers, await response.read()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", DocumentFormat)
async def test_every_kind_is_made_in_every_format(office: House, kind: str, form: str) -> None:
    """Under its Vietnamese name, and leaves no file behind."""
    status, headers, content = await made(await office.signed_in(Role.REVIEWER), kind, form=form)
    assert status == 200
    assert int(headers["Content-Length"]) == len(content) > 100
    assert f'filename="{kind}' in headers["Content-Disposition"]
    assert "filename*=UTF-8''" in headers["Content-Disposition"]
    assert headers["Cache-Control"] == "no-store"
    assert left() == []
    if form == "csv":
        assert content.startswith(b"\xef\xbb\xbf")
    else:
        assert ZipFile(BytesIO(content)).testzip() is None


async def test_a_document_is_remembered_with_who_which_and_as_of_when(office: House) -> None:
    """One row of the trail each; none for what was not made."""
    browser = await office.signed_in(Role.REVIEWER)
    form = {"form": "xlsx", "as_of": "2026-11-20T09:00", "unit": "H26.17"}
    assert (await made(browser, "publications", **form))[0] == 200
    assert (await made(browser, "publications", form="pdf"))[0] == 422
    (entry,) = await office.ledger.read(trail, action="document")
    assert entry.actor == "user:reviewer"
    assert entry.detail["kind"] == "publications"
    assert entry.detail["as_of"] == "2026-11-20T09:00:00+07:00"
    assert (entry.detail["unit"], entry.detail["form"]) == ("H26.17", "xlsx")


async def test_a_past_instant_gives_the_same_bytes_again(office: House) -> None:
    """Whenever it is asked for."""
    browser = await office.signed_in(Role.REVIEWER)
    form = {"form": "xlsx", "as_of": "2026-11-20T09:00"}
    first = await made(browser, "publications", **form)
    office.clock.pass_by(hours=1)
    assert (await made(browser, "publications", **form))[2] == first[2]


@pytest.mark.parametrize(("role", "may"), [(Role.AUDITOR, False), (Role.UNIT, False), (Role.APPROVER, True)])
async def test_letters_are_for_those_who_may_report(office: House, role: Role, may: bool) -> None:
    """Tables are for all who may take things away."""
    browser = await office.signed_in(role)
    page = await browser.get("/documents/sync-obstacles")
    assert (page.status, 'value="docx"' in page.text) == (200, may)
    assert (await made(browser, "sync-obstacles", form="docx"))[0] == (200 if may else 422)
    assert (await made(browser, "sync-obstacles", form="csv"))[0] == 200


async def test_a_unit_gets_what_is_its_own(office: House) -> None:
    """Also when it names no unit, and never another's."""
    browser = await office.signed_in(Role.UNIT, unit="H26.17")
    status, _, content = await made(browser, "publications", form="xlsx")
    assert status == 200
    text = " ".join(
        str(cell) for row in load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True) for cell in row
    )
    assert "1.000011" in text
    assert "1.000005" not in text
    assert (await made(browser, "publications", form="xlsx", unit="H26.21"))[0] == 422
    assert "H26.21" not in (await browser.get("/documents/publications")).text


FILTERS = (
    "late=1",
    "due=5",
    "status=overdue",
    "portal_status=late",
    "q=HOC+PHI",
    "unit=H26.17",
    "unit=H26",
    "late=1&status=overdue&q=1.0000&unit=H26.17&as_of=2026-11-20T09:00",
    "status=unknown&portal_status=late",
    "status=nonsense&due=77&late=yes",
)


async def _listed(browser: Browser, query: str) -> list[str]:
    """Every code of a page of publications, in its order, over all its sheets."""
    found: list[str] = []
    way = f"/publications?{query}"
    while way:
        page = await browser.get(way)
        found += re.findall(r'data-key-open href="/procedures/([^"?]+)', page.text)
        way = unescape(next(iter(re.findall(r'rel="next" href="([^"]+)"', page.text)), ""))
    return found


@pytest.mark.parametrize("query", FILTERS)
async def test_the_file_of_a_page_holds_just_what_the_page_shows(office: House, query: str) -> None:
    """Every filter, alone and together; the form behind the button is the page's own state."""
    browser = await office.signed_in(Role.REVIEWER)
    page = await browser.get(f"/publications?{query}")
    form = re.search(r'<form method="post" action="/documents/publications".*?</form>', page.text, re.DOTALL)
    assert form is not None
    fields = dict(re.findall(r'name="(?!csrf)(\w+)" value="([^"]*)"', form[0]))
    status, _, content = await made(browser, "publications", **{name: unescape(one) for name, one in fields.items()})
    assert status == 200
    (sheet,) = load_workbook(BytesIO(content)).worksheets
    rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    head = next(at for at, row in enumerate(rows) if row[0].startswith("Mã TTHC"))
    codes = [row[0] for row in rows[head + 1 :]]
    assert codes == await _listed(browser, query)
    is_filtered = set(fields) - {"as_of", "form", "unit"} != set()
    assert any("Danh sách đã lọc" in cell for row in rows[:head] for cell in row) == is_filtered


async def test_what_a_list_was_narrowed_by_stands_in_it_and_in_the_trail(office: House) -> None:
    browser = await office.signed_in(Role.REVIEWER)
    form = {"form": "xlsx", "q": "=1+1 <b>", "status": "overdue", "late": "1", "due": "3"}
    status, _, content = await made(browser, "publications", **form)
    assert status == 200
    text = " ".join(
        str(cell.value) for row in load_workbook(BytesIO(content)).worksheets[0].iter_rows() for cell in row
    )
    assert (
        "Danh sách đã lọc: từ khóa “=1+1 <b>”; theo luật: quá hạn, chưa thực hiện; chậm hoặc quá hạn, "
        "theo luật hoặc theo Cổng; đến hạn trong 3 ngày làm việc." in text
    )
    (entry,) = await office.ledger.read(trail, action="document")
    assert entry.detail["filter"] == {"text": "=1+1 <b>", "status": "overdue", "late": True, "due_within": 3}


async def test_a_filter_widens_nothing_for_a_unit(office: House) -> None:
    browser = await office.signed_in(Role.UNIT, unit="H26.17")
    for form in ({"unit": "H26"}, {"unit": "H26.21"}, {"unit": "%"}):
        assert (await made(browser, "publications", form="csv", **form))[0] == 422
    _, _, content = await made(browser, "publications", form="csv", q="1.0000")
    assert "1.000011" in content.decode()
    assert "1.000006" not in content.decode()


@pytest.mark.parametrize(
    "form",
    [
        {"form": "exe"},
        {"form": ""},
        {"form": "docx", "period": "2026-13"},
        {"form": "docx", "unit": "H99"},
        {"form": "docx", "dated": "tomorrow"},
        {"form": "docx", "number": "1" * 41},
        {"form": "docx", "number": "1\n2"},
        {"form": "docx", "states": "each"},
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_made(office: House, form: dict[str, str]) -> None:
    """The form comes back."""
    browser = await office.signed_in(Role.REVIEWER)
    status, headers, content = await made(browser, "index-announcement", **form)
    assert (status, headers["Content-Type"]) == (422, "text/html; charset=utf-8")
    assert b"Correct what is marked" in content
    assert await office.ledger.read(trail, action="document") == []


async def test_no_document_without_the_form_token_or_by_get(office: House) -> None:
    """A document leaves a trace, so it must be meant."""
    browser = await office.signed_in(Role.REVIEWER)
    assert (await browser.post("/documents/mismatches", {"form": "csv"}, token="x")).status == 403
    page = await browser.get("/documents/mismatches?form=csv")
    assert page.headers["Content-Type"].startswith("text/html")
    assert await office.ledger.read(trail, action="document") == []
    assert (await browser.get("/documents/passwd")).status == 404


async def test_what_cannot_be_made_here_says_why(build: Build) -> None:
    """Nothing to make it from is no empty document."""
    house = await furnished(build, root="")
    browser = await house.signed_in(Role.REVIEWER)
    assert "No index is read here" in (await browser.get("/documents")).words
    assert (await browser.get("/documents/index")).status == 200
    status, _, content = await made(browser, "index", form="xlsx")
    assert (status, b"lacks [index]" in content) == (422, True)


async def test_the_loop_goes_on_while_a_document_is_made(office: House) -> None:
    """Other work is done meanwhile, and no document holds the loop."""
    browser = await office.signed_in(Role.REVIEWER)
    await browser.fresh_token()
    loop, gaps = asyncio.get_running_loop(), []

    async def watch() -> None:
        last = loop.time()
        while True:
            await asyncio.sleep(0.005)
            gaps.append(loop.time() - last)
            last = loop.time()

    watching = asyncio.create_task(watch())
    results = await asyncio.gather(*(made(browser, "publications", form="docx") for _ in range(3)))
    watching.cancel()
    assert [status for status, _, _ in results] == [200, 200, 200]
    assert len(gaps) > 5


async def test_who_does_not_wait_leaves_no_file(office: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document that nobody waits for any more is closed and gone when it is done."""
    opened = []
    making = handing._made

    async def remembered(*given: Any) -> handing.Made:
        opened.append(await making(*given))
        return opened[-1]

    monkeypatch.setattr(handing, "_made", remembered)
    browser = await office.signed_in(Role.REVIEWER)
    monkeypatch.setattr("syncd.desk.security.middleware.SLOWEST", 0.05)
    status, _, _ = await made(browser, "publications", form="docx")
    assert status in (200, 503)
    for _ in range(200):
        if opened and opened[0].file.closed:
            break
        await asyncio.sleep(0.02)
    assert opened[0].file.closed
    assert left() == []
