"""From the configuration to pairs that can run: adapters built through their entry points, rules, scope, policy.

In: a checked configuration, secrets, a clock. Out: `Pair`s; nothing is connected yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from secrets import randbits

from syncd.config import AgencyScope as AgencyScopeConfig
from syncd.config import Checked, CheckedSide, Configuration, PairConfig, check_sides, secrets_of
from syncd.errors import ConfigurationError
from syncd.passes.pair import Pair, Policy, Side, SideName
from syncd.reconcile.comparison import Rules, comparable
from syncd.reconcile.grace import GracePolicy
from syncd.reconcile.scope import AgencyScope, DepartmentScope, Scope
from syncd.records.codes import Equivalences
from syncd.sides.adapter import ReadingAdapter, Surroundings
from syncd.sides.http.client import HttpClient
from syncd.sides.http.settings import HttpSettings
from syncd.sides.http.words import Attempt
from syncd.sides.registry import adapters, settings_for

OnAttempt = Callable[[str, Attempt], None]
"""Told of every HTTP attempt: the pair's name, and the attempt."""


def nobody(_pair: str, _attempt: Attempt) -> None:
    """Nobody wants to know."""


def check(configuration: Configuration) -> Checked:
    """Check every side's settings with its adapter. Raises `ConfigurationError` with every problem."""
    definitions = {name: found.definition for name, found in adapters().items() if found.definition is not None}
    return check_sides(configuration, definitions, settings_for)


def build_pair(
    configuration: Configuration, pair: PairConfig, sides: Mapping[str, CheckedSide], on_attempt: OnAttempt = nobody
) -> Pair:
    """One pair; its adapters are made, not connected."""
    scope = scope_of(pair)
    portal = Side("portal", _adapter(configuration, pair, "portal", sides["portal"], on_attempt))
    if isinstance(scope, DepartmentScope) and not portal.adapter.capabilities.scope:
        raise ConfigurationError(
            f"pair {pair.name}: this portal side does not say to which departments a procedure applies",
            path="applies.departments",
            action='use applies = { agency = …, levels = […] }, or inventory = "both"',
        )
    city = Side("city", _adapter(configuration, pair, "city", sides["city"], on_attempt))
    return Pair(
        name=pair.name,
        portal=portal,
        city=city,
        scope=scope,
        rules=_rules(pair, portal.adapter, city.adapter),
        equivalences=Equivalences(pair.equivalences.codes),
        policy=_policy(pair),
    )


def scope_of(pair: PairConfig) -> Scope:
    """The pair's scope as the core knows it."""
    if isinstance(pair.applies, AgencyScopeConfig):
        return AgencyScope(pair.applies.agency, frozenset(pair.applies.levels))
    return DepartmentScope(frozenset(pair.applies.departments))


def _rules(pair: PairConfig, portal: ReadingAdapter, city: ReadingAdapter) -> Rules:
    fields = comparable(portal.capabilities.carries, city.capabilities.carries) - frozenset(pair.ignore_fields)
    if pair.fields is not None:
        fields &= frozenset(pair.fields)
    return Rules(
        fields=fields,
        agencies=pair.equivalences.agencies,
        field_names=pair.equivalences.fields,
        secret=randbits(64),
    )


def _policy(pair: PairConfig) -> Policy:
    return Policy(
        interval=pair.interval,
        attempts=pair.attempts,
        detail_period=pair.sweep,
        shrinkage=pair.shrinkage.limits,
        grace=GracePolicy(
            fixed=pair.fixed_grace,
            default=pair.grace_default,
            minimum=pair.grace_minimum,
            maximum=pair.grace_maximum,
        ),
    )


def _adapter(
    configuration: Configuration, pair: PairConfig, side: SideName, checked: CheckedSide, on_attempt: OnAttempt
) -> ReadingAdapter:
    secret = secrets_of(configuration)

    def http(label: str, settings: HttpSettings) -> HttpClient:
        return HttpClient(
            label,
            settings,
            secret=secret,
            folder=configuration.folder,
            observe=lambda attempt: on_attempt(pair.name, attempt),
        )

    departments = getattr(pair.applies, "departments", ())
    return checked.definition.build(
        checked.settings,
        Surroundings(
            side=side,
            folder=configuration.folder,
            secret=secret,
            http=http,
            departments=frozenset(departments),
        ),
    )
