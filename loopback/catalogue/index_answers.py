"""One unit's rows in the answers of the Service Index: metrics, trees, and the points of the six groups.

In: a unit, its counts, its province's. Out: JSON rows with the portal's keys, in the portal's order.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Final

from loopback.catalogue.index_figures import COMMUNE, DEPARTMENT, PROVINCE, Counts, Unit
from loopback.catalogue.index_points import Points, metric, of_ratios, online, payment, petition, rounded, share, total
from loopback.catalogue.portal_side import Json

TEMPORARY: Final[Json] = {
    "dataQualityStatus": "TEMP_NATIONAL_REPORT_DENOMINATOR",
    "dataQualityMessage": "Mẫu số BCQG/GRIS đang dùng số tạm, cần thay bằng dữ liệu crawl hệ thống cũ.",
}
MISSING: Final[Json] = {
    "dataQualityStatus": "NO_NATIONAL_REPORT_DATA",
    "dataQualityMessage": "Chưa có dữ liệu báo cáo quốc gia trong kỳ.",
}
LEVELS: Final = {PROVINCE: "PROVINCE", DEPARTMENT: "PROVINCE", COMMUNE: "COMMUNE"}
NAMES: Final = {
    "PUBLISH_ON_TIME": "Tỷ lệ TTHC công bố đúng hạn",
    "PUBLIC_UPDATE_ON_TIME": "Tỷ lệ TTHC cập nhật, công khai đúng hạn",
    "PUBLIC_CONTENT_FULL": "Tỷ lệ TTHC công khai đầy đủ nội dung",
    "DOSSIER_SYNC": "Tỷ lệ hồ sơ đồng bộ lên Cổng DVCQG",
    "ORIGINAL_RESULT_AVAILABLE": "Tỷ lệ hồ sơ có cấp kết quả giải quyết điện tử",
    "SO_HOA_GIAY_TO_GIAI_QUYET": "Tỷ lệ hồ sơ thực hiện số hóa",
    "REUSED_DIGITIZED_DATA": "Tỷ lệ hồ sơ khai thác, sử dụng lại dữ liệu số hóa",
    "SYNCED_WITH_DVCQG_PERSONAL_STORAGE": "Tỷ lệ hồ sơ số hóa có kết nối, chia sẻ để tái sử dụng",
    "CITIZEN_DATA_CONNECTED_DOSSIER": "Tỷ lệ hồ sơ có sử dụng dữ liệu dân cư",
    "CITIZEN_DATA_CONNECTED_FORMALITY": "Tỷ lệ TTHC kết nối, chia sẻ dữ liệu dân cư",
    "ELECTRONIC_CERTIFIED_COPY": "Tỷ lệ cung cấp dịch vụ chứng thực bản sao điện tử",
    "PETITION_CLASSIFICATION_TTHC": "Tỷ lệ PAKN về quy định, thủ tục hành chính",
    "DOSSIER_RECEIVING_SATISFACTION": "Tỷ lệ hài lòng trong tiếp nhận, giải quyết TTHC",
    "PETITION_PROCESSING_ON_TIME": "Tỷ lệ PAKN xử lý đúng hạn",
    "PETITION_HANDLING_SATISFACTION": "Tỷ lệ hài lòng trong xử lý PAKN",
    "PETITION_CLASSIFICATION_STAFF": "Tỷ lệ PAKN về hành vi cán bộ, công chức, viên chức",
}


def plain(number: Decimal | None) -> float | int | None:
    """As JavaScript writes it: 17, 7.96, null."""
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def transparency(counts: Counts, province: Counts) -> dict[str, Points]:
    """The first three are the province's for every unit below it."""
    return {
        "PUBLISH_ON_TIME": metric(province.published_on_time, province.published, 6),
        "PUBLIC_UPDATE_ON_TIME": metric(province.public_on_time, province.public, 4),
        "PUBLIC_CONTENT_FULL": metric(province.complete, province.shown, 2),
        "DOSSIER_SYNC": metric(counts.received, counts.received, 6),
    }


def digitisation(counts: Counts) -> dict[str, Points]:
    """A certified copy has no counts, only its full points."""
    return {
        "ORIGINAL_RESULT_AVAILABLE": metric(counts.results, counts.received, 6),
        "SO_HOA_GIAY_TO_GIAI_QUYET": metric(counts.digitised, counts.received, 4),
        "REUSED_DIGITIZED_DATA": metric(counts.reused, counts.received, 2, Fraction(4, 5)),
        "SYNCED_WITH_DVCQG_PERSONAL_STORAGE": metric(counts.stored, counts.received, 4),
        "CITIZEN_DATA_CONNECTED_DOSSIER": metric(counts.citizens, counts.received, 2),
        "CITIZEN_DATA_CONNECTED_FORMALITY": metric(counts.connected, counts.procedures, 2),
        "ELECTRONIC_CERTIFIED_COPY": Points(None, None, Decimal(100), Decimal(2), 2),
    }


def satisfaction(counts: Counts) -> dict[str, Points]:
    """The classification of petitions is shown, never scored."""
    petitions = counts.petitions
    staff = petitions - counts.petitions_tthc
    return {
        "PETITION_CLASSIFICATION_TTHC": _unscored(counts.petitions_tthc, petitions),
        "DOSSIER_RECEIVING_SATISFACTION": petition(counts.satisfied, counts.received, 0, Fraction(9, 10)),
        "PETITION_PROCESSING_ON_TIME": petition(counts.petitions_on_time, petitions, 6),
        "PETITION_HANDLING_SATISFACTION": petition(counts.petitions_good, petitions, 6),
        "PETITION_CLASSIFICATION_STAFF": _unscored(staff, petitions),
    }


def _unscored(numerator: int, denominator: int) -> Points:
    return Points(numerator, denominator, rounded(share(numerator, denominator) * 100), None, 0)


def metric_row(unit: Unit, place: int, metrics: dict[str, Points]) -> Json:
    """A unit of an interface with metrics; it bears no code."""
    most = sum(one.most for one in metrics.values())
    points = total(metrics.values())
    return {
        "stt": place,
        "departmentId": unit.id,
        "departmentName": unit.name,
        "departmentType": unit.kind,
        "departmentLevel": LEVELS[unit.kind],
        "agencyLevel": "level_1" if unit.kind == PROVINCE else "level_2",
        "totalScore": plain(points),
        "totalMaxScore": most,
        "ratio": plain(rounded(Fraction(points) * 100 / most)),
        "scoreDelta": None,
        "metrics": [_metric(code, one) for code, one in metrics.items()],
    }


def _metric(code: str, one: Points) -> Json:
    row = {
        "code": code,
        "name": NAMES[code],
        "numerator": one.numerator,
        "denominator": one.denominator,
        "ratio": plain(one.ratio),
        "score": plain(one.score),
        "maxScore": one.most,
    }
    if code == "DOSSIER_SYNC":
        row |= TEMPORARY if one.denominator else MISSING
    return row


def progress_points(counts: Counts) -> Decimal:
    return rounded(share(counts.on_time, counts.received) * 20)


def online_points(counts: Counts) -> Decimal:
    submitted = share(counts.online, _channels(counts))
    return online(
        counts.authority, counts.partial + counts.full, share(counts.used_services, counts.services), submitted
    )


def payment_points(counts: Counts) -> Decimal:
    return payment(
        share(counts.paid, counts.owing),
        share(counts.fee_paid, counts.fee_procedures),
        share(counts.fee_integrated, counts.fee_procedures),
    )


def _channels(counts: Counts) -> int:
    return counts.online + counts.direct + counts.postal


def _named(unit: Unit) -> Json:
    named: Json = {"departmentId": unit.id, "departmentName": unit.name, "departmentCode": unit.code}
    return named if unit.kind == PROVINCE else named | {"level": LEVELS[unit.kind]}


def progress_row(unit: Unit, counts: Counts) -> Json:
    """The parent tells what was completed, a child the remainder; their points have different keys."""
    points, is_parent = plain(progress_points(counts)), unit.kind == PROVINCE
    overdue = {"totalCompleted": counts.completed} if is_parent else {"totalOverdue": counts.received - counts.on_time}
    return {
        **_named(unit),
        "totalReceived": counts.received,
        "totalOnTime": counts.on_time,
        **overdue,
        "avgProcessingDays": 4.25 if counts.received else 0,
        "ratio": plain(rounded(share(counts.on_time, counts.received) * 100)),
        **({"totalScore": points, "totalMaxScore": 20} if is_parent else {"score": points, "maxScore": 20}),
        **({} if is_parent else {"scoreDelta": None}),
    }


def online_row(unit: Unit, counts: Counts) -> Json:
    """A child has its points alone."""
    points = online_points(counts)
    row = {
        **_named(unit),
        "totalScore": plain(points),
        "totalMaxScore": 12,
        "ratio": plain(rounded(Fraction(points) * 100 / 12)),
    }
    if unit.kind != PROVINCE:
        return row | {"scoreDelta": None}
    return row | {
        "authorityCount": counts.authority,
        "partialCount": counts.partial,
        "fullCount": counts.full,
        "onlineDossierCount": counts.used_services,
        "onlineServiceTotal": counts.services,
        "channelOnlineSum": counts.online,
        "channelDirectSum": counts.direct,
        "channelPostalSum": counts.postal,
        "channelTotalSum": _channels(counts),
        "onlineOnTimeSum": min(counts.online, counts.on_time),
        "onlineOverdueSum": counts.online - min(counts.online, counts.on_time),
    }


def payment_row(unit: Unit, counts: Counts) -> Json:
    points = payment_points(counts)
    row = {
        **_named(unit),
        "totalMaxScore": 10,
        "ratio": plain(points * 10),
        "totalScore": plain(points),
        "totalDossierOnlinePaymentSuccess": counts.paid,
        "totalDossierFinancialObligation": counts.owing,
        "totalDossierOnlineFormalityPaymentSuccess": counts.fee_paid,
        "totalFeeDossierFormalityDistinct": counts.fee_procedures,
        "totalFeeDossierFormality": counts.fee_integrated,
        "totalFeeFormality": counts.fee_procedures,
    }
    return row if unit.kind == PROVINCE else row | {"scoreDelta": None}


def group_points(counts: Counts, province: Counts) -> dict[str, Decimal]:
    """The six groups by their keys in the national table, which makes CKMB from displayed percentages."""
    return {
        "CKMB": of_ratios(transparency(counts, province).values()),
        "TDGQ": progress_points(counts),
        "CLGQ": online_points(counts),
        "TTTT": payment_points(counts),
        "MDHL": total(satisfaction(counts).values()),
        "MDSH": total(digitisation(counts).values()),
    }
