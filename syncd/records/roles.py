"""Who may do what: roles are sets of capabilities, and every route of the desk names the capability that it needs.

In: nothing. Out: the table `MAY`. A role is given to a user; a unit's user is bound to the unit and those below it.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """Who somebody is to the desk."""

    OPERATOR = "operator"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    UNIT = "unit"
    AUDITOR = "auditor"


class Capability(StrEnum):
    """What somebody may do. `SIGN_IN` is everybody's, also nobody's in particular."""

    SIGN_IN = "sign_in"
    SEE = "see"
    EXPORT = "export"
    SEE_AUDIT = "see_audit"
    COMMENT = "comment"
    SET_CAUSE = "set_cause"
    ASSIGN = "assign"
    REPORT = "report"
    REREAD = "reread"
    WAIVE = "waive"
    KEEP_LISTS = "keep_lists"
    SEND = "send"
    MANAGE_USERS = "manage_users"


_READ = frozenset({Capability.SIGN_IN, Capability.SEE, Capability.EXPORT})
_HANDLE = _READ | {Capability.COMMENT, Capability.SET_CAUSE, Capability.REREAD}
_REVIEW = _HANDLE | {Capability.ASSIGN, Capability.REPORT, Capability.KEEP_LISTS}

MAY: dict[Role, frozenset[Capability]] = {
    Role.AUDITOR: _READ | {Capability.SEE_AUDIT},
    Role.UNIT: _HANDLE,
    Role.REVIEWER: _REVIEW,
    Role.APPROVER: _REVIEW | {Capability.WAIVE, Capability.SEND},
    Role.OPERATOR: _REVIEW | {Capability.WAIVE, Capability.SEND, Capability.SEE_AUDIT, Capability.MANAGE_USERS},
}
"""Waiving and sending are for those who approve; the trail is for those who audit; accounts are the operator's."""
