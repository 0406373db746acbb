"""The demo's world: what the city does wrong and puts right, and how a second start finds it again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from loopback.catalogue import Catalogue, generate
from loopback.run import Systems, serve
from syncd.cli.demonstration.catching_up import can_be_mended, entered
from syncd.cli.demonstration.changes import AFTERWARDS, AT_THE_START, HAPPENED, MENDED, SPOILED, before, changes
from syncd.cli.demonstration.configuration import SECRETS, write_secret
from syncd.cli.demonstration.recent import with_recent
from syncd.cli.demonstration.timeline import Timeline
from syncd.cli.demonstration.world import EXPORT, MEND, Memory, World
from syncd.reconcile.mismatches import MismatchKind

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return with_recent(generate(size=600), Timeline(NOW))


@pytest.fixture
async def systems(catalogue: Catalogue) -> AsyncIterator[Systems]:
    async with serve(catalogue) as running:
        yield running


def lived(systems: Systems, home: Path) -> World:
    """A world that is where the history ends."""
    world, timeline = World(systems, home), Timeline(NOW)
    world.begin(timeline.began)
    before(world)
    for change in changes(world, timeline):
        world.be_at(change.at)
        change.make()
    return world


async def test_every_change_of_the_tables_is_one_of_this_catalogue(systems: Systems, tmp_path: Path) -> None:
    world = lived(systems, tmp_path)

    assert all(turn.place < len(world.planted(turn.kind, turn.field)) for turn in (*SPOILED, *MENDED))
    for name in (*AT_THE_START, *AFTERWARDS):
        world.change(name)
    happened = [*(name for name, _ in HAPPENED), *AT_THE_START, *AFTERWARDS]
    assert {name for name in happened if not name.startswith(MEND)} == {event.name for event in world.catalogue.events}
    assert len(set(happened)) == len(happened)


async def test_what_was_mended_first_and_spoiled_later_is_as_it_was_planted(systems: Systems, tmp_path: Path) -> None:
    world = World(systems, tmp_path)
    rows = dict(systems.opencps.database)
    before(world)
    assert systems.opencps.database != rows

    for turn in SPOILED:
        world.spoil(world.planted(turn.kind, turn.field)[turn.place])

    assert systems.opencps.database == rows
    assert {row.number for row in systems.opencps.index} == set(rows)


async def test_the_export_follows_the_database(systems: Systems, tmp_path: Path) -> None:
    world = World(systems, tmp_path)
    missing = world.planted(MismatchKind.MISSING_IN_CITY)[0]

    world.mend(missing)

    assert f"\n{missing.code}.H26," in (tmp_path / EXPORT).read_text("utf-8-sig")


async def test_two_worlds_that_lived_the_same_week_are_the_same(catalogue: Catalogue, tmp_path: Path) -> None:
    async with serve(catalogue) as one, serve(catalogue) as other:
        for number, systems in enumerate((one, other)):
            (tmp_path / str(number)).mkdir()
            lived(systems, tmp_path / str(number))

        assert one.opencps.database == other.opencps.database
        assert one.opencps.dossiers.entries == other.opencps.dossiers.entries
        assert one.portal.records == other.portal.records


async def test_one_end_was_moved_back_that_was_late_for_days(systems: Systems, tmp_path: Path) -> None:
    world = World(systems, tmp_path)
    world.begin(Timeline(NOW).began)
    book = world.systems.opencps.dossiers
    (number,) = book.resets
    was = book.by_number(number)
    world.be_at(NOW)

    world.let_dossiers_end()

    assert was.released is None
    assert was.due is not None
    assert was.due < book.now - timedelta(days=4)
    assert book.by_number(number).released == was.due


def test_the_newest_documents_make_signing_and_publishing_due(catalogue: Catalogue) -> None:
    plain = generate(size=600)

    for register in ("legal-documents.csv", "decisions.csv"):
        added = catalogue.registers[register].removeprefix(plain.registers[register]).decode().splitlines()
        assert len(added) == 6
    event = catalogue.event("new_decision-1").record.detail
    (basis,) = event["legalBasisesDetails"]
    assert basis["code"] in catalogue.registers["legal-documents.csv"].decode()


def test_a_row_that_is_typed_off_the_portal_agrees_with_it(catalogue: Catalogue) -> None:
    record = next(one for one in catalogue.portal if one.public and one.detail["isProvince"])
    row = entered(record)

    assert (row.local_code, row.portal_id, row.name) == (f"{record.code}.H26", record.id, record.detail["name"])
    assert "Cấp tỉnh" in row.levels


def test_not_everything_can_be_mended_by_typing(catalogue: Catalogue) -> None:
    kinds = {planted.kind for planted in catalogue.planted if not can_be_mended(planted)}

    assert MismatchKind.TEST_RECORD in kinds
    assert MismatchKind.MISSING_IN_CITY not in kinds


def test_a_folder_remembers_and_what_was_spoiled_by_hand_is_nothing(tmp_path: Path) -> None:
    assert Memory.of(tmp_path) is None
    Memory(600, NOW, ["rename-1"]).keep(tmp_path)
    assert Memory.of(tmp_path) == Memory(600, NOW, ["rename-1"])
    for spoiled in ("", "[]", '{"size": "x"}', '{"size": 600, "lived": "soon", "changes": []}'):
        (tmp_path / "world.json").write_text(spoiled)
        assert Memory.of(tmp_path) is None


def test_a_secret_can_be_read_by_its_owner_alone_even_where_it_could_be_read_before(tmp_path: Path) -> None:
    file = tmp_path / SECRETS / "one"
    file.parent.mkdir()
    file.write_text("old")
    file.chmod(0o644)

    write_secret(tmp_path, "one", "new")

    assert (file.read_text(), file.stat().st_mode & 0o777) == ("new", 0o600)
