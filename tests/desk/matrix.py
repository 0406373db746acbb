"""Who may use each route of the desk: written by hand, so that a new route without an expectation fails.

A row names the roles that may; `EVERYBODY` also those who are not signed in. ``values`` fill the path.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from syncd.config.desk import DeskConfig, OidcConfig
from syncd.desk.app import routes, static_route
from syncd.desk.assets import Assets
from syncd.desk.pages.oidc import oidc_routes
from syncd.desk.routes import Route
from syncd.records.roles import Role

ALL = frozenset(Role)
OPERATORS = frozenset({Role.OPERATOR})
START = datetime(2026, 3, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Expected:
    """One row."""

    roles: frozenset[Role]
    strangers: bool = False
    values: Mapping[str, object] = field(default_factory=dict)


def provider_routes(issuer: str = "https://dang-nhap.example", public_url: str = "") -> tuple[Route, ...]:
    """The routes that a desk has besides `routes` where the city has a sign-in of its own."""
    settings = DeskConfig(oidc=OidcConfig(issuer=issuer, client_id="syncd"))
    made: dict[str, Any] = {"clock": lambda: START, "secret": lambda _name: "", "random": bytes}
    return oidc_routes(settings, public_url=public_url, **made)


def every_route() -> list[Route]:
    """Every route that a desk can have."""
    return [*routes(), *provider_routes(), static_route(Assets())]


EVERYBODY = Expected(ALL, strangers=True)
SIGNED_IN = Expected(ALL)
ONE_USER = Expected(OPERATORS, values={"user_id": 999})

HANDLING = ALL - {Role.AUDITOR}
REVIEWING = HANDLING - {Role.UNIT}
WAIVING = frozenset({Role.APPROVER, Role.OPERATOR})
ONE_MISMATCH = {"id": "M-AAAAAAAAAAAAAAAA"}

EXPECTED: dict[str, Expected] = {
    "overview": SIGNED_IN,
    "units": SIGNED_IN,
    "unit": Expected(ALL, values={"code": "H26.999"}),
    "static": Expected(ALL, strangers=True, values={"name": "no-such-file.css"}),
    "sign_in": EVERYBODY,
    "sign_in_now": EVERYBODY,
    "sign_out": EVERYBODY,
    "oidc_begin": EVERYBODY,
    "oidc_back": EVERYBODY,
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
    "publications": SIGNED_IN,
    "index": SIGNED_IN,
    "procedures": SIGNED_IN,
    "procedure": Expected(ALL, values={"code": " 1.004222"}),
    "decisions": SIGNED_IN,
    "decision": Expected(ALL, values={"number": "12/QĐ-UBND"}),
    "documents": SIGNED_IN,
    "document": Expected(ALL, values={"kind": "mismatches"}),
    "make_document": Expected(ALL, values={"kind": "mismatches"}),
    "audit": Expected(frozenset({Role.OPERATOR, Role.AUDITOR})),
    "queue": SIGNED_IN,
    "queue_news": SIGNED_IN,
    "queue_menu": Expected(ALL, values={"name": "older"}),
    "queue_row": Expected(ALL, values=ONE_MISMATCH),
    "keep_view": SIGNED_IN,
    "forget_view": Expected(ALL, values={"view_id": 999}),
    "mismatch": Expected(ALL, values=ONE_MISMATCH),
    "mismatch_raw": Expected(ALL, values={**ONE_MISMATCH, "side": "city"}),
    "mismatch_worth": Expected(ALL, values=ONE_MISMATCH),
    "causes": Expected(REVIEWING),
    "add_cause": Expected(REVIEWING),
    "retire_cause": Expected(REVIEWING),
    "act_assign": Expected(REVIEWING),
    "act_assign_now": Expected(REVIEWING),
    "act_cause": Expected(HANDLING),
    "act_cause_now": Expected(HANDLING),
    "act_comment": Expected(HANDLING),
    "act_comment_now": Expected(HANDLING),
    "act_report": Expected(REVIEWING),
    "act_report_now": Expected(REVIEWING),
    "act_withdraw_report": Expected(REVIEWING),
    "act_withdraw_report_now": Expected(REVIEWING),
    "act_reread": Expected(HANDLING),
    "act_reread_now": Expected(HANDLING),
    "act_waive": Expected(WAIVING),
    "act_waive_now": Expected(WAIVING),
    "act_unwaive": Expected(WAIVING),
    "act_unwaive_now": Expected(WAIVING),
    "api_docs": EVERYBODY,
    "api_overview": SIGNED_IN,
    "api_units": SIGNED_IN,
    "api_tasks": SIGNED_IN,
    "api_unit": Expected(ALL, values={"code": "H26.17"}),
    "api_mismatches": SIGNED_IN,
    "api_mismatch_counts": SIGNED_IN,
    "api_mismatch": Expected(ALL, values=ONE_MISMATCH),
    "api_mismatch_history": Expected(ALL, values=ONE_MISMATCH),
    "api_causes": SIGNED_IN,
    "api_assign": Expected(REVIEWING),
    "api_cause": Expected(HANDLING),
    "api_comment": Expected(HANDLING),
    "api_report": Expected(REVIEWING),
    "api_withdraw_report": Expected(REVIEWING),
    "api_reread": Expected(HANDLING),
    "api_waive": Expected(WAIVING),
    "api_unwaive": Expected(WAIVING),
    "api_procedures": SIGNED_IN,
    "api_procedure": Expected(ALL, values={"code": " 1.004222"}),
    "api_version_changes": SIGNED_IN,
    "api_publications": SIGNED_IN,
    "api_decisions": SIGNED_IN,
    "api_decision": SIGNED_IN,
    "api_index": SIGNED_IN,
    "api_impact": SIGNED_IN,
    "api_joint_impact": SIGNED_IN,
    "api_documents": SIGNED_IN,
    "api_make_document": Expected(ALL, values={"kind": "mismatches"}),
    "api_audit": Expected(frozenset({Role.OPERATOR, Role.AUDITOR})),
}
