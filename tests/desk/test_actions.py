"""People act on mismatches, one or many: previewed, once, within what they may, and told kindly when things changed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection
from html import unescape
from pathlib import Path
from typing import ClassVar

import pytest

from syncd.desk.live import Live
from syncd.desk.pages.acts import ACTS
from syncd.desk.pages.causes import slug_of
from syncd.ledger.audit import audit_of, trail
from syncd.ledger.causes import causes
from syncd.ledger.mismatches import mismatches_by_id
from syncd.ledger.rereads import rereads_of
from syncd.ledger.waivers import active_waivers
from syncd.ledger.work import comments_of, work_of
from syncd.reconcile.lifecycle import Event
from syncd.records.roles import Capability, Role
from tests.desk.conftest import START, Browser, House
from tests.desk.lively import PAIR, happen, ids_beside, lively_file, seen

WAIVER = {"reason": "Chờ Bộ công bố", "owner": "Trần Văn Minh", "until": "2026-04-01"}
FORMS = {
    "assign": {"assignee": "minh", "unit": "H26.14"},
    "cause": {"cause": "wrong_code"},
    "comment": {"text": "Đã gọi điện."},
    "report": {"reference": "12/UBND"},
    "waive": WAIVER,
    "reread": {},
    "unwaive": {},
    "withdraw_report": {},
}


@pytest.fixture(scope="module")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lively ledger in the place of an empty one."""
    return lively_file(tmp_path_factory.mktemp("lively"), START)


@pytest.fixture
def ids(empty_ledger: Path) -> dict[str, str]:
    """The ids that tests speak of."""
    return ids_beside(empty_ledger)


async def seen_token(browser: Browser, act: str, mismatch_id: str) -> str:
    """What the form of an act says that was seen."""
    answer = await browser.get(f"/act/{act}", params={"id": mismatch_id})
    return unescape(re.search(r'name="seen" value="([^"]*)"', answer.text)[1])


async def do(browser: Browser, act: str, *ids: str, **more: str):
    """One act as its form sends it."""
    token = await seen_token(browser, act, ids[0]) if len(ids) == 1 and "seen" not in more else ""
    form = {"ids": " ".join(ids), "seen": token, "step": "apply", "back": "/queue?severity=major"}
    return await browser.post(f"/act/{act}", form | FORMS[act] | more)


async def entries(house: House, mismatch_id: str, action: str) -> list:
    return [one for one in await house.ledger.read(audit_of, mismatch_id) if one.action == action]


async def said(browser: Browser, answer) -> str:
    """What the page that follows says."""
    return (await browser.get(answer.location)).words


@pytest.mark.parametrize(
    ("act", "action", "name"),
    [
        ("assign", "assigned", "plain"),
        ("cause", "cause_set", "plain"),
        ("comment", "commented", "plain"),
        ("report", "reported", "plain"),
        ("waive", "waive", "plain"),
        ("reread", "reread_asked", "plain"),
        ("unwaive", "unwaive", "waived"),
    ],
)
async def test_an_act_is_one_audit_row_and_twice_the_same_is_once(house, ids, act, action, name):
    browser = await house.signed_in(Role.APPROVER)
    before = len(await entries(house, ids[name], action))
    token = await seen_token(browser, act, ids[name])
    for _ in range(2):
        answer = await do(browser, act, ids[name], seen=token)
        assert (answer.status, answer.location) == (303, "/queue?severity=major")
        await browser.get(answer.location)
    rows = await entries(house, ids[name], action)
    assert len(rows) == before + 1
    assert rows[-1].actor == "user:approver"


async def test_what_was_done_stands_in_the_ledger(house, ids):
    browser = await house.signed_in(Role.APPROVER)
    for act in ("assign", "cause", "comment", "report", "waive"):
        await do(browser, act, ids["plain"])
    work = (await house.ledger.read(work_of, [ids["plain"]]))[ids["plain"]]
    assert (work.assignee, work.unit, work.cause) == ("minh", "H26.14", "wrong_code")
    assert (work.report_reference, work.reported_by) == ("12/UBND", "approver")
    assert [one.text for one in await house.ledger.read(comments_of, ids["plain"])] == ["Đã gọi điện."]
    known = (await house.ledger.read(mismatches_by_id, [ids["plain"]]))[ids["plain"]]
    waiver = next(
        one for one in await house.ledger.read(active_waivers, PAIR, house.clock()) if one.subject == known.subject
    )
    assert known.state == "waived"
    assert waiver.expires_at.isoformat() == "2026-04-01T17:00:00+00:00"
    await do(browser, "withdraw_report", ids["plain"])
    assert (await house.ledger.read(work_of, [ids["plain"]]))[ids["plain"]].reported_at is None


async def test_a_wish_to_read_again_wakes_the_pair_and_is_answered_on_the_page(house, ids):
    browser = await house.signed_in(Role.UNIT, unit="H26.17")
    answer = await do(browser, "reread", ids["child"])
    assert house.control.pairs == [PAIR]
    assert "Both sides are being asked again" in await said(browser, answer)
    assert [one.asked_by for one in await house.ledger.read(rereads_of, ids["child"])] == ["user:unit"]
    page = await browser.get(f"/mismatches/{ids['child']}")
    assert "Being read again" in page.words
    assert 'hx-trigger="live, every 10s"' in page.text
    again = await do(browser, "reread", ids["child"], seen="x")
    assert "It is being read again already." in await said(browser, again)
    assert house.control.pairs == [PAIR]


@pytest.mark.parametrize("act", ["cause", "comment", "reread"])
async def test_a_unit_acts_on_what_is_its_own_and_the_rest_is_not_there(house, ids, act):
    browser = await house.signed_in(Role.UNIT, unit="H26.17")
    before = len(await house.ledger.read(trail))
    for several in ([ids["other"]], [ids["child"], ids["other"]], ["M-AAAAAAAAAAAAAAAA"]):
        assert (await do(browser, act, *several, seen="x")).status == 404
        query = [("id", one) for one in several]
        assert (await browser.get(f"/act/{act}", params=query)).status == 404
    assert len(await house.ledger.read(trail)) == before
    assert (await do(browser, act, ids["child"])).status == 303


async def test_everything_that_matches_is_within_the_unit_as_well(house, ids):
    browser = await house.signed_in(Role.UNIT, unit="H26.17")
    answer = await browser.get("/act/comment", params={"all": "1", "filter": ""})
    assert ids["child"] in answer.text
    assert ids["other"] not in answer.text


@pytest.mark.parametrize("act", sorted(ACTS))
async def test_who_may_not_is_refused_in_the_form_and_in_its_page(house, ids, act):
    role = Role.AUDITOR if ACTS[act].capability in (Capability.COMMENT, Capability.SET_CAUSE) else Role.UNIT
    may = ACTS[act].capability is Capability.REREAD
    browser = await house.signed_in(Role.AUDITOR if may else role, unit="" if may or role is Role.AUDITOR else "H26.17")
    assert (await browser.get(f"/act/{act}", params={"id": ids["child"]})).status == 403
    assert (await browser.post(f"/act/{act}", {"ids": ids["child"], "step": "apply", **FORMS[act]})).status == 403


async def test_many_are_previewed_and_only_then_changed(house, ids):
    browser = await house.signed_in(Role.REVIEWER)
    several = [ids["tone"], ids["plain"], ids["other"]]
    form = await browser.get("/act/assign", params=[("id", one) for one in several])
    assert "Assign 3 mismatches" in form.words
    shown = {"ids": " ".join(several), "assignee": "lan", "unit": "=", "back": "/queue", "step": "preview"}
    preview = await browser.post("/act/assign", shown)
    assert "2 will change · 1 stays as it is" in preview.words
    assert "nobody 2" in preview.words
    assert "Nguyễn Thị Lan 1 Nguyễn Thị Lan" in preview.words
    assert await entries(house, ids["plain"], "assigned") == []
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', preview.text))
    del fields["csrf"]
    done = await browser.post("/act/assign", {**fields, "step": "apply"})
    assert (done.status, done.location) == (303, "/queue")
    assert len(await entries(house, ids["plain"], "assigned")) == 1
    work = await house.ledger.read(work_of, several)
    assert {one.assignee for one in work.values()} == {"lan"}
    edited = await browser.post("/act/assign", {**fields, "step": "edit"})
    assert re.search(r'<option value="lan" selected>', edited.text)


async def test_many_without_a_step_are_previewed_first(house, ids):
    browser = await house.signed_in(Role.REVIEWER)
    answer = await browser.post("/act/assign", {"ids": f"{ids['tone']} {ids['plain']}", "assignee": ""})
    assert "will change" in answer.words
    assert await entries(house, ids["plain"], "assigned") == []


async def test_everything_that_a_filter_finds_can_be_chosen(house, ids):
    browser = await house.signed_in(Role.REVIEWER)
    answer = await browser.get("/act/cause", params={"all": "1", "filter": "severity=major", "id": ids["tone"]})
    number = int(re.search(r"Set the cause of (\d+) mismatches", answer.words)[1])
    assert number > 10
    nothing = await browser.get("/act/cause", params={"back": "/queue?state=all"})
    assert (nothing.status, nothing.location) == (303, "/queue?state=all")
    assert (await browser.get("/act/cause", params={"all": "1", "filter": "q=nothing-at-all"})).status == 404


async def test_a_mismatch_that_was_closed_meanwhile_is_told_and_left_alone(house, ids):
    browser = await house.signed_in(Role.APPROVER)
    token = await seen_token(browser, "waive", ids["plain"])
    await asyncio.to_thread(happen, house.ledger, Event.AGREED, ids["plain"], at=house.clock())
    for act in ("waive", "reread"):
        answer = await do(browser, act, ids["plain"], seen=token)
        assert "It was closed meanwhile" in await said(browser, answer)
    assert await entries(house, ids["plain"], "waive") == []


async def test_values_that_changed_since_they_were_seen_are_not_waived(house, ids):
    browser = await house.signed_in(Role.APPROVER)
    token = await seen_token(browser, "waive", ids["tone"])
    other = seen(
        0,
        kind="field_differs",
        code="1.004222",
        field="name",
        difference="real",
        portal_value="Đăng ký tạm trú",
        city_value="Đăng ký thường trú",
        agency_code="H26.17",
    )
    await asyncio.to_thread(happen, house.ledger, Event.CHANGED, ids["tone"], at=house.clock(), observation=other)
    answer = await do(browser, "waive", ids["tone"], seen=token)
    assert answer.status == 409
    assert "A value has changed since you saw it" in answer.words
    assert WAIVER["reason"] in answer.text
    assert await entries(house, ids["tone"], "waive") == []
    fresh = unescape(re.search(r'name="seen" value="([^"]*)"', answer.text)[1])
    assert (await do(browser, "waive", ids["tone"], seen=fresh)).status == 303
    assert len(await entries(house, ids["tone"], "waive")) == 1


@pytest.mark.parametrize(
    ("act", "wrong", "says"),
    [
        ("waive", {"reason": ""}, "Write something here."),
        ("waive", {"owner": " "}, "Write something here."),
        ("waive", {"until": "2026-03-02"}, "Choose a day after today"),
        ("waive", {"until": "2027-06-01"}, "Choose a day after today"),
        ("waive", {"until": "31/12/2026"}, "Choose a day after today"),
        ("waive", {"reason": "a" * 1001}, "The text is too long."),
        ("waive", {"reason": "ẩn \u202e"}, "characters that nobody can see"),
        ("comment", {"text": ""}, "Write something here."),
        ("comment", {"text": "a" * 4001}, "The text is too long."),
        ("cause", {"cause": "nonsense"}, "This cause is not offered"),
        ("assign", {"assignee": "nobody-knows"}, "There is no such user."),
        ("assign", {"unit": "H99.99"}, "There is no such unit."),
        ("report", {"reference": "a" * 201}, "The text is too long."),
    ],
)
async def test_a_form_with_a_mistake_is_shown_again_and_changes_nothing(house, ids, act, wrong, says):
    browser = await house.signed_in(Role.APPROVER)
    before = len(await house.ledger.read(trail))
    answer = await do(browser, act, ids["plain"], **wrong)
    assert answer.status == 422
    assert says in answer.words
    assert len(await house.ledger.read(trail)) == before


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"ids": ""},
        {"ids": "M-1"},
        {"ids": "'; DROP TABLE mismatches"},
        {"ids": " ".join(f"M-{number:016d}" for number in range(1001))},
    ],
)
async def test_ids_that_are_none_are_refused(house, form):
    browser = await house.signed_in(Role.REVIEWER)
    assert (await browser.post("/act/comment", {**form, "text": "x"})).status == 400


async def test_work_is_not_given_to_who_could_not_see_it(house, ids):
    await house.user(Role.UNIT, "stp", unit="H26.11")
    await house.user(Role.AUDITOR, "kiemtra")
    browser = await house.signed_in(Role.REVIEWER)
    answer = await do(browser, "assign", ids["child"], assignee="stp", unit="")
    assert answer.status == 422
    assert "sees only their own unit" in answer.words
    assert (await do(browser, "assign", ids["child"], assignee="kiemtra")).status == 422
    assert (await do(browser, "assign", ids["child"], assignee="stp", unit="H26.11")).status == 303


async def test_to_me_takes_one_click(house, ids):
    browser = await house.signed_in(Role.REVIEWER)
    form = {"ids": ids["plain"], "me": "reviewer", "assignee": "", "unit": ""}
    assert (await browser.post("/act/assign", form)).location == f"/mismatches/{ids['plain']}"
    assert (await house.ledger.read(work_of, [ids["plain"]]))[ids["plain"]].assignee == "reviewer"


class Heard(Live):
    """Remembers what was said to those who listen."""

    told: ClassVar[list[tuple[str, str, set[str]]]] = []

    def say(self, subject: str, what: str, *, unit: str = "", also: Collection[str] = ()) -> None:
        self.told.append((subject, what, {unit, *also} - {""}))


async def test_who_looks_at_the_page_is_told(build, ids):
    Heard.told = told = []
    house = await build(live=Heard())
    browser = await house.signed_in(Role.REVIEWER)
    await do(browser, "comment", ids["child"])
    await do(browser, "comment", ids["child"])
    assert told == [(f"mismatch:{ids['child']}", "comment", {"H26.17.01"})]
    everything = await browser.get("/act/comment", params={"all": "1", "filter": ""})
    several = re.search(r'name="ids" value="([^"]*)"', everything.text)[1]
    await browser.post("/act/comment", {"ids": several, "text": "Đã xem.", "step": "apply"})
    assert {subject for subject, _, _ in told[1:]} == {"mismatch:*"}


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil", "javascript:alert(1)"])
async def test_an_act_never_leads_away_from_the_desk(house, ids, back):
    browser = await house.signed_in(Role.REVIEWER)
    answer = await do(browser, "comment", ids["plain"], back=back)
    assert answer.location == f"/mismatches/{ids['plain']}"
    page = await browser.get("/act/comment", params={"id": ids["plain"], "back": back})
    shown = unescape(page.text)
    assert f'value="{back}"' not in shown
    assert f'href="{back}"' not in shown


async def test_the_office_extends_the_list_of_causes_and_retires_from_it(house, ids):
    browser = await house.signed_in(Role.REVIEWER)
    words = {"vietnamese": "Sai địa giới sau sắp xếp", "english": "Wrong ward after the merger"}
    assert (await browser.post("/causes", words)).location == "/causes"
    slug = "wrong_ward_after_the_merger"
    assert slug in (await browser.get("/causes")).text
    assert "Wrong ward" in (await browser.get("/act/cause", params={"id": ids["plain"]})).words
    assert (await do(browser, "cause", ids["plain"], cause=slug)).status == 303
    await browser.post("/causes/retire", {"slug": slug})
    assert (await do(browser, "cause", ids["tone"], cause=slug)).status == 422
    assert "Wrong ward" in (await browser.get(f"/mismatches/{ids['plain']}")).words
    await browser.post("/causes", {"slug": slug, **words})
    assert slug in {one.slug for one in await house.ledger.read(causes)}
    wrong = await browser.post("/causes", {"vietnamese": "", "english": "x"})
    assert wrong.status == 422
    assert (await (await house.signed_in(Role.UNIT, unit="H26.17")).post("/causes", words)).status == 403


def test_a_cause_is_named_by_its_english_words_and_never_like_another():
    assert slug_of("Wrong ward!", set()) == "wrong_ward"
    assert slug_of("Wrong ward", {"wrong_ward", "wrong_ward_2"}) == "wrong_ward_3"
    assert slug_of("…", set()) == ""
    assert len(slug_of("a" * 300, {"a" * 36})) <= 40
