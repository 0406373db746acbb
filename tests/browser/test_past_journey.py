"""Procedures and decisions as they were at an instant of the past."""

from __future__ import annotations

from playwright.async_api import Browser, expect

from syncd.records.roles import Role
from tests.browser.sitting import come_in
from tests.desk.conftest import House


async def test_a_procedure_is_seen_as_it_was_and_as_it_is(chromium: Browser, archive: House, language: str) -> None:
    """Found without accents; withdrawn now, public then; and what changed between its versions."""
    seat = await come_in(chromium, archive, language, Role.AUDITOR)
    page = seat.page
    await seat.turn_to("Procedures")
    await page.get_by_label(seat.t("Name, code, decision or publisher")).fill("dau cach o dau ma")
    await page.keyboard.press("Enter")
    await page.locator("[data-key-row] [data-key-open]").first.click()
    withdrawn = page.locator("#sheet").get_by_text(seat.t("Withdrawn"), exact=True)
    await expect(withdrawn).to_be_visible()

    await page.get_by_label(seat.t("As of (Hà Nội time)")).fill("2026-11-19T09:00")
    await seat.button("Show as of then").click()
    await expect(page.locator(".notice.warn")).to_contain_text("19/11/2026 09:00")
    await expect(withdrawn).to_have_count(0)
    await seat.picture(f"procedure-then-{language}")
    await seat.link("Back to the present").click()
    await expect(withdrawn).to_be_visible()

    await page.locator("#versions").get_by_role("link", name=seat.t("What changed on %(at)s", at="")[:8]).first.click()
    await expect(page.locator("#compared ins").first).to_be_visible()
    await seat.picture(f"procedure-compared-{language}")


async def test_a_decision_is_seen_as_it_was(chromium: Browser, archive: House, language: str) -> None:
    """Its procedures on both sides; before it was known there is none."""
    seat = await come_in(chromium, archive, language, Role.AUDITOR)
    page = seat.page
    await seat.turn_to("Decisions")
    await page.get_by_label(seat.t("Number or issuer")).fill("3511")
    await page.keyboard.press("Enter")
    rows = page.locator("[data-key-row]")
    await expect(rows).to_have_count(1)
    await page.get_by_label(seat.t("As of (Hà Nội time)")).fill("2026-11-01T09:00")
    await seat.button("Show").click()
    await expect(rows).to_have_count(0)
    await expect(page.locator(".notice.warn").first).to_contain_text("01/11/2026 09:00")
    await seat.link("Back to the present").click()
    await rows.locator("[data-key-open]").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("3511/QĐ-UBND")
    await seat.picture(f"decision-{language}")
