"""Why a deadline's status is unknown or odd, in the words of an office.

In: the reasons of `syncd.publication`, joined by semicolons. Out: the same in Vietnamese; one without words stays.
"""

from __future__ import annotations

import re
from typing import Final

from syncd.publication import deadlines, judging

WORDS: Final[dict[str, str]] = {
    judging.FUTURE: "ghi ngày trong tương lai",
    judging.DECISION_IN_FUTURE: "quyết định ghi ngày trong tương lai",
    judging.PUBLIC_FIRST: "công khai trước ngày ký quyết định",
    judging.PUBLIC_UNSIGNED: "đã công khai nhưng chưa có số liệu về ngày ký",
    judging.UNDATED: "chưa có số liệu về ngày ký quyết định",
    judging.MAYBE_SIGNED: "chưa có số liệu về việc ký quyết định",
    judging.SHOWN: "Cổng đang hiển thị thủ tục nhưng chưa có số liệu về ngày công khai của quyết định",
    judging.MAYBE_PUBLIC: "chưa có số liệu về việc công khai",
    judging.NOT_DONE: "chưa thực hiện",
    judging.NOT_SCORED: "Cổng không tính điểm (đối với cấp tỉnh chỉ tính quyết định công bố TTHC đặc thù)",
    judging.SIGNED_ONLY: "Cổng chỉ tính điểm sau khi ký",
    deadlines.NO_BASIS: "chưa có số liệu về văn bản quy phạm pháp luật làm căn cứ",
    deadlines.NO_DATES: "chưa có số liệu về ngày hiệu lực của {numbers}",
    deadlines.LATER_POSSIBLE: "thời hạn có thể muộn hơn: chưa có số liệu về ngày của {numbers}",
    deadlines.NOT_SIGNED: "chưa ký",
    deadlines.NO_SIGNING_DATE: "chưa có số liệu về ngày ký",
    deadlines.NO_SIGN_RULE: "văn bản có hiệu lực trước 14/10/2010: chưa có quy tắc tính thời hạn",
    deadlines.INTERNAL: "thủ tục nội bộ không thuộc phạm vi Nghị định số 63/2010/NĐ-CP",
    deadlines.NO_PUBLISH_RULE: "quyết định ký trước 25/9/2017: áp dụng quy định khác về thời hạn công khai",
    deadlines.UNCOUNTED: "không tính được thời hạn ({error})",
    deadlines.NOT_MEETABLE: "{number}, ký {signed}, có hiệu lực {effective}: đã hết thời hạn trước khi văn bản được ký",
}


def _pattern(template: str) -> re.Pattern[str]:
    """A reason as a pattern, each of its blanks a named group."""
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(template)))


_PATTERNS: Final = tuple((_pattern(english), vietnamese) for english, vietnamese in WORDS.items())


def reason_words(reasons: str) -> str:
    """Several reasons, each in Vietnamese, each once."""
    return "; ".join(dict.fromkeys(map(_said, reasons.split("; ")))) if reasons else ""


def _said(reason: str) -> str:
    for pattern, vietnamese in _PATTERNS:
        if found := pattern.fullmatch(reason):
            return vietnamese.format(**found.groupdict())
    return reason
