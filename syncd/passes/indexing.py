"""The index of a side in memory, and how it follows the ledger: filled at the first pass, moved on after each commit.

In: heads of the ledger, what a whole reading found. Out: a `SideIndex` that says what the ledger says.
"""

from __future__ import annotations

from collections.abc import Mapping

from syncd.ledger.database import Ledger
from syncd.ledger.readings import last_whole
from syncd.ledger.settings import setting
from syncd.ledger.versions import Head, each_head
from syncd.passes.pair import Pair, Side
from syncd.passes.staged import SideReading, StagedEntry, Unread
from syncd.passes.translate import NO_FINGERPRINT, of_procedure, translate
from syncd.reconcile.scope import Facts, Flag
from syncd.reconcile.sweep import Entry, SideIndex
from syncd.sides.adapter import Record


async def load_side(pair: Pair, side: Side, ledger: Ledger) -> None:
    """Fill a side's index from the ledger, unless it reflects the newest whole reading already.

    Another program may have run a pass since. Where the adapter now translates by other settings, no raw fingerprint is
    believed: every record is translated anew.
    """
    newest = await ledger.read(last_whole, pair.name, side.name)
    reading_id = newest.id if newest else 0
    if side.reading_id == reading_id:
        return
    index = SideIndex()
    is_current = await ledger.read(setting, mark_name(pair, side)) == side.adapter.capabilities.translation

    def take(head: Head) -> None:
        entry = entry_of(pair, side, head)
        index.put(head.key, entry if is_current else entry._replace(raw=NO_FINGERPRINT))

    await ledger.read(each_head, pair.name, side.name, take)
    side.index, side.reading_id = index, reading_id


def mark_name(pair: Pair, side: Side) -> str:
    """The setting that says by which translation the side's versions were made."""
    return f"translation/{pair.name}/{side.name}"


def entry_of(pair: Pair, side: Side, head: Head) -> Entry:
    """What the index remembers of a record that the ledger has.

    One that could not be read is tried again by the same function, and its raw fingerprint is not believed: the next
    pass translates it anew.
    """
    procedure, sent = head.content.procedure, head.sent
    if procedure is not None:
        translation = of_procedure(pair, side, head.key, procedure)
    else:
        translation = translate(pair, side, Record(head.key, *sent) if sent else Record(head.key, b""))
    read_at = int(head.detail_read_at.timestamp()) if head.detail_read_at else 0
    return Entry(
        NO_FINGERPRINT if procedure is None else head.raw_hash or NO_FINGERPRINT,
        translation.comparison,
        translation.exact,
        translation.facts,
        head.version_id,
        read_at,
    )


def touched(reading: SideReading) -> frozenset[str]:
    """Keys of the records whose row in the list is another than before, before the index has followed.

    Whether anything that counts has changed with it is another question: a portal moves the stamp of a record that is
    taken back and withdrawn again, and shows it as it was.
    """
    index, keys = reading.side.index, []
    for key, staged in reading.staged.items():
        known = index.get(key)
        if known is not None and known.raw not in (NO_FINGERPRINT, staged.raw):
            keys.append(key)
    return frozenset(keys)


def follow(reading: SideReading, versions: Mapping[str, int]) -> None:
    """Let the index follow what the ledger has committed."""
    index = reading.side.index
    for key, staged in reading.staged.items():
        index.put(key, _entry(index, key, staged, versions))
    for unread in reading.unread:
        _leave_unread(index, unread)
    for key in reading.gone:
        index.drop(key)


def _entry(index: SideIndex, key: str, staged: StagedEntry, versions: Mapping[str, int]) -> Entry:
    known = index.get(key)
    version = versions[key] if staged.is_version else known.version if known else 0
    return Entry(staged.raw, staged.comparison, staged.exact, staged.facts, version, staged.detail_read)


def _leave_unread(index: SideIndex, unread: Unread) -> None:
    """A detail that could not be read: where the listing is as before, what is known still holds."""
    known = index.get(unread.key)
    if known is not None and not unread.is_listing_changed:
        index.put(unread.key, known._replace(detail_read=unread.tried))
    else:
        mark_unread(index, unread.key, unread.facts)


def mark_unread(index: SideIndex, key: str, facts: Facts) -> None:
    """The record is there and says nothing now; of what was known of it, only whose it is still counts."""
    known = index.get(key) or Entry(NO_FINGERPRINT, NO_FINGERPRINT, NO_FINGERPRINT, facts, 0)
    marked = known.facts._replace(flags=known.facts.flags | Flag.UNREAD)
    index.put(key, known._replace(facts=marked))
