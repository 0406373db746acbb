"""What people of the Office and of the units did about mismatches during the week: a table, in their words.

In: nothing. Out: `DEEDS`. When, who, about which mismatches, and what they did; `working` does it.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from syncd.cli.demonstration.people import APPROVER, CONSTRUCTION, JUSTICE, OPERATOR, REVIEWER, Person
from syncd.reconcile.mismatches import MismatchKind

K = MismatchKind
OFFICE: Final = "Phòng Kiểm soát TTHC, Văn phòng UBND Thành phố"


class Which(NamedTuple):
    """Which open mismatches: of a kind (None: any), field, class of difference, unit; some of them, by code."""

    kind: MismatchKind | None = None
    field: str = ""
    difference: str = ""
    unit: str = ""
    first: int = 0
    number: int = 100


class Deed(NamedTuple):
    """What somebody did. Empty texts: nothing of the sort. ``waived_for``: days; or until a time as in `when`."""

    when: str
    who: Person
    about: Which
    cause: str = ""
    comment: str = ""
    assignee: str = ""
    reported: str = ""
    waived: str = ""
    waived_for: int = 0
    waived_until: str = ""
    reread: bool = False
    distributed: bool = False


DEEDS: Final = (
    Deed("1 15:30", REVIEWER, Which(), distributed=True),
    Deed(
        "1 15:45",
        REVIEWER,
        Which(K.UNPUBLISHED_DECISION),
        cause="draft_shown",
        comment="Cổng hiển thị quyết định chưa công khai; chưa nhập vào hệ thống của Thành phố, chờ Bộ công khai.",
    ),
    Deed(
        "1 16:00",
        OPERATOR,
        Which(K.TEST_RECORD),
        cause="test_record",
        comment="Bản ghi thử nghiệm còn sót trên Cổng, đã tổng hợp để đề nghị đơn vị vận hành gỡ bỏ.",
    ),
    Deed(
        "2 10:00",
        APPROVER,
        Which(K.FIELD_DIFFERS, "name", "tone-mark", number=2),
        waived="Sai dấu thanh trong tên thủ tục, không làm thay đổi nội dung; sửa cùng đợt rà soát tháng tới.",
        waived_for=30,
    ),
    Deed(
        "2 10:20",
        APPROVER,
        Which(K.TEST_RECORD, number=2),
        waived="Đã đề nghị Cục Kiểm soát thủ tục hành chính gỡ bản ghi thử nghiệm, chờ Cổng xử lý.",
        waived_for=60,
    ),
    Deed(
        "2 10:30",
        REVIEWER,
        Which(K.UNPUBLISHED_DECISION),
        reported="1257/VP-KSTTHC",
    ),
    Deed(
        "2 14:00",
        REVIEWER,
        Which(K.FIELD_DIFFERS, "executing_agencies"),
        cause="reorganised",
        assignee=OPERATOR.login,
        comment="Thành phố còn ghi Ủy ban nhân dân cấp huyện; sau khi sắp xếp tổ chức phải sửa cơ quan thực hiện.",
    ),
    Deed(
        "2 15:10",
        APPROVER,
        Which(K.AMBIGUOUS_CODE, number=1),
        waived="Mã của Thành phố ứng với nhiều mã của Cổng, tạm chấp nhận trong khi tách thủ tục.",
        waived_until="5 07:30",
    ),
    Deed(
        "3 09:15",
        CONSTRUCTION,
        Which(unit="H26.19", number=3),
        comment="Sở đã tiếp nhận, đang đối chiếu với quyết định công bố; dự kiến cập nhật xong trong tuần.",
    ),
    Deed("3 10:20", REVIEWER, Which(), distributed=True),
    Deed(
        "3 10:30",
        REVIEWER,
        Which(K.WITHDRAWN_ON_PORTAL),
        cause="not_withdrawn",
        assignee=REVIEWER.login,
        comment="Thủ tục đã hết hiệu lực trên Cổng nhưng Thành phố vẫn tiếp nhận; đề nghị dừng tiếp nhận ngay.",
    ),
    Deed(
        "3 15:00",
        JUSTICE,
        Which(unit="H26.16", number=2),
        cause="wrong_entry",
        comment="Sở đã kiểm tra: cán bộ nhập nhầm; đã gửi Văn phòng nội dung đúng để sửa trên hệ thống.",
    ),
    Deed(
        "4 09:00",
        REVIEWER,
        Which(K.MISSING_IN_CITY, number=4),
        cause="not_synchronised",
        assignee=OPERATOR.login,
        comment="Cổng đã công khai, hệ thống của Thành phố chưa có; đề nghị bổ sung và cấu hình quy trình điện tử.",
    ),
    Deed(
        "4 09:40",
        OPERATOR,
        Which(K.MISSING_IN_CITY, number=1),
        comment="Đã nhập thủ tục, đang chờ đơn vị xác nhận thành phần hồ sơ trước khi mở tiếp nhận.",
    ),
    Deed(
        "4 10:00",
        REVIEWER,
        Which(K.DECISION_SUPERSEDED),
        cause="waiting_for_decision",
        comment="Bộ đã công bố quyết định mới; chờ Chủ tịch UBND Thành phố ký quyết định công bố danh mục.",
    ),
    Deed(
        "5 09:30",
        CONSTRUCTION,
        Which(unit="H26.19", number=1),
        comment="Đã trình lãnh đạo Sở dự thảo tờ trình công bố; đề nghị Văn phòng cho ý kiến trước ngày mai.",
    ),
    Deed(
        "5 14:00",
        REVIEWER,
        Which(K.MISSING_ON_PORTAL),
        cause="portal_fault",
        reported="1302/VP-KSTTHC",
        comment="Thành phố đã công khai nhưng không thấy trên Cổng; đã gửi văn bản đề nghị kiểm tra.",
    ),
    Deed("-44", REVIEWER, Which(), distributed=True),
    Deed(
        "-43",
        REVIEWER,
        Which(K.TALLY_DIFFERS),
        cause="connection",
        comment="Trạng thái hồ sơ chưa đồng bộ đủ lên Cổng; đã đề nghị đơn vị vận hành trục liên thông kiểm tra.",
    ),
    Deed(
        "-42",
        REVIEWER,
        Which(K.END_DATE_REWRITTEN),
        comment="Ngày kết thúc bị sửa lùi về đúng hạn trả sau khi đã ghi nhận quá hạn; đề nghị đơn vị giải trình.",
    ),
    Deed("-40", CONSTRUCTION, Which(unit="H26.19", first=1, number=2), reread=True),
)
"""In the order in which it was done."""
