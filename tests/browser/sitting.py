"""Somebody who sits at the desk with a real browser: signs in through the form, clicks, presses keys.

In: Chromium, a house, a language. Out: a `Seat`; what its pages say in the console fails the test when it leaves.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Locator, Page, StorageState, expect

from syncd.desk.languages import words
from syncd.ledger.accounts import add_user
from syncd.records.passwords import hashed
from syncd.records.roles import Role
from tests.desk.conftest import PASSWORD, House

CHROMIUM = Path("/usr/bin/chromium")
PATIENCE = 20_000
"""Milliseconds that a page may take on two busy cores before a test gives up."""
DESKTOP, PHONE = (1440, 900), (390, 844)
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
"""What axe checks: WCAG 2.2 AA."""
expect.set_options(timeout=PATIENCE)


@cache
def secret() -> str:
    """The hash of `PASSWORD`, which takes a while to make."""
    return hashed(PASSWORD)


@dataclass(slots=True)
class Seat:
    """One browser context with one page. ``complaints``: what its pages said in the console."""

    house: House
    context: BrowserContext
    page: Page
    language: str
    login: str = ""
    complaints: list[str] = field(default_factory=list)
    is_gone: bool = False

    def t(self, text: str, **values: Any) -> str:
        """A text of the desk in the language of this seat."""
        return words(self.language).gettext(text) % values if values else words(self.language).gettext(text)

    def many(self, one: str, several: str, number: int) -> str:
        """The same of a text that counts."""
        return words(self.language).ngettext(one, several, number) % {"num": number}

    async def go(self, path: str) -> None:
        """Open an address of the desk."""
        answer = await self.page.goto(self.house.base + path)
        assert answer is not None
        assert answer.status < 400, f"{path} answered {answer.status}"

    def link(self, text: str) -> Locator:
        """A link of the page itself, by its whole name."""
        return self.page.get_by_role("main").get_by_role("link", name=self.t(text), exact=True)

    def button(self, text: str) -> Locator:
        """A button of the page itself, by its whole name."""
        return self.page.get_by_role("main").get_by_role("button", name=self.t(text), exact=True)

    def heading(self, text: str) -> Locator:
        """The page's first heading, which has this text."""
        return self.page.get_by_role("heading", level=1, name=self.t(text))

    async def turn_to(self, text: str) -> None:
        """Click a page in the navigation."""
        await (
            self.page.get_by_role("navigation", name=self.t("Main"))
            .get_by_role("link", name=self.t(text), exact=True)
            .click()
        )
        await expect(self.heading(text)).to_be_visible()

    async def sign_in(self, login: str, password: str = PASSWORD) -> None:
        """Through the form, with keys."""
        await self.page.get_by_label(self.t("Login"), exact=True).fill(login)
        await self.page.get_by_label(self.t("Password"), exact=True).fill(password)
        await self.page.keyboard.press("Enter")

    async def picture(self, name: str) -> None:
        """Keep how the page looks, where somebody wants to see it (the variable SYNCD_SCREENSHOTS)."""
        if folder := os.environ.get("SYNCD_SCREENSHOTS"):
            path = Path(folder) / f"{name}.png"
            await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
            await self.page.screenshot(path=path, full_page=True)

    async def leave(self) -> None:
        """Close the browser's window; nothing may have been said in its console."""
        if self.is_gone:
            return
        self.is_gone = True
        await self.context.close()
        assert not self.complaints, self.complaints


async def take_seat(
    chromium: Browser, house: House, language: str, *, size: tuple[int, int] = DESKTOP, **more: Any
) -> Seat:
    """A new window of a stranger, before any page; it closes before the house does. ``more``: of the context."""
    given = {
        "viewport": {"width": size[0], "height": size[1]},
        "locale": {"vi": "vi-VN", "en": "en-GB"}[language],
        "timezone_id": "Asia/Ho_Chi_Minh",
        "color_scheme": "light",
        "reduced_motion": "reduce",
    } | more
    context = await chromium.new_context(**given)
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    seat = Seat(house, context, page, language)
    page.on("pageerror", lambda error: seat.complaints.append(str(error)))
    page.on("console", lambda said: _hear(seat, said.type, said.text))
    house.stack.push_async_callback(seat.leave)
    return seat


def _hear(seat: Seat, kind: str, text: str) -> None:
    """A refused form and a page that is not there are answers that tests look at by themselves."""
    if kind in ("error", "warning") and not text.startswith("Failed to load resource"):
        seat.complaints.append(text)


async def come_in(
    chromium: Browser, house: House, language: str, role: Role = Role.OPERATOR, *, unit: str = "", **more: Any
) -> Seat:
    """A new user of this role, who signs in at the door and sees the overview."""
    seat = await take_seat(chromium, house, language, **more)
    seat.login = f"{role.value}-{language}"
    await known(house, seat.login, role, language, unit=unit)
    await seat.go("/")
    await seat.sign_in(seat.login)
    await expect(seat.heading("Overview")).to_be_visible()
    return seat


_ENTERED: dict[tuple[str, str], StorageState] = {}


async def entered(chromium: Browser, house: House, language: str) -> StorageState:
    """The cookies of the user whose login is the language, who signs in once for each house."""
    key = (house.base, language)
    if key not in _ENTERED:
        seat = await take_seat(chromium, house, language)
        await seat.go("/sign-in")
        await seat.sign_in(language)
        await expect(seat.heading("Overview")).to_be_visible()
        _ENTERED[key] = await seat.context.storage_state()
        await seat.leave()
    return _ENTERED[key]


async def known(house: House, login: str, role: Role, language: str, *, unit: str = "") -> int:
    """A user with `PASSWORD`; returns the id."""
    kept = await asyncio.to_thread(secret)
    who = {"login": login, "name": "Phạm Thu Hương", "role": role, "unit": unit, "language": language}
    return await house.ledger.write(add_user, **who, password_hash=kept, now=house.clock(), actor="test")
