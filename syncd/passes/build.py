"""From the configuration to pairs that can run: adapters built through their entry points, rules, scope, policy.

In: a checked configuration, secrets, a clock. Out: `Pair`s; nothing is connected yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from secrets import randbits
from typing import Any, TypeVar

from syncd.answers.decisions_judged import DecisionCourse
from syncd.config import (
    SOURCE,
    Checked,
    CheckedSide,
    Configuration,
    DecisionConfig,
    DossierConfig,
    IndexConfig,
    InvalidConfigurationError,
    PairConfig,
    Problem,
    TaskConfig,
    check_sides,
    secrets_of,
)
from syncd.config import AgencyScope as AgencyScopeConfig
from syncd.passes.decision_pass import DecisionPolicy, DecisionSources
from syncd.passes.dossier_pair import DossierPolicy
from syncd.passes.pair import Pair, Policy, Side, SideName
from syncd.reconcile.comparison import Rules, comparable
from syncd.reconcile.decisions_told import DecisionRules
from syncd.reconcile.grace import GracePolicy
from syncd.reconcile.scope import AgencyScope, DepartmentScope, Scope
from syncd.reconcile.tallies import TallyRules
from syncd.reconcile.tolerances import Tolerance
from syncd.records.codes import Equivalences
from syncd.records.periods import Period
from syncd.sides.adapter import ReadingAdapter, Surroundings
from syncd.sides.decisions import DecisionReader
from syncd.sides.dossiers import DossierReader
from syncd.sides.http.client import HttpClient
from syncd.sides.http.settings import HttpSettings
from syncd.sides.http.words import Attempt
from syncd.sides.index import IndexReader
from syncd.sides.registry import adapters, settings_for
from syncd.sides.tasks import TaskReader

T = TypeVar("T")

LEAST_FRESH = timedelta(minutes=30)
ROUNDS = 3
"""A whole reading is believed for so many rounds of its pair, and for half an hour at least."""
OnAttempt = Callable[[str, Attempt], None]
"""Told of every HTTP attempt: the pair's name, and the attempt."""


def nobody(_pair: str, _attempt: Attempt) -> None:
    """Nobody wants to know."""


def check(configuration: Configuration) -> Checked:
    """Check every side's settings with its adapter. Raises `ConfigurationError` with every problem."""
    definitions = {name: found.definition for name, found in adapters().items() if found.definition is not None}
    checked = check_sides(configuration, definitions, settings_for)
    if problems := list(_unscoped(configuration, checked)):
        raise InvalidConfigurationError(problems)
    return checked


def _unscoped(configuration: Configuration, checked: Checked) -> Iterator[Problem]:
    """Pairs that go by departments while their portal side names none: nothing would ever be in scope."""
    for index, pair in enumerate(configuration.pairs):
        if isinstance(pair.applies, AgencyScopeConfig):
            continue
        if not _adapter(configuration, pair, "portal", checked[pair.name]["portal"], nobody).capabilities.scope:
            yield Problem(
                str(configuration.file),
                f"pairs[{index}].applies.departments",
                "this portal side does not say to which departments a procedure applies",
                'use applies = { agency = …, levels = […] }, or inventory = "both"',
            )


def build_pair(
    configuration: Configuration, pair: PairConfig, sides: Mapping[str, CheckedSide], on_attempt: OnAttempt = nobody
) -> Pair:
    """One pair; its adapters are made, not connected."""
    portal = Side("portal", _adapter(configuration, pair, "portal", sides["portal"], on_attempt))
    city = Side("city", _adapter(configuration, pair, "city", sides["city"], on_attempt))
    return Pair(
        name=pair.name,
        portal=portal,
        city=city,
        scope=scope_of(pair),
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
    departments = frozenset(getattr(pair.applies, "departments", ()))
    around = surroundings(configuration, pair.name, side, on_attempt, departments)
    return _made(checked.definition.build, checked, around)


def build_index_reader(
    configuration: Configuration, index: IndexConfig, checked: CheckedSide, on_attempt: OnAttempt = nobody
) -> IndexReader:
    """The source of the Service Index; made, not connected."""
    around = surroundings(configuration, index.name, SOURCE, on_attempt)
    return _made(checked.definition.index, checked, around)


def index_endpoints(configuration: Configuration, period: Period) -> tuple[str, ...]:
    """The interfaces of the index that can be asked about a period; nothing is connected."""
    index = configuration.index
    if index is None:
        return ()
    reader = build_index_reader(configuration, index, check(configuration)[index.name][SOURCE])
    return tuple(endpoint for endpoint in reader.endpoints if reader.offers(endpoint, period))


def build_dossier_reader(
    configuration: Configuration,
    dossiers: DossierConfig,
    side: SideName,
    checked: CheckedSide,
    on_attempt: OnAttempt = nobody,
) -> DossierReader:
    """One side that counts dossiers; made, not connected."""
    around = surroundings(configuration, dossiers.name, side, on_attempt)
    return _made(checked.definition.dossiers, checked, around)


def build_task_reader(
    configuration: Configuration, tasks: TaskConfig, checked: CheckedSide, on_attempt: OnAttempt = nobody
) -> TaskReader:
    """One source of tasks; made, not connected."""
    return _made(checked.definition.tasks, checked, surroundings(configuration, tasks.name, SOURCE, on_attempt))


def dossier_policy(dossiers: DossierConfig) -> DossierPolicy:
    """How a dossier pair is read and judged."""
    tolerance = Tolerance(absolute=dossiers.tolerance.dossiers, share=dossiers.tolerance.share)
    return DossierPolicy(
        interval=dossiers.interval,
        periods=dossiers.periods,
        grace=dossiers.grace,
        rules=TallyRules(tolerance=tolerance, units=dossiers.units),
        entry_lag=dossiers.entry_lag,
        followed=dossiers.followed,
    )


def build_decision_reader(
    configuration: Configuration,
    decisions: DecisionConfig,
    side: str,
    checked: CheckedSide,
    on_attempt: OnAttempt = nobody,
) -> DecisionReader:
    """One source of publication decisions; made, not connected."""
    around = surroundings(configuration, decisions.name, side, on_attempt)
    return _made(checked.definition.decisions, checked, around)


def build_decisions(
    configuration: Configuration,
    decisions: DecisionConfig,
    sides: Mapping[str, CheckedSide],
    on_attempt: OnAttempt = nobody,
) -> DecisionSources:
    """A course of decisions with its sources; made, not connected."""
    readers = {
        side: build_decision_reader(configuration, decisions, side, checked, on_attempt)
        for side, checked in sides.items()
    }
    return DecisionSources(
        course=decision_course(configuration, decisions),
        documents=readers["documents"],
        portal=readers.get("portal"),
        policy=DecisionPolicy(grace=decisions.grace, shrinkage=decisions.shrinkage.limits),
    )


def decision_course(configuration: Configuration, decisions: DecisionConfig) -> DecisionCourse:
    """How the decisions of a course are judged, as the core knows it."""
    pair = configuration.pair(decisions.pair) if decisions.pair is not None else None
    rules = DecisionRules(
        issuers=frozenset(decisions.issuers),
        since=decisions.since,
        expects_uncoded=decisions.uncoded == "expected",
    )
    if pair is None:
        return DecisionCourse(name=decisions.name, rules=rules)
    fresh_for = max(LEAST_FRESH, ROUNDS * pair.interval)
    return DecisionCourse(name=decisions.name, rules=rules, pair=pair.name, fresh_for=fresh_for)


def surroundings(
    configuration: Configuration,
    course: str,
    side: str,
    on_attempt: OnAttempt,
    departments: frozenset[str] = frozenset(),
) -> Surroundings:
    """What every adapter is given; ``on_attempt`` hears of its requests under the name of the course."""
    secret = secrets_of(configuration)

    def http(label: str, settings: HttpSettings) -> HttpClient:
        return HttpClient(
            label,
            settings,
            secret=secret,
            folder=configuration.folder,
            observe=lambda attempt: on_attempt(course, attempt),
        )

    return Surroundings(side=side, folder=configuration.folder, secret=secret, http=http, departments=departments)


def _made(make: Callable[[Any, Surroundings], T] | None, checked: CheckedSide, around: Surroundings) -> T:
    if make is None:
        raise TypeError(f"{checked.definition.name} was not checked for this")
    return make(checked.settings, around)
