"""Working through the queue and one mismatch, by keys and by clicks, with and without a script, in both languages."""

from __future__ import annotations

import asyncio

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from syncd.ledger.mismatches import history, mismatches_by_id
from syncd.ledger.rereads import finish_rereads, pending_rereads
from syncd.ledger.work import work_of
from syncd.reconcile.lifecycle import Event
from tests.browser.sitting import RULES
from tests.desk.lively import PAIR, find, happen, seen


async def test_rows_are_walked_opened_and_left_by_keys(visit, desk):
    here = await visit("hoa")
    page = here.page
    rows = page.locator("[data-key-row]")
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await expect(rows.nth(1)).to_have_class("at")
    await page.keyboard.press("k")
    await expect(rows.nth(0)).to_have_class("at")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/mismatches/M-*")
    first = page.url
    await page.keyboard.press("j")
    await page.wait_for_function("before => location.href !== before", arg=first)
    await page.keyboard.press("k")
    await page.wait_for_url(first)


async def test_search_and_help_are_a_key_away(visit):
    page = (await visit("hoa")).page
    await page.keyboard.press("/")
    await page.keyboard.type("thuong tru khai sinh")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/queue?q=thuong+tru+khai+sinh")
    await page.keyboard.press("Escape")
    await page.locator("h1").click()
    await page.keyboard.press("?")
    await expect(page.locator("dialog[open] .keys")).to_be_visible()


@pytest.mark.parametrize(("language", "said"), [("vi", "Đã lưu phân công."), ("en", "The assignment is saved.")])
async def test_a_row_is_assigned_by_a_key_and_shows_it(visit, desk, language, said):
    page = (await visit("hoa", language=language)).page
    row = page.locator("[data-key-row]").nth(0)
    mismatch_id = (await row.get_attribute("id")).removeprefix("row-")
    await page.keyboard.press("j")
    await page.keyboard.press("a")
    await page.locator("dialog[open] [name=assignee]").select_option("minh")
    await page.locator("dialog[open] button[value=apply]").click()
    await expect(page.locator(".notice")).to_have_text(said)
    await expect(page.locator(f"#row-{mismatch_id} .who-cell")).to_contain_text("Nguyễn Thị Minh")
    assert (await desk.ledger.read(work_of, [mismatch_id]))[mismatch_id].assignee == "minh"


async def test_a_row_is_waived_by_a_key_with_a_reason(visit, desk):
    page = (await visit("hoa")).page
    row = page.locator("[data-key-row]").nth(0)
    mismatch_id = (await row.get_attribute("id")).removeprefix("row-")
    await page.keyboard.press("j")
    await page.keyboard.press("w")
    await page.locator("dialog[open] [name=reason]").fill("Chờ Bộ công bố lại")
    await page.locator("dialog[open] button[value=apply]").dblclick()
    await expect(page.locator(".notice")).to_have_text("Đã cho miễn.")
    await expect(page.locator(f"#row-{mismatch_id}")).to_contain_text("Được miễn")
    events = await desk.ledger.read(history, [mismatch_id])
    assert [one.event for one in events].count("waived") == 1


async def test_chosen_rows_are_previewed_then_changed_together(visit, desk):
    page = (await visit("hoa")).page
    for _ in range(3):
        await page.keyboard.press("j")
        await page.keyboard.press("x")
    await expect(page.locator("[data-chosen]")).to_have_text("3")
    await page.keyboard.press("s")
    await page.wait_for_url("**/act/cause?*")
    await page.locator("[name=cause]").select_option("wrong_code")
    await page.locator("button[value=preview]").click()
    await expect(page.locator(".preview")).to_contain_text("3 sai lệch sẽ thay đổi")
    await page.locator("button[value=apply]").click()
    await page.wait_for_url("**/queue")
    await expect(page.get_by_text("Sai mã thủ tục hành chính").locator("visible=true").first).to_be_visible()


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_without_a_script_everything_can_be_read_and_done(visit, desk, language):
    page = (await visit("hoa", language=language, script=False)).page
    await page.locator("[data-choose]").nth(0).check()
    await page.locator("[data-choose]").nth(1).check()
    await page.locator(".bulk button[formaction$=assign]").click()
    await page.locator("[name=assignee]").select_option("minh")
    await page.locator("button[value=preview]").click()
    await page.locator("button[value=apply]").click()
    await page.wait_for_url("**/queue")
    await page.locator(".menus summary").first.click()
    await page.locator(".menus details[open] a").first.click()
    await page.wait_for_url("**/queue?unit=*")
    await page.locator("a.title").first.click()
    await page.locator("textarea[name=text]").fill("Đã kiểm tra, đang chờ đơn vị.")
    await page.locator(".comment-form button").click()
    await expect(page.locator("#moments")).to_contain_text("Đã kiểm tra, đang chờ đơn vị.")


async def test_a_row_changes_by_itself_and_new_ones_are_counted(visit, desk, ids):
    page = (await visit("hoa", "/queue?q=1.004222")).page
    row = page.locator(f"#row-{ids['tone']}")
    await row.locator("[data-choose]").check()
    await page.wait_for_function("document.querySelector('[data-live]') && true")
    await until_heard(desk)
    await asyncio.to_thread(happen, desk.ledger, Event.AGREED, ids["tone"], at=desk.clock())
    for event in (await desk.ledger.read(history, [ids["tone"]]))[-1:]:
        desk.live.tell(event)
    await expect(row).to_contain_text("Đã khắc phục")
    await expect(row.locator("[data-choose]")).to_be_checked()
    desk.clock.pass_by(minutes=1)
    new = [seen(number, code="1.004222", agency_code="H26.17", field=f"f{number}") for number in (1, 9, 17)]
    found = await asyncio.to_thread(find, desk.ledger, new, desk.clock())
    for event in await desk.ledger.read(history, found):
        desk.live.tell(event)
    await expect(page.locator("#news")).to_contain_text("3 sai lệch mới")
    await page.locator("#news a").click()
    await expect(page.locator(f"#row-{found[0]}")).to_be_visible()


async def test_a_re_read_is_asked_for_and_its_answer_appears_without_a_reload(visit, desk, ids):
    page = (await visit("catp", f"/mismatches/{ids['child']}", language="en")).page
    await page.locator("textarea[name=text]").fill("một câu đang viết dở")
    await page.locator("h1").click()
    await page.keyboard.press("r")
    await expect(page.locator(".reread.pending")).to_contain_text("Being read again")
    assert desk.control.pairs == [PAIR]
    await page.locator("textarea[name=text]").fill("một câu đang viết dở")
    await page.evaluate("window.mark = 'the same page'")
    await until_heard(desk)
    wishes = {one.id: "resolved" for one in await desk.ledger.read(pending_rereads, PAIR)}
    await asyncio.to_thread(happen, desk.ledger, Event.AGREED, ids["child"], at=desk.clock())
    await desk.ledger.write(finish_rereads, outcomes=wishes, now=desk.clock(), actor="daemon")
    desk.live.pass_ended(PAIR)
    desk.live.say(f"mismatch:{ids['child']}", "resolved", unit="H26.17.01")
    await expect(page.locator("#handling")).to_contain_text("both sides agree")
    await expect(page.locator("#standing")).to_contain_text("Resolved")
    assert await page.evaluate("window.mark") == "the same page"
    await expect(page.locator("textarea[name=text]")).to_have_value("một câu đang viết dở")


async def test_a_raw_record_unfolds_where_it_stands(visit, ids):
    page = (await visit("hoa", f"/mismatches/{ids['tone']}")).page
    await page.locator("details.raw summary").first.click()
    await expect(page.locator("details.raw pre").first).to_contain_text('"maTTHC": "1.004222"')


async def test_a_long_menu_is_narrowed_and_menus_close_by_escape(visit, desk):
    page = (await visit("hoa")).page
    await page.locator(".menus summary").nth(8).click()
    menu = page.locator(".menus details").nth(8)
    await expect(menu.locator("li")).to_have_count(2)
    await page.keyboard.press("Escape")
    await expect(menu).not_to_have_attribute("open", "")


async def test_an_open_menu_is_accessible(visit):
    """WCAG 2.2 AA by axe, of the menu alone: it lies over half of a row's box, which axe takes for a small target."""
    here = await visit("hoa")
    await here.page.locator(".menus summary").first.click()
    found = await Axe().run(here.page, context=".menus", options=RULES)
    assert not found.violations_count, found.generate_report()


async def test_who_only_audits_reads_and_is_offered_nothing(visit, ids):
    page = (await visit("kiemtra", f"/mismatches/{ids['tone']}")).page
    await expect(page.locator(".toolbar a, .toolbar button, .comment-form")).to_have_count(0)
    await expect(page.locator("#values")).to_contain_text("thường trú")


async def until_heard(desk) -> None:
    """Until a page listens."""
    async with asyncio.timeout(10):
        while not desk.live.listening:  # noqa: ASYNC110 - the desk's set of readers is no event
            await asyncio.sleep(0.02)


async def test_the_waiver_of_a_mismatch_is_ended_from_its_page(visit, desk, ids):
    page = (await visit("hoa", f"/mismatches/{ids['waived']}")).page
    await page.get_by_role("button", name="Kết thúc cho miễn").click()
    await expect(page.locator("#standing")).to_contain_text("Nghi ngờ")
    known = await desk.ledger.read(mismatches_by_id, [ids["waived"]])
    assert known[ids["waived"]].state == "suspected"
