"""No input crashes the parsers: whatever comes is a value or a `SideError`."""

from __future__ import annotations

import json
from contextlib import suppress
from io import BytesIO
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.edxml.attachments import base64_of, open_attachment
from adapters.edxml.axis_wire import identity as row_identity
from adapters.edxml.axis_wire import opened as opened_envelope
from adapters.edxml.axis_wire import package_bytes, rows
from adapters.edxml.fold import fold
from adapters.edxml.identity import identity
from adapters.edxml.leaves import read_day, read_moment
from adapters.edxml.link import Sent, opened, package_of
from adapters.edxml.opening import Caps, open_package
from adapters.edxml.package import Package
from adapters.edxml.texts import codes_in
from loopback.documents import Form, Space, package, word_file
from syncd.sides.errors import SideError
from tests.adapters.edxml.worlds import paper

NAMES = [
    "edXML",
    "MessageHeader",
    "From",
    "To",
    "OrganId",
    "DocumentId",
    "Code",
    "CodeNumber",
    "PromulgationInfo",
    "PromulgationDate",
    "Subject",
    "SignerInfo",
    "TraceHeaderList",
    "TraceHeader",
    "Timestamp",
    "Bussiness",
    "BussinessDocType",
    "ReplacementInfo",
    "StatusCode",
    "ResponseFor",
    "Reference",
    "ContentId",
    "AttachmentName",
    "Attachment",
    "ContentTransferEncoded",
]
TEXTS = st.sampled_from(
    [
        "",
        "null",
        "0",
        "1",
        "3",
        "9",
        "2014/02/30",
        "2026/09/08",
        "H26,2026/09/08,1/QĐ-X",
        ",,",
        "UEsDBA==",
        "cid:1",
        "13",
    ]
) | st.text(st.characters(codec="utf-8", exclude_characters="<>&\0", exclude_categories=["Cc"]), max_size=12)
TREES = st.recursive(
    TEXTS,
    lambda inner: st.builds(
        lambda name, parts: f"<{name}>{''.join(parts)}</{name}>", st.sampled_from(NAMES), st.lists(inner, max_size=5)
    ),
    max_leaves=30,
)
PLAIN = package(paper(attachments=(("a.docx", word_file(["1.014325"])), ("b.txt", b"1.014325"))))
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=12
)


@given(TREES)
def test_no_tree_of_known_elements_crashes_the_parser(tree: str) -> None:
    with suppress(SideError):
        found = open_package(f"<edXML><MessageHeader>{tree}</MessageHeader>{tree}</edXML>".encode(), "1")
        assert isinstance(found, Package)
        fold([found])


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_parser(content: bytes) -> None:
    with suppress(SideError):
        open_package(content, "1")


@given(st.integers(0, len(PLAIN)), st.integers(0, 60), st.binary(max_size=12))
def test_no_wound_of_a_sound_package_crashes_the_parser(at: int, cut: int, instead: bytes) -> None:
    with suppress(SideError):
        open_package(PLAIN[:at] + instead + PLAIN[at + cut :], "1")


@given(st.sampled_from(Space), st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.text("12 \n", max_size=9))
def test_every_form_reads_alike(space: Space, soap: bool, backwards: bool, cid: bool, plain: bool, junk: str) -> None:
    form = Form(space=space, soap=soap, backwards=backwards, cid=cid, plain=plain, junk=junk)
    found = open_package(package(paper(attachments=(("a.txt", b"1.014325"),)), form), "1")
    assert (found.number, found.codes, found.document_id[:13]) == ("3584/QĐ-UBND", ("1.014325",), "000.00.00.H26")


@given(st.text(max_size=400), st.text(max_size=20), st.integers(0, 200))
def test_no_text_crashes_the_decoding_of_attachments(text: str, name: str, most: int) -> None:
    found = open_attachment(base64_of(text, most), name, most=most, where="here")
    assert found.attachment is None or found.attachment.size <= most


@given(st.binary(max_size=300), st.sampled_from(["a.docx", "a.txt", "a.xml", "a"]))
def test_no_file_crashes_the_search_for_codes(content: bytes, name: str) -> None:
    for whole in (content, b"PK\x03\x04" + content, word_file(["1.014325"])[: len(content) * 3]):
        with suppress(SideError):
            codes_in(BytesIO(whole), name, where="here")


@given(st.text(max_size=60))
def test_no_text_crashes_the_leaves(text: str) -> None:
    read_day(text)
    read_moment(text)
    assert identity(f" {text}\u00a0\n", {}) == identity(text, {}), "white space around an id is no part of it"


@given(VALUES | st.fixed_dictionaries({"status": LEAVES, "ErrorCode": LEAVES, "data": VALUES}))
def test_no_answer_of_the_axis_crashes_its_reader(answer: Any) -> None:
    with suppress(SideError):
        envelope = opened_envelope(json.dumps(answer).encode(), "here")
        with suppress(SideError):
            package_bytes(envelope, "here")
        for row in rows(envelope, "here"):
            row_identity(row, "senderDocId", "here")


@given(
    st.fixed_dictionaries({"data": VALUES, "error": VALUES}),
    st.dictionaries(st.sampled_from(["TrichYeu", "NgayKy", "SoKyHieu", "DinhKem"]), VALUES, max_size=4),
)
def test_no_answer_of_the_link_crashes_its_reader(answer: Any, document: Any) -> None:
    for body in (answer, {"data": {"VanBanDi": document, "LoaiKetQua": "01"}, "error": None}):
        with suppress(SideError):
            sent = opened(json.dumps(body).encode(), Sent | None, "here")
            if sent is not None:
                package_of(sent, "VB", Caps())
