"""The README's pictures, taken of the demo as a newcomer sees it.

In: ``python -m tests.browser.pictures``; the demo's own sign-in. Out: PNG files in docs/pictures, to be looked at.
"""

from __future__ import annotations

import asyncio
import re
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal, NamedTuple

from playwright.async_api import Page, async_playwright

from tests.browser.sitting import CHROMIUM, DESKTOP, PATIENCE, PHONE

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
DEMO_LIMIT = 300
"""Seconds that the demo may take to live through its week."""
DESK = re.compile(r"Desk\s+(http://\S+?)/?\s*$")
NOT_YET = re.compile("đang được tính|Đang tính|Xem thời hạn và điểm số|đã quá cũ")
"""What a page says whose heavy answers, or the daemon's first passes, are not there yet."""
SIGN_IN = re.compile(r"lanh\.dao\s+(\S+)")


class Door(NamedTuple):
    """Where the desk is, and the approver's password."""

    address: str
    password: str


class Picture(NamedTuple):
    """One page, and how it is looked at. ``follow``: the first link like this is clicked there."""

    name: str
    path: str
    size: tuple[int, int] = DESKTOP
    scheme: Literal["light", "dark"] = "light"
    follow: str = ""


PICTURES = (
    Picture("overview", "/"),
    Picture("queue", "/queue"),
    Picture("mismatch", "/queue?class=tone-mark", follow="main a[href*='/mismatches/']"),
    Picture("index", "/index", scheme="dark"),
    Picture("phone", "/queue", size=PHONE),
)


@asynccontextmanager
async def the_demo() -> AsyncIterator[Door]:
    """`syncd demo` on free ports until the pictures are taken."""
    anywhere = ("--listen", "127.0.0.1:0", "--desk-listen", "127.0.0.1:0")
    running = await asyncio.create_subprocess_exec(sys.executable, "-m", "syncd", "demo", *anywhere, stdout=PIPE)
    try:
        yield await asyncio.wait_for(_door(running), DEMO_LIMIT)
    finally:
        running.terminate()
        await running.wait()


async def _door(running: Process) -> Door:
    address = ""
    if running.stdout is None:
        raise RuntimeError("the demo has no output to read")
    async for line in running.stdout:
        text = line.decode()
        if found := DESK.search(text):
            address = found[1]
        elif address and (found := SIGN_IN.search(text)):
            return Door(address, found[1])
    raise RuntimeError("the demo ended before it printed a sign-in")


async def _take(page: Page, door: Door, wanted: Picture, folder: Path) -> None:
    width, height = wanted.size
    await page.set_viewport_size({"width": width, "height": height})
    await page.emulate_media(color_scheme=wanted.scheme, reduced_motion="reduce")
    await page.goto(door.address + wanted.path)
    if wanted.follow:
        await page.locator(wanted.follow).first.click()
        await page.wait_for_load_state()
    while await page.get_by_text(NOT_YET).count():
        await page.wait_for_timeout(1000)
        await page.reload()
    await page.screenshot(path=folder / f"{wanted.name}.png")


async def take_all(folder: Path = FOLDER) -> None:
    """Run the demo, sign in once, keep one file for each of `PICTURES`."""
    async with the_demo() as door, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page(locale="vi-VN")
        page.set_default_timeout(PATIENCE)
        await page.goto(door.address + "/sign-in")
        await page.fill("[name=login]", "lanh.dao")
        await page.fill("[name=password]", door.password)
        await page.click("main button[type=submit]")
        await page.wait_for_url(door.address + "/")
        for wanted in PICTURES:
            await _take(page, door, wanted, folder)
        await browser.close()


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    asyncio.run(take_all())
