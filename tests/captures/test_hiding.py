"""Nothing private stays because of how an answer is wrapped, cut or broken; and what is weak hides nothing else."""

from __future__ import annotations

import json

import pytest

from syncd.sides.capture.cleaning import MOST_SECRETS, Cleaner
from syncd.sides.capture.settings import sanitised
from tests.captures.test_cleaning import KEY, cleaned


def test_a_value_without_quotes_goes_as_well() -> None:
    assert b"Nguyen" not in (Cleaner(KEY).body(b'{"fullName":Nguyen Van A}') or b"")
    assert b"Nguyen" not in (Cleaner(KEY).body(b'{fullName: "Nguyen Van A"}') or b"")
    assert b"0912345678" not in (Cleaner(KEY).body(b'{"a": 0912345678}') or b"")


@pytest.mark.parametrize("end", ["\\", "\\u1", '"', "\\x"])
def test_a_private_text_goes_wherever_the_body_is_cut(end: str) -> None:
    for body in ('{"hoTen":"Nguyễn Văn A' + end, '{"note":"ông Nguy\\u1ec5n V\\u0103n A' + end):
        found = Cleaner(KEY).body(body.encode())
        assert found is not None
        assert "Nguy" not in found.decode()
        assert "[person " in found.decode()


@pytest.mark.parametrize(
    "body",
    [
        "\n" * 70 + '{"hoTen":"Nguyễn Văn A","token":"abcdefgh12345"}',
        "<r><hoTen>Nguyễn Văn A</hoTen><access_token>abcdefgh12345</access_token></r>",
        "<r><hoTen><![CDATA[Nguyễn Văn A]]></hoTen></r>",
        "<r><applicant><name>Nguyễn Văn A</name></applicant></r>",
        "<r hoTen=\"Nguyễn Văn A\" token='abcdefgh12345'/>",
        '<r><field name="hoTen">Nguyễn Văn A</field><input name="token" value="abcdefgh12345"></r>',
        '<script>x = {"hoTen":"Nguyễn Văn A"}</script>',
        "hoTen=Nguy%E1%BB%85n+V%C4%83n+A&token=abcdefgh12345",
        'cb({"hoTen":"Nguyễn Văn A","token":"abcdefgh12345"})',
        "[2026-11-25] INFO hoTen=Nguyễn Văn A",
        "{hoTen=Nguyễn Văn A, x=1}",
        '//OK{"hoTen":"Nguyễn Văn A"}',
        "id,Họ tên\n1,Nguyễn Văn A\n",
        '"id","Họ tên"\n"1","Nguyễn Văn A"\n',
        "<table><tr><td>Họ tên</td><td>Nguyễn Văn A</td></tr></table>",
        '{"message": "OK {\\"hoTen\\": \\"Nguyễn Văn A\\"}"}',
        '{"message": "<r><hoTen>Nguyễn Văn A</hoTen></r>"}',
    ],
)
def test_no_wrapping_of_an_answer_hides_what_is_in_it(body: str) -> None:
    found = Cleaner(KEY).body(body.encode())
    for private in ("Nguyễn", "Văn", "Nguy%E1", "abcdefgh12345"):
        assert private not in (found or b"").decode()
    if found is not None:
        assert Cleaner(KEY).body(found) == found


@pytest.mark.parametrize("depth", range(1, 8))
def test_json_in_texts_of_json_is_clean_however_deep(depth: int) -> None:
    text = json.dumps({"hoTen": "Nguyen Van A"})
    for _ in range(depth):
        text = json.dumps({"x": text})
    assert "Nguyen" not in Cleaner(KEY).json(text)


def test_a_citizens_number_goes_from_the_code_of_a_user_as_well() -> None:
    assert cleaned({"userCode": "001090012345", "code": "001090012345"})["userCode"].startswith("[id ")


def test_a_secret_that_holds_another_is_hidden_whole() -> None:
    cleaner = Cleaner(KEY)
    cleaner.remember(("abcdef",))
    cleaner.remember(("abcdefSECRETTAIL",))
    assert cleaner.text("x abcdefSECRETTAIL") == "x ***"


def test_a_weak_foreign_secret_is_hidden_under_its_name_only() -> None:
    assert cleaned({"password": "123456", "code": "1.123456", "token": "2026-11-25T00:00:00", "at": "2026-11-25"}) == {
        "password": "***",
        "code": "1.123456",
        "token": "***",
        "at": "2026-11-25",
    }


def test_the_newest_secret_is_hidden_in_its_own_body_also_before_its_name() -> None:
    cleaner = Cleaner(KEY)
    cleaner.remember(("a-secret-of-the-configuration",))
    for number in range(2 * MOST_SECRETS):
        cleaner.named("token", f"token-of-a-session-{number}")
    found = cleaned({"debug": "Zm9vYmFyLXRva2Vu", "token": "Zm9vYmFyLXRva2Vu"}, cleaner)
    assert found == {"debug": "***", "token": "***"}
    assert cleaner.text("a-secret-of-the-configuration") == "***"


def test_an_address_inside_a_query_leaves_the_query_as_it_is() -> None:
    query = "select id, 'https://dichvucong.gov.vn/' || code from thu_tuc"
    table = {"query": query, "url": "sqlite:////srv/my folder/a.db", "base_url": "https://10.1.2.3:8443/api"}
    assert sanitised(table, Cleaner(KEY).text) == {
        "query": query,
        "url": "sqlite:///stand-in-of-a-capture",
        "base_url": "https://replay.invalid/api",
    }
