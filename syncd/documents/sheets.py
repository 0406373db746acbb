"""The sheets that there are, as tables of columns: publications, index, what mending would bring, mismatches.

In: nothing. Out: columns whose names are those of the rows. Vietnamese titles first: these go to offices.
"""

from __future__ import annotations

from syncd.documents.columns import Cell, Column

PUBLICATIONS: tuple[Column, ...] = (
    Column("code", "Mã TTHC", "Code", width=12),
    Column("name", "Tên thủ tục hành chính", "Procedure", width=48),
    Column("status", "Tình trạng (theo luật)", "Status by law", width=12),
    Column("days_late", "Số ngày chậm", "Days late", Cell.WHOLE, 9),
    Column("unit_name", "Cơ quan chủ trì", "Unit", width=28),
    Column("unit_code", "Mã đơn vị", "Unit code", width=11),
    Column("unit_why", "Căn cứ xác định đơn vị", "Why this unit", width=16),
    Column("legal_basis", "VBQPPL (ngày hiệu lực)", "Legal basis (in force)", width=34),
    Column("effective", "Ngày hiệu lực", "Effective", Cell.DATE, 12),
    Column("ministry_decision", "QĐ của Bộ", "Ministry's decision", width=18),
    Column("ministry_signed", "Ngày QĐ của Bộ", "Signed by ministry", Cell.DATE, 12),
    Column("decision", "QĐ công bố của Thành phố", "City's decision", width=20),
    Column("signed", "Ngày ký", "Signed", Cell.DATE, 12),
    Column("made_public", "Công khai lần đầu", "Made public", Cell.INSTANT, 16),
    Column("last_public", "Công khai gần nhất", "Made public last", Cell.INSTANT, 16),
    Column("sign_law_day", "Hạn công bố (luật)", "Sign by (law)", Cell.DATE, 12),
    Column("sign_law_status", "Công bố (luật)", "Signing (law)", width=11),
    Column("sign_law_days", "Chậm công bố, ngày", "Signing late, days", Cell.WHOLE, 9),
    Column("sign_portal_day", "Hạn công bố (Cổng)", "Sign by (portal)", Cell.DATE, 12),
    Column("sign_portal_status", "Công bố (Cổng)", "Signing (portal)", width=11),
    Column("sign_portal_days", "Chậm công bố, ngày làm việc", "Signing late, working days", Cell.WHOLE, 9),
    Column("public_law_day", "Hạn công khai (luật)", "Public by (law)", Cell.DATE, 12),
    Column("public_law_status", "Công khai (luật)", "Making public (law)", width=11),
    Column("public_law_days", "Chậm công khai, ngày làm việc", "Public late, working days", Cell.WHOLE, 9),
    Column("public_portal_day", "Hạn công khai (Cổng)", "Public by (portal)", Cell.DATE, 12),
    Column("public_portal_status", "Công khai (Cổng)", "Making public (portal)", width=11),
    Column("public_portal_days", "Chậm công khai theo Cổng", "Public late (portal)", Cell.WHOLE, 9),
    Column("portal_status", "Tình trạng (theo Cổng)", "Status by portal", width=12),
    Column("kind", "Loại", "Kind", width=10),
    Column("authority", "Thẩm quyền", "Authority", width=10),
    Column("reason", "Lý do, ghi chú", "Reason", width=44),
    Column("rules", "Quy tắc áp dụng", "Rules", width=26),
    Column("unofficial_years", "Năm chưa có lịch chính thức", "Years without official calendar", width=10),
)

INDEX: tuple[Column, ...] = (
    Column("number", "Số", "No.", width=6),
    Column("group", "Nhóm", "Group", width=14),
    Column("name", "Chỉ số", "Indicator", width=50),
    Column("numerator", "Tử số", "Numerator", Cell.WHOLE, 12),
    Column("denominator", "Mẫu số", "Denominator", Cell.WHOLE, 12),
    Column("portal", "Điểm trên Cổng", "Portal's points", Cell.POINTS, 10),
    Column("recomputed", "Điểm tính lại", "Recomputed", Cell.POINTS, 10),
    Column("own_numerator", "Tử số (tự đếm)", "Own numerator", Cell.WHOLE, 12),
    Column("own_denominator", "Mẫu số (tự đếm)", "Own denominator", Cell.WHOLE, 12),
    Column("own", "Điểm (tự đếm)", "Own points", Cell.POINTS, 10),
    Column("maximum", "Điểm tối đa", "Maximum", Cell.POINTS, 10),
    Column("difference", "Chênh lệch", "Difference", Cell.POINTS, 10),
    Column("missing", "Thiếu, lý do", "Missing", width=40),
    Column("flags", "Ghi chú của Cổng", "Portal's flags", width=30),
    Column("english", "Chỉ số (tiếng Anh)", "Indicator (English)", width=40),
    Column("code", "Mã chỉ số", "Code", width=30),
    Column("endpoint", "Nguồn", "Source", width=22),
)

TASKS: tuple[Column, ...] = (
    Column("unit_code", "Mã đơn vị", "Unit code", width=11),
    Column("unit_name", "Đơn vị", "Unit", width=40),
    Column("assigned", "Tổng số nhiệm vụ", "Assigned", Cell.WHOLE, 11),
    Column("done", "Đã hoàn thành", "Done", Cell.WHOLE, 11),
    Column("done_on_time", "Hoàn thành đúng hạn", "Done on time", Cell.WHOLE, 11),
    Column("done_late", "Hoàn thành quá hạn", "Done late", Cell.WHOLE, 11),
    Column("running", "Đang thực hiện", "Running", Cell.WHOLE, 11),
    Column("running_in_time", "Đang thực hiện trong hạn", "Running, in time", Cell.WHOLE, 11),
    Column("running_late", "Đang thực hiện quá hạn", "Running, late", Cell.WHOLE, 11),
    Column("no_time_limit", "Không thời hạn", "No time limit", Cell.WHOLE, 11),
    Column("overdue", "Quá hạn (cộng dồn)", "Overdue, both", Cell.WHOLE, 11),
    Column("rate", "Tỷ lệ hoàn thành đúng hạn (%)", "On time (%)", Cell.POINTS, 11),
    Column("odd", "Số liệu không khớp", "Not the sum of its parts", width=20),
    Column("source", "Nguồn", "Source", width=18),
    Column("read_at", "Thời điểm đọc", "Read at", Cell.INSTANT, 16),
)

IMPACT: tuple[Column, ...] = (
    Column("city", "Điểm của Thành phố", "Points for the city", Cell.POINTS, 10),
    Column("unit", "Điểm của đơn vị (tự tính)", "Points for the unit (ours)", Cell.POINTS, 10),
    Column("unit_name", "Đơn vị", "Unit", width=28),
    Column("unit_code", "Mã đơn vị", "Unit code", width=11),
    Column("vietnamese", "Việc cần làm", "To do (Vietnamese)", width=60),
    Column("code", "Mã TTHC", "Code", width=12),
    Column("decision", "Quyết định", "Decision", width=20),
    Column("dossiers", "Số hồ sơ", "Dossiers", Cell.WHOLE, 10),
    Column("action", "Loại việc", "Action", width=16),
    Column("base", "Số liệu gốc", "Counts of", width=10),
    Column("mismatches", "Sai lệch sẽ hết", "Mismatches that end", width=24),
    Column("english", "Việc cần làm (tiếng Anh)", "To do", width=60),
    Column("id", "Mã việc", "Id", width=30),
)
