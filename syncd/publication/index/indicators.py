"""The indicators and groups of the Service Index (Decision 766/QĐ-TTg, as the portal scores it), one table of each.

In: nothing. Out: rules by code, groups with their members. Maxima and thresholds were found by reproducing the portal's
published figures of August to October 2026; the Decision's own table of points was not at hand.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from syncd.records.figures import Group, Indicator

NATIONAL_TABLE = frozenset({"service-results", "service-results-units"})
"""The endpoints of the national table, which totals the groups in a way of its own."""


class Empty(StrEnum):
    """What the portal shows for 0 of 0: no score (counted as 0), zero, or full points. The maximum never shrinks."""

    NULL = "null"
    ZERO = "zero"
    FULL = "full"


class Rule(Struct, frozen=True):
    """One indicator. ``maximum``: its points; ``threshold``: the share, above 0 to 1, at which all of them are reached.

    ``number``: as in the portal's note, empty where it has none. ``code``: the portal's; an `Indicator` where scored.
    ``empty``: what 0 of 0 gives. ``aliases``: further codes of the same indicator. ``by_ratio``: where the portal gives
    no counts, its ratio is scored. ``is_scored``: shown only, if not. ``is_inherited``: counted for the province alone;
    every unit below it is shown the province's figure. ``source``: where the formula was seen to hold.
    """

    number: str
    code: str
    group: Group
    maximum: Decimal
    empty: Empty
    source: str
    name: str
    english: str
    threshold: Decimal = Decimal(1)
    aliases: tuple[str, ...] = ()
    by_ratio: bool = False
    is_scored: bool = True
    is_inherited: bool = False

    @property
    def label(self) -> str:
        """Its number, or its code where it has no number."""
        return self.number or self.code


class GroupRule(Struct, frozen=True):
    """One group of points. Its score is the sum of its members' rounded scores, in every interface but one:

    ``table_from_ratios``: the national table (`NATIONAL_TABLE`) scores each member from its *displayed* ratio, rounds,
    and sums those (34 of 34 provinces of 10 October 2026; the two ways differ by 0.01 in two of them).
    """

    group: Group
    maximum: Decimal
    name: str
    english: str
    table_from_ratios: bool = False


_PROVINCES = "published rows of the provinces, 10 October 2026"
_TREES = "published trees of Phú Thọ, August 2026"
_PAYMENTS = "37 published totals of the group, September and October 2026"
_NOTE = "the portal's note on its formulas: shown, not scored"
_ZERO, _TWO, _FOUR, _SIX, _TWENTY = (Decimal(points) for points in (0, 2, 4, 6, 20))
_HALF, _EIGHTY, _NINETY = Decimal("0.5"), Decimal("0.8"), Decimal("0.9")

# fmt: off
RULES: tuple[Rule, ...] = (
    Rule("1.1", Indicator.PUBLISH_ON_TIME, Group.TRANSPARENCY, _SIX, Empty.NULL, _PROVINCES,
         "Tỷ lệ TTHC công bố đúng hạn", "procedures whose publication decision was signed on time", is_inherited=True),
    Rule("1.2", Indicator.PUBLIC_UPDATE_ON_TIME, Group.TRANSPARENCY, _FOUR, Empty.NULL, _PROVINCES,
         "Tỷ lệ TTHC cập nhật, công khai đúng hạn", "procedures made public on time", is_inherited=True),
    Rule("1.3", Indicator.PUBLIC_CONTENT_FULL, Group.TRANSPARENCY, _TWO, Empty.NULL, _PROVINCES,
         "Tỷ lệ TTHC công khai đầy đủ nội dung", "procedures public with every component part", is_inherited=True),
    Rule("1.4", Indicator.DOSSIER_SYNC, Group.TRANSPARENCY, _SIX, Empty.NULL, _PROVINCES,
         "Tỷ lệ hồ sơ đồng bộ lên Cổng DVCQG", "dossiers synchronised with the portal"),
    Rule("2.1", Indicator.PROCESSED_ON_TIME, Group.PROGRESS, _TWENTY, Empty.ZERO, f"{_PROVINCES}; {_TREES}",
         "Tỷ lệ hồ sơ xử lý trước hạn, đúng hạn", "dossiers processed early or on time"),
    Rule("2.2", "avgProcessingDays", Group.PROGRESS, _ZERO, Empty.NULL, _NOTE,
         "Thời gian giải quyết trung bình", "mean days of processing", is_scored=False),
    Rule("3.1", Indicator.ONLINE_PROVIDED, Group.ONLINE, _TWO, Empty.ZERO, _TREES,
         "Tỷ lệ TTHC cung cấp dịch vụ công trực tuyến", "procedures offered online", _EIGHTY),
    Rule("3.2", Indicator.ONLINE_USED, Group.ONLINE, _FOUR, Empty.ZERO, _TREES,
         "Tỷ lệ dịch vụ công trực tuyến có phát sinh hồ sơ", "online services with dossiers"),
    Rule("3.3", Indicator.ONLINE_SUBMITTED, Group.ONLINE, _SIX, Empty.ZERO, _TREES,
         "Tỷ lệ hồ sơ nộp trực tuyến", "dossiers submitted online", _HALF),
    Rule("3.5a", Indicator.PAYMENT_INTEGRATED, Group.PAYMENT, _TWO, Empty.ZERO, _PAYMENTS,
         "Tỷ lệ TTHC có nghĩa vụ tài chính được tích hợp thanh toán trực tuyến",
         "procedures with a charge that can be paid online", _EIGHTY),
    Rule("3.5b", Indicator.PAYMENT_USED, Group.PAYMENT, _TWO, Empty.ZERO, _PAYMENTS,
         "Tỷ lệ TTHC có giao dịch thanh toán trực tuyến", "procedures with a charge that was paid online", _EIGHTY),
    Rule("3.6", Indicator.PAYMENT_ONLINE, Group.PAYMENT, _SIX, Empty.ZERO, _PAYMENTS,
         "Tỷ lệ hồ sơ thanh toán trực tuyến", "dossiers with a charge that were paid online"),
    Rule("4.1", Indicator.ORIGINAL_RESULT_AVAILABLE, Group.DIGITISATION, _SIX, Empty.NULL, _PROVINCES,
         "Tỷ lệ hồ sơ TTHC có cấp kết quả giải quyết TTHC điện tử", "dossiers with an electronic result"),
    Rule("4.2", Indicator.DOSSIER_DIGITISED, Group.DIGITISATION, _FOUR, Empty.NULL, _PROVINCES,
         "Tỷ lệ hồ sơ TTHC thực hiện số hóa hồ sơ", "dossiers digitised"),
    Rule("4.3", Indicator.REUSED_DIGITIZED_DATA, Group.DIGITISATION, _TWO, Empty.NULL, _PROVINCES,
         "Tỷ lệ hồ sơ khai thác, sử dụng lại thông tin, dữ liệu số hóa", "dossiers that reuse digitised papers",
         _EIGHTY),
    Rule("4.4", Indicator.SYNCED_WITH_STORAGE, Group.DIGITISATION, _FOUR, Empty.NULL, _PROVINCES,
         "Tỷ lệ hồ sơ TTHC được số hóa có kết nối, chia sẻ dữ liệu phục vụ tái sử dụng",
         "digitised dossiers shared for reuse"),
    Rule("4.5a", Indicator.CITIZEN_DATA_FORMALITY, Group.DIGITISATION, _TWO, Empty.NULL, _PROVINCES,
         "Tỷ lệ TTHC triển khai kết nối, chia sẻ dữ liệu dân cư phục vụ giải quyết TTHC",
         "procedures connected to the population database"),
    Rule("4.5b", Indicator.CITIZEN_DATA_DOSSIER, Group.DIGITISATION, _TWO, Empty.NULL, _PROVINCES,
         "Tỷ lệ hồ sơ TTHC có sử dụng thông tin, dữ liệu dân cư", "dossiers that use the population database"),
    Rule("", Indicator.ELECTRONIC_CERTIFIED_COPY, Group.DIGITISATION, _TWO, Empty.NULL, _PROVINCES,
         "Tỷ lệ cung cấp dịch vụ chứng thực bản sao điện tử từ bản chính", "electronic certified copies",
         by_ratio=True),
    Rule("5.1", Indicator.PETITION_CLASSIFICATION, Group.SATISFACTION, _ZERO, Empty.NULL, _NOTE,
         "Phản ánh, kiến nghị theo phân loại", "petitions by kind", is_scored=False,
         aliases=("PETITION_CLASSIFICATION_TTHC", "PETITION_CLASSIFICATION_STAFF")),
    Rule("5.2", Indicator.PETITION_ON_TIME, Group.SATISFACTION, _SIX, Empty.FULL, _PROVINCES,
         "Tỷ lệ phản ánh, kiến nghị xử lý đúng hạn", "petitions dealt with on time"),
    Rule("5.3", Indicator.PETITION_SATISFACTION, Group.SATISFACTION, _SIX, Empty.FULL, _PROVINCES,
         "Tỷ lệ hài lòng trong xử lý phản ánh, kiến nghị", "satisfaction with the handling of petitions"),
    Rule("5.4", Indicator.DOSSIER_SATISFACTION, Group.SATISFACTION, _SIX, Empty.ZERO, _PROVINCES,
         "Tỷ lệ hài lòng trong tiếp nhận, giải quyết TTHC", "satisfaction with the handling of dossiers", _NINETY),
)
# fmt: on

GROUPS: dict[Group, GroupRule] = {
    row.group: row
    for row in (
        GroupRule(Group.TRANSPARENCY, Decimal(18), "Công khai, minh bạch", "publicity and transparency", True),
        GroupRule(Group.PROGRESS, Decimal(20), "Tiến độ giải quyết", "progress and results"),
        GroupRule(Group.ONLINE, Decimal(12), "Cung cấp dịch vụ công trực tuyến", "online service provision"),
        GroupRule(Group.PAYMENT, Decimal(10), "Thanh toán trực tuyến", "online payment"),
        GroupRule(Group.DIGITISATION, Decimal(22), "Số hóa hồ sơ", "dossier digitalization"),
        GroupRule(Group.SATISFACTION, Decimal(18), "Mức độ hài lòng", "level of satisfaction"),
    )
}
"""The six groups whose sum is the index."""

TOTAL = GroupRule(Group.TOTAL, Decimal(100), "Tổng điểm", "total")

SCORED: dict[Indicator, Rule] = {Indicator(rule.code): rule for rule in RULES if rule.is_scored}
"""The rules that give points, by indicator, in the portal's order."""

MEMBERS: dict[Group, tuple[Indicator, ...]] = {
    group: tuple(one for one, rule in SCORED.items() if rule.group is group) for group in GROUPS
}

_BY_CODE: dict[str, Rule] = {code: rule for rule in RULES for code in (rule.code, *rule.aliases)}


def rule_of(code: str) -> Rule | None:
    """The rule of a figure's code; None for a code that the table does not know (kept by others, never scored)."""
    return _BY_CODE.get(code)
