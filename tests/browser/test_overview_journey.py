"""From the overview to one unit, and to paper."""

from __future__ import annotations

from playwright.async_api import Browser, expect

from syncd.records.roles import Role
from tests.browser.sitting import come_in
from tests.desk.conftest import House

LISTENS = "window.print = () => { document.documentElement.dataset.printed = 'yes'; };"


async def test_a_unit_is_found_on_the_overview_and_printed(chromium: Browser, city: House, language: str) -> None:
    """The unit with the most open leads to its page; paper has its figures and nothing of the screen."""
    seat = await come_in(chromium, city, language, Role.AUDITOR)
    page = seat.page
    await seat.context.add_init_script(LISTENS)
    await seat.picture(f"overview-{language}")
    unit = page.get_by_role("table", name=seat.t("Open mismatches by unit, the most first")).get_by_role("link").first
    name = (await unit.inner_text()).strip()
    await unit.click()
    await expect(page.get_by_role("heading", level=1, name=name, exact=True)).to_be_visible()
    await expect(page.locator("#mismatches")).to_be_visible()
    await seat.picture(f"unit-{language}")

    await seat.button("Print").click()
    await expect(page.locator("html")).to_have_attribute("data-printed", "yes")
    await page.emulate_media(media="print")
    await expect(page.locator("#navigation")).to_be_hidden()
    await expect(seat.button("Print")).to_be_hidden()
    await expect(page.locator("#mismatches")).to_be_visible()
    paper = await page.pdf(format="A4")
    assert paper.startswith(b"%PDF")


async def test_a_figure_of_the_overview_leads_to_what_it_counts(chromium: Browser, city: House, language: str) -> None:
    """The queue behind the critical ones has as many."""
    seat = await come_in(chromium, city, language, Role.REVIEWER)
    figure = seat.page.locator(".figure", has_text=seat.t("of them critical"))
    number = (await figure.locator(".figure-value").inner_text()).strip()
    await figure.click()
    await expect(seat.heading("Queue")).to_contain_text(number)
    await expect(seat.page.locator("[data-key-row]")).to_have_count(int(number))
