"""Harmless oddities: both sides mean the same and write it differently; nobody may report them.

In: the garden and one untouched procedure. Out: the garden, with one oddity and nothing expected.
"""

from __future__ import annotations

from datetime import date, timedelta

from loopback.catalogue.drafts import WITHDRAWN, Draft
from loopback.catalogue.garden import Garden, day_of
from loopback.catalogue.noise import DECISION_NOISE, NAME_NOISE


def withdrawn_on_both(garden: Garden, draft: Draft) -> None:
    """Withdrawn on the portal and closed in the city: nothing to report."""
    garden.redraft(draft, state=WITHDRAWN)
    garden.rewrite(draft, active=False)


def undated_decision(garden: Garden, draft: Draft) -> None:
    """The portal gives no date of the decision, the city does: nothing to compare."""
    garden.redraft(draft, decision=draft.decision._replace(day=None))


def future_decision(garden: Garden, draft: Draft) -> None:
    """A decision dated in the future, the same on both sides."""
    day = date(2026, 12, 30)
    garden.redraft(draft, decision=draft.decision._replace(day=day))
    garden.rewrite(draft, decision_day=day)


def mapped_by_hand(garden: Garden, draft: Draft) -> None:
    """An invented local code that is in the table of equivalences: nothing to report."""
    code = f"TTHC_{draft.field.code.split('-')[0]}_{garden.random.randint(1_000, 9_999)}.H26"
    garden.rewrite(draft, local_code=code, mapped_code=draft.code)
    garden.equivalences[code] = draft.code


def name_in_other_form(garden: Garden, draft: Draft) -> None:
    """The city's name in another Unicode form or with other white space: nothing to report."""
    garden.rewrite(draft, name=garden.random.choice(NAME_NOISE)(draft.name))


def decision_in_other_form(garden: Garden, draft: Draft) -> None:
    """The city's decision number typed otherwise: nothing to report."""
    garden.rewrite(draft, decision_number=garden.random.choice(DECISION_NOISE)(draft.decision.number))


def executors_in_other_form(garden: Garden, draft: Draft) -> None:
    """The city's agencies in NFD with double spaces: nothing to report."""
    row = garden.row(draft)
    garden.rewrite(draft, executors=tuple(NAME_NOISE[0](NAME_NOISE[3](name)) for name in row.executors))


def citys_own_decision(garden: Garden, draft: Draft) -> None:
    """For a national procedure the city names its own decision of publication: another act, nothing to report."""
    number = f"{garden.random.randint(200, 3_999)}/QĐ-UBND"
    garden.rewrite(draft, decision_number=number, decision_day=day_of(draft) + timedelta(days=20))
