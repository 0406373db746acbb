"""One package: the layout of QCVN 102:2016, and each quirk that real packages have."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime

import pytest

from adapters.edxml.package import Business, Kind, Oddity, Party, Reference
from loopback.documents import Form, Space, package, word_file
from syncd.sides.errors import ShapeError
from tests.adapters.edxml.worlds import CITY, RECEIVER, SUBJECT, opened, paper, read

ID = "000.00.00.H26,2026/09/08,3584/QĐ-UBND"


def test_a_plain_package_says_who_decided_what_and_when() -> None:
    found = opened()
    assert (found.kind, found.business) == (Kind.DOCUMENT, Business.NEW)
    assert (found.document_id, found.number, found.notation) == (ID, "3584/QĐ-UBND", "QĐ-UBND")
    assert found.sender == Party(*CITY)
    assert found.receivers == (Party(*RECEIVER),)
    assert (found.signed, found.at) == (date(2026, 9, 8), datetime(2026, 9, 8, 9))  # noqa: DTZ001
    assert (found.subject, found.signer, found.type_name) == (SUBJECT, "Nguyễn Minh Hòa", "Quyết định")
    assert found.oddities == ()


@pytest.mark.parametrize(
    "form",
    [
        Form(space=Space.EDOC),
        Form(space=Space.GOV),
        Form(soap=True),
        Form(space=Space.GOV, soap=True),
        Form(junk="1212"),
        Form(junk="\ufeff"),
        Form(junk=" \r\n<!-- exported -->"),
        Form(backwards=True),
        Form(cid=False),
        Form(plain=True),
    ],
    ids=str,
)
def test_every_form_of_a_package_says_the_same(form: Form) -> None:
    """Older namespaces, SOAP, junk before the declaration, any order of elements, ids with and without ``cid:``."""
    files = (("3584.docx", word_file(["1.014325"])), ("phu luc.txt", b"2.002622"))
    plain, found = opened(attachments=files), opened(form, attachments=files)
    names = set(plain.__struct_fields__) - {"mark"}
    assert {name: getattr(found, name) for name in names} == {name: getattr(plain, name) for name in names}


def test_null_and_empty_elements_say_nothing() -> None:
    for form in (Form(), Form(nulls=True)):
        found = opened(form, signer="", document_id="", due="", subject="")
        assert (found.signer, found.document_id, found.due, found.subject) == ("", "", None, "")
        assert found.oddities == ()


@pytest.mark.parametrize("day", ["2014/02/30", "2026/13/01", "0026/09/08", "hôm nay", "2026/09/08/1" * 9])
def test_a_day_that_cannot_be_is_unknown_and_told(day: str) -> None:
    found = opened(promulgated=day)
    assert found.signed is None
    assert "impossible_date" in {one.kind for one in found.oddities}


def test_an_impossible_moment_is_unknown_and_told() -> None:
    found = opened(at="2026/09/08 25:00:00")
    assert found.at is None
    assert found.oddities == (Oddity("impossible_date", "Timestamp 2026/09/08 25:00:00"),)


def test_the_day_of_promulgation_counts_and_not_the_day_in_the_id() -> None:
    found = opened(document_id="000.00.00.H26,2015/09/30,3584/QĐ-UBND")
    assert found.signed == date(2026, 9, 8)
    assert [one.kind for one in found.oddities] == ["days_differ"]


def test_the_id_s_day_never_stands_in_for_an_impossible_one() -> None:
    assert opened(promulgated="2014/02/30", document_id=ID).signed is None


def test_a_strange_number_is_kept_as_it_is_and_told() -> None:
    found = opened(number="74fass22", notation="VPCP-TTĐT", document_id="")
    assert found.number == "74fass22/VPCP-TTĐT"
    assert found.oddities == (Oddity("odd_number", "74fass22/VPCP-TTĐT"),)


def test_without_a_number_of_its_own_the_id_s_counts() -> None:
    found = opened(Form(nulls=True), number="", notation="")
    assert (found.number, found.notation) == ("3584/QĐ-UBND", "QĐ-UBND")
    assert [one.kind for one in found.oddities] == ["number_from_id"]


def test_a_number_that_is_whole_already_is_not_doubled() -> None:
    assert opened(number="3584/QĐ-UBND").number == "3584/QĐ-UBND"


def test_text_is_nfc_however_it_came() -> None:
    assert opened(subject=unicodedata.normalize("NFD", SUBJECT)).subject == SUBJECT


@pytest.mark.parametrize(
    ("business", "about"),
    [(1, ("a,2026/01/01,1/QĐ-UBND",)), (2, ("b",)), (3, ("c", "d"))],
)
def test_a_recall_an_update_and_a_replacement_name_what_they_are_about(business: int, about: tuple[str, ...]) -> None:
    found = opened(business=business, about=about)
    assert (found.business, found.about) == (Business(business), tuple(map(Reference, about)))


def test_what_a_new_document_writes_under_bussiness_means_nothing() -> None:
    assert opened(business=0, about=("other",)).about == ()


def test_a_type_of_business_that_does_not_exist_is_no_package() -> None:
    with pytest.raises(ShapeError, match="'7' is no type of business"):
        opened(business=7)


@pytest.mark.parametrize("status", ["13", "15", "16", "06", "6"])
def test_a_status_message_names_the_documents_that_it_answers(status: str) -> None:
    found = read(package(paper(status=status, about=(ID,), answers=(CITY,), sender=RECEIVER)))
    assert (found.kind, found.status) == (Kind.STATUS, status.zfill(2))
    assert found.about == (Reference(ID, "H26"),)
    assert (found.sender.code, found.at) == ("H26.10", datetime(2026, 9, 8, 9))  # noqa: DTZ001


def test_an_answer_may_name_its_document_by_issuer_number_and_day() -> None:
    """``Code`` of ``ResponseFor`` is one text."""
    content = package(paper(status="16", about=("null",), answers=(CITY,), sender=RECEIVER)).replace(
        b"</edXML:ResponseFor>",
        "<edXML:Code>3584/QĐ-UBND</edXML:Code><edXML:PromulgationDate>2026/09/08</edXML:PromulgationDate>"
        "</edXML:ResponseFor>".encode(),
    )
    assert read(content).about == (Reference("", "H26", "3584/QĐ-UBND", date(2026, 9, 8)),)


def test_what_is_no_package_says_so() -> None:
    with pytest.raises(ShapeError, match="no MessageHeader"):
        read(b"<?xml version='1.0'?><html><body/></html>")


def test_a_task_keeps_its_code_its_kind_and_its_limit() -> None:
    found = opened(steering="2", due="2026/09/30", task="NV-1")
    assert (found.steering, found.due, found.task) == ("2", date(2026, 9, 30), "NV-1")


def without(content: bytes, kept: int) -> bytes:
    """A package whose manifest names more attachments than it holds."""
    start, end = content.index(b"<edXML:AttachmentEncoded>"), content.index(b"</edXML:AttachmentEncoded>")
    held = content[start:end].split(b"<edXML:Attachment>")
    return content[:start] + b"<edXML:Attachment>".join(held[: kept + 1]) + content[end:]


@pytest.mark.parametrize("kept", [0, 1])
def test_where_an_attachment_is_named_and_not_held_its_codes_are_not_known(kept: int) -> None:
    """What is missing may list more procedures."""
    sent = package(paper(attachments=(("a.txt", b"1.014820"), ("b.txt", b"1.014821"))))
    assert read(sent).codes == ("1.014820", "1.014821")
    found = read(without(sent, kept))
    assert (found.codes, found.held, len(found.attachments)) == (None, 2, kept)
    assert [one.kind for one in found.oddities] == ["attachment_missing"]
    assert f"{kept} of 2" in found.oddities[0].seen
    assert read(without(sent, 1), partial_texts=True).codes == ("1.014820",)


@pytest.mark.parametrize("place", ["beside the list", "in another header", "first of all"])
def test_what_a_document_does_is_found_wherever_it_stands(place: str) -> None:
    """A recall must not be taken for a new document."""
    content = package(paper(business=1, about=(ID,)))
    start, end = content.index(b"<edXML:Bussiness>"), content.index(b"</edXML:Bussiness>") + len(b"</edXML:Bussiness>")
    said, rest = content[start:end], content[:start] + content[end:]
    before = {
        "beside the list": b"</edXML:edXMLHeader>",
        "in another header": b"</edXML:MessageHeader>",
        "first of all": b"<edXML:edXMLEnvelope>",
    }[place]
    moved = rest.replace(before, said + before, 1)
    assert (read(moved).business, read(moved).about) == (Business.REVOKE, (Reference(ID),))
