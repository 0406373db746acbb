"""Attachments: hashed and let go, and the procedure codes of those that are text."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from io import BytesIO

import pytest

from adapters.edxml.texts import codes_in, codes_of
from loopback.documents import Form, package, word_file, zipped
from syncd.records.publication_decision import Attachment
from tests.adapters.edxml.worlds import opened, paper, read

WORD = word_file(["QUYẾT ĐỊNH", "1. 1.014325 Cấp giấy phép", "2. 2.002622.H26 Gia hạn", "3. 1.014325"])
PDF = b"%PDF-1.7\n1.099999"


@pytest.mark.parametrize("plain", [False, True], ids=["packed", "plain"])
@pytest.mark.parametrize(("name", "content"), [("a.docx", WORD), ("b.pdf", PDF), ("c.zip", zipped({"x": b"1"}))])
def test_the_original_file_is_hashed_however_it_was_sent(name: str, content: bytes, plain: bool) -> None:
    """A .docx is a ZIP as well, and so may be what was attached: only a ZIP that merely packs is opened."""
    found = opened(Form(plain=plain), attachments=((name, content),))
    assert found.attachments == (Attachment(name, sha256(content).hexdigest(), len(content)),)


def test_a_name_is_never_a_path() -> None:
    found = opened(attachments=(("../../etc/a.pdf", PDF), ("C:\\van ban\\b.pdf", PDF)))
    assert [one.name for one in found.attachments] == ["a.pdf", "b.pdf"]


def test_a_name_that_only_the_manifest_has_is_found_by_its_content_id() -> None:
    content = package(paper(attachments=(("1.pdf", PDF),)), Form(cid=False))
    inside = content.index(b"<edXML:AttachmentEncoded>")
    nameless = content[:inside] + content[inside:].replace(b"1.pdf", b"null").replace(b">200<", b">cid:200<")
    assert [one.name for one in read(nameless).attachments] == ["1.pdf"]
    lost = read(nameless.replace(b">cid:200<", b">209<")).attachments[0].name
    assert lost.endswith(".pdf"), "the name inside the ZIP is better than none"


def test_codes_are_those_of_the_text_each_once() -> None:
    """A local code means its national one; a code cut into two runs is one."""
    assert opened(attachments=(("a.docx", WORD),)).codes == ("1.014325", "2.002622")


def test_codes_are_unknown_where_one_attachment_is_a_picture() -> None:
    files = (("a.docx", WORD), ("b.pdf", PDF))
    assert opened(attachments=files).codes is None
    assert read(package(paper(attachments=files)), partial_texts=True).codes == ("1.014325", "2.002622")


def test_codes_are_unknown_where_no_text_lists_any() -> None:
    """Decisions that give names alone do not say "nothing"."""
    assert opened(attachments=(("a.docx", word_file(["Cấp giấy phép"])),)).codes is None
    assert opened().codes is None


@pytest.mark.parametrize(
    ("name", "content", "codes"),
    [
        ("a.txt", "Mã 1.014325, 1.014326;\r\n2.002622.000.00.00.H26".encode(), ("1.014325", "1.014326", "2.002622")),
        ("a.TXT", "\ufeff1.014325".encode("utf-16"), ("1.014325",)),
        ("a.txt", b"\xff\x00 1.014325 \xd0", ("1.014325",)),
        ("a.xml", b"<?xml version='1.0'?><a><b>1.014325</b><b>1.014326</b></a>", ("1.014325", "1.014326")),
        ("a.pdf", PDF, None),
        ("a.doc", b"\xd0\xcf\x11\xe0 1.014325", None),
        ("khong co duoi", b"1.014325", None),
    ],
)
def test_each_kind_of_file_is_read_as_what_it_is(name: str, content: bytes, codes: tuple[str, ...] | None) -> None:
    assert codes_in(BytesIO(content), name, where="here") == codes


@pytest.mark.parametrize(
    "text", ["1.000.000 đồng", "Nghị định 61/2018", "000.00.01.H26-260701-0001", "10.014325", "1.01432", "v1.014325a"]
)
def test_what_only_looks_like_a_code_is_none(text: str) -> None:
    assert codes_of(text) == ()


def test_deleted_text_of_a_tracked_change_is_no_text() -> None:
    document = (
        '<w:document xmlns:w="w"><w:body><w:p><w:del><w:r><w:delText>1.014325</w:delText></w:r></w:del>'
        "<w:ins><w:r><w:t>1.014326</w:t></w:r></w:ins><w:r><w:tab/></w:r><w:r><w:t>1.014327</w:t></w:r></w:p></w:body>"
        "</w:document>"
    )
    content = zipped({"[Content_Types].xml": b"<a/>", "word/document.xml": document.encode()})
    assert codes_in(BytesIO(content), "a.docx", where="here") == ("1.014326", "1.014327")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda sent: "*" + sent, "it is no base64"),
        (lambda sent: sent[:-3], "cut"),
        (lambda _: b64encode(b"PK\x03\x04" + b"\0" * 99).decode(), "it was cut"),
        (lambda sent: b64encode(b"x").decode() + sent, "no base64|goes on after its end"),
    ],
)
def test_an_attachment_that_cannot_be_opened_is_told_and_the_document_stays(spoil, said: str) -> None:  # type: ignore[no-untyped-def]
    content = package(paper(attachments=(("a.docx", WORD),))).decode()
    sent = re.search(r"ContentTransferEncoded>(.*?)<", content, re.DOTALL)
    assert sent is not None
    found = read(content.replace(sent[1], spoil(sent[1])).encode())
    assert found.number == "3584/QĐ-UBND"
    assert (found.attachments, found.codes, found.held) == ((), None, 1)
    assert [one.kind for one in found.oddities] == ["attachment_unread"]
    assert re.search(said, found.oddities[0].seen)


def test_a_damaged_text_leaves_the_file_hashed_and_its_codes_unknown() -> None:
    broken = zipped({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<w:p>1.014325"})
    found = opened(attachments=(("a.docx", broken),))
    assert [one.size for one in found.attachments] == [len(broken)]
    assert found.codes is None
    assert "its text cannot be read" in found.oddities[0].seen
