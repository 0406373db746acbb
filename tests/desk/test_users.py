"""Accounts: one's own, and those that an operator keeps."""

from __future__ import annotations

import asyncio
import re

import pytest

from syncd.ledger.accounts import password_hash_of, set_password, user_by_login, users
from syncd.ledger.audit import trail
from syncd.records import passwords
from syncd.records.passwords import check, hashed
from syncd.records.roles import Role
from tests.desk.conftest import PASSWORD, START, Answer, Browser, House


def _secret(answer: Answer) -> str:
    found = re.search(r'class="secret">([^<]+)<', answer.text)
    assert found is not None
    return found[1]


async def _with_password(house: House, role: Role = Role.REVIEWER) -> Browser:
    browser = await house.signed_in(role, "lan")
    hash_text = await asyncio.to_thread(hashed, PASSWORD)
    await house.ledger.write(set_password, user_id=browser.user_id, password_hash=hash_text, now=START, actor="test")
    return await house.signed_in_as(browser.user_id, "lan")


async def test_an_operator_lets_somebody_in_who_can_then_sign_in(house: House) -> None:
    operator = await house.signed_in(Role.OPERATOR)
    form = {"login": "minh", "name": "Trần Văn Minh", "role": "unit", "unit": "H26.17", "language": "vi"}
    made = await operator.post("/users/new", form)
    assert made.status == 201
    minh = await house.browser()
    await minh.get("/sign-in")
    assert (await minh.post("/sign-in", {"login": "minh", "password": _secret(made)})).status == 303
    page = await minh.get("/account")
    assert "Trần Văn Minh" in page.words
    assert 'lang="vi"' in page.text
    assert "Tài khoản của bạn" in page.words
    assert "user:operator" in [one.actor for one in await house.ledger.read(trail) if one.action == "user_added"]


async def test_a_generated_password_is_shown_once(house: House) -> None:
    operator, user = await house.signed_in(Role.OPERATOR), await house.user(Role.REVIEWER, "lan")
    answer = await operator.post(f"/users/{user}/password")
    password = _secret(answer)
    hash_text = await house.ledger.read(password_hash_of, "lan")
    assert (await asyncio.to_thread(check, password, hash_text)).is_right
    assert password not in (await operator.get(f"/users/{user}")).text
    assert password not in str(await house.ledger.read(trail))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"login": "OPERATOR"}, "This login is taken."),
        ({"login": "a b"}, "A login has 1 to 100"),
        ({"role": "king"}, "There is no such role."),
        ({"role": "unit", "unit": ""}, "needs the code of the unit"),
        ({"role": "unit", "unit": "H26';--"}, "needs the code of the unit"),
        ({"name": ""}, "Write something here."),
        ({"name": "a\u202eb"}, "nobody can see"),
        ({"name": "a" * 201}, "too long"),
    ],
)
async def test_what_cannot_be_is_told_at_its_field_and_nobody_is_added(
    house: House, change: dict[str, str], says: str
) -> None:
    operator = await house.signed_in(Role.OPERATOR)
    form = {"login": "minh", "name": "Minh", "role": "reviewer", "unit": "", "language": "vi"} | change
    answer = await operator.post("/users/new", {**form, "without_password": "1"})
    assert answer.status == 422
    assert says in answer.words
    assert len(await house.ledger.read(users)) == 1


async def test_another_role_ends_the_sessions_of_the_user(house: House) -> None:
    operator, lan = await house.signed_in(Role.OPERATOR), await house.signed_in(Role.REVIEWER, "lan")
    form = {"name": "Lan", "role": "auditor", "unit": "", "language": "vi"}
    assert (await operator.post(f"/users/{lan.user_id}", form)).status == 303
    assert (await lan.get("/account")).status == 303
    user = await house.ledger.read(user_by_login, "lan")
    assert user is not None
    assert user.role == "auditor"


async def test_disabling_and_letting_in_again(house: House) -> None:
    operator, lan = await house.signed_in(Role.OPERATOR), await house.signed_in(Role.REVIEWER, "lan")
    assert (await operator.post(f"/users/{lan.user_id}/access", {"access": "disabled"})).status == 303
    assert (await lan.get("/account")).status == 303
    assert "Disabled" in (await operator.get("/users")).words
    assert (await operator.post(f"/users/{lan.user_id}/access", {"access": "active"})).status == 303
    again = await house.signed_in_as(lan.user_id, "lan")
    assert (await again.get("/account")).status == 200


async def test_an_operator_cannot_lock_themselves_out(house: House) -> None:
    operator = await house.signed_in(Role.OPERATOR)
    own = f"/users/{operator.user_id}"
    form = {"name": "Me", "role": "auditor", "unit": "", "language": "en"}
    assert (await operator.post(own, form)).status == 422
    assert (await operator.post(f"{own}/access", {"access": "disabled"})).status == 422
    assert (await operator.post(f"{own}/password")).location == "/account"
    assert (await operator.get("/users")).status == 200


@pytest.mark.parametrize("path", ["/users/999", "/users/999999999"])
async def test_a_user_who_is_not_there_is_not_found(house: House, path: str) -> None:
    operator = await house.signed_in(Role.OPERATOR)
    assert (await operator.get(path)).status == 404
    assert (await operator.post(f"{path}/password")).status == 404


@pytest.mark.parametrize("number", ["0x1", "1e3", "-1", "1;2", "9" * 30, "٣"])
async def test_a_number_that_is_none_is_not_found(house: House, number: str) -> None:
    operator = await house.signed_in(Role.OPERATOR)
    assert (await operator.get(f"/users/{number}")).status == 404
    assert (await operator.post("/account/tokens/end", {"token": number})).status in (400, 404)


async def test_changing_the_password_ends_other_sessions_and_renews_this_one(house: House) -> None:
    lan = await _with_password(house)
    other = await house.signed_in_as(lan.user_id, "lan")
    before = lan.cookie("syncd-session")
    form = {"present": PASSWORD, "new": "một hai ba bốn", "again": "một hai ba bốn"}
    assert (await lan.post("/account/password", form)).location == "/account"
    assert lan.cookie("syncd-session") != before
    assert (await lan.get("/account")).status == 200
    assert (await other.get("/account")).status == 303
    hash_text = await house.ledger.read(password_hash_of, "lan")
    assert (await asyncio.to_thread(check, "một hai ba bốn", hash_text)).is_right


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"present": "wrong", "new": "một hai ba bốn", "again": "một hai ba bốn"}, "The present password is wrong."),
        ({"present": PASSWORD, "new": "một hai ba bốn", "again": "khác"}, "The two new passwords differ."),
        ({"present": PASSWORD, "new": "short", "again": "short"}, "A password has 12 to"),
        ({}, "The present password is wrong."),
    ],
)
async def test_a_password_is_changed_only_with_the_present_one(house: House, form: dict[str, str], says: str) -> None:
    lan = await _with_password(house)
    before = await house.ledger.read(password_hash_of, "lan")
    answer = await lan.post("/account/password", form)
    assert (answer.status, says in answer.words) == (422, True)
    assert await house.ledger.read(password_hash_of, "lan") == before


async def test_guesses_at_the_present_password_are_limited(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "check", lambda _password, _hash_text: passwords.Checked(False))
    lan = await house.signed_in(Role.REVIEWER, "lan")
    form = {"present": "guess", "new": "x" * 12, "again": "x" * 12}
    assert [(await lan.post("/account/password", form)).status for _ in range(11)] == [422] * 10 + [429]


async def test_one_can_end_one_s_own_sessions_and_nobody_else_s(house: House) -> None:
    lan = await house.signed_in(Role.REVIEWER, "lan")
    phone, other = await house.signed_in_as(lan.user_id, "lan"), await house.signed_in(Role.REVIEWER, "minh")
    await other.get("/account")
    handles = re.findall(r'name="session" value="([0-9a-f]+)"', (await lan.get("/account")).text)
    assert len(handles) == 1
    await other.post("/account/sessions/end", {"session": handles[0]})
    assert (await phone.get("/account")).status == 200
    await lan.post("/account/sessions/end", {"session": handles[0]})
    assert (await phone.get("/account")).status == 303
    assert (await lan.get("/account")).status == 200


async def test_ending_all_others_leaves_this_one(house: House) -> None:
    lan = await house.signed_in(Role.REVIEWER, "lan")
    others = [await house.signed_in_as(lan.user_id, "lan") for _ in range(3)]
    await lan.post("/account/sessions/end", {"session": "others"})
    assert [(await one.get("/account")).status for one in others] == [303] * 3
    assert (await lan.get("/account")).status == 200


async def test_a_token_of_the_api_is_shown_once_and_ended_by_its_owner_alone(house: House) -> None:
    lan, minh = await house.signed_in(Role.REVIEWER, "lan"), await house.signed_in(Role.REVIEWER, "minh")
    made = await lan.post(
        "/account/tokens", [("name", "Báo cáo"), ("days", "30"), ("scope", "see"), ("scope", "export")]
    )
    token = _secret(made)
    assert re.fullmatch(r"syncd_[\w-]{43}", token)
    page = await lan.get("/account")
    assert "Báo cáo" in page.words
    assert token not in page.text
    assert (await minh.post("/account/tokens/end", {"token": "1"})).status == 404
    assert (await lan.post("/account/tokens/end", {"token": "1"})).status == 303
    assert "Báo cáo" not in (await lan.get("/account")).words


@pytest.mark.parametrize(
    "form",
    [
        [("name", ""), ("days", "30"), ("scope", "see")],
        [("name", "x"), ("days", "30")],
        [("name", "x"), ("days", "30"), ("scope", "manage_users")],
        [("name", "x"), ("days", "30"), ("scope", "no such scope")],
        [("name", "x"), ("days", "99999"), ("scope", "see")],
        [("name", "x"), ("days", "-1"), ("scope", "see")],
        [("name", "x"), ("scope", "see")],
    ],
)
async def test_a_token_beyond_the_role_or_the_year_is_not_made(house: House, form: list[tuple[str, str]]) -> None:
    answer = await (await house.signed_in(Role.REVIEWER)).post("/account/tokens", form)
    assert answer.status == 422
    assert "syncd_" not in answer.text
