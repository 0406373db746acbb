"""What may be set, and what is refused before anything is opened."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

from adapters.edxml import definition
from adapters.edxml.axis import AxisSource
from adapters.edxml.choosing import Words
from adapters.edxml.folder import FolderSource
from adapters.edxml.link import LinkSource
from adapters.edxml.reader import source_of
from syncd.errors import ConfigurationError
from syncd.sides.adapter import ENTRY_POINT_GROUP
from syncd.sides.registry import settings_for
from tests.adapters.edxml.worlds import around, settings

AXIS = {"base_url": "https://vxp.example", "system_id": "s", "key_secret": "k"}
LINK = {"base_url": "https://qlvb.example", "unit": "H26"}
SFTP = {"host": "h", "username": "u", "known_hosts": "known", "password_secret": "p"}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({}, "set exactly one of folder, sftp, axis and link; set are none"),
        ({"folder": {"path": "."}, "link": LINK}, "set are folder, link"),
        ({"folder": {"path": ".", "colour": 1}}, "colour"),
        ({"sftp": SFTP | {"private_key_secret": "k"}}, "exactly one of private_key_secret and password_secret"),
        ({"sftp": {key: value for key, value in SFTP.items() if key != "known_hosts"}}, "known_hosts"),
        ({"sftp": SFTP | {"private_key_password_secret": "x"}}, "needs private_key_secret beside it"),
        ({"folder": {"path": "."}, "subjects": []}, "subjects"),
        ({"axis": AXIS | {"lists": []}}, "lists"),
        ({"axis": AXIS | {"sent_path": "getSentEdocList"}}, "sent_path"),
        ({"axis": AXIS | {"headers": {"Authorization": "x"}}}, "name it under secret_headers"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_key(table: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        settings_for(definition, {"adapter": "edxml", **table}, "documents")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("table", "source"),
    [({"folder": {"path": "."}}, FolderSource), ({"axis": AXIS}, AxisSource), ({"link": LINK}, LinkSource)],
)
def test_each_place_has_its_source(table: dict[str, Any], source: type) -> None:
    assert isinstance(source_of(settings(**table), around()), source)


def test_words_have_good_defaults_and_can_be_set() -> None:
    assert settings(folder={"path": "."}).words == Words()
    chosen = settings(folder={"path": "."}, subjects=[["ban hành"], ["TTHC"]], others=[], notations=["NQ"])
    assert chosen.words == Words((("ban hành",), ("TTHC",)), (), ("Quyết định",), ("NQ",))


def test_without_the_extra_an_sftp_server_is_refused_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "adapters.edxml.sftp", raising=False)
    monkeypatch.setitem(sys.modules, "asyncssh", None)
    with pytest.raises(ConfigurationError, match=r'pip install "syncd\[sftp\]"'):
        source_of(settings(sftp=SFTP), around(Path()))


def test_the_other_places_need_no_extra() -> None:
    """Loading the entry point must not import the library of SFTP."""
    code = "import sys; import adapters.edxml; print('asyncssh' in sys.modules)"

    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=True, text=True)
    assert ended.stdout.strip() == "False"


def test_the_adapter_is_found_by_its_name_and_offers_decisions_and_tasks() -> None:
    point = next(one for one in entry_points(group=ENTRY_POINT_GROUP) if one.name == "edxml")
    assert point.load() is definition
    assert (definition.build, definition.index, definition.dossiers) == (None, None, None)
    assert None not in (definition.decisions, definition.tasks)
