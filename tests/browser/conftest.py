"""A real desk on loopback and Debian's Chromium: `desk` serves a lively ledger, `visit` opens a page and signs in.

Skipped where there is no Chromium. Pictures of what was seen go to ``$DESK_PICTURES``, if that is set.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

from syncd.ledger import open_ledger
from syncd.ledger.accounts import add_user
from syncd.records.passwords import hashed
from syncd.records.roles import Role
from tests.desk.conftest import PASSWORD, START, Build, House, build
from tests.desk.lively import ids_beside, lively_file

__all__ = ["build"]

PEOPLE = (
    ("hoa", "Nguyễn Thị Hòa", Role.APPROVER, ""),
    ("catp", "Bộ phận Một cửa Công an Thành phố", Role.UNIT, "H26.17"),
    ("kiemtra", "Lê Quang Hưng", Role.AUDITOR, ""),
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDE, NARROW = (1440, 900), (390, 844)


def chromium() -> str:
    """Where Chromium is; skips where there is none."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.skip("no Chromium here: install Debian's package `chromium`, or name one in $CHROMIUM")
    return found


@dataclass(slots=True)
class Visit:
    """One person in front of one page."""

    page: Page
    base: str
    troubles: list[str] = field(default_factory=list)

    async def go(self, path: str) -> None:
        """Open an address of the desk."""
        await self.page.goto(self.base + path)

    async def faults(self) -> list[str]:
        """What axe finds against WCAG 2.2 AA, one line each."""
        found = await Axe().run(self.page, options={"runOnly": {"type": "tag", "values": RULES}})
        return [
            f"{one['id']}: {node['target']} {node['failureSummary']}"
            for one in found.response["violations"]
            for node in one["nodes"]
        ]

    async def picture(self, name: str) -> None:
        """Keep a picture for somebody to look at."""
        if folder := os.environ.get("DESK_PICTURES"):
            await self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


Visiting = Callable[..., Awaitable[Visit]]


@pytest.fixture(scope="package")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lively ledger with people who have passwords, in the place of an empty one."""
    path = lively_file(tmp_path_factory.mktemp("browser"), START)
    text = hashed(PASSWORD)
    with open_ledger(f"sqlite:///{path}") as ledger:
        for login, name, role, unit in PEOPLE:
            who = {"login": login, "name": name, "role": role, "unit": unit}
            ledger.write_now(add_user, **who, language="vi", password_hash=text, now=START, actor="test")
    return path


@pytest.fixture
def ids(empty_ledger: Path) -> dict[str, str]:
    """The ids that journeys speak of."""
    return ids_beside(empty_ledger)


@pytest.fixture
async def desk(build: Build) -> House:
    """The desk that is visited."""
    house: House = await build(more={"pairs": ("ha-noi",)})
    house.desk.counting.patience = 10
    return house


@pytest.fixture
async def program() -> AsyncIterator[Browser]:
    """Chromium, running."""
    path = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.fixture
async def visit(desk: House, program: Browser) -> AsyncIterator[Visiting]:
    """``await visit("hoa", "/queue", language="vi", scheme="dark", size=NARROW, script=False)``: signed in by the form.

    Whatever the pages complain about in the console, or ask for in vain, fails the test at its end.
    """
    visits: list[Visit] = []
    async with AsyncExitStack() as stack:

        async def one(
            login: str,
            path: str = "/queue",
            *,
            language: str = "vi",
            scheme: str = "light",
            size: tuple[int, int] = WIDE,
            script: bool = True,
        ) -> Visit:
            context = await program.new_context(
                viewport={"width": size[0], "height": size[1]},
                color_scheme=scheme,  # type: ignore[arg-type]
                java_script_enabled=script,
                reduced_motion="reduce",
            )
            stack.push_async_callback(context.close)
            page = await context.new_page()
            visiting = Visit(page, desk.base)
            page.on("console", lambda said: visiting.troubles.append(said.text) if said.type == "error" else None)
            page.on("pageerror", lambda error: visiting.troubles.append(str(error)))
            visits.append(visiting)
            await visiting.go(path)
            await page.fill("[name=login]", login)
            await page.fill("[name=password]", PASSWORD)
            await page.click("main button[type=submit]")
            await page.wait_for_url(f"**{path}")
            if language != "vi":
                await page.click(f"button[name=language][value={language}]")
                await page.wait_for_selector(f"html[lang={language}]")
            return visiting

        yield one
    assert [trouble for visiting in visits for trouble in visiting.troubles] == []
