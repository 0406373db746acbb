"""A visit to the queue: one of three known people, signed in through the form, in front of one page.

In: a house over the lively ledger. Out: a `Visit`; what its pages say in the console fails the test at its end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from syncd.ledger.accounts import add_user
from syncd.records.roles import Role
from tests.browser.sitting import DESKTOP, RULES, Seat, secret, take_seat
from tests.desk.conftest import PASSWORD, House

PEOPLE = (
    ("hoa", "Nguyễn Thị Hòa", Role.APPROVER, ""),
    ("catp", "Bộ phận Một cửa Công an Thành phố", Role.UNIT, "H26.17"),
    ("kiemtra", "Lê Quang Hưng", Role.AUDITOR, ""),
)


@dataclass(slots=True)
class Visit:
    """One person in front of one page."""

    page: Page
    base: str
    seat: Seat

    async def go(self, path: str) -> None:
        """Open an address of the desk."""
        await self.page.goto(self.base + path)

    async def faults(self) -> list[str]:
        """What axe finds against WCAG 2.2 AA, one line each."""
        found = await Axe().run(self.page, options=RULES)
        return [
            f"{one['id']}: {node['target']} {node['failureSummary']}"
            for one in found.response["violations"]
            for node in one["nodes"]
        ]

    async def picture(self, name: str) -> None:
        """Keep a picture for somebody to look at."""
        await self.seat.picture(f"queue/{name}")


Visiting = Callable[..., Awaitable[Visit]]


async def invite(house: House) -> None:
    """Let the three people in."""
    text = await asyncio.to_thread(secret)
    for login, name, role, unit in PEOPLE:
        who = {"login": login, "name": name, "role": role, "unit": unit, "language": "vi", "password_hash": text}
        await house.ledger.write(add_user, **who, now=house.clock(), actor="test")


async def visit_to(
    chromium: Browser,
    house: House,
    login: str,
    path: str = "/queue",
    *,
    language: str = "vi",
    scheme: str = "light",
    size: tuple[int, int] = DESKTOP,
    script: bool = True,
) -> Visit:
    """Signed in by the form and led on to ``path``, in the language that a click has chosen."""
    seat = await take_seat(chromium, house, "vi", size=size, color_scheme=scheme, java_script_enabled=script)
    page = seat.page
    await page.goto(house.base + path)
    await page.fill("[name=login]", login)
    await page.fill("[name=password]", PASSWORD)
    await page.click("main button[type=submit]")
    await page.wait_for_url(f"**{path}")
    if language != "vi":
        await page.click(f"button[name=language][value={language}]")
        await page.wait_for_selector(f"html[lang={language}]")
    return Visit(page, house.base, seat)
