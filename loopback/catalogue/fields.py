"""Fields of work (lĩnh vực) of the invented catalogue, with what is done in each.

In: nothing. Out: a table; names are put together from its subjects and the verbs and qualifiers of `stock`.
"""

from __future__ import annotations

from typing import NamedTuple


class FieldOfWork(NamedTuple):
    """A field (lĩnh vực): its portal code and name, the publishing ministry, the department of a city, its subjects."""

    code: str
    name: str
    ministry: str
    department: str
    subjects: tuple[str, ...]


FIELDS_OF_WORK: tuple[FieldOfWork, ...] = (
    FieldOfWork(
        "G17-XD20",
        "Hoạt động xây dựng",
        "G17",
        "Sở Xây dựng",
        (
            "giấy phép xây dựng nhà ở riêng lẻ",
            "chứng chỉ hành nghề hoạt động xây dựng hạng III",
            "chứng chỉ năng lực tổ chức khảo sát xây dựng",
            "giấy phép di dời công trình",
        ),
    ),
    FieldOfWork(
        "G17-GT02",
        "Đường bộ",
        "G17",
        "Sở Xây dựng",
        (
            "giấy phép vận tải hành khách bằng xe ô tô",
            "phù hiệu xe hợp đồng",
            "giấy phép thi công trên đường đang khai thác",
        ),
    ),
    FieldOfWork(
        "G10-NN07",
        "Lâm nghiệp và Kiểm lâm",
        "G10",
        "Sở Nông nghiệp và Môi trường",
        (
            "mã số vùng trồng cây lâm nghiệp",
            "chứng nhận nguồn gốc giống cây rừng",
            "phương án khai thác thực vật rừng thông thường",
        ),
    ),
    FieldOfWork(
        "G10-TN02",
        "Đất đai",
        "G10",
        "Sở Nông nghiệp và Môi trường",
        (
            "giấy chứng nhận quyền sử dụng đất",
            "quyết định giao đất ở nông thôn",
            "đăng ký biến động quyền sử dụng đất",
            "trích lục bản đồ địa chính",
        ),
    ),
    FieldOfWork(
        "G10-NN16",
        "Nông nghiệp",
        "G10",
        "Sở Nông nghiệp và Môi trường",
        (
            "hỗ trợ đầu tư hệ thống tưới tiết kiệm",
            "chứng nhận cơ sở đủ điều kiện sản xuất rau an toàn",
            "hỗ trợ chuyển đổi cơ cấu cây trồng",
        ),
    ),
    FieldOfWork(
        "G12-KD07",
        "Thành lập và hoạt động của doanh nghiệp",
        "G12",
        "Sở Tài chính",
        (
            "giấy chứng nhận đăng ký doanh nghiệp",
            "thông báo tạm ngừng kinh doanh của chi nhánh",
            "giấy chứng nhận đăng ký hoạt động địa điểm kinh doanh",
        ),
    ),
    FieldOfWork(
        "G12-KD11",
        "Đăng ký hộ kinh doanh",
        "G12",
        "Sở Tài chính",
        ("giấy chứng nhận đăng ký hộ kinh doanh", "thông báo thay đổi chủ hộ kinh doanh"),
    ),
    FieldOfWork(
        "G15-TP07",
        "Hộ tịch",
        "G15",
        "Sở Tư pháp",
        ("giấy khai sinh", "giấy chứng nhận kết hôn", "giấy xác nhận tình trạng hôn nhân", "trích lục khai tử"),
    ),
    FieldOfWork(
        "G15-TP03",
        "Chứng thực",
        "G15",
        "Sở Tư pháp",
        ("chứng thực chữ ký người dịch", "chứng thực hợp đồng, giao dịch về tài sản"),
    ),
    FieldOfWork(
        "G15-TP04",
        "Công chứng",
        "G15",
        "Sở Tư pháp",
        ("thẻ công chứng viên", "giấy đăng ký hoạt động văn phòng công chứng"),
    ),
    FieldOfWork(
        "G16-VH21",
        "Du lịch",
        "G16",
        "Sở Du lịch",
        (
            "giấy phép kinh doanh dịch vụ lữ hành nội địa",
            "thẻ hướng dẫn viên du lịch quốc tế",
            "quyết định công nhận hạng cơ sở lưu trú du lịch",
        ),
    ),
    FieldOfWork(
        "G16-VH10",
        "Nghệ thuật biểu diễn",
        "G16",
        "Sở Văn hóa và Thể thao",
        ("văn bản chấp thuận tổ chức biểu diễn nghệ thuật", "văn bản chấp thuận tổ chức cuộc thi người đẹp"),
    ),
    FieldOfWork(
        "G16-VH12",
        "Thư viện",
        "G16",
        "Sở Văn hóa và Thể thao",
        ("thông báo thành lập thư viện cộng đồng", "quyết định xếp hạng thư viện công lập"),
    ),
    FieldOfWork(
        "G18-YT07",
        "Khám bệnh, chữa bệnh",
        "G18",
        "Sở Y tế",
        (
            "giấy phép hành nghề khám bệnh, chữa bệnh",
            "giấy phép hoạt động phòng khám đa khoa",
            "văn bản công bố cơ sở đủ điều kiện thực hành",
        ),
    ),
    FieldOfWork(
        "G18-YT04",
        "Dược phẩm",
        "G18",
        "Sở Y tế",
        ("chứng chỉ hành nghề dược", "giấy chứng nhận đủ điều kiện kinh doanh dược"),
    ),
    FieldOfWork(
        "G03-GD06",
        "Giáo dục mầm non",
        "G03",
        "Sở Giáo dục và Đào tạo",
        ("quyết định thành lập trường mẫu giáo", "giấy phép hoạt động giáo dục của nhóm trẻ độc lập"),
    ),
    FieldOfWork(
        "G03-GD09",
        "Giáo dục trung học",
        "G03",
        "Sở Giáo dục và Đào tạo",
        ("quyết định cho phép trường trung học hoạt động giáo dục", "văn bằng tốt nghiệp từ sổ gốc"),
    ),
    FieldOfWork(
        "G02-CT19",
        "Thương mại quốc tế",
        "G02",
        "Sở Công Thương",
        (
            "giấy phép thành lập văn phòng đại diện của thương nhân nước ngoài",
            "giấy phép lập cơ sở bán lẻ thứ nhất",
        ),
    ),
    FieldOfWork(
        "G02-CT12",
        "Lưu thông hàng hóa trong nước",
        "G02",
        "Sở Công Thương",
        (
            "giấy phép bán buôn sản phẩm thuốc lá",
            "giấy xác nhận đủ điều kiện làm đại lý bán lẻ xăng dầu",
            "giấy phép bán lẻ rượu",
        ),
    ),
    FieldOfWork(
        "G06-KC02",
        "Hoạt động khoa học và công nghệ",
        "G06",
        "Sở Khoa học và Công nghệ",
        (
            "giấy chứng nhận tổ chức nghiên cứu & phát triển",
            "giấy chứng nhận doanh nghiệp khoa học và công nghệ",
        ),
    ),
    FieldOfWork(
        "G06-KC01",
        "An toàn bức xạ và hạt nhân",
        "G06",
        "Sở Khoa học và Công nghệ",
        ("giấy phép sử dụng thiết bị X-quang chẩn đoán y tế", "chứng chỉ nhân viên bức xạ"),
    ),
    FieldOfWork(
        "G09-LĐ11",
        "Việc làm",
        "G09",
        "Sở Nội vụ",
        ("giấy phép hoạt động dịch vụ việc làm", "giấy phép lao động cho người lao động nước ngoài"),
    ),
    FieldOfWork(
        "G09-LĐ09",
        "Người có công",
        "G09",
        "Sở Nội vụ",
        ("trợ cấp một lần đối với người có công", "giấy xác nhận thân nhân liệt sĩ"),
    ),
    FieldOfWork(
        "G01-CA05",
        "Đăng ký, quản lý cư trú",
        "G01",
        "Công an Thành phố",
        ("giấy xác nhận thông tin về cư trú", "đăng ký tạm trú theo danh sách"),
    ),
    FieldOfWork(
        "G21-DTTG02",
        "Tín ngưỡng, tôn giáo",
        "G21",
        "Sở Dân tộc và Tôn giáo",
        ("đăng ký hoạt động tín ngưỡng tại cơ sở", "thông báo người được phong phẩm"),
    ),
    FieldOfWork(
        "G19-NH03",
        "Hoạt động thanh toán",
        "G19",
        "Ngân hàng Nhà nước",
        ("giấy phép cung ứng dịch vụ trung gian thanh toán", "chấp thuận kết nối hệ thống bù trừ"),
    ),
)
