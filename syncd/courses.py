"""Makes the courses that the daemon runs: pairs, dossier tables, decisions, tasks, the index, publications.

In: a checked configuration, and the ground that every course stands on. Out: loops that can be run, nothing connected.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from syncd.answers.about import About
from syncd.config import (
    SOURCE,
    Configuration,
    CourseConfig,
    DecisionConfig,
    DossierConfig,
    IndexConfig,
    NoticesCourse,
    PairConfig,
    PublicationConfig,
    TaskConfig,
    secrets_of,
)
from syncd.desk.app import routes
from syncd.desk.notices.course import notice_course
from syncd.desk.ways import Ways
from syncd.documents.wanted import Sources, sources_of
from syncd.gauges import Gauges
from syncd.ledger import Ledger
from syncd.metrics import Metrics
from syncd.passes.announce import Announcer
from syncd.passes.build import (
    build_decisions,
    build_dossier_reader,
    build_index_reader,
    build_pair,
    build_task_reader,
    check,
    dossier_policy,
    scope_of,
)
from syncd.passes.course import Heartbeat, PairLoop
from syncd.passes.decision_course import DecisionLoop
from syncd.passes.dossier_course import DossierLoop
from syncd.passes.index import IndexCourse, show_index
from syncd.passes.loop import ReconcilingPair
from syncd.passes.outcome import Room
from syncd.passes.pair import SIDES
from syncd.passes.publications import PublicationCourse, show_publications
from syncd.passes.tasks import TaskCourse, show_tasks

Show = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Ground:
    """What every course stands on."""

    ledger: Ledger
    clock: Callable[[], datetime]
    room: Room
    metrics: Metrics
    gauges: Gauges
    announcer: Announcer
    desk_url: str = ""


def about_publications(configuration: Configuration, wanted: PublicationConfig) -> About:
    """Whose publications are judged, as the core knows it."""
    pair = configuration.pair(wanted.pair) if wanted.pair is not None else None
    shown = pair or configuration.pairs[0]
    return About(
        pair=shown.name,
        unit=wanted.unit,
        scope=scope_of(shown),
        complete_since=wanted.decisions_complete_since,
        makeup_days_count=wanted.makeup_days_count,
    )


def course_of(ground: Ground, course: CourseConfig, configuration: Configuration, heartbeat: Heartbeat) -> PairLoop:
    """One course, its adapters made and not connected. Raises `ConfigurationError`."""
    match course:
        case PairConfig():
            return _pair(ground, course, configuration, heartbeat)
        case DossierConfig():
            return _dossiers(ground, course, configuration, heartbeat)
        case DecisionConfig():
            return _decisions(ground, course, configuration, heartbeat)
        case TaskConfig():
            return _tasks(ground, course, configuration, heartbeat)
        case IndexConfig():
            return _index(ground, course, configuration, heartbeat)
        case PublicationConfig():
            return _publications(ground, course, configuration, heartbeat)
        case NoticesCourse():
            return _notices(ground, configuration, heartbeat)


def _pair(ground: Ground, course: PairConfig, configuration: Configuration, heartbeat: Heartbeat) -> PairLoop:
    built = build_pair(configuration, course, check(configuration)[course.name], ground.gauges.attempted)
    return ReconcilingPair(built, ground.room, ground.announcer, heartbeat)


def _dossiers(ground: Ground, course: DossierConfig, configuration: Configuration, heartbeat: Heartbeat) -> PairLoop:
    checked = check(configuration)[course.name]
    readers = {
        side: build_dossier_reader(configuration, course, side, checked[side], ground.gauges.attempted)
        for side in SIDES
    }
    return DossierLoop(
        course.name,
        portal=readers["portal"],
        city=readers["city"],
        portal_root=course.portal_root,
        city_root=course.city_root,
        policy=dossier_policy(course),
        room=ground.room,
        announcer=ground.announcer,
        progress=heartbeat,
    )


def _decisions(ground: Ground, course: DecisionConfig, configuration: Configuration, heartbeat: Heartbeat) -> PairLoop:
    sources = build_decisions(configuration, course, check(configuration)[course.name], ground.gauges.attempted)
    return DecisionLoop(sources, ground.room, ground.gauges, ground.announcer, heartbeat)


def _index(ground: Ground, course: IndexConfig, configuration: Configuration, heartbeat: Heartbeat) -> PairLoop:
    checked = check(configuration)[course.name][SOURCE]
    return IndexCourse(
        build_index_reader(configuration, course, checked, ground.gauges.attempted),
        checked.definition.name,
        course.root,
        course.closed_months,
        ground.ledger,
        ground.clock,
        heartbeat,
        _shows(ground, course, configuration),
    )


def _tasks(ground: Ground, course: TaskConfig, configuration: Configuration, heartbeat: Heartbeat) -> PairLoop:
    checked = check(configuration)[course.name][SOURCE]
    return TaskCourse(
        course.name,
        build_task_reader(configuration, course, checked, ground.gauges.attempted),
        course.unit or "",
        course.periods,
        course.closed_months,
        ground.ledger,
        ground.clock,
        heartbeat,
        _shows(ground, course, configuration),
    )


def _publications(
    ground: Ground, course: PublicationConfig, configuration: Configuration, heartbeat: Heartbeat
) -> PairLoop:
    files = {name: configuration.resolve(file) for name, file in course.registers.items()}
    about = about_publications(configuration, course)
    return PublicationCourse(about, files, ground.ledger, ground.clock, heartbeat, ground.metrics)


Reporting = IndexConfig | TaskConfig | PublicationConfig
"""Courses that compare nothing, but count."""


def shows_of(ground: Ground, configuration: Configuration) -> dict[str, Show]:
    """What sets the gauges of each course that counts, from the ledger: wherever it ran."""
    return {one.name: _shows(ground, one, configuration) for one in configuration.courses if isinstance(one, Reporting)}


def _shows(ground: Ground, course: Reporting, configuration: Configuration) -> Show:
    ledger, metrics, clock = ground.ledger, ground.metrics, ground.clock
    match course:
        case IndexConfig():
            return partial(show_index, ledger, metrics, course.root, clock)
        case TaskConfig():
            return partial(show_tasks, ledger, metrics, course.name, course.periods, clock)
        case PublicationConfig():
            return partial(show_publications, ledger, metrics, about_publications(configuration, course), clock)


def _notices(ground: Ground, configuration: Configuration, heartbeat: Heartbeat) -> PairLoop:
    settings = configuration.desk
    if settings is None:
        raise TypeError("notices are of a desk that is not configured")
    return notice_course(
        settings,
        ledger=ground.ledger,
        clock=ground.clock,
        sources=sources(configuration),
        public_url=ground.desk_url,
        ways=Ways(routes()),
        secret=secrets_of(configuration),
        resolve=configuration.resolve,
        progress=heartbeat,
        shows=ground.metrics,
    )


def sources(configuration: Configuration) -> Sources:
    """What a configuration offers to questions: publications, the index, dossiers."""
    wanted = configuration.publication
    return sources_of(configuration, about_publications(configuration, wanted) if wanted is not None else None)
