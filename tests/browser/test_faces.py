"""How every page looks: no breach of WCAG 2.2 AA that axe can find, nothing wider than the screen.

Each page is opened at 1440 and at 390 pixels, light and dark, in both languages.
"""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser

from syncd.desk.app import routes
from syncd.documents.kinds import KINDS
from tests.browser.sitting import DESKTOP, PHONE, RULES, entered, take_seat
from tests.desk.conftest import House

NO_PAGES = {"live", "queue_news", "api_description"}
"""Routes without parameters that answer with no page of their own."""
PLAIN = sorted(
    {
        one.path
        for one in routes()
        if one.method == "GET"
        and "{" not in one.path
        and one.name not in NO_PAGES
        and not one.name.startswith(("act_", "api_"))
    }
)
OF_THE_CITY = (
    "/units/H26.17",
    "/procedures/3.000000",
    "/decisions/3700%2FQĐ-UBND",
    "/publications?late=1",
    "/users/1",
    *(f"/documents/{kind}" for kind in KINDS),
)
OF_THE_QUEUE = (
    "/queue?q=thuong+tru&state=confirmed",
    "/mismatches/{tone}",
    "/mismatches/{missing}",
    "/mismatches/{waived}",
    "/act/assign?id={tone}",
    "/act/waive?id={plain}&id={other}",
)
TOO_WIDE = "document.documentElement.scrollWidth - window.innerWidth"


async def test_the_table_of_routes_has_pages() -> None:
    """Else nothing would be looked at below."""
    assert {"/", "/queue", "/units", "/publications", "/documents", "/users", "/audit"} <= set(PLAIN)


@pytest.mark.parametrize("path", [*PLAIN, *OF_THE_CITY])
async def test_a_page_of_the_city_is_usable_by_everybody(chromium: Browser, gallery: House, path: str) -> None:
    """Whatever the width, the theme and the language."""
    await _look(chromium, gallery, path)


@pytest.mark.parametrize("path", OF_THE_QUEUE)
async def test_a_page_of_work_is_usable_by_everybody(
    chromium: Browser, workshop: House, ids: dict[str, str], path: str
) -> None:
    """The same of pages that show two texts side by side and forms."""
    await _look(chromium, workshop, path.format(**ids))


async def _look(chromium: Browser, house: House, path: str) -> None:
    is_door = path == "/sign-in"
    for language in ("vi", "en"):
        state = None if is_door else await entered(chromium, house, language)
        seat = await take_seat(chromium, house, language, storage_state=state)
        await seat.go(path)
        for wide in (True, False):
            width, height = DESKTOP if wide else PHONE
            await seat.page.set_viewport_size({"width": width, "height": height})
            assert await seat.page.evaluate(TOO_WIDE) <= 0, f"{path} is wider than {width} pixels in {language}"
            for theme in ("light", "dark") if language == "vi" else ("dark",) if wide else ("light",):
                await seat.page.emulate_media(color_scheme=theme)
                await seat.picture(f"faces/{_name(path)}-{language}-{width}-{theme}")
                found = await Axe().run(seat.page, options=RULES)
                assert not found.violations_count, found.generate_report()
        await seat.leave()


def _name(path: str) -> str:
    return re.sub(r"\W+", "-", path).strip("-") or "overview"
