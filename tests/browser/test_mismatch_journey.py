"""One mismatch, worked through from the assignment to the answer of a re-read."""

from __future__ import annotations

from datetime import timedelta

from playwright.async_api import Browser, expect

from syncd.ledger.rereads import finish_rereads, pending_rereads
from syncd.records.roles import Role
from tests.browser.sitting import Seat, come_in, known
from tests.desk.conftest import House

COMMENT = "Đã trao đổi với Công an Thành phố: sửa trong tuần này."
REASON = "Chờ Bộ Công an công bố lại quyết định."


async def _open(seat: Seat, mismatch_id: str) -> None:
    await seat.go(f"/mismatches/{mismatch_id}")
    await expect(seat.page.locator("#standing")).to_be_visible()


async def test_a_mismatch_is_assigned_explained_and_commented(
    chromium: Browser, house: House, ids: dict[str, str], language: str
) -> None:
    """With the key a and in dialogs; the history tells who did what."""
    await known(house, "thao", Role.REVIEWER, language)
    seat = await come_in(chromium, house, language)
    page, handling = seat.page, seat.page.locator("#handling")
    await _open(seat, ids["tone"])
    await expect(page.locator(".tones")).to_contain_text("ũ")
    await seat.picture(f"mismatch-{language}")
    await page.keyboard.press("a")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label(seat.t("Person")).select_option("thao")
    await dialog.get_by_role("button", name=seat.t("Assign"), exact=True).click()
    await expect(handling.locator("dd").first).to_contain_text("Phạm Thu Hương")

    await handling.get_by_role("link", name=f"{seat.t('change')}: {seat.t('Cause')}").click()
    causes = dialog.get_by_label(seat.t("Cause"))
    wanted = causes.locator("option:not([value=''])").last
    text = await wanted.inner_text()
    await causes.select_option(await wanted.get_attribute("value"))
    await dialog.get_by_role("button", name=seat.t("Set the cause"), exact=True).click()
    await expect(handling).to_contain_text(text)

    await page.keyboard.press("c")
    await page.keyboard.type(COMMENT)
    await seat.button("Comment").click()
    await expect(page.locator("#moments .note", has_text=COMMENT)).to_be_visible()
    await expect(page.locator("#moments")).to_contain_text("Phạm Thu Hương")


async def test_a_mismatch_is_waived_with_a_reason_until_a_day(
    chromium: Browser, house: House, ids: dict[str, str], language: str
) -> None:
    """An approver's word: both stand on the page from then on; a day that has passed is refused first."""
    seat = await come_in(chromium, house, language, Role.APPROVER)
    page, dialog = seat.page, seat.page.get_by_role("dialog")
    await _open(seat, ids["missing"])
    await page.keyboard.press("w")
    await dialog.get_by_label(seat.t("Reason")).fill(REASON)
    await dialog.get_by_label(seat.t("Until the end of")).fill((house.clock() - timedelta(days=3)).date().isoformat())
    await dialog.get_by_role("button", name=seat.t("Waive"), exact=True).click()
    day = page.get_by_label(seat.t("Until the end of"))
    await expect(day).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_label(seat.t("Reason"))).to_have_value(REASON)
    await day.fill((house.clock() + timedelta(days=30)).date().isoformat())
    await page.get_by_role("button", name=seat.t("Waive"), exact=True).click()
    await expect(page.locator("#standing")).to_contain_text(seat.t("Waived"))
    await expect(page.locator("#handling .note")).to_have_text(REASON)


async def test_the_answer_of_a_reread_appears_without_a_reload(
    chromium: Browser, house: House, ids: dict[str, str], language: str
) -> None:
    """The page that asked is the page that shows it."""
    seat = await come_in(chromium, house, language, Role.UNIT, unit="H26.17")
    page = seat.page
    await _open(seat, ids["missing"])
    await page.keyboard.press("r")
    await expect(page.locator(".reread.pending")).to_be_visible()
    await page.evaluate("document.documentElement.dataset.same = 'page'")
    (wish,) = await house.ledger.read(pending_rereads, "ha-noi")
    house.clock.pass_by(seconds=40)
    await house.ledger.write(finish_rereads, outcomes={wish.id: "confirmed"}, now=house.clock(), actor="daemon")
    house.live.say(f"mismatch:{ids['missing']}", "confirmed", unit="H26.17")
    await expect(page.locator(".reread.done")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("data-same", "page")
