"""Without JavaScript: signed in, filtered, waived."""

from __future__ import annotations

from datetime import timedelta

from playwright.async_api import Browser, expect

from syncd.records.roles import Role
from tests.browser.sitting import come_in
from tests.desk.conftest import House


async def test_a_filtered_mismatch_is_waived_without_a_script(chromium: Browser, house: House, language: str) -> None:
    """Menus, boxes and forms are those of the browser itself."""
    seat = await come_in(chromium, house, language, Role.APPROVER, java_script_enabled=False)
    page = seat.page
    await seat.turn_to("Queue")
    filters = page.get_by_role("group", name=seat.t("Filters"))
    await filters.locator("summary").first.click()
    await filters.get_by_role("link", name="Sở Tư pháp").click()
    await expect(page.get_by_role("list", name=seat.t("Filtered by"))).to_contain_text("Sở Tư pháp")
    row = page.locator("[data-key-row]").first
    mismatch_id = (await row.get_attribute("id") or "").removeprefix("row-")
    await row.locator("[data-choose]").check()
    await page.locator(".bulk button[formaction$=waive]").click()
    await page.get_by_label(seat.t("Reason")).fill("Chờ Bộ Tư pháp công bố lại.")
    await page.get_by_label(seat.t("Until the end of")).fill((house.clock() + timedelta(days=10)).date().isoformat())
    await seat.button("Waive").click()
    await expect(page.locator(f"#row-{mismatch_id}")).to_contain_text(seat.t("Waived"))
    await seat.go(f"/mismatches/{mismatch_id}")
    await expect(page.locator("#handling .note")).to_have_text("Chờ Bộ Tư pháp công bố lại.")
    await seat.picture(f"scriptless-{language}")
