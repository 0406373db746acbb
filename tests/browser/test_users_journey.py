"""A new user of a unit: let in by an operator, signs in, sees the unit and nothing else."""

from __future__ import annotations

from playwright.async_api import Browser, expect

from syncd.records.roles import Role
from tests.browser.sitting import come_in, take_seat
from tests.desk.conftest import House

UNIT = "H26.17"


async def test_a_unit_is_let_in_and_sees_only_its_own(
    chromium: Browser, house: House, ids: dict[str, str], language: str
) -> None:
    """The password is shown once; the queue of the unit holds it and those below it; the rest is not there."""
    operator = await come_in(chromium, house, language, Role.OPERATOR)
    page = operator.page
    await operator.turn_to("Users")
    await page.keyboard.press("n")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label(operator.t("Login"), exact=True).fill("catp")
    await dialog.get_by_label(operator.t("Full name")).fill("Trần Thị Thủy")
    await dialog.get_by_label(operator.t("Role")).select_option(Role.UNIT.value)
    await dialog.get_by_label(operator.t("Unit"), exact=True).fill(UNIT)
    await dialog.get_by_label(operator.t("Language")).select_option(language)
    await dialog.get_by_role("button", name=operator.t("Let in"), exact=True).click()
    password = await page.locator("code.secret").inner_text()
    await page.reload()

    seat = await take_seat(chromium, house, language)
    await seat.go("/queue")
    await seat.sign_in("catp", password)
    await expect(seat.heading("Queue")).to_be_visible()
    shown = {await one.get_attribute("id") for one in await seat.page.locator("[data-key-row]").all()}
    assert {f"row-{ids['tone']}", f"row-{ids['child']}"} <= shown
    assert f"row-{ids['other']}" not in shown
    units = await seat.page.locator("[data-key-row] .unit-cell").all_inner_texts()
    assert {"Sở Tư pháp", "Sở Y tế", "Sở Xây dựng"}.isdisjoint(one.strip() for one in units)
    navigation = seat.page.get_by_role("navigation", name=seat.t("Main"))
    await expect(navigation.get_by_role("link", name=seat.t("Users"), exact=True)).to_have_count(0)
    for hidden in (f"/mismatches/{ids['other']}", "/units/H26.11", "/users"):
        answer = await seat.page.goto(house.base + hidden)
        assert answer is not None
        assert answer.status in (403, 404), hidden
    await seat.picture(f"refused-{language}")
