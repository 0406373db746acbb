"""Planted mismatches: how each is made.

In: the garden and one untouched procedure. Out: the garden, with one thing wrong and the mismatch expected.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import timedelta

from loopback.catalogue.drafts import WITHDRAWN, Draft
from loopback.catalogue.garden import Garden, day_of, is_specific
from loopback.catalogue.planted import Planted
from syncd.reconcile.mismatches import MismatchKind


def missing_in_city(garden: Garden, draft: Draft) -> None:
    """Public on the portal, never entered by the city."""
    del garden.rows[draft.code]
    garden.plant(MismatchKind.MISSING_IN_CITY, draft)


def missing_on_portal(garden: Garden, draft: Draft) -> None:
    """A row with a code of good form that the portal has never had."""
    code = f"1.9{garden.random.randrange(10_000, 99_999)}"
    row = replace(garden.row_of(draft), local_code=f"{code}.H26", mapped_code="", portal_id="", name=f"{draft.name} cũ")
    garden.strangers.append(row)
    garden.planted.append(Planted(MismatchKind.MISSING_ON_PORTAL, code, row.local_code))


def withdrawn_on_portal(garden: Garden, draft: Draft) -> None:
    """Withdrawn on the portal, still open in the city."""
    garden.plant(MismatchKind.WITHDRAWN_ON_PORTAL, garden.redraft(draft, state=WITHDRAWN))


def renamed_really(garden: Garden, draft: Draft) -> None:
    """The city kept an older wording."""
    garden.rewrite(draft, name=f"{draft.name} theo quy định cũ")
    garden.plant(MismatchKind.FIELD_DIFFERS, draft, "name")


def renamed_by_a_mark(garden: Garden, draft: Draft) -> None:
    """The city's name has one other tone mark: another word."""
    garden.rewrite(draft, name=other_tone(draft.name))
    garden.plant(MismatchKind.FIELD_DIFFERS, draft, "name")


def renamed_by_a_stroke(garden: Garden, draft: Draft) -> None:
    """The city typed d for đ."""
    garden.rewrite(draft, name=draft.name.replace("đ", "d", 1))
    garden.plant(MismatchKind.FIELD_DIFFERS, draft, "name")


def other_field_name(garden: Garden, draft: Draft) -> None:
    """The city still has the field's name of before."""
    garden.rewrite(draft, field_name=f"{draft.field.name} và Phát triển nông thôn")
    garden.plant(MismatchKind.FIELD_DIFFERS, draft, "field_name", needs="field_name")


def other_field_code(garden: Garden, draft: Draft) -> None:
    """The field was moved to another ministry; the city has its old code."""
    garden.rewrite(draft, field_code="G04-GT02")
    garden.plant(MismatchKind.FIELD_DIFFERS, draft, "field_code", needs="field_code")


def other_publisher_name(garden: Garden, draft: Draft) -> None:
    """The ministry was merged; the city has its old name."""
    garden.rewrite(draft, publisher_name="Bộ Giao thông vận tải")
    garden.plant(MismatchKind.FIELD_DIFFERS, draft, "publisher_name", needs="publisher_name")


def other_executor(garden: Garden, draft: Draft) -> None:
    """The city still names the district level, which was abolished."""
    garden.rewrite(draft, executors=("Ủy ban nhân dân cấp huyện",))
    garden.plant(MismatchKind.FIELD_DIFFERS, draft, "executing_agencies", needs="executing_agencies")


def other_levels(garden: Garden, draft: Draft) -> None:
    """The city has it at the wrong level of government."""
    garden.rewrite(draft, levels=("Cấp xã",) if draft.levels == ("isProvince",) else ("Cấp tỉnh",))
    garden.plant(MismatchKind.FIELD_DIFFERS, draft, "levels", needs="levels")


def other_decision_day(garden: Garden, draft: Draft) -> None:
    """The right decision under a wrong date."""
    garden.rewrite(draft, decision_day=day_of(draft) - timedelta(days=31))
    garden.plant(MismatchKind.FIELD_DIFFERS, draft, "decision_date", needs="decision_date")


def decision_superseded(garden: Garden, draft: Draft) -> None:
    """The city names the decision before the present one."""
    garden.rewrite(
        draft, decision_number=_older_number(garden, draft), decision_day=day_of(draft) - timedelta(days=400)
    )
    garden.plant(MismatchKind.DECISION_SUPERSEDED, draft, "decision_number", needs="decision_number")


def pending_in_both(garden: Garden, draft: Draft) -> None:
    """The portal shows a decision that is not public yet; the city has it already."""
    garden.redraft(draft, decision=draft.decision._replace(published_ms=None))
    garden.plant(MismatchKind.UNPUBLISHED_DECISION, draft, "published_at")


def pending_on_portal(garden: Garden, draft: Draft) -> None:
    """The portal shows a decision that is not public yet; the city rightly names the one in force."""
    pending_in_both(garden, draft)
    garden.rewrite(draft, decision_number=_older_number(garden, draft), decision_day=day_of(draft) - timedelta(days=90))


def unmapped_code(garden: Garden, draft: Draft) -> None:
    """A local service under an invented code that nobody has mapped."""
    code = f"TS_lop{garden.random.randint(1, 999)}.000.00.00.H26"
    row = replace(garden.row_of(draft), local_code=code, mapped_code="", portal_id="", name=f"{draft.name} (nội bộ)")
    garden.strangers.append(row)
    garden.planted.append(Planted(MismatchKind.UNMAPPED_CODE, "", code))


def unmapped_and_missing(garden: Garden, draft: Draft) -> None:
    """The city has it, under an invented code that nobody has mapped: to a machine it is missing as well."""
    code = f"HN-{draft.field.code.split('-')[0]}-{garden.random.randint(100, 999)}"
    (row,) = garden.rows.pop(draft.code)
    garden.strangers.append(replace(row, local_code=code, mapped_code="", portal_id=""))
    garden.planted.append(Planted(MismatchKind.UNMAPPED_CODE, "", code))
    garden.plant(MismatchKind.MISSING_IN_CITY, draft)


def ambiguous_code(garden: Garden, draft: Draft) -> None:
    """Two rows of the city stand for one procedure."""
    first = replace(garden.row(draft), local_code=f"{draft.code}.000.00.00.H26", mapped_code="")
    second = replace(garden.row_of(draft), local_code=f"{draft.code}.H26", mapped_code="")
    garden.rows[draft.code] = [first, second]
    garden.plant(MismatchKind.AMBIGUOUS_CODE, draft)


def wrong_portal_id(garden: Garden, draft: Draft) -> None:
    """The city's link points at another procedure of the portal."""
    other = garden.drafts[garden.reserve[-1]]
    garden.rewrite(draft, portal_id=other.portal_id)
    garden.plant(MismatchKind.WRONG_PORTAL_ID, draft, "portal_id", needs="portal_id")


def invalid_in_city(garden: Garden, draft: Draft) -> None:
    """A record of the city has a value of a wrong type; no procedure of the portal is behind it."""
    code = f"1.8{garden.random.randrange(10_000, 99_999)}.H26"
    row = replace(garden.row_of(draft), local_code=code, mapped_code="", portal_id="", poisoned=True)
    garden.strangers.append(row)
    garden.planted.append(Planted(MismatchKind.INVALID_RECORD, "", code, "city"))


def invalid_on_portal(garden: Garden, draft: Draft) -> None:
    """The portal's record has a value of a wrong type."""
    garden.broken.add(draft.code)
    garden.plant(MismatchKind.INVALID_RECORD, draft, "portal")


def tested_by_name(garden: Garden, draft: Draft) -> None:
    """A test record on the portal, told by its name."""
    del garden.rows[draft.code]
    name = "Đăng ký kinh doanh 23/09 TEST"
    garden.plant(MismatchKind.TEST_RECORD, garden.redraft(draft, name=name, typed_name=name), "portal")


def tested_by_decision(garden: Garden, draft: Draft) -> None:
    """A test decision on a sound procedure of the portal, which the city carries."""
    number = "QĐ000001SNNTEST" if is_specific(draft) else "Demo/QĐ-BCA"
    garden.rewrite(draft, decision_number=number)
    tested = garden.redraft(draft, decision=draft.decision._replace(number=number, typed=number))
    garden.plant(MismatchKind.TEST_RECORD, tested, "portal")


def tested_in_city(garden: Garden, draft: Draft) -> None:
    """A test record in the city's system."""
    row = replace(
        garden.row_of(draft), local_code="1.999001.H26", mapped_code="", portal_id="", name="Thủ tục kiểm thử TEST"
    )
    garden.strangers.append(row)
    garden.planted.append(Planted(MismatchKind.TEST_RECORD, "1.999001", row.local_code, "city"))


def closed_in_city(garden: Garden, draft: Draft) -> None:
    """Public on the portal, never withdrawn, and closed in the city."""
    garden.rewrite(draft, active=False)
    garden.plant(MismatchKind.FIELD_DIFFERS, draft, "state")


def other_tone(text: str) -> str:
    """The text with its first tone mark changed: acute to grave, any other to acute."""
    tones = {"\u0301": "\u0300", "\u0300": "\u0301", "\u0309": "\u0301", "\u0303": "\u0301", "\u0323": "\u0301"}
    parts = list(unicodedata.normalize("NFD", text))
    at = next(at for at, part in enumerate(parts) if part in tones)
    parts[at] = tones[parts[at]]
    return unicodedata.normalize("NFC", "".join(parts))


def _older_number(garden: Garden, draft: Draft) -> str:
    return f"{garden.random.randint(4_000, 4_999)}/QĐ-{draft.publisher.mark}"
