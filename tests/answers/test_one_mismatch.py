"""One mismatch with all that is known of it: evidence, history, work; and nobody else's."""

from __future__ import annotations

from msgspec import structs

from syncd.answers.evidence import in_lines, opened, portal_page
from syncd.answers.impact import ImpactRow
from syncd.answers.one_mismatch import one_mismatch, points_of
from syncd.ledger.applying import apply_moves
from syncd.ledger.mismatches import Evidence
from syncd.ledger.packing import pack
from syncd.ledger.readings import last_whole
from syncd.ledger.versions import timeline
from syncd.ledger.waivers import waive
from syncd.ledger.work import add_comment, assign
from syncd.reconcile.lifecycle import Event, MismatchState, Move, mismatch_id
from tests.answers.town import DAY, HOUR, NOW, PAIR, find, happen, seen
from tests.ledger.test_history import change, procedure, read

ID = "0199aaaa-0000-7000-8000-000000000001"


def about(ledger, identity, within=None):
    return ledger.read_now(one_mismatch, identity, within=within, now=NOW + DAY)


def test_its_evidence_is_what_was_read(ledger):
    """When each side was read, what the reading proved, the record as it was sent, the portal's own page."""
    read(ledger, [change(procedure("1.004222", "Tên trên Cổng", portal_id=ID))], at=NOW)
    (version,) = ledger.read_now(timeline, PAIR, codes=["1.004222"])
    reading = ledger.read_now(last_whole, PAIR, "portal")
    observation = seen()
    identity = mismatch_id(PAIR, observation.subject, NOW)
    move = Move(
        mismatch_id=identity,
        event=Event.FOUND,
        from_state=None,
        to_state=MismatchState.SUSPECTED,
        observation=observation,
    )
    evidence = Evidence(portal_version_id=version.id, portal_reading_id=reading.id)
    ledger.write_now(apply_moves, pair=PAIR, pass_id=None, moves=[(move, evidence)], at=NOW, actor="test")
    found = about(ledger, identity)
    assert (found.portal.reading, found.portal.whole) == (reading, reading)
    assert (found.portal.listing.text, found.portal.detail.text) == ("Tên trên Cổng", "detail")
    assert found.portal.link == f"https://dichvucong.gov.vn/thu-tuc-hanh-chinh/{ID}"
    assert found.portal.digest == version.raw_digest
    assert (found.city.reading, found.city.listing, found.city.link) == (None, None, "")


def test_its_history_is_one_timeline(ledger):
    """Events, work and comments, oldest first; a comment is told once."""
    (one,) = find(ledger, seen())
    ledger.write_now(assign, mismatch_ids=[one], unit="H26.30", now=NOW + HOUR, actor="user:lan")
    ledger.write_now(add_comment, mismatch_ids=[one], text="Đã gọi Cục", now=NOW + 2 * HOUR, actor="user:lan")
    happen(ledger, Event.CONFIRMED, one, at=NOW + 3 * HOUR)
    found = about(ledger, one)
    assert [(moment.source, moment.what) for moment in found.history] == [
        ("event", "found"),
        ("work", "assigned"),
        ("comment", "commented"),
        ("event", "confirmed"),
    ]
    assert found.history[1].after == {"unit": "H26.30"}
    assert (found.unit, found.work.unit, found.wording.vietnamese) == ("H26.30", "H26.30", "Nội dung hai bên khác nhau")
    assert [one.text for one in found.city_tokens if one.mark == "tone"] == ["ũ"]


def test_what_belongs_to_others_is_not_there(ledger):
    """No more than what was never found."""
    one, other = find(ledger, seen(), seen(field="steps", agency_code="H26.18"))
    assert about(ledger, one, "H26.18") is None
    assert about(ledger, "M-?", None) is None
    assert about(ledger, one, "H26.17").others == ()
    assert [row.id for row in about(ledger, one).others] == [other]


def test_the_waiver_in_force_is_shown(ledger):
    """For these values alone."""
    (one,) = find(ledger, seen())
    known = about(ledger, one).mismatch
    given = {
        "pair": PAIR,
        "subject": known.subject,
        "owner": "Lan",
        "reason": "Chờ Bộ",
        "now": NOW,
        "actor": "user:lan",
    }
    ledger.write_now(waive, values_digest="another", expires_at=NOW + 9 * DAY, **given)
    assert about(ledger, one).waiver is None
    ledger.write_now(waive, values_digest=known.values_digest, expires_at=NOW + 2 * DAY, **given)
    assert about(ledger, one).waiver.owner == "Lan"


def test_a_hostile_record_is_opened_with_care():
    """A bomb is cut, what is no text is shown as far as it is, an id that is none makes no address."""
    bomb = opened(pack(b"0" * 50_000_000))
    assert (len(bomb.text), bomb.is_cut) == (200_000, True)
    assert opened(b"not packed").text == ""
    assert opened(pack(b"\xff{")).text == "\ufffd{"
    assert in_lines('{"b": "ờ"}') == '{\n  "b": "ờ"\n}'
    assert in_lines("[" * 100_000) == "[" * 100_000
    assert portal_page("javascript:alert(1)") == portal_page("../x") == ""


def test_the_points_are_those_of_what_ends_it():
    """By the ids that an impact names."""

    nothing = dict.fromkeys(ImpactRow.__struct_fields__, "") | {"city": None, "unit": None, "dossiers": 0}
    one = ImpactRow(**(nothing | {"mismatches": "M-A M-B"}))
    assert points_of([one, structs.replace(one, mismatches="M-AB")], "M-A") == (one,)
