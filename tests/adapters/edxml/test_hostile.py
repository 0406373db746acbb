"""Packages that mean harm: each ends as an error that says what it was, within bounded memory and time."""

from __future__ import annotations

import subprocess
import sys
import zlib
from base64 import b64encode
from io import BytesIO
from pathlib import Path
from struct import pack
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from adapters.edxml.tree import Bounds, read_tree
from loopback.documents import package
from syncd.sides.errors import ShapeError, TooLargeError
from tests.adapters.edxml.worlds import opened, paper, read

LAUGHS = "<!DOCTYPE l [<!ENTITY a0 'lol'>" + "".join(f"<!ENTITY a{at} '{f'&a{at - 1};' * 10}'>" for at in range(1, 10))


@pytest.mark.parametrize(
    "content",
    [
        f"<?xml version='1.0'?>{LAUGHS}]><edXML>&a9;</edXML>",
        "<!DOCTYPE e [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><edXML>&x;</edXML>",
        "<!DOCTYPE e SYSTEM 'http://127.0.0.1:9/evil.dtd'><edXML/>",
        f"<!DOCTYPE e [<!ENTITY x '{'A' * 100_000}'>]><edXML>{'&x;' * 1000}</edXML>",
        "<!DOCTYPE e [<!ENTITY % p SYSTEM 'http://127.0.0.1:9/p'>%p;]><edXML/>",
    ],
    ids=["billion laughs", "external entity", "external DTD", "quadratic blow-up", "parameter entity"],
)
def test_a_document_type_is_refused_at_its_first_sign(content: str) -> None:
    """Without a DTD there is no entity to expand or to fetch."""
    with pytest.raises(ShapeError, match="declares a document type"):
        read(content.encode())


def test_an_entity_that_nobody_declared_is_no_well_formed_xml() -> None:
    with pytest.raises(ShapeError, match="undefined entity"):
        read(b"<edXML>&nbsp;</edXML>")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<a>" * 100_000, "nested deeper than 40"),
        (b"<e>" + b"<a/>" * 200_000 + b"</e>", "more than 100000 elements"),
        (b"<a " + b" ".join(b"b%d='1'" % at for at in range(100)) + b"/>", "more than 32 attributes"),
        (b"<a b='" + b"A" * 3_000_000 + b"'/>", "a tag or comment of more than 262144 bytes"),
        (b"<a><!--" + b"A" * 3_000_000, "a tag or comment of more than 262144 bytes"),
        (b"<a>" + b"A" * 5_000_000 + b"</a>", "characters of text outside of attachments"),
    ],
    ids=["depth", "elements", "attributes", "one attribute", "one comment", "text"],
)
def test_everything_that_can_grow_has_a_cap(content: bytes, said: str) -> None:
    with pytest.raises(TooLargeError, match=said):
        read(content)


def test_a_cap_names_the_place() -> None:
    with pytest.raises(TooLargeError, match="at edXML/a/a"):
        read_tree(b"<edXML>" + b"<a>" * 9, where="here", bounds=Bounds(depth=5))


def test_too_many_attachments_are_refused() -> None:
    files = tuple((f"{at}.txt", b"1") for at in range(4))
    assert len(read(package(paper(attachments=files)), attachments=4).attachments) == 4
    with pytest.raises(TooLargeError, match="more than 3 attachments"):
        read(package(paper(attachments=files)), attachments=3)


def test_an_attachment_over_the_cap_is_refused_and_the_document_stays() -> None:
    found = read(package(paper(attachments=(("a.txt", b"A" * 5000),))), attachment=4000)
    assert (found.attachments, found.number) == ((), "3584/QĐ-UBND")
    assert "5000 bytes, over the cap of 4000" in found.oddities[0].seen


def test_an_archive_that_lies_about_its_size_is_caught_while_it_unpacks() -> None:
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        archive.writestr("x.txt", b"A" * 100_000)
    lying = written.getvalue().replace(pack("<L", 100_000), pack("<L", 10))
    found = opened_plain("a.txt.bin", lying)
    assert found.attachments == ()
    assert "Bad CRC-32" in found.oddities[0].seen


def test_a_directory_that_is_huge_or_of_the_64_bit_kind_is_not_read() -> None:
    end = b"PK\x05\x06" + b"\0" * 4 + pack("<HHLLH", 9, 9, 0x7FFFFFFF, 0, 0)
    locator = b"PK\x06\x07" + b"\0" * 16 + b"PK\x05\x06" + b"\0" * 18
    for tail in (end, locator):
        assert "directory of the archive" in opened_plain("a.zip", b"PK\x03\x04" + tail).oddities[0].seen


def opened_plain(name: str, content: bytes):  # type: ignore[no-untyped-def]
    """A package whose attachment is sent as it is."""
    sent = package(paper(attachments=((name, b"X"),)))
    start = sent.index(b"<edXML:ContentTransferEncoded>") + len(b"<edXML:ContentTransferEncoded>")
    end = sent.index(b"</edXML:ContentTransferEncoded>")
    return read(sent[:start] + b64encode(content) + sent[end:])


BOMB = """
import resource, sys
from base64 import b64encode
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (600 * 1024 * 1024,) * 2)
from adapters.edxml.opening import open_package
found = open_package(Path(sys.argv[1]).read_bytes(), "bomb.edxml")
print(found.number, found.attachments, found.oddities[0].seen)
"""


def gigabyte_of_zeros(told: int) -> bytes:
    """A ZIP with one entry of 1 GiB, made without holding it; its directory says that it has ``told`` bytes."""
    piece, checksum = b"\0" * (1024 * 1024), 0
    for _ in range(1024):
        checksum = zlib.crc32(piece, checksum)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = (packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)) * 1024 + b"\x03\0"
    name = b"a.txt"
    said = pack("<LLL", checksum, len(content), told)
    local = b"PK\x03\x04" + pack("<HHHHH", 20, 0, 8, 0, 0) + said + pack("<HH", len(name), 0) + name
    entry = b"PK\x01\x02" + pack("<HHHHHH", 20, 20, 0, 8, 0, 0) + said + pack("<HHHHHLL", len(name), 0, 0, 0, 0, 0, 0)
    directory = entry + name
    end = b"PK\x05\x06" + pack("<HHHHLLH", 0, 0, 1, 1, len(directory), len(local) + len(content), 0)
    return local + content + directory + end


@pytest.mark.parametrize(
    ("told", "said"), [(10, b"damaged or cut: Bad CRC-32"), (1 << 30, b"unpacks to 1073741824 bytes, over the cap")]
)
def test_a_bomb_of_a_gigabyte_is_refused_within_600_mb_of_memory(tmp_path: Path, told: int, said: bytes) -> None:
    """A program whose address space is limited reads the package and goes on, whatever the archive says of itself."""
    sent = package(paper(attachments=(("a.txt", b"X"),)))
    start = sent.index(b"<edXML:ContentTransferEncoded>") + len(b"<edXML:ContentTransferEncoded>")
    end = sent.index(b"</edXML:ContentTransferEncoded>")
    bomb = tmp_path / "bomb.edxml"
    bomb.write_bytes(sent[:start] + b64encode(gigabyte_of_zeros(told)) + sent[end:])
    ended = subprocess.run([sys.executable, "-c", BOMB, str(bomb)], capture_output=True, timeout=100, check=False)
    assert ended.returncode == 0, ended.stderr.decode()
    assert b"3584/Q" in ended.stdout
    assert b"() a.txt: the archive" in ended.stdout
    assert said in ended.stdout


def test_a_bomb_inside_a_word_file_is_refused_too() -> None:
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<a/>")
        with archive.open("word/document.xml", "w") as entry:
            for _ in range(64):
                entry.write(b" " * 1024 * 1024)
    found = opened(attachments=(("a.docx", written.getvalue()),))
    assert found.codes is None
    assert "over the cap" in found.oddities[0].seen
