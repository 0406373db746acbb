"""Who may use each route of the desk: written by hand, so that a new route without an expectation fails.

A row names the roles that may; `EVERYBODY` also those who are not signed in. ``values`` fill the path.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from syncd.records.roles import Role

ALL = frozenset(Role)
OPERATORS = frozenset({Role.OPERATOR})


@dataclass(frozen=True, slots=True)
class Expected:
    """One row."""

    roles: frozenset[Role]
    strangers: bool = False
    values: Mapping[str, object] = field(default_factory=dict)


EVERYBODY = Expected(ALL, strangers=True)
SIGNED_IN = Expected(ALL)
ONE_USER = Expected(OPERATORS, values={"user_id": 999})

EXPECTED: dict[str, Expected] = {
    "static": Expected(ALL, strangers=True, values={"name": "no-such-file.css"}),
    "sign_in": EVERYBODY,
    "sign_in_now": EVERYBODY,
    "sign_out": EVERYBODY,
    "language": EVERYBODY,
    "theme": EVERYBODY,
    "keys": EVERYBODY,
    "account": SIGNED_IN,
    "change_password": SIGNED_IN,
    "end_own_session": SIGNED_IN,
    "make_token": SIGNED_IN,
    "end_token": SIGNED_IN,
    "live": SIGNED_IN,
    "users": Expected(OPERATORS),
    "new_user": Expected(OPERATORS),
    "let_in": Expected(OPERATORS),
    "user": ONE_USER,
    "change_user": ONE_USER,
    "set_access": ONE_USER,
    "reset_password": ONE_USER,
}
