"""The file of a capture: whole or refused, with a sentence that says why; and nothing is ever written over."""

from __future__ import annotations

import json
import tracemalloc
import zipfile
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

import pytest

from syncd.errors import ConfigurationError
from syncd.sides.capture import archive, playing
from syncd.sides.capture.archive import entries_of, read_manifest, write_capture
from syncd.sides.capture.playing import open_entries
from syncd.sides.errors import ShapeError, SideError, TooLargeError
from tests.adapters.every_system import NAMED
from tests.adapters.test_every_pair import read
from tests.captures.making import captured, manifest, replayed

Parts = dict[str, bytes]


@pytest.fixture
async def case(tmp_path: Path) -> Path:
    """A small capture of a file."""
    async with NAMED["file"].start(tmp_path) as running:
        await captured(running, tmp_path, tmp_path / "case.zip")
    return tmp_path / "case.zip"


def held(file: Path) -> bytes:
    return file.read_bytes()


def put(file: Path, content: bytes) -> None:
    file.write_bytes(content)


def parts_of(case: Path) -> Parts:
    with zipfile.ZipFile(case) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def packed(case: Path, parts: Parts) -> None:
    with zipfile.ZipFile(case, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in parts.items():
            opened.writestr(name, content)


async def refusal(case: Path) -> str:
    """What an operator is told, when the side is built or when it is read."""
    try:
        async with replayed(case) as side:
            _, proof = await read(side)
            assert not proof.whole
            (answer,) = await side.read_again([("1", "1")])  # type: ignore[list-item]
            assert answer.error is not None, "nothing is absent because a capture is damaged"
            return proof.reasons[0]
    except ConfigurationError as error:
        return error.message


async def test_a_capture_that_is_cut_anywhere_is_refused(case: Path) -> None:
    whole = held(case)
    for size in (0, 1, 100, len(whole) // 2, len(whole) - 1):
        put(case, whole[:size])
        assert "damaged or cut" in await refusal(case), size


@pytest.mark.parametrize("at", [0.2, 0.5, 0.8])
async def test_a_capture_with_a_broken_byte_is_refused(case: Path, at: float) -> None:
    broken = bytearray(held(case))
    broken[int(len(broken) * at)] ^= 0xFF
    put(case, bytes(broken))
    assert "damaged or cut" in await refusal(case)


def _changed(parts: Parts) -> None:
    parts["portal.jsonl"] = parts["portal.jsonl"].replace("Cấp".encode(), "Cắp".encode(), 1)


def _shorter(parts: Parts) -> None:
    parts["portal.jsonl"] = parts["portal.jsonl"][:-1]


def _without_entries(parts: Parts) -> None:
    del parts["portal.jsonl"]


def _without_manifest(parts: Parts) -> None:
    del parts["manifest.json"]


def _of_tomorrow(parts: Parts) -> None:
    parts["manifest.json"] = parts["manifest.json"].replace(b'"version": 1', b'"version": 2')


def _of_others(parts: Parts) -> None:
    parts["manifest.json"] = b'{"format": "a photo album", "version": 1}'


def _nonsense(parts: Parts) -> None:
    parts["manifest.json"] = b"[" * 100_000


def _short_of_a_key(parts: Parts) -> None:
    told = json.loads(parts["manifest.json"])
    del told["sides"]["portal"]["digest"]
    parts["manifest.json"] = json.dumps(told).encode()


def _without_the_adapter(parts: Parts) -> None:
    parts["manifest.json"] = parts["manifest.json"].replace(b'"adapter": "file"', b'"adapter": "floppy"')


def _playing_itself(parts: Parts) -> None:
    parts["manifest.json"] = parts["manifest.json"].replace(b'"adapter": "file"', b'"adapter": "replay"')


def _of_the_city(parts: Parts) -> None:
    parts["manifest.json"] = parts["manifest.json"].replace(b'"portal": {', b'"city": {')


def _of_many_parts(parts: Parts) -> None:
    parts.update({f"{number}.txt": b"" for number in range(30)})


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_changed, "the manifest says"),
        (_shorter, "the manifest says"),
        (_without_entries, "portal.jsonl is missing"),
        (_without_manifest, "manifest.json is missing"),
        (_of_tomorrow, "this syncd reads 'syncd capture' of version 1"),
        (_of_others, "it is 'a photo album'"),
        (_nonsense, "manifest cannot be read"),
        (_short_of_a_key, "manifest cannot be read"),
        (_without_the_adapter, "no adapter 'floppy'"),
        (_playing_itself, "no adapter that can be played"),
        (_of_the_city, "no portal side"),
        (_of_many_parts, "too many"),
    ],
)
async def test_a_capture_that_is_not_as_it_was_made_is_refused(
    case: Path, spoil: Callable[[Parts], None], words: str
) -> None:
    parts = parts_of(case)
    spoil(parts)
    packed(case, parts)
    assert words in await refusal(case)


async def test_entries_that_are_none_are_refused_with_their_place(case: Path, tmp_path: Path) -> None:
    """Whoever changes entries and manifest alike still has to write entries."""
    told = read_manifest(case).sides["portal"]
    part = tmp_path / "part"
    part.write_bytes(b'{"type":"end","seen":{}}\n{"type":"surprise"}\n')
    honest = archive.SideTold(
        **{name: getattr(told, name) for name in told.__struct_fields__} | {"bytes": 45, "digest": _digest(part)}
    )
    forged = tmp_path / "forged.zip"
    write_capture(forged, manifest({"portal": honest}), {"portal": part}, {})
    assert "the entry at byte 25 is none" in await refusal(forged)


def _digest(part: Path) -> str:
    return blake2b(part.read_bytes(), digest_size=32).hexdigest()


async def test_a_bomb_is_refused_before_it_is_unpacked(case: Path) -> None:
    parts = parts_of(case) | {"portal.jsonl": b" " * 50_000_000}
    packed(case, parts)
    del parts
    tracemalloc.start()
    try:
        with pytest.raises(TooLargeError, match="unpacks from"):
            open_entries(case, "portal")
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
async def test_a_part_that_cannot_be_unpacked_piece_by_piece_is_refused(case: Path, packing: int) -> None:
    """The library unpacks all that a piece of such input holds, whatever the directory says."""
    parts = parts_of(case)
    with zipfile.ZipFile(case, "w", packing) as opened:
        for name, content in parts.items():
            opened.writestr(name, content)
    with pytest.raises(ShapeError, match="packed in a way"):
        read_manifest(case)


async def test_a_long_directory_is_refused_before_it_is_read(case: Path) -> None:
    parts = parts_of(case)
    packed(case, parts | {f"{number}{'.' * 60}": b"" for number in range(20_000)})
    tracemalloc.start()
    try:
        with pytest.raises(TooLargeError, match="its directory has more than"):
            read_manifest(case)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


async def test_a_directory_of_unknown_length_is_refused_wherever_it_is_announced(case: Path) -> None:
    """The longest comment that there can be moves the announcement as far from the end as it can be."""
    whole = held(case)
    at = whole.rfind(b"PK\x05\x06")
    for comment in (b"", b" " * 65_535):
        end = whole[at : at + 20] + len(comment).to_bytes(2, "little") + comment
        put(case, whole[:at] + b"PK\x06\x07" + bytes(16) + end)
        with pytest.raises(TooLargeError, match="its directory has more than"):
            read_manifest(case)


async def test_more_entries_than_memory_holds_places_for_are_refused(
    case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playing, "MOST_ENTRIES", 2)
    with pytest.raises(TooLargeError, match="more than 2 entries"):
        open_entries(case, "portal")


async def test_a_file_beyond_all_measure_is_not_opened(case: Path) -> None:
    with case.open("r+b") as opened:
        opened.truncate(archive.LARGEST_FILE + 1)
    assert "are no capture; the limit is" in await refusal(case)


async def test_memory_holds_places_not_answers(case: Path) -> None:
    entries = open_entries(case, "portal")
    try:
        assert sum(map(len, entries.places.values())) == read_manifest(case).sides["portal"].entries
        assert not any(isinstance(one, bytes) and len(one) > 16 for one in entries.places)
    finally:
        entries.close()


async def test_nothing_is_written_over_and_nothing_half_written_stays(case: Path, tmp_path: Path) -> None:
    before = held(case)
    with pytest.raises(FileExistsError):
        write_capture(case, read_manifest(case), {}, {})
    assert held(case) == before
    with pytest.raises(FileNotFoundError):
        write_capture(tmp_path / "new.zip", read_manifest(case), {"portal": tmp_path / "nowhere"}, {})
    assert not (tmp_path / "new.zip").exists()


async def test_a_folder_stands_for_the_one_capture_in_it(case: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    folder.mkdir()
    assert "no capture in it" in await refusal(folder)
    put(folder / "one.zip", held(case))
    async with replayed(folder) as side:
        assert "capture one.zip: file, " in await side.check()
    put(folder / "two.zip", held(case))
    assert "2 captures in it: one.zip, two.zip" in await refusal(folder)


def test_a_path_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ShapeError, match="No such file"):
        read_manifest(tmp_path / "none.zip")
    assert issubclass(ShapeError, SideError)
    assert entries_of("city") == "city.jsonl"
