"""Publications to a workbook, the index to what could be won, documents to a letter: with real downloads."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl
from playwright.async_api import Browser, Locator, expect

from syncd.records.roles import Role
from tests.browser.sitting import Seat, come_in
from tests.desk.conftest import House

ROWS = "[data-key-row]"


async def _download(seat: Seat, button: Locator, folder: Path, ending: str) -> Path:
    """What a button brings; the page stays."""
    async with seat.page.expect_download() as waiting:
        await button.click()
    download = await waiting.value
    assert download.suggested_filename.endswith(ending)
    path = folder / f"download{ending}"
    await download.save_as(path)
    return path


async def test_late_publications_are_filtered_and_taken_as_a_workbook(
    chromium: Browser, city: House, tmp_path: Path, language: str
) -> None:
    """Every row of the filtered page stands in the workbook; its head is frozen and can be filtered."""
    seat = await come_in(chromium, city, language, Role.REVIEWER)
    page = seat.page
    await seat.turn_to("Publications")
    await (
        page.get_by_role("navigation", name=seat.t("By status"))
        .get_by_role("link", name=seat.t("Late or overdue, by either reading"))
        .click()
    )
    await expect(page).to_have_url(f"{city.base}/publications?late=1")
    codes = await page.locator(f"{ROWS} .of-procedure .code").all_inner_texts()
    assert codes
    await seat.picture(f"publications-{language}")

    path = await _download(seat, seat.button("Excel"), tmp_path, ".xlsx")
    book = openpyxl.load_workbook(path)
    sheets = {one.title: one for one in book.worksheets}
    said = {str(cell) for one in sheets.values() for row in one.iter_rows(values_only=True) for cell in row}
    assert set(codes) <= said
    assert any(one.freeze_panes and one.auto_filter.ref for one in sheets.values())
    book.close()
    await expect(seat.heading("Publications")).to_be_visible()


async def test_what_could_be_mended_is_computed_together(chromium: Browser, archive: House, language: str) -> None:
    """The index tells what all chosen things bring at once, and leaves one out again."""
    seat = await come_in(chromium, archive, language, Role.APPROVER)
    page = seat.page
    await seat.go("/index?period=2026")
    await page.get_by_role("main").get_by_role("link", name=seat.t("What would it bring?")).click()
    boxes = page.locator("input[name=mend]:visible")
    await expect(boxes).to_have_count(3)
    for at in range(3):
        await boxes.nth(at).check()
    await seat.button("Compute together").click()
    total = page.locator("#together .figure-value")
    await expect(total).to_have_text({"vi": "+4,00", "en": "+4.00"}[language])
    await expect(page.locator("#together")).to_contain_text("0 / 3")
    await seat.picture(f"index-{language}")
    await page.locator("#together .chip").first.click()
    await expect(total).not_to_have_text({"vi": "+4,00", "en": "+4.00"}[language])
    await expect(page.locator("input[name=mend]:visible:checked")).to_have_count(2)


async def test_a_letter_is_made_and_opens(chromium: Browser, city: House, tmp_path: Path, language: str) -> None:
    """The monthly announcement as DOCX, in the layout of letters, whatever the language of the desk."""
    seat = await come_in(chromium, city, language, Role.REVIEWER)
    page = seat.page
    await seat.turn_to("Documents")
    await page.locator("a[data-key-open][href='/documents/index-announcement']").click()
    await page.locator("input[name=form][value=docx]").check()
    await page.get_by_label(seat.t("Number of the letter")).fill("123")
    path = await _download(seat, seat.button("Make the document"), tmp_path, ".docx")
    letter = docx.Document(str(path))
    texts = [one.text for one in letter.paragraphs]
    texts += [cell.text for table in letter.tables for row in table.rows for cell in row.cells]
    whole = "\n".join(texts)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in whole
    assert "Độc lập - Tự do - Hạnh phúc" in whole
    assert "123" in whole
