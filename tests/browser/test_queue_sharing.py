"""The queue in both languages: searched, filtered, shared by its address, and many waived at once."""

from __future__ import annotations

from datetime import timedelta

from playwright.async_api import Browser, Page, expect

from syncd.records.roles import Role
from tests.browser.sitting import Seat, come_in
from tests.desk.conftest import House

ROWS = "[data-key-row]"


async def _at(page: Page) -> str:
    return await page.locator(f"{ROWS}.at").get_attribute("id") or ""


async def _ids(page: Page) -> list[str]:
    return [await one.get_attribute("id") or "" for one in await page.locator(ROWS).all()]


async def _filter(seat: Seat, menu: str, choice: str) -> None:
    """Open a menu of the filters and take one line of it."""
    group = seat.page.get_by_role("group", name=seat.t("Filters"))
    await group.locator("summary", has_text=seat.t(menu)).first.click()
    await group.locator("details[open]").get_by_role("link", name=choice).first.click()


async def test_the_queue_is_walked_with_keys(chromium: Browser, house: House, language: str) -> None:
    """j and k walk, Enter opens, ? tells the keys and Escape closes them again."""
    seat = await come_in(chromium, house, language)
    page = seat.page
    await page.keyboard.press("g")
    await page.keyboard.press("q")
    await expect(seat.heading("Queue")).to_be_visible()
    await seat.picture(f"queue-{language}")
    every = await _ids(page)
    for key, place in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        await page.keyboard.press(key)
        assert await _at(page) == every[place]
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{house.base}/mismatches/{every[1].removeprefix('row-')}")
    await page.go_back()

    await expect(page.locator(ROWS).first).to_be_visible()
    await page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name=seat.t("Keyboard"))
    await expect(dialog).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()


async def test_words_are_found_without_their_accents(chromium: Browser, house: House, language: str) -> None:
    """And a code without its zeros' neighbours; / leads to the field, Escape out of it."""
    seat = await come_in(chromium, house, language)
    page = seat.page
    await seat.turn_to("Queue")
    await page.keyboard.press("/")
    await expect(page.locator("#within")).to_be_focused()
    await page.keyboard.type("thuong tru")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{house.base}/queue?q=thuong+tru")
    titles = await page.locator(f"{ROWS} [data-key-open]").all_inner_texts()
    assert titles
    assert all("thường tr" in one for one in titles)
    await seat.page.get_by_role("main").get_by_role("link", name=seat.t("Take all away")).click()
    await expect(page).to_have_url(f"{house.base}/queue")


async def test_a_filtered_queue_is_shared_by_its_address(chromium: Browser, house: House, language: str) -> None:
    """What one sees, another sees who opens the same address."""
    seat = await come_in(chromium, house, language)
    page = seat.page
    await seat.turn_to("Queue")
    before = len(await _ids(page))
    await _filter(seat, "Unit", "Sở Y tế")
    await expect(page.get_by_role("list", name=seat.t("Filtered by"))).to_contain_text("Sở Y tế")
    mine = await _ids(page)
    assert 0 < len(mine) < before
    other = await come_in(chromium, house, language, Role.AUDITOR)
    await other.go(page.url.removeprefix(house.base))
    assert await _ids(other.page) == mine
    await expect(other.page.locator("[data-choose]").first).to_be_visible()
    await expect(other.page.locator("[data-when-chosen]")).to_have_count(0)


async def test_many_are_waived_at_once_after_a_preview(chromium: Browser, house: House, language: str) -> None:
    """x chooses, w waives; nothing changes before the preview is confirmed."""
    seat = await come_in(chromium, house, language)
    page = seat.page
    await seat.turn_to("Queue")
    await _filter(seat, "State", seat.t("Confirmed"))
    await expect(page.get_by_role("list", name=seat.t("Filtered by"))).to_be_visible()
    chosen = (await _ids(page))[:2]
    for _ in chosen:
        await page.keyboard.press("j")
        await page.keyboard.press("x")
    await expect(page.locator("[data-chosen]")).to_have_text("2")
    await page.keyboard.press("w")

    await page.get_by_label(seat.t("Reason")).fill("Cổng đang nâng cấp, đã thống nhất với đơn vị vận hành")
    await page.get_by_label(seat.t("Until the end of")).fill((house.clock() + timedelta(days=20)).date().isoformat())
    await seat.button("Preview").click()
    await expect(page.locator(".preview .changes strong")).to_contain_text("2")
    await seat.picture(f"queue-preview-{language}")
    await page.locator("button[name=step][value=apply]").click()

    await expect(page.get_by_role("status").first).to_be_visible()
    await expect(seat.heading("Queue")).to_be_visible()
    for one in chosen:
        await expect(page.locator(f"#{one}")).to_have_count(0)
    await seat.go("/queue?state=waived")
    assert set(chosen) <= set(await _ids(page))


async def test_marks_within_a_row_stay_on_its_line(chromium: Browser, house: House, language: str) -> None:
    """Whatever the kind of the difference: each mark is as high as a line of text."""
    seat = await come_in(chromium, house, language, Role.AUDITOR)
    await seat.go("/queue?kind=withdrawn_on_portal")
    marks = seat.page.locator(f"{ROWS} mark")
    await expect(marks.first).to_be_visible()
    tall = "marks => marks.map(one => [getComputedStyle(one).display, one.getBoundingClientRect().height])"
    for display, height in await marks.evaluate_all(tall):
        assert display == "inline"
        assert height < 30
