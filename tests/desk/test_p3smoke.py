import asyncio, os
import pytest
from tests.desk.furnished import furnished, SPACED
from tests.desk.conftest import *
from syncd.records.roles import Role
from playwright.async_api import async_playwright
from axe_playwright_python.async_playwright import Axe

PATHS = {"publications":"/publications","index":"/index?mend=publish:1.000881:3600%2FQ%C4%90-UBND&mend=publish:1.000882:3600%2FQ%C4%90-UBND&mend=nothing","procedures":"/procedures","procedure":"/procedures/%201.000777","decisions":"/decisions","decision":"/decisions/3511%2FQ%C4%90-UBND","documents":"/documents","document":"/documents/index-announcement","audit":"/audit","past":"/publications?as_of=2026-11-20T09:00&q=dang+ky"}
WANT = os.environ.get("P3","").split(",") if os.environ.get("P3") else list(PATHS)
async def test_shots(build):
    house = await furnished(build)
    b = await house.signed_in(Role.OPERATOR)
    async with async_playwright() as pw:
        chrome = await pw.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for width in (1440, 390):
            for theme in ("light","dark"):
                lang = "vi" if (width == 1440) == (theme == "light") else "en"
                context = await chrome.new_context(viewport={"width":width,"height":900}, color_scheme=theme, reduced_motion="reduce")
                tok = b.cookie("syncd-session")
                await context.add_cookies([{"name":"syncd-session","value":tok,"url":house.base}])
                page = await context.new_page()
                from syncd.ledger.accounts import change_user
                await house.ledger.write(change_user, user_id=b.user_id, language=lang, now=house.clock(), actor="t")
                for name in WANT:
                    errors=[]
                    page.on("console", lambda m: errors.append(m.text) if m.type=="error" else None)
                    r = await page.goto(house.base+PATHS[name].replace("%3A",":"))
                    await page.wait_for_load_state("networkidle") if False else None
                    await page.wait_for_timeout(150)
                    wide = await page.evaluate("document.documentElement.scrollWidth")
                    await page.screenshot(path=f"/tmp/shots/p3-{name}-{width}-{theme}-{lang}.png", full_page=True)
                    if name=="index":
                        for part in ("#figures","#impact"):
                            await page.locator(part).first.screenshot(path=f"/tmp/shots/p3-index{part[1:]}-{width}-{theme}-{lang}.png")
                    res = await Axe().run(page, options={"runOnly":["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa"]})
                    print(name,width,theme,lang,r.status,"wide",wide,"axe",res.violations_count,errors)
                    if res.violations_count: print(res.generate_report()[:1500])
                await context.close()
        await chrome.close()
