"""Accounts: who may come to the desk, as whom, and what follows when that changes.

In: logins, roles, hash texts made elsewhere (hashing is slow: never inside a transaction). Out: accounts without their
hashes. Each change is an audit row; a change of role, unit, password or being let in ends every session of the user.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.ledger.audit import note
from syncd.ledger.refusals import RefusedError, line
from syncd.ledger.rows import columns, first_of, insert_one, rows_of
from syncd.ledger.sign_ins import end_sessions
from syncd.ledger.tables_desk import USERS
from syncd.records.roles import Role

LANGUAGES = ("vi", "en")
LONGEST_NAME = 200
LONGEST_SUBJECT = 255

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,99}")
_UNIT = re.compile(r"[A-Za-z0-9._-]{1,40}")
_ENDS_SESSIONS = ("role", "unit", "disabled")


class User(Struct, frozen=True):
    """One account. ``unit`` is the unit that a unit's user is bound to, else empty."""

    id: int
    login: str
    name: str
    role: str
    unit: str
    language: str
    oidc_subject: str | None
    disabled_at: datetime | None
    created_at: datetime
    password_changed_at: datetime | None

    @property
    def is_enabled(self) -> bool:
        return self.disabled_at is None


def add_user(
    session: Session,
    *,
    login: str,
    name: str,
    role: str,
    unit: str = "",
    language: str = "vi",
    password_hash: str | None = None,
    now: datetime,
    actor: str,
) -> int:
    """Let somebody in; returns the user's id. Without a password they can sign in by OpenID Connect alone.

    Raises `RefusedError`: a login that is taken (in any case) or not made of letters, digits and ``. _ @ + -``, an
    unknown role or language, a unit's user without a unit.
    """
    if not login.isascii() or not _LOGIN.fullmatch(login.lower()):
        action = "use 1 to 100 of a-z, 0-9 and . _ @ + -, beginning with a letter or digit"
        raise RefusedError(f"{login[:100]!r} cannot be a login", reason="login_unusable", action=action)
    if user_by_login(session, login) is not None:
        raise RefusedError(f"the login {login} is taken", reason="login_taken", action="choose another one")
    said = _checked({"name": name, "role": role, "unit": unit, "language": language})
    user_id = insert_one(
        session,
        USERS,
        login=login,
        login_key=login.lower(),
        password_hash=password_hash,
        created_at=now,
        password_changed_at=now if password_hash else None,
        **said,
    )
    note(session, at=now, actor=actor, action="user_added", user=login, **said)
    return user_id


def user_by_login(session: Session, login: str) -> User | None:
    """The account of this login, in any case; None where there is none."""
    return first_of(session, User, _users().where(USERS.c.login_key == login.lower()))


def user_by_id(session: Session, user_id: int) -> User | None:
    """One account, or None."""
    return first_of(session, User, _users().where(USERS.c.id == user_id))


def user_by_subject(session: Session, subject: str) -> User | None:
    """The account that the city's sign-in knows by this subject, or None."""
    return first_of(session, User, _users().where(USERS.c.oidc_subject == subject))


def users(session: Session) -> list[User]:
    """Every account, by login."""
    return rows_of(session, User, _users().order_by(USERS.c.login_key))


def password_hash_of(session: Session, login: str) -> str | None:
    """The hash text of an account that may sign in by password; None also for an unknown or disabled one.

    Check a password against None as well: it takes as long, so that nobody learns which logins there are.
    """
    wanted = sa.select(USERS.c.password_hash).where(USERS.c.login_key == login.lower(), USERS.c.disabled_at.is_(None))
    return session.execute(wanted).scalar()


def change_user(
    session: Session,
    *,
    user_id: int,
    name: str | None = None,
    role: str | None = None,
    unit: str | None = None,
    language: str | None = None,
    disabled: bool | None = None,
    now: datetime,
    actor: str,
) -> bool:
    """Change what is given; whether anything changed. Raises `RefusedError` as `add_user` does, or for nobody.

    A change of role, unit or of being disabled ends all of the user's sessions.
    """
    user = _required(session, user_id)
    given = {"name": name, "role": role, "unit": unit, "language": language, "disabled": disabled}
    before: dict[str, Any] = {field: getattr(user, field) for field in ("name", "role", "unit", "language")}
    wanted = before | {field: value for field, value in given.items() if value is not None and field != "disabled"}
    before["disabled"] = not user.is_enabled
    after: dict[str, Any] = _checked(wanted) | {"disabled": before["disabled"] if disabled is None else disabled}
    changed = [field for field in after if before[field] != after[field]]
    if not changed:
        return False
    values: dict[str, Any] = {field: after[field] for field in changed if field != "disabled"}
    if "disabled" in changed:
        values["disabled_at"] = now if after["disabled"] else None
    session.execute(sa.update(USERS).where(USERS.c.id == user_id).values(**values))
    was, now_is = ({field: said[field] for field in changed} for said in (before, after))
    note(session, at=now, actor=actor, action="user_changed", user=user.login, before=was, after=now_is)
    if any(field in changed for field in _ENDS_SESSIONS):
        end_sessions(session, user_id=user_id, now=now, actor=actor)
    return True


def set_password(session: Session, *, user_id: int, password_hash: str | None, now: datetime, actor: str) -> None:
    """Give a user another password (None: none any more), and end all sessions. Raises `RefusedError` for nobody."""
    user = _required(session, user_id)
    values = {"password_hash": password_hash, "password_changed_at": now}
    session.execute(sa.update(USERS).where(USERS.c.id == user_id).values(**values))
    note(session, at=now, actor=actor, action="password_set" if password_hash else "password_removed", user=user.login)
    end_sessions(session, user_id=user_id, now=now, actor=actor)


def renew_hash(session: Session, *, user_id: int, old: str, new: str, now: datetime, actor: str) -> bool:
    """Replace a hash by one of the same password with today's parameters; False where it has changed meanwhile."""
    same = (USERS.c.id == user_id, USERS.c.password_hash == old)
    login = session.execute(sa.update(USERS).where(*same).values(password_hash=new).returning(USERS.c.login)).scalar()
    if login is None:
        return False
    note(session, at=now, actor=actor, action="password_hash_renewed", user=login)
    return True


def link_subject(session: Session, *, user_id: int, subject: str, now: datetime, actor: str) -> bool:
    """Remember by which subject the city's sign-in knows a user; whether that is new.

    Raises `RefusedError` where the subject is another user's, or the user is known by another one.
    """
    user, subject = _required(session, user_id), line(subject, what="the subject", longest=LONGEST_SUBJECT)
    if user.oidc_subject == subject:
        return False
    if user.oidc_subject is not None or user_by_subject(session, subject) is not None:
        action = "let an operator look at both accounts"
        raise RefusedError(f"{user.login} or the subject is linked already", reason="subject_linked", action=action)
    session.execute(sa.update(USERS).where(USERS.c.id == user_id).values(oidc_subject=subject))
    note(session, at=now, actor=actor, action="subject_linked", user=user.login)
    return True


def _users() -> sa.Select[Any]:
    return sa.select(*columns(USERS, User))


def _required(session: Session, user_id: int) -> User:
    user = user_by_id(session, user_id)
    if user is None:
        raise RefusedError(f"there is no user {user_id}", reason="unknown_user", action="look at `syncd user list`")
    return user


def _checked(said: dict[str, str]) -> dict[str, str]:
    """Name, role, unit and language as they may be remembered. Raises `RefusedError`."""
    if said["role"] not in list(Role):
        roles = ", ".join(Role)
        raise RefusedError(f"{said['role'][:40]!r} is no role", reason="unknown_role", action=f"one of {roles}")
    if said["language"] not in LANGUAGES:
        raise RefusedError(f"{said['language'][:40]!r} is no language", reason="unknown_language", action="vi or en")
    is_bound = said["role"] == Role.UNIT
    if is_bound and not _UNIT.fullmatch(said["unit"]):
        action = "give the unit's code, such as H26.17"
        raise RefusedError("a unit's user belongs to a unit", reason="unit_missing", action=action)
    return {
        "name": line(said["name"], what="the name", longest=LONGEST_NAME),
        "role": said["role"],
        "unit": said["unit"] if is_bound else "",
        "language": said["language"],
    }
