"""Vietnamese text: when two spellings are the same text, and how far apart two texts are.

In: text as a system sent it (NFC or NFD, any white space, invisible characters). Out: its comparison form, its search
fold, or a yes or no. Nothing here decides whether a difference matters; `syncd.reconcile.equality` does.
"""

from __future__ import annotations

import re
import unicodedata

# Characters that nobody sees: controls that are not white space, and format characters (soft hyphen, zero widths,
# direction marks, byte-order mark). Private-use characters (bullets of old fonts) can be seen and stay.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0001-\U000e007f]"
)
_MARKS = re.compile("[\u0300-\u036f]")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_PLAIN_D = str.maketrans("đĐ", "dD")

# Where the tone stands in oa, oe, uy is a matter of school (hòa or hoà, thúy or thuý). The loose form writes the
# newer one, on the second vowel, which is also where both schools write it before a final consonant (hoàn).
_OLD_PLACE = re.compile("[òóỏõọ][ae]|[ùúủũụ]y")
_NEW_PLACE = {
    first + second: plain + toned
    for firsts, plain, pairs in (
        ("òóỏõọ", "o", {"a": "àáảãạ", "e": "èéẻẽẹ"}),
        ("ùúủũụ", "u", {"y": "ỳýỷỹỵ"}),
    )
    for second, toneds in pairs.items()
    for first, toned in zip(firsts, toneds, strict=True)
}


def form(text: str) -> str:
    """The comparison form of a text, as people should see it too; case and letters stay as written.

    NFC; no-break and other spaces, tabs, line ends (CRLF or LF) and runs of them as one space; stripped; unseen
    characters (zero widths, soft hyphen, byte-order mark, direction marks, controls) removed. Idempotent.
    The fast way out: a text that is printable has no character to remove and no white space but " ".
    """
    text = unicodedata.normalize("NFC", text)
    if "\n" in text:
        text = text.replace("\r\n", " ").replace("\n", " ")
    if "\t" in text:
        text = text.replace("\t", " ")
    if text.isprintable():
        while "  " in text:
            text = text.replace("  ", " ")
        return text.strip()
    return " ".join(unicodedata.normalize("NFC", _UNSEEN.sub("", text)).split())


display = form


def loose(text: str) -> str:
    """The form without what typing habits add: lower case, and the tone of oa, oe, uy in its newer place.

    Two texts with the same loose form differ in form only (QUẬN and quận, hòa and hoà). No letter or mark is lost.
    """
    return new_tone_place(form(text).lower())


def new_tone_place(lowered: str) -> str:
    """Lower-case NFC text with the tone of oa, oe, uy on the second vowel (hòa becomes hoà, ủy becomes uỷ)."""
    return _OLD_PLACE.sub(_placed, lowered)


def fold(text: str) -> str:
    """The search form: loose form without any mark, đ as d. Never an identity: "ma" finds má, mã and mạ."""
    spread = unicodedata.normalize("NFD", loose(text))
    return unicodedata.normalize("NFC", _MARKS.sub("", spread)).translate(_PLAIN_D)


def without_tones(text: str) -> str:
    """The loose form without the five tone marks; â, ă, ê, ô, ơ, ư, đ stay."""
    return unicodedata.normalize("NFC", _TONES.sub("", unicodedata.normalize("NFD", loose(text))))


def tone_marks_apart(first: str, second: str) -> bool:
    """Whether two texts differ, and in nothing but marks: tone (hỏi/hõi), vowel quality (o/ô/ơ) or đ and d.

    A mere difference of form (NFC or NFD, white space, case, hòa/hoà) is not one of marks: then this is False.
    """
    return loose(first) != loose(second) and fold(first) == fold(second)


def _placed(found: re.Match[str]) -> str:
    return _NEW_PLACE[found.group()]
