"""What a pass writes down: versions, the translation that made them, and lags that teach the grace time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from syncd.ledger.lags import recent_lags
from syncd.ledger.versions import timeline
from syncd.records.procedure import Procedure
from syncd.sides.adapter import Capabilities, Record
from tests.passes.towns import NAME, OTHER_NAME, Town
from tests.stores import Store
from tests.worlds import CARRIED


@dataclass
class Mapped(Store):
    """A city whose settings say how names are written: their mark is the translation."""

    suffix: str = ""
    translated: int = 0

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(carries=self.carries, translation=f"suffix={self.suffix}")

    def canonical(self, record: Record) -> Procedure:
        self.translated += 1
        found = super().canonical(record)
        return Procedure(code=found.code, local_code=found.local_code, name=f"{found.name}{self.suffix}")


def mapped(town: Town) -> Mapped:
    town.city = Mapped(carries=CARRIED)
    town.restart()
    return town.city


def test_other_settings_of_a_side_translate_every_record_anew(town: Town) -> None:
    """Although its bytes are the same; and once, not at every start."""
    city = mapped(town)
    town.both("1.000001", "1.000002")
    town.run()
    assert (town.known(), city.translated) == ([], 2)
    town.restart()
    town.run()
    assert city.translated == 2, "the same settings: a restart translates nothing"
    city.suffix = " (bản nháp)"
    town.restart()
    town.run()
    assert {one.kind for one in town.known()} == {"field_differs"}
    assert len(town.known()) == 2
    so_far = city.translated
    town.restart()
    town.run()
    assert city.translated == so_far


def test_settings_that_change_while_the_side_is_down_are_not_forgotten(town: Town) -> None:
    """The mark moves with a whole reading alone."""
    city = mapped(town)
    town.both("1.000001")
    town.run()
    city.suffix = " (bản nháp)"
    town.restart()
    city.unreadable = set()
    town.portal.lie, city.lie = None, None
    records, city.records = city.records, {}
    town.run()
    city.records = records
    town.restart()
    town.run()
    assert len(town.known()) == 1


def test_a_record_whose_bytes_change_and_whose_content_does_not_makes_no_version(town: Town) -> None:
    town.both("1.000001")
    town.run()
    town.city.records["1.000001.H26"] = town.city.records["1.000001.H26"].replace(b",", b", ")
    town.run()
    town.run()
    versions = town.ledger.read_now(timeline, "ha-noi", codes=("1.000001",))
    assert [(one.side, one.valid_to) for one in versions] == [("portal", None), ("city", None)]


def test_the_time_that_the_city_took_is_learnt_when_it_followed(town: Town) -> None:
    """From the first sight of the portal's change until the city showed the same."""
    town.both("1.000001")
    town.run()
    town.publish("1.000001", OTHER_NAME)
    seen = town.now
    town.run()
    town.now += timedelta(minutes=20)
    town.enter("1.000001", OTHER_NAME)
    followed = town.now
    town.run()
    assert town.known() == []
    assert town.ledger.read_now(recent_lags, "ha-noi", 10) == [(followed - seen).total_seconds()]


def test_a_difference_that_was_there_at_first_sight_teaches_nothing(town: Town) -> None:
    town.both("1.000002")
    town.publish("1.000001", OTHER_NAME)
    town.enter("1.000001", NAME)
    town.run()
    town.enter("1.000001", OTHER_NAME)
    town.run()
    assert (town.known(), town.ledger.read_now(recent_lags, "ha-noi", 10)) == ([], [])


def test_a_portal_that_takes_its_change_back_teaches_nothing(town: Town) -> None:
    town.both("1.000001")
    town.run()
    town.publish("1.000001", OTHER_NAME)
    town.run()
    town.publish("1.000001", NAME)
    town.run()
    assert (town.known(), town.ledger.read_now(recent_lags, "ha-noi", 10)) == ([], [])
