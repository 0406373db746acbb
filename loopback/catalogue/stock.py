"""The word stock of the invented catalogue: verbs, qualifiers, papers, laws, steps.

In: nothing. Out: tables of Vietnamese words, written for this project, from which believable procedures are put
together. No record here is a copy of a real one; agency names and code shapes are those of the public administration.
"""

from __future__ import annotations

VERBS: tuple[str, ...] = (
    "Cấp",
    "Cấp lại",
    "Cấp đổi",
    "Gia hạn",
    "Điều chỉnh",
    "Thu hồi",
    "Cấp bản sao",
    "Thẩm định hồ sơ cấp",
    "Thủ tục cấp mới",
    "Đề nghị sửa đổi, bổ sung",
)

QUALIFIERS: tuple[str, ...] = (
    "",
    " đối với tổ chức",
    " đối với cá nhân, hộ gia đình",
    " trong trường hợp bị mất, hỏng",
    " do thay đổi thông tin người đại diện",
    " có yếu tố nước ngoài",
    " theo hình thức rút gọn",
    " (lần đầu)",
    ' theo cơ chế "một cửa liên thông"',
    " tại khu công nghiệp, khu kinh tế",
)

PAPERS: tuple[str, ...] = (
    "Đơn đề nghị theo mẫu",
    "Bản sao giấy tờ chứng minh nhân thân",
    "Bản thuyết minh về cơ sở vật chất và nhân sự",
    "Bản chính giấy phép đã được cấp",
    "Văn bản ủy quyền (nếu nộp hồ sơ qua người đại diện)",
    "Sơ đồ vị trí và bản vẽ hiện trạng",
    "Lý lịch tư pháp của người đứng đầu",
)

STEPS: tuple[str, ...] = (
    "Bước 1: Tổ chức, cá nhân chuẩn bị hồ sơ theo quy định và nộp tại Bộ phận Một cửa.",
    "Bước 2: Cơ quan tiếp nhận kiểm tra tính đầy đủ, hợp lệ của hồ sơ và cấp giấy hẹn trả kết quả.",
    "Bước 3: Cơ quan có thẩm quyền thẩm định, trường hợp cần thiết tổ chức kiểm tra thực tế.",
    "Bước 4: Người có thẩm quyền ký quyết định; trường hợp từ chối phải trả lời bằng văn bản và nêu rõ lý do.",
    "Bước 5: Trả kết quả trực tiếp, qua dịch vụ bưu chính công ích hoặc trên Cổng dịch vụ công.",
)

LAWS: tuple[tuple[str, str], ...] = (
    ("61/2018/NĐ-CP", "Về thực hiện cơ chế một cửa, một cửa liên thông trong giải quyết thủ tục hành chính"),
    ("63/2010/NĐ-CP", "Về kiểm soát thủ tục hành chính"),
    ("118/2025/NĐ-CP", "Về thực hiện thủ tục hành chính theo cơ chế một cửa tại Bộ phận Một cửa và Cổng dịch vụ công"),
    ("Nghị định 45/2020", "Về thực hiện thủ tục hành chính trên môi trường điện tử"),
    ("107/2021/NĐ-CP", "Sửa đổi, bổ sung một số điều về cơ chế một cửa"),
    ("02/2017/TT-VPCP", "Hướng dẫn về nghiệp vụ kiểm soát thủ tục hành chính"),
)

SUBJECTS: tuple[tuple[str, str], ...] = (
    ("ĐT1", "Công dân Việt Nam"),
    ("ĐT2", "Người Việt Nam định cư ở nước ngoài"),
    ("ĐT4", "Người nước ngoài"),
    ("ĐT5", "Doanh nghiệp"),
    ("ĐT9", "Hợp tác xã"),
)

FREE_TIMES: tuple[str, ...] = ("Theo mô tả", "Không quy định", "Không quá 10 ngày làm việc kể từ ngày nhận đủ hồ sơ")
