"""Who and what the pages of the queue name: people by login, units by code, causes by slug.

In: a session. Out: one value that a page is written with; what is not known is shown by its code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from syncd.answers.collation import in_order
from syncd.answers.publications import AGENCIES, agencies_of
from syncd.ledger.accounts import User, users
from syncd.ledger.causes import Cause, causes
from syncd.ledger.registers import register_as_of
from syncd.records.roles import Role

USER = "user:"


@dataclass(frozen=True, slots=True)
class Names:
    """Everything that has a name. ``people``: by login, also those who may not come any more."""

    people: Mapping[str, User]
    units: Mapping[str, str]
    causes: Mapping[str, Cause]

    def person(self, login: str) -> str:
        """The name of a login, or of an actor of the trail."""
        key, _, token = login.removeprefix(USER).partition("/")
        known = self.people.get(key.lower())
        return (known.name if known else key) + (f" ({token})" if token else "")

    def unit(self, code: str, otherwise: str = "") -> str:
        """The name of a unit."""
        return self.units.get(code) or otherwise or code

    def cause(self, slug: str | None, language: str) -> str:
        """The words for a cause, retired ones too."""
        known = self.causes.get(slug or "")
        if known is None:
            return slug or ""
        return known.vietnamese if language == "vi" else known.english

    def assignable(self) -> list[User]:
        """Who can be given work: whoever may come and change something, by name."""
        able = (one for one in self.people.values() if one.is_enabled and one.role != Role.AUDITOR)
        return in_order(able, lambda one: one.name)

    def offered_causes(self, language: str) -> list[tuple[str, str]]:
        """The causes that are offered, by their words."""
        several = [(one.slug, self.cause(one.slug, language)) for one in self.causes.values() if not one.retired_at]
        return in_order(several, lambda one: one[1])

    def offered_units(self) -> list[tuple[str, str]]:
        """Every unit that is known, by name."""
        return in_order(self.units.items(), lambda one: one[1])


def names(session: Session, now: datetime) -> Names:
    """Every name as of now."""
    agencies = agencies_of(register_as_of(session, AGENCIES, now) or {})
    return Names(
        people={one.login.lower(): one for one in users(session)},
        units={one.code: one.name for one in agencies if one.name},
        causes={one.slug: one for one in causes(session, with_retired=True)},
    )
