"""What counts as personal or secret in a foreign answer: names of keys, and shapes of texts.

In: the name of a key; a text. Out: what kind of thing it holds; the text with its private parts replaced. Tables only:
agencies, procedures and decisions are public and have no row here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache, partial

from syncd.redaction import is_sensitive, words

SECRET = "secret"  # noqa: S105 - a kind, not one
ACCOUNT = "account"
SECRET_NAMES = frozenset(
    {"session", "sessionid", "sid", "jsessionid", "ticket", "otp", "captcha", "csrf", "nonce", "assertion", "signature"}
)
"""Names of passing credentials, beside those that `syncd.redaction` knows."""

PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (ACCOUNT, ("username", "screenname", "loginname", "tendangnhap", "taikhoandangnhap")),
    (
        "person",
        (
            "applicant", "fullname", "firstname", "lastname", "middlename", "contactname", "ownername", "delegatename",
            "citizenname", "hoten", "hovaten", "nguoinop", "nguoilienhe", "nguoidaidien",
            "nguoiuyquyen", "nguoitao", "chuhoso", "tencongdan",
            "nguoicapnhat", "nguoiduyet", "nguoisua", "nguoixuly", "nguoitiepnhan", "nguoithuchien", "nguoithamdinh",
            "nguoigui", "nguoinhan", "nguoidung", "nguoiphutrach", "tencanbo", "canboxuly", "canbotiepnhan",
            "canbophutrach", "createdby", "updatedby", "modifiedby", "approvedby", "createuser", "updateuser",
        ),
    ),
    ("phone", ("phone", "mobile", "telno", "hotline", "dienthoai", "sodt", "sdt", "contacttel")),
    ("email", ("email", "thudientu")),
    (
        "id",
        (
            "cccd", "cmnd", "cancuoc", "dinhdanhcanhan", "sodinhdanh", "identityno", "identitynumber", "idcard",
            "citizenid", "macongdan", "passport", "hochieu", "socmt", "sogiayto",
        ),
    ),
    ("birth", ("birthdate", "birthday", "dateofbirth", "ngaysinh", "noisinh", "placeofbirth")),
    ("address", ("address", "diachi", "thuongtru", "tamtru", "noiohientai", "residence")),
    ("id", ("bankaccount", "sotaikhoan")),
    ("person", ("gioitinh", "gender", "dantoc", "ethnic", "tongiao", "religion")),
)  # fmt: skip
"""A key whose letters, without marks and separators, hold one of these parts holds personal data of that kind."""

WHOLE_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("id", ("id", "no")),
    ("id", ("id", "number")),
    ("id", ("id", "num")),
    ("id", ("cmt",)),
    ("birth", ("dob",)),
)
"""Short ones count as whole words only, one after another: ``paidNote`` holds no number of a person."""

PERSONS = frozenset({"user", "citizen", "person", "owner", "employee", "staff", "officer", "nguoi"})
"""A number under the id or code of one of these may be a citizen's or a telephone's."""

PUBLIC_PARTS = ("applicanttext", "applicanttype", "receivingaddress", "diachitiepnhan")
"""Names that hold one of those parts and mean no person: who may apply, where the desk is."""

SURNAMES = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Mai|Trịnh|Đoàn|Lương|Cao|Tạ|Thái|Hà"
    "|Tô|Chu|Đào|Lâm|Trương|Phùng|Quách|Tống|Vương|Kiều|Nông|Hứa|Lưu|Nghiêm|Thạch|Sầm|Vi|Lò|Giàng|Ma|La"
)
_CAPITAL = "A-ZÀ-ÖØ-ÞĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸÝ"


def _both(alternatives: str) -> str:
    """Texts come composed and decomposed."""
    return f"{unicodedata.normalize('NFC', alternatives)}|{unicodedata.normalize('NFD', alternatives)}"


_NAMED = _both("cmnd|cccd|cmt|căn cước|căn cước công dân|định danh|định danh cá nhân|hộ chiếu")
_ADDRESSED = _both("ông|bà|anh|chị|đồng chí|đ/c|công dân|họ tên|họ và tên|người liên hệ|liên hệ")
_TITLED = _both("ông|bà|chị")
_PLACES = _both("Rịa|Nà|Huyện|Ích|Điểm|Chiểu|Triệu|Đen|Hom")
_LABELLED = _both("họ tên|họ và tên|họ, chữ đệm|họ, tên|người nộp|người đại diện|chủ hồ sơ|người liên hệ")
_WORD = rf"[{_CAPITAL}][\w\u0300-\u036f]*+"

SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("email", re.compile(r"(?<![\w.+-])(?P<private>[\w.+-]{1,100}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5})")),
    ("id", re.compile(r"(?<![\w.-])(?P<private>0(?:0[1-9]|[1-8]\d|9[0-6])\d{9})(?![\w-])")),
    (
        "id",
        re.compile(
            rf"(?i)\b(?:{_NAMED})[\s:.]*(?:s[\w\u0300-\u036f]{{1,5}})?[\s:.]*(?P<private>\d{{9}}(?:\d{{3}})?|[A-Z]\d{{7,8}})(?![\w-])"
        ),
    ),
    ("phone", re.compile(r"(?<![\w.,-])(?P<private>(?:\(\+?84\)[ .-]?|\+?84|0)(?:[35789]\d{8}|2\d{8,9}))(?![\w-])")),
    (
        "phone",
        re.compile(
            r"(?<![\w.,/-])(?P<private>(?:(?:\(\+?84\)[ .-]?|\+84[ .-]?|84[ .-](?=[235789])|0)\d{2,3}[ .-]"
            r"|\(0\d{2,3}\)[ .-]?)\d{3,4}[ .-]?\d{3,4})(?![\w/-])"
        ),
    ),
    (
        "phone",
        re.compile(
            r"(?<![\w.,/-])(?P<private>0(?:\d{3}(?:[ .-]\d{2}){3}|\d{2}[ .-]\d{3}(?:[ .-]\d{2}){2}"
            r"|[35789](?:[ .]\d{2}){4}))(?![\w/-])"
        ),
    ),
    (
        "person",
        re.compile(
            rf"\b(?i:{_ADDRESSED})[\s:]{{1,5}}(?P<private>(?:{_both(SURNAMES)}|{_both(SURNAMES.upper())})"
            rf"(?:\s+{_WORD}){{1,4}})"
        ),
    ),
    (
        "person",
        re.compile(rf"\b(?i:{_TITLED})[\s:]{{1,5}}(?!(?i:{_PLACES})\b)(?P<private>{_WORD}(?:\s+{_WORD}){{1,4}})"),
    ),
    (
        "person",
        re.compile(rf"\b(?i:{_LABELLED})[^:\n;.]{{0,40}}:\s{{0,5}}(?P<private>{_WORD}(?:\s+{_WORD}){{1,5}})"),
    ),
)
"""Shapes of personal data in free text, each with the part that is private. A date, a code, a decision number and a
price have none of them."""

OFTEN_SEEN = 120
"""Characters; a longer text is hardly ever seen twice."""

STAND_IN = re.compile(r"\[(?:person|phone|email|id|birth|address) [0-9a-f]{6}\]")
_MARKS = re.compile(r"[\u0300-\u036f]")


@lru_cache(maxsize=8192)
def kind_of(name: str) -> str | None:
    """What a key of this name holds: `SECRET`, a kind of personal data, or None."""
    joined = _letters(name)
    if joined in SECRET_NAMES or is_sensitive(name):
        return SECRET
    if any(part in joined for part in PUBLIC_PARTS):
        return None
    return next((kind for kind, parts in PARTS if any(part in joined for part in parts)), _kind_of_words(words(name)))


def _kind_of_words(found: tuple[str, ...]) -> str | None:
    return next(
        (
            kind
            for kind, wanted in WHOLE_WORDS
            if any(found[at : at + len(wanted)] == wanted for at in range(len(found)))
        ),
        None,
    )


@lru_cache(maxsize=8192)
def is_identity(name: str) -> bool:
    """Whether a key of this name tells records apart: a number of ten digits under it is no telephone."""
    parts = words(name)
    if not parts or not PERSONS.isdisjoint(parts):
        return False
    return parts[-1] in ("id", "code", "key", "uuid") or parts[0] in ("id", "ma", "code")


def _letters(name: str) -> str:
    """``Họ tên``, ``HO_TEN`` and ``hoTen`` alike."""
    bare = _MARKS.sub("", unicodedata.normalize("NFD", name[:200])).replace("đ", "d").replace("Đ", "D")
    return "".join(words(bare))


def without_personal(text: str, stand_in: Callable[[str, str], str]) -> str:
    """The text with every private part that has one of the `SHAPES` replaced by ``stand_in(kind, part)``."""
    if len(text) <= OFTEN_SEEN and _is_plain(text):
        return text
    for kind, shape in SHAPES:
        text = shape.sub(partial(_replaced, kind, stand_in), text)
    return text


@lru_cache(maxsize=20_000)
def _is_plain(text: str) -> bool:
    """Whether a short text has none of the shapes: names of agencies and fields come again in every record."""
    return not any(shape.search(text) for _, shape in SHAPES)


def _replaced(kind: str, stand_in: Callable[[str, str], str], found: re.Match[str]) -> str:
    whole, begin = found[0], found.start()
    first, last = (at - begin for at in found.span("private"))
    return whole[:first] + stand_in(kind, whole[first:last]) + whole[last:]
