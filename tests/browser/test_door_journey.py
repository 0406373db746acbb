"""The door: in with a login and a password, out again, in the language that one reads."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from syncd.records.roles import Role
from tests.browser.sitting import known, take_seat
from tests.desk.conftest import House

SAID = {
    "vi": ("Đăng nhập", "Tổng quan", "Danh sách xử lý", "Đăng xuất"),
    "en": ("Sign in", "Overview", "Queue", "Sign out"),
}


async def test_somebody_signs_in_and_out(chromium: Browser, house: House, language: str) -> None:
    """A wrong password is told; the right one leads on to the page that was asked for; out means out."""
    door, overview, queue, out = SAID[language]
    await known(house, "huong", Role.REVIEWER, language)
    seat = await take_seat(chromium, house, language)
    page = seat.page
    await seat.go("/queue")
    await expect(page.get_by_role("heading", level=1, name=door, exact=True)).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("lang", language)
    await seat.picture(f"door-{language}")

    await seat.sign_in("huong", "sai mật khẩu")
    await expect(page.get_by_role("alert")).to_have_text(seat.t("The login or the password is wrong."))
    await expect(page.get_by_label(seat.t("Login"), exact=True)).to_have_value("huong")
    await seat.sign_in("huong")
    await expect(page.get_by_role("heading", level=1, name=queue)).to_be_visible()
    await page.keyboard.press("g")
    await page.keyboard.press("o")
    await expect(page.get_by_role("heading", level=1, name=overview, exact=True)).to_be_visible()

    await page.get_by_role("button", name=out, exact=True).click()
    await expect(page.get_by_role("heading", level=1, name=door, exact=True)).to_be_visible()
    await seat.go("/")
    await expect(page.get_by_role("heading", level=1, name=door, exact=True)).to_be_visible()


@pytest.mark.parametrize("other", ["vi", "en"])
async def test_the_language_is_changed_with_one_click(chromium: Browser, house: House, other: str) -> None:
    """On any page, and kept."""
    mine = "en" if other == "vi" else "vi"
    await known(house, "huong", Role.AUDITOR, mine)
    seat = await take_seat(chromium, house, mine)
    await seat.go("/queue")
    await seat.sign_in("huong")
    await seat.page.get_by_role("button", name={"vi": "Tiếng Việt", "en": "English"}[other], exact=True).click()
    for _ in range(2):
        await expect(seat.page.get_by_role("heading", level=1, name=SAID[other][2])).to_be_visible()
        await expect(seat.page.locator("html")).to_have_attribute("lang", other)
        await seat.page.reload()
