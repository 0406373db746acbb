"""A mail over the wire: the same each time, and nothing from outside becomes a header or turns a line around."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from syncd.answers.digests import OverdueStep, Section, Told
from syncd.desk.app import routes
from syncd.desk.languages import words
from syncd.desk.notices.digest import SHORT, STEPS, TITLES, Voice, addresses, mail_of, plain, subject_of
from syncd.desk.notices.facts import Facts, Overdue
from syncd.desk.notices.letters import message_of
from syncd.desk.notices.payload import payload_of
from syncd.desk.ways import Ways
from syncd.ledger.notices import Notice
from syncd.records.dossiers import Dossier

AT = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
EVIL = 'Sở\r\nBcc: all@evil.example\r\n\r\n<script>alert("x")</script>\u202etxt.exe'


@dataclass(frozen=True)
class Wire:
    """One notice as a server would get it."""

    message: EmailMessage
    content: bytes


def wired(subject: str = "Bản tin", *, to: str = "lan@hanoi.example", sender: str = "syncd@hanoi.example") -> Wire:
    given: dict[str, Any] = {"attempts": 0, "last_error": "", "next_try_at": AT, "sent_at": None, "given_up_at": None}
    content = {"language": "vi", "text": "Ba việc mới\n", "html": "<p>Ba việc mới</p>"}
    notice = Notice(id=1, key="k", kind="mail", target=to, subject=subject, content=content, due_at=AT, **given)
    message = message_of(notice, sender)
    raw = message.as_bytes()
    read = message_from_bytes(raw, policy=default)
    assert isinstance(read, EmailMessage)
    return Wire(read, raw)


def facts(**values: Any) -> Facts:
    given = {"unit": "", "unit_name": "", "since": AT, "until": AT, "overdue": Overdue()}
    return Facts(**{**given, "told": Told(last=1, counts={}, rows={}), **values})


def voice(language: str = "vi") -> Voice:
    return Voice(language, addresses("https://desk.hanoi.example", Ways(routes())))


@pytest.mark.parametrize(
    "subject",
    [
        "Bản tin đối soát TTHC: 12 mới, 3 đã xác nhận, 4 quá hạn, 7 đã khắc phục – Sở Nông nghiệp và Môi trường "
        "Thành phố Hà Nội (H26.14), 25/11/2026 07:30",
        "Ngắn",
        "plain ascii, rather long so that it must be folded over more than one line of the header of a mail",
        "ế" * 300,
    ],
)
def test_a_vietnamese_subject_arrives_as_it_was_written(subject: str) -> None:
    wire = wired(subject)
    assert wire.message["Subject"] == subject
    head, _, _ = wire.content.partition(b"\r\n\r\n")
    assert head.isascii()
    assert max(len(line) for line in head.split(b"\r\n")) <= 78 or "ế" not in subject


def test_text_and_html_arrive_in_vietnamese() -> None:
    message = wired().message
    plain_part, html_part = message.get_body(("plain",)), message.get_body(("html",))
    assert plain_part is not None
    assert html_part is not None
    assert (plain_part.get_content().strip(), html_part.get_content().strip()) == ("Ba việc mới", "<p>Ba việc mới</p>")
    assert message.get_content_type() == "multipart/alternative"


def test_nothing_in_a_subject_begins_a_header() -> None:
    message = wired(f"Bản tin: {EVIL}").message
    assert message["Bcc"] is None
    assert "Bcc: all@evil.example" in message["Subject"]
    assert sorted(message.keys()).count("To") == 1


def test_the_same_notice_has_the_same_id_and_another_one_another() -> None:
    one, again = wired().message["Message-ID"], wired("Khác").message["Message-ID"]
    assert one == again
    assert str(one).endswith("@hanoi.example>")
    assert wired().message["Auto-Submitted"] == "auto-generated"
    assert wired().message["Date"].datetime == AT


def test_an_address_with_marks_of_its_own_stays_one_address() -> None:
    message = wired(to='"a(b)"c@hanoi.example').message
    assert len(message["To"].addresses) == 1


def test_an_address_beyond_ascii_is_written_as_it_is() -> None:
    wire = wired(to="lan@hà-nội.example")
    assert "lan@hà-nội.example".encode() in wire.content


def test_names_from_the_sides_can_neither_break_a_line_nor_turn_it_around() -> None:
    assert plain(EVIL) == 'Sở Bcc: all@evil.example <script>alert("x")</script>[U+202E]txt.exe'
    assert plain("x" * 1000) == "x" * 199 + "…"
    assert plain("\x00\x07") == "[U+0000][U+0007]"


def overdue(name: str = EVIL) -> Overdue:
    step = OverdueStep(
        code=" 1.000001",
        name=name,
        unit="H26.17",
        authority="province",
        decision="",
        ministry_decision="",
        step="public",
        reading="law",
        day=date(2026, 11, 24),
    )
    dossier = Dossier(number="H26.17-261101-0001", unit_code="H26.17", unit_name="Sở Tư pháp", due=AT)
    return Overdue((step,), (dossier,))


def test_a_name_that_is_markup_is_text_in_the_mail() -> None:
    content = mail_of(facts(overdue=overdue(), unit="H26.17", unit_name=EVIL), voice())
    assert "<script>" not in content["html"]
    assert "&lt;script&gt;" in content["html"]
    assert "\u202e" not in content["text"] + content["html"]
    assert not any(line.startswith("Bcc") for line in content["text"].splitlines())


def test_what_became_overdue_is_told_with_its_last_day() -> None:
    found = facts(overdue=overdue("Đăng ký thường trú"))
    text = mail_of(found, voice())["text"]
    assert "1 thời hạn công bố, công khai đã bị quá hạn" in text
    assert "- Hạn công khai là ngày 24/11/2026 theo quy định pháp luật: 1.000001 Đăng ký thường trú" in text
    assert "https://desk.hanoi.example/procedures/%201.000001" in text
    assert "- Hạn trả kết quả 25/11/2026 07:30: H26.17-261101-0001 Sở Tư pháp" in text
    assert subject_of(found, voice()) == "Bản tin đối soát TTHC: 2 quá hạn – toàn thành phố, 25/11/2026 07:30"
    told = payload_of(found, voice(), "k")
    assert told["listed"]["overdue"][0]["day"] == "2026-11-24"
    assert told["listed"]["overdue_dossiers"] == [
        {"number": "H26.17-261101-0001", "unit": "H26.17", "due": "2026-11-25T00:30:00+00:00"}
    ]


def test_long_lists_are_cut_and_say_so() -> None:
    many = Overdue(overdue().steps * 70, ())
    content = mail_of(facts(overdue=many), voice())
    assert content["text"].count("\n- ") == 50
    assert "và 20 mục khác" in content["text"]
    assert len(payload_of(facts(overdue=many), voice(), "k")["listed"]["overdue"]) == 50


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_sentence_is_there_in_both_languages(language: str) -> None:
    for one, many in TITLES.values():
        assert "%(num)d" in words(language).ngettext(one, many, 2)
    for text in (*SHORT.values(), *STEPS.values()):
        said = words(language).gettext(text)
        assert (said == text) == (language == "en")


def test_every_section_of_events_has_its_place_in_the_letter() -> None:
    assert set(Section) <= set(TITLES)
    assert set(Section) <= set(SHORT)
