"""Who is at the desk: the signed-in user as pages and the API see one.

In: a session or a token that was believed. Out: an immutable visitor that knows what may be done and what is seen.
"""

from __future__ import annotations

from dataclasses import dataclass

from syncd.records.roles import MAY, Capability, Role

LANGUAGES = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Visitor:
    """One user. ``unit`` is the code of the unit that a unit's user is bound to, else empty.

    ``capabilities`` are the role's, or fewer (an API token's scopes). ``csrf`` must come back with every form.
    ``token`` is the name of the API token that was shown, ``token_id`` its number; empty and 0 for a session.
    """

    user_id: int
    login: str
    name: str
    role: Role
    unit: str = ""
    language: str = "vi"
    csrf: str = ""
    capabilities: frozenset[Capability] = frozenset()
    token: str = ""
    token_id: int = 0

    @property
    def within(self) -> str | None:
        """What every question about mismatches, publications and dossiers is narrowed to; None for all."""
        return self.unit or "\x00nothing" if self.role is Role.UNIT else None

    @property
    def actor(self) -> str:
        """The name in the audit trail: ``user:`` and the login, behind a stroke the token that acted."""
        return f"user:{self.login}/{self.token}" if self.token else f"user:{self.login}"

    def may(self, capability: Capability) -> bool:
        """Whether the visitor may do this."""
        return capability in self.capabilities


def capabilities_of(role: Role) -> frozenset[Capability]:
    """What a role may do."""
    return MAY[role]
