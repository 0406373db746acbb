"""How large a ledger is, and that the benchmark of sizes measures what it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from benchmarks.size import Costs, grown, passes
from syncd.care.sizes import disk_sizes, sizes
from syncd.config.care import CareConfig
from syncd.config.desk import DeskConfig
from tests.passes.towns import Town


def test_sizes_are_those_of_the_file_and_the_largest_table_comes_first(town: Town, url: str, tmp_path: Path) -> None:
    found = sizes(url)
    assert found.bytes == disk_sizes(url)[0]
    tables = {one.table: one for one in found.tables}
    assert tables["passes"].rows == 2
    assert [one.bytes for one in found.tables] == sorted((one.bytes for one in found.tables), reverse=True)
    assert sum(one.bytes for one in found.tables) < found.bytes
    town.ledger.close()
    assert (tmp_path / "ledger.db").stat().st_size == found.bytes


def test_a_year_is_what_its_parts_take() -> None:
    costs = Costs(version=1000, head=10, one_pass=100, mismatch=50)
    assert costs.standing(200) == 2 * 200 * 1010
    assert costs.growth(200, 0.01, passes=7) == pytest.approx(2 * 730 * 1000 + 730 * 50 + 700)


def test_a_pass_takes_about_as_much_as_the_manual_says(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.size.SAMPLE", 100)
    assert 1_000 < grown(town.ledger, passes) < 3_500


@pytest.mark.parametrize("wrong", [{"details_days": 10}, {"evidence_days": -1}, {"keep_daily": -1}, {"keep": 1}])
def test_a_policy_that_would_forget_too_much_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        CareConfig.model_validate(wrong)


def test_a_proxy_is_named_by_its_address_or_network() -> None:
    assert DeskConfig(proxy_networks=("10.1.2.3", "10.2.0.0/16")).proxy_networks == ("10.1.2.3/32", "10.2.0.0/16")
    with pytest.raises(ValidationError, match="not a network"):
        DeskConfig(proxy_networks=("proxy.example",))
