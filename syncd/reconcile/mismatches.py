"""What a mismatch is: its kinds as a table, and what one pass observed.

In: nothing. Out: the vocabulary that verdicts, the ledger, logs, metrics and the command line share.
"""

from __future__ import annotations

from enum import StrEnum
from hashlib import blake2b

from msgspec import Struct


class MismatchKind(StrEnum):
    """What is wrong. Severity and wording of each stand in `KINDS`."""

    MISSING_IN_CITY = "missing_in_city"
    MISSING_ON_PORTAL = "missing_on_portal"
    WITHDRAWN_ON_PORTAL = "withdrawn_on_portal"
    REPUBLISHED = "republished"
    FIELD_DIFFERS = "field_differs"
    DECISION_SUPERSEDED = "decision_superseded"
    UNPUBLISHED_DECISION = "unpublished_decision"
    UNMAPPED_CODE = "unmapped_code"
    AMBIGUOUS_CODE = "ambiguous_code"
    WRONG_PORTAL_ID = "wrong_portal_id"
    INVALID_RECORD = "invalid_record"
    TEST_RECORD = "test_record"
    TALLY_DIFFERS = "tally_differs"
    END_DATE_REWRITTEN = "end_date_rewritten"
    DECISION_NOT_ENTERED = "decision_not_entered"
    DECISION_UNKNOWN = "decision_unknown"
    DECISION_DIFFERS = "decision_differs"


OF_DOSSIERS = frozenset({MismatchKind.TALLY_DIFFERS, MismatchKind.END_DATE_REWRITTEN})
"""Kinds that dossiers give; the others are those of procedures."""
OF_DECISIONS = frozenset(
    {MismatchKind.DECISION_NOT_ENTERED, MismatchKind.DECISION_UNKNOWN, MismatchKind.DECISION_DIFFERS}
)
"""Kinds that publication decisions give: the portal against the city's document-management system."""


class Severity(StrEnum):
    """How much it matters: critical misleads the public, minor is untidy."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


class KindRow(Struct, frozen=True):
    """One row of the table of kinds: severity, and one sentence in each language."""

    severity: Severity
    vietnamese: str
    english: str


KINDS: dict[MismatchKind, KindRow] = {
    MismatchKind.MISSING_IN_CITY: KindRow(
        Severity.CRITICAL,
        "Cổng DVCQG công khai thủ tục, hệ thống của thành phố chưa có",
        "public on the portal, absent from the city's system",
    ),
    MismatchKind.MISSING_ON_PORTAL: KindRow(
        Severity.MAJOR,
        "Hệ thống của thành phố có thủ tục, Cổng DVCQG không có",
        "in the city's system, absent from the portal",
    ),
    MismatchKind.WITHDRAWN_ON_PORTAL: KindRow(
        Severity.CRITICAL,
        "Thủ tục đã hết hiệu lực trên Cổng DVCQG, thành phố vẫn tiếp nhận",
        "withdrawn on the portal, still offered by the city",
    ),
    MismatchKind.REPUBLISHED: KindRow(
        Severity.MAJOR,
        "Thủ tục được công khai lại trên Cổng DVCQG, thành phố chưa mở lại",
        "public again on the portal, still closed in the city's system",
    ),
    MismatchKind.FIELD_DIFFERS: KindRow(
        Severity.MAJOR, "Nội dung hai bên khác nhau", "a field differs between the two sides"
    ),
    MismatchKind.DECISION_SUPERSEDED: KindRow(
        Severity.MAJOR,
        "Thành phố còn ghi quyết định công bố đã được thay thế",
        "the city still names a decision that has been superseded",
    ),
    MismatchKind.UNPUBLISHED_DECISION: KindRow(
        Severity.MINOR,
        "Cổng DVCQG hiển thị quyết định chưa có ngày công khai",
        "the portal shows a decision without a publication date",
    ),
    MismatchKind.UNMAPPED_CODE: KindRow(
        Severity.MAJOR,
        "Mã thủ tục của thành phố chưa được ánh xạ sang mã quốc gia",
        "the city's code maps to no portal code",
    ),
    MismatchKind.AMBIGUOUS_CODE: KindRow(
        Severity.MAJOR, "Một mã ứng với nhiều thủ tục", "one code stands for several procedures"
    ),
    MismatchKind.WRONG_PORTAL_ID: KindRow(
        Severity.MAJOR,
        "Thành phố liên kết nhầm sang thủ tục khác trên Cổng DVCQG",
        "the city's link points at another procedure of the portal",
    ),
    MismatchKind.INVALID_RECORD: KindRow(
        Severity.MAJOR, "Bản ghi không đúng cấu trúc, không thể so sánh", "the record cannot be read"
    ),
    MismatchKind.TEST_RECORD: KindRow(
        Severity.MINOR, "Bản ghi thử nghiệm còn trên hệ thống", "a test record is left on a live system"
    ),
    MismatchKind.TALLY_DIFFERS: KindRow(
        Severity.MAJOR,
        "Số liệu hồ sơ của đơn vị khác nhau giữa Cổng DVCQG và thành phố",
        "the two sides count a unit's dossiers differently",
    ),
    MismatchKind.END_DATE_REWRITTEN: KindRow(
        Severity.CRITICAL,
        "Ngày kết thúc xử lý của hồ sơ đã quá hạn bị lùi lại sau đó",
        "the end date of an overdue dossier was moved back after the fact",
    ),
    MismatchKind.DECISION_NOT_ENTERED: KindRow(
        Severity.CRITICAL,
        "Quyết định công bố đã ký ban hành, chưa được nhập lên Cổng DVCQG",
        "a publication decision is signed and not entered on the portal",
    ),
    MismatchKind.DECISION_UNKNOWN: KindRow(
        Severity.MAJOR,
        "Cổng DVCQG ghi quyết định công bố không có trong hệ thống quản lý văn bản",
        "the portal names a publication decision that the document system does not know",
    ),
    MismatchKind.DECISION_DIFFERS: KindRow(
        Severity.MAJOR,
        "Quyết định công bố trên Cổng DVCQG khác với văn bản đã ký ban hành",
        "the portal shows a publication decision otherwise than the signed document",
    ),
}


OF_ONE_CITY_ROW = OF_DOSSIERS | {
    MismatchKind.MISSING_ON_PORTAL,
    MismatchKind.INVALID_RECORD,
    MismatchKind.TEST_RECORD,
}
"""Kinds that may be true of several city rows with one code, each for itself: a row, a period, a dossier."""


class Observation(Struct, frozen=True, kw_only=True):
    """What one pass saw to be wrong with one procedure (and one field of it).

    ``code`` is the portal's code, empty where there is none. ``difference`` is a `DifferenceClass` value or empty.
    Of a tally, ``code`` is the unit's and ``local_code`` the period; of a dossier, the procedure's and its number. Of a
    decision there is no code: ``local_code`` is its number, day and issuer, and the city's value the document system's.
    """

    kind: MismatchKind
    code: str
    local_code: str = ""
    portal_key: str = ""
    city_key: str = ""
    name: str = ""
    field: str = ""
    difference: str = ""
    portal_value: str = ""
    city_value: str = ""
    agency_code: str = ""
    agency_name: str = ""

    @property
    def subject(self) -> str:
        """Says of which mismatch this is an observation, across passes: kind, code, field, row; never the values."""
        is_of_one_row = not self.code or self.kind in OF_ONE_CITY_ROW
        return "\x1f".join((self.kind, self.code, self.local_code if is_of_one_row else "", self.field))

    @property
    def values(self) -> str:
        """Digest of both values: a mismatch whose values change is confirmed anew, and leaves its waiver."""
        text = "\x1f".join((self.difference, self.portal_value, self.city_value))
        return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
