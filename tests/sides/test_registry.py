"""Finding adapters and reading their settings: what is wrong is named, what is secret is not."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from syncd.errors import ConfigurationError
from syncd.sides.adapter import ENTRY_POINT_GROUP, AdapterDefinition, AdapterSettings
from syncd.sides.registry import adapters, definition, problems, settings_for


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    column: str


class Settings(AdapterSettings):
    base_url: str
    page_size: int = Field(default=50, ge=1)
    bearer_secret: str | None = Field(default=None, max_length=20)
    headers: dict[str, int] = Field(default_factory=dict)
    columns: list[Inner] = Field(default_factory=list)
    proxy: int | None = None


def _build(settings: Any, surroundings: Any) -> Any:
    raise NotImplementedError


KNOWN = AdapterDefinition("known", "for tests", Settings, _build)
GOOD = {"adapter": "known", "base_url": "https://side.example"}


def _point(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, ENTRY_POINT_GROUP)


@pytest.fixture
def points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[EntryPoint]:
    """One adapter that loads, and three that do not, each for its own reason."""
    (tmp_path / "registry_broken.py").write_text("raise RuntimeError('the driver is not installed')")
    (tmp_path / "registry_wrong.py").write_text("definition = 'text'")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(sys.modules, "registry_broken", None)
    monkeypatch.delitem(sys.modules, "registry_broken")
    return [
        _point("known", f"{__name__}:KNOWN"),
        _point("broken", "registry_broken:definition"),
        _point("wrong", "registry_wrong:definition"),
        _point("absent", "registry_no_such_module:definition"),
    ]


def test_our_own_adapter_is_found_by_its_entry_point() -> None:
    """The national portal comes in the way every plug-in does."""
    found = adapters()["national-portal"]
    assert (found.distribution, found.error) == ("syncd", "")
    assert found.definition is definition("national-portal")


def test_a_plug_in_that_fails_is_reported_and_harms_no_other(points: list[EntryPoint]) -> None:
    """Each failure is a sentence; the good one is usable."""
    found = adapters(points)
    assert found["known"].definition is KNOWN
    assert "the driver is not installed" in found["broken"].error
    assert "is a str, not an AdapterDefinition" in found["wrong"].error
    assert "does not load: ModuleNotFoundError" in found["absent"].error


def test_a_name_that_two_offer_belongs_to_neither(points: list[EntryPoint]) -> None:
    """Which one would win must not depend on the order of installation."""
    found = adapters([*points, _point("known", "registry_wrong:definition")])
    assert found["known"].definition is None
    assert "two distributions offer it" in found["known"].error


def test_an_unknown_name_is_answered_with_what_exists(points: list[EntryPoint]) -> None:
    """With the nearest usable one, and without the unusable ones."""
    with pytest.raises(ConfigurationError) as caught:
        definition("knwon", adapters(points), path="pairs[0].portal.adapter")
    assert str(caught.value) == (
        "pairs[0].portal.adapter: there is no adapter 'knwon'; did you mean 'known'? (installed are: known)"
    )


def test_a_broken_adapter_says_why_it_cannot_be_used(points: list[EntryPoint]) -> None:
    """Asking for it by name repeats its own sentence."""
    with pytest.raises(ConfigurationError, match="the driver is not installed"):
        definition("broken", adapters(points))


def test_good_settings_come_back_typed() -> None:
    """The adapter's own model is what is returned."""
    settings = settings_for(KNOWN, {**GOOD, "page_size": 7}, "pairs[0].portal")
    assert isinstance(settings, Settings)
    assert settings.page_size == 7


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"page_sise": 5}, "side.page_sise: there is no such key; did you mean 'page_size'?"),
        (
            {"columns": [{"column": "a", "colum": "b"}]},
            "side.columns[0].colum: there is no such key; did you mean 'column'?",
        ),
        ({"page_size": "many"}, "side.page_size: 'many' cannot be used: Input should be a valid integer"),
        ({"page_size": 0}, "side.page_size: 0 cannot be used: Input should be greater than or equal to 1"),
        ({"columns": [{}]}, "side.columns[0].column: this key is missing"),
    ],
)
def test_a_wrong_key_is_named_with_its_value_and_what_would_be_right(wrong: dict[str, Any], expected: str) -> None:
    """The path leads into nested tables and lists."""
    with pytest.raises(ConfigurationError) as caught:
        settings_for(KNOWN, GOOD | wrong, "side")
    assert caught.value.message.startswith(expected)
    assert caught.value.path == expected.split(":")[0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"bearer_secret": "hunter2-hunter2-hunter2"},
        {"headers": {"X-Key": "hunter2"}},
        {"password": "hunter2"},
        {"proxy": "http://user:hunter2@proxy"},
    ],
)
def test_what_may_be_a_secret_is_never_shown(wrong: dict[str, Any]) -> None:
    """A secret pasted where its name belongs, a header, an unknown password, an address with credentials."""
    [error] = problems(KNOWN, GOOD | wrong, "side")
    assert "hunter2" not in str(error)


def test_several_wrong_keys_are_told_at_once() -> None:
    """One error, one line for each key."""
    with pytest.raises(ConfigurationError) as caught:
        settings_for(KNOWN, {"adapter": "known", "page_size": 0}, "side")
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0] for line in lines] == ["side.base_url", "side.page_size"]
