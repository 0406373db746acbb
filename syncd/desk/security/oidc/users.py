"""From claims to an account: by the subject that is linked, else by the login, the first time.

In: believed claims. Out: a user of this desk, or why there is none. Linking is an audit row; no account is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy.orm import Session

from syncd.ledger.accounts import User, link_subject, user_by_login, user_by_subject

LONGEST_LOGIN = 100
LONGEST_SUBJECT = 255

Why = Literal["unknown", "disabled", "linked"]


@dataclass(frozen=True, slots=True)
class Met:
    """Who it is: a user, or why not: nobody here, somebody who may not come, somebody whom another sign-in knows."""

    user: User | None = None
    why: Why = "unknown"
    login: str = ""


def subject_of(issuer: str, claims: Mapping[str, Any]) -> str:
    """The subject as accounts remember it: subjects are only unique within one issuer."""
    subject = str(claims["sub"])
    whole = f"{subject} {issuer}"
    if len(whole) <= LONGEST_SUBJECT:
        return whole
    return f"sha256:{sha256(whole.encode()).hexdigest()}"


def login_of(claims: Mapping[str, Any], claim: str) -> str:
    """The login that the claims name; empty where there is none, or an e-mail address that nobody has checked."""
    value = claims.get(claim)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_LOGIN or not value.isprintable():
        return ""
    if claim == "email" and claims.get("email_verified") is not True:
        return ""
    return value


def met(session: Session, *, subject: str, login: str, now: datetime) -> Met:
    """The user of a subject; links the account of this login to it where that is enabled and not linked yet."""
    user = user_by_subject(session, subject)
    if user is not None:
        return Met(user, login=user.login) if user.is_enabled else Met(why="disabled", login=user.login)
    user = user_by_login(session, login) if login else None
    if user is None:
        return Met(why="unknown", login=login)
    if not user.is_enabled:
        return Met(why="disabled", login=login)
    if user.oidc_subject is not None:
        return Met(why="linked", login=login)
    link_subject(session, user_id=user.id, subject=subject, now=now, actor=f"user:{user.login}")
    return Met(user, login=user.login)
