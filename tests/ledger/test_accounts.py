"""Who may come to the desk, how long a sign-in lasts, and what ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from syncd.ledger.accounts import (
    add_user,
    change_user,
    link_subject,
    password_hash_of,
    renew_hash,
    set_password,
    user_by_id,
    user_by_login,
    user_by_subject,
    users,
)
from syncd.ledger.api_tokens import add_token, revoke_token, token_of, tokens_of, touch_token
from syncd.ledger.audit import trail
from syncd.ledger.refusals import RefusedError
from syncd.ledger.sign_ins import (
    end_session,
    end_sessions,
    forget_old_sessions,
    open_session,
    session_of,
    touch_session,
)
from syncd.ledger.tables_desk import SESSIONS
from tests.ledger.desks import DAY, HOUR, NOW, person

IDLE = 2 * HOUR
WHO = {"now": NOW, "actor": "test"}


def sign_in(ledger, user_id: int, digest: str = "d1", at=NOW) -> None:
    ledger.write_now(
        open_session,
        user_id=user_id,
        digest=digest,
        csrf="c",
        expires_at=at + 12 * HOUR,
        address="127.0.0.1",
        now=at,
        actor="user:hoa",
    )


def seen(ledger, digest: str = "d1", at=NOW):
    return ledger.read_now(session_of, digest=digest, now=at, idle=IDLE)


def actions(ledger) -> list[str]:
    return [entry.action for entry in reversed(ledger.read_now(trail))]


def test_an_account_is_found_by_its_login_in_any_case(ledger):
    user_id = person(ledger, "Hoa.Nguyen@hanoi")
    found = ledger.read_now(user_by_login, "hoa.NGUYEN@hanoi")
    assert (found.id, found.login, found.role, found.unit) == (user_id, "Hoa.Nguyen@hanoi", "reviewer", "")
    assert ledger.read_now(user_by_id, user_id) == found
    assert ledger.read_now(users) == [found]
    assert ledger.read_now(user_by_login, "nobody") is None


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"login": "HOA"}, "login_taken"),
        ({"login": ""}, "login_unusable"),
        ({"login": "a b"}, "login_unusable"),
        ({"login": "hòa"}, "login_unusable"),
        ({"login": "\u212aelvin"}, "login_unusable"),
        ({"login": "a" * 101}, "login_unusable"),
        ({"role": "root"}, "unknown_role"),
        ({"language": "fr"}, "unknown_language"),
        ({"name": " "}, "text_empty"),
        ({"name": "a" * 201}, "text_too_long"),
        ({"name": "a\u202eb"}, "text_unreadable"),
        ({"role": "unit"}, "unit_missing"),
        ({"role": "unit", "unit": "H26 17"}, "unit_missing"),
    ],
)
def test_what_cannot_be_an_account_is_refused(ledger, wrong, reason):
    person(ledger)
    given = {"login": "lan", "name": "Lan", "role": "reviewer"} | wrong
    with pytest.raises(RefusedError) as caught:
        ledger.write_now(add_user, **given, **WHO)
    assert caught.value.reason == reason
    assert len(ledger.read_now(users)) == 1


def test_only_a_units_user_is_bound_to_a_unit(ledger):
    """Whatever else is typed; and who stops being one is bound no more."""
    bound = person(ledger, "lan", role="unit", unit="H26.17")
    free = person(ledger, "hoa", role="reviewer", unit="H26.17")
    assert [ledger.read_now(user_by_id, one).unit for one in (bound, free)] == ["H26.17", ""]
    ledger.write_now(change_user, user_id=bound, role="auditor", **WHO)
    assert ledger.read_now(user_by_id, bound).unit == ""


def test_no_hash_is_in_an_account_or_in_the_trail(ledger):
    user_id = person(ledger)
    ledger.write_now(set_password, user_id=user_id, password_hash="other-hash", **WHO)
    shown = repr(ledger.read_now(users)) + repr(ledger.read_now(trail))
    assert "hash" not in shown.replace("password_hash_renewed", "")
    assert ledger.read_now(password_hash_of, "HOA") == "other-hash"
    ledger.write_now(change_user, user_id=user_id, disabled=True, **WHO)
    assert ledger.read_now(password_hash_of, "hoa") is None, "a disabled user signs in no more"


def test_a_session_lasts_until_it_is_idle_over_or_ended(ledger):
    user_id = person(ledger)
    sign_in(ledger, user_id)
    assert (seen(ledger).login, seen(ledger).csrf) == ("hoa", "c")
    assert seen(ledger, "other") is None
    assert seen(ledger, at=NOW + IDLE) is None, "unused for too long"
    for hours in range(1, 12):
        assert ledger.write_now(touch_session, digest="d1", now=NOW + hours * HOUR)
    assert seen(ledger, at=NOW + 12 * HOUR - timedelta(seconds=1)) is not None
    assert seen(ledger, at=NOW + 12 * HOUR) is None, "over anyhow"
    assert ledger.write_now(end_session, digest="d1", now=NOW, actor="user:hoa")
    assert seen(ledger) is None
    assert not ledger.write_now(end_session, digest="d1", now=NOW, actor="user:hoa")
    assert actions(ledger) == ["user_added", "signed_in", "sessions_ended"]


def test_use_is_written_at_most_once_a_minute(ledger):
    sign_in(ledger, person(ledger))
    assert not ledger.write_now(touch_session, digest="d1", now=NOW + timedelta(seconds=59))
    assert ledger.write_now(touch_session, digest="d1", now=NOW + timedelta(seconds=60))
    assert seen(ledger).seen_at == NOW + timedelta(seconds=60)


@pytest.mark.parametrize(
    "change", [{"role": "auditor"}, {"role": "unit", "unit": "H26.17"}, {"disabled": True}, {"password": "new"}]
)
def test_a_change_of_rights_ends_every_session_of_that_user_alone(ledger, change):
    user_id, other = person(ledger), person(ledger, "lan")
    for who, digest in ((user_id, "d1"), (user_id, "d2"), (other, "d3")):
        sign_in(ledger, who, digest)
    if "password" in change:
        ledger.write_now(set_password, user_id=user_id, password_hash="new", **WHO)
    else:
        assert ledger.write_now(change_user, user_id=user_id, **change, **WHO)
    assert [seen(ledger, one) is not None for one in ("d1", "d2", "d3")] == [False, False, True]


def test_another_unit_ends_the_sessions_of_a_units_user(ledger):
    user_id = person(ledger, role="unit", unit="H26.17")
    sign_in(ledger, user_id)
    ledger.write_now(change_user, user_id=user_id, unit="H26.18", **WHO)
    assert seen(ledger) is None


def test_another_name_or_language_ends_nothing_and_no_change_is_none(ledger):
    user_id = person(ledger)
    sign_in(ledger, user_id)
    assert ledger.write_now(change_user, user_id=user_id, name="Hòa", language="en", **WHO)
    assert (seen(ledger).name, seen(ledger).language) == ("Hòa", "en")
    before = len(actions(ledger))
    assert not ledger.write_now(change_user, user_id=user_id, name="Hòa", disabled=False, **WHO)
    assert len(actions(ledger)) == before
    newest = ledger.read_now(trail, action="user_changed")[0]
    assert newest.detail == {
        "user": "hoa",
        "before": {"name": "Nguyễn Thị Hòa", "language": "vi"},
        "after": {"name": "Hòa", "language": "en"},
    }


def test_a_disabled_user_opens_no_session_and_has_none(ledger):
    user_id = person(ledger)
    sign_in(ledger, user_id)
    ledger.write_now(change_user, user_id=user_id, disabled=True, **WHO)
    with pytest.raises(RefusedError, match="may not sign in"):
        sign_in(ledger, user_id, "d2")
    assert ledger.write_now(change_user, user_id=user_id, disabled=False, **WHO)
    assert seen(ledger) is None, "enabled again, but the old session stays ended"
    sign_in(ledger, user_id, "d2")
    assert seen(ledger, "d2") is not None


def test_old_sessions_are_forgotten_and_open_ones_are_not(ledger):
    user_id = person(ledger)
    sign_in(ledger, user_id, "ended", at=NOW)
    ledger.write_now(end_sessions, user_id=user_id, now=NOW, actor="test")
    sign_in(ledger, user_id, "over", at=NOW)
    sign_in(ledger, user_id, "open", at=NOW + DAY)
    assert ledger.write_now(forget_old_sessions, before=NOW + DAY) == 2
    assert ledger.read_now(lambda session: list(session.scalars(sa.select(SESSIONS.c.digest)))) == ["open"]


def test_a_hash_is_renewed_only_while_it_is_the_same(ledger):
    user_id = person(ledger)
    sign_in(ledger, user_id)
    assert ledger.write_now(renew_hash, user_id=user_id, old="hash", new="dearer", **WHO)
    assert not ledger.write_now(renew_hash, user_id=user_id, old="hash", new="dearest", **WHO)
    assert ledger.read_now(password_hash_of, "hoa") == "dearer"
    assert seen(ledger) is not None, "the password is the same: nobody is signed out"


def test_a_subject_of_the_citys_sign_in_belongs_to_one_user(ledger):
    user_id, other = person(ledger), person(ledger, "lan")
    assert ledger.write_now(link_subject, user_id=user_id, subject="s-1", **WHO)
    assert not ledger.write_now(link_subject, user_id=user_id, subject="s-1", **WHO)
    assert ledger.read_now(user_by_subject, "s-1").id == user_id
    for who, subject in ((other, "s-1"), (user_id, "s-2")):
        with pytest.raises(RefusedError, match="linked already"):
            ledger.write_now(link_subject, user_id=who, subject=subject, **WHO)


def token(ledger, user_id: int, digest: str = "t1", **changed):
    given = {"name": "Báo cáo", "scopes": ["see", "export"], "expires_at": NOW + DAY} | changed
    return ledger.write_now(add_token, user_id=user_id, digest=digest, **given, **WHO)


def test_a_token_is_its_user_within_its_scopes_until_its_end(ledger):
    user_id = person(ledger)
    number = token(ledger, user_id)
    found = ledger.read_now(token_of, digest="t1", now=NOW)
    assert (found.token_id, found.login, found.scopes) == (number, "hoa", ["export", "see"])
    assert ledger.read_now(token_of, digest="t2", now=NOW) is None
    assert ledger.read_now(token_of, digest="t1", now=NOW + DAY) is None
    assert ledger.write_now(touch_token, token_id=number, now=NOW)
    assert not ledger.write_now(touch_token, token_id=number, now=NOW + timedelta(seconds=59))
    assert [one.last_used_at for one in ledger.read_now(tokens_of, user_id)] == [NOW]


def test_a_revoked_token_and_that_of_a_disabled_user_open_nothing(ledger):
    user_id, other = person(ledger), person(ledger, "lan")
    number, second = token(ledger, user_id), token(ledger, user_id, "t2")
    assert not ledger.write_now(revoke_token, token_id=number, user_id=other, **WHO), "it is not theirs"
    assert ledger.write_now(revoke_token, token_id=number, user_id=user_id, **WHO)
    assert not ledger.write_now(revoke_token, token_id=number, **WHO)
    assert ledger.read_now(token_of, digest="t1", now=NOW) is None
    assert ledger.read_now(token_of, digest="t2", now=NOW).token_id == second
    ledger.write_now(change_user, user_id=user_id, disabled=True, **WHO)
    assert ledger.read_now(token_of, digest="t2", now=NOW) is None


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"expires_at": NOW}, "expiry_out_of_range"),
        ({"expires_at": NOW + 400 * DAY}, "expiry_out_of_range"),
        ({"scopes": []}, "scopes_unusable"),
        ({"scopes": ["waive"]}, "scopes_unusable"),
        ({"scopes": ["see", "fly"]}, "scopes_unusable"),
        ({"name": ""}, "text_empty"),
    ],
)
def test_a_token_that_could_do_too_much_is_refused(ledger, wrong, reason):
    user_id = person(ledger)
    with pytest.raises(RefusedError) as caught:
        token(ledger, user_id, **wrong)
    assert caught.value.reason == reason
    assert ledger.read_now(tokens_of, user_id) == []
