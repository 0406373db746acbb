"""A capture comes by mail: whatever its manifest says, playing it opens no other file and asks nobody."""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any, cast

import pytest

from syncd.errors import ConfigurationError
from syncd.sides.capture.archive import ProofTold, SideTold, write_capture
from syncd.sides.registry import definition
from tests.captures.making import manifest, replayed

HTTP_TABLE = {"adapter": "opencps", "base_url": "https://replay.invalid/o", "group_id": "1", "basic_user": "a"} | {
    "basic_password_secret": "a"
}


def forged(folder: Path, settings: dict[str, Any], level: str) -> Path:
    """A capture that is whole in itself, made by somebody else."""
    part = folder / "part"
    part.write_bytes(b"")
    digest = blake2b(b"", digest_size=32).hexdigest()
    proof = ProofTold("whole", 0, 0, None, ())
    told = SideTold(settings["adapter"], "syncd", level, settings, (), "", proof, 0, 0, digest)
    write_capture(folder / "forged.zip", manifest({"portal": told}), {"portal": part}, {})
    return folder / "forged.zip"


def private_table(folder: Path) -> dict[str, Any]:
    private = folder / "private.csv"
    private.write_text("Mã thủ tục,Tên thủ tục\n1.000001,riêng của máy này\n", encoding="utf-8")
    return {"adapter": "file", "path": str(private), "columns": {"code": "Mã thủ tục", "name": "Tên thủ tục"}}


@pytest.mark.parametrize("level", ["http", "HTTP", "", "surprise"])
async def test_a_manifest_cannot_have_a_file_read(tmp_path: Path, level: str) -> None:
    with pytest.raises(ConfigurationError, match="cannot be played"):
        async with replayed(forged(tmp_path, private_table(tmp_path), level)):
            pass


async def test_a_manifest_cannot_have_a_database_asked(tmp_path: Path) -> None:
    table = {"adapter": "sql", "url": f"sqlite:///{tmp_path}/a.db", "query": "select 1", "columns": {"code": "a"}}
    with pytest.raises(ConfigurationError):
        async with replayed(forged(tmp_path, table, "http")):
            pass


async def test_an_adapter_that_asked_for_no_client_is_not_played_as_one_that_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An adapter may have an address among its settings and read something else nevertheless."""
    quiet = replace(definition("opencps"), build=cast("Any", lambda *_: object()))
    monkeypatch.setattr("adapters.replay.side.definition_of", lambda *_, **__: quiet)
    with pytest.raises(ConfigurationError, match="over no HTTP"):
        async with replayed(forged(tmp_path, HTTP_TABLE, "http")):
            pass


async def test_a_manifest_cannot_name_files_of_this_machine_for_a_connection(tmp_path: Path) -> None:
    more = {"ca_file": "/etc/hostname", "proxy": "http://10.0.0.1:3128", "proxy_user": "a"}
    async with replayed(forged(tmp_path, HTTP_TABLE | more, "http")) as side:
        kept = side._adapter  # type: ignore[attr-defined]
        settings = next(one for one in vars(kept).values() if hasattr(one, "base_url"))
        assert (settings.ca_file, settings.proxy) == (None, None)
