"""The Vietnamese words for what the core names: statuses, states, severities, differences, fields.

In: a value of the core. Out: the word that an official would write. A value without a word stays as it is.
"""

from __future__ import annotations

from typing import Final

from syncd.publication.facts import Authority, Status
from syncd.reconcile.differences import DifferenceClass
from syncd.reconcile.lifecycle import MismatchState
from syncd.reconcile.mismatches import KINDS, MismatchKind, Severity
from syncd.reconcile.tallies import COMPARED, END_STATE
from syncd.records.procedure import Kind
from syncd.sides.reading import ReadingVerdict

STATUS: Final[dict[str, str]] = {
    Status.ON_TIME: "Đúng hạn",
    Status.LATE: "Chậm",
    Status.DUE: "Chưa đến hạn",
    Status.OVERDUE: "Quá hạn, chưa thực hiện",
    Status.UNMEETABLE: "Không thể đúng hạn",
    Status.UNKNOWN: "Chưa có số liệu",
}
STATE: Final[dict[str, str]] = {
    MismatchState.SUSPECTED: "Nghi ngờ",
    MismatchState.CONFIRMED: "Đã xác nhận",
    MismatchState.WAIVED: "Tạm chấp nhận",
    MismatchState.RESOLVED: "Đã khắc phục",
    MismatchState.VANISHED: "Không còn",
}
SEVERITY: Final[dict[str, str]] = {
    Severity.CRITICAL: "Nghiêm trọng",
    Severity.MAJOR: "Quan trọng",
    Severity.MINOR: "Nhỏ",
}
DIFFERENCE: Final[dict[str, str]] = {
    DifferenceClass.FORM_ONLY: "Khác hình thức",
    DifferenceClass.TONE_MARK: "Khác dấu",
    DifferenceClass.ORDER: "Khác thứ tự",
    DifferenceClass.MAPPED: "Quy đổi tương đương",
    DifferenceClass.REAL: "Khác nội dung",
}
FIELD: Final[dict[str, str]] = {
    "code": "Mã TTHC",
    "local_code": "Mã của Thành phố",
    "portal_id": "Liên kết trên Cổng",
    "name": "Tên TTHC",
    "kind": "Loại TTHC",
    "state": "Trạng thái",
    "field_code": "Mã lĩnh vực",
    "field_name": "Lĩnh vực",
    "publisher_code": "Mã cơ quan công bố",
    "publisher_name": "Cơ quan công bố",
    "levels": "Cấp thực hiện",
    "executing_agencies": "Cơ quan thực hiện",
    "decision_number": "Số quyết định công bố",
    "decision_date": "Ngày quyết định công bố",
    "published_at": "Ngày công khai",
    "steps": "Trình tự thực hiện",
    "methods": "Cách thức thực hiện",
    "documents": "Thành phần hồ sơ",
    "subjects": "Đối tượng thực hiện",
    "results": "Kết quả thực hiện",
    "legal_bases": "Căn cứ pháp lý",
    "requirements": "Yêu cầu, điều kiện",
    "online_level": "Mức độ trực tuyến",
    "applied_departments": "Đơn vị áp dụng",
    "portal": "Bản ghi trên Cổng",
    "city": "Bản ghi của Thành phố",
    "finished": "Ngày kết thúc xử lý",
    "number": "Số quyết định công bố",
    "signed": "Ngày ký quyết định",
    "signer": "Người ký",
    "codes": "TTHC thuộc quyết định",
}
TALLY: Final[dict[str, str]] = {
    END_STATE: "Hồ sơ chưa cập nhật trạng thái kết thúc",
    **{row.name: f"Hồ sơ {row.vietnamese}" for row in COMPARED},
}
VALUE: Final[dict[str, str]] = {
    "public": "Công khai",
    "withdrawn": "Không còn công khai",
    "unpublished": "Chưa công khai",
    "issued": "Đã ban hành, còn hiệu lực",
    "recalled": "Đã bị thu hồi",
    "replaced": "Đã được thay thế",
}
"""Values of a state as people call them."""
KIND: Final[dict[str, str]] = {kind: row.vietnamese for kind, row in KINDS.items()}
PUBLICATION_KIND: Final[dict[str, str]] = {
    Kind.STANDARD: "Chuẩn",
    Kind.SPECIFIC: "Đặc thù",
    Kind.INTERNAL: "Nội bộ",
}
AUTHORITY: Final[dict[str, str]] = {
    Authority.MINISTRY: "Bộ, ngành",
    Authority.PROVINCE: "UBND cấp tỉnh",
    Authority.TASKED: "Cơ quan được giao",
}
WHY: Final[dict[str, str]] = {
    "executing agency": "Cơ quan thực hiện",
    "field": "Lĩnh vực",
    "assignment": "Sổ phân công",
    "none": "Chưa xác định",
}
PROOF: Final[dict[str, str]] = {
    ReadingVerdict.WHOLE: "đọc toàn bộ",
    ReadingVerdict.PARTIAL: "đọc một phần",
    ReadingVerdict.REFUSED: "không đọc được",
}


def kind_words(kind: str) -> str:
    """A kind of mismatch in one sentence."""
    return KIND.get(kind, kind)


def field_words(kind: str, field: str) -> str:
    """A field as people call it; the counts of tallies have words of their own."""
    return (TALLY if kind == MismatchKind.TALLY_DIFFERS else FIELD).get(field, field)


def value_words(field: str, value: str) -> str:
    """The value of a field as people call it."""
    return VALUE.get(value, value) if field == "state" else value
