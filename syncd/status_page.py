"""The status page: one table of pairs, in Vietnamese and English, without scripts, readable at any size.

In: how every pair stands and what the ledger says of it. Out: HTML, and the policy that lets nothing else run.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from html import escape

from syncd.passes.course import PairState
from syncd.redaction import redact_text

STYLE = (
    ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;margin:1.5rem auto;max-width:72rem;"
    "padding:0 1rem}table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #8886;padding:.4rem .6rem;"
    "text-align:left;vertical-align:top}td.n{text-align:right;font-variant-numeric:tabular-nums}"
    "[lang=en]{opacity:.75;font-size:.85em;display:block}.bad{font-weight:700}div{overflow-x:auto}"
)
POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class PairSummary:
    """What the ledger says of one pair. ``open_mismatches``: state → number; ``last_whole``: side → when, or None."""

    in_sync: int = 0
    mismatched: int = 0
    unknown: int = 0
    open_mismatches: Mapping[str, int] = field(default_factory=dict)
    last_whole: Mapping[str, datetime | None] = field(default_factory=dict)


HEADINGS = (
    ("Cặp đối soát", "Pair"),
    ("Tình trạng", "Status"),
    ("Khớp", "In sync"),
    ("Lệch", "Mismatched"),
    ("Chưa rõ", "Unknown"),
    ("Sai lệch đang mở", "Open mismatches"),
    ("Cổng DVCQG đọc trọn", "Portal read whole"),
    ("Thành phố đọc trọn", "City read whole"),
)
STATES = (
    ("suspected", "nghi ngờ", "suspected"),
    ("confirmed", "đã xác nhận", "confirmed"),
    ("waived", "được miễn", "waived"),
)
UNITS = ((86_400, "ngày", "d"), (3_600, "giờ", "h"), (60, "phút", "min"), (1, "giây", "s"))


def both(vietnamese: str, english: str) -> str:
    """The same words in both languages, each marked as what it is."""
    return f'<span lang="vi">{escape(vietnamese)}</span> <span lang="en">{escape(english)}</span>'


def age(at: datetime | None, now: datetime) -> str:
    """How long ago, in the largest unit that is not zero."""
    if at is None:
        return both("chưa lần nào", "never")
    seconds = max(0, int((now - at).total_seconds()))
    size, vietnamese, english = next((unit for unit in UNITS if seconds >= unit[0]), UNITS[-1])
    count = seconds // size
    return f'<time datetime="{at.isoformat()}">{both(f"{count} {vietnamese} trước", f"{count} {english} ago")}</time>'


def condition(state: PairState) -> tuple[str, str, bool]:
    """What staff should know of a pair first: in Vietnamese, in English, and whether it is bad."""
    if state.stalled:
        return "Lượt đối soát bị treo", "hanging", True
    if state.failures:
        return f"Lỗi {state.failures} lượt liên tiếp", f"failed {state.failures} times in a row", True
    if not state.passes:
        return "Đang đọc lượt đầu", "first pass under way", False
    return "Bình thường", "well", False


def page(states: Sequence[PairState], summaries: Mapping[str, PairSummary] | None, now: datetime) -> str:
    """The whole page; ``summaries`` None where the ledger cannot be asked."""
    headings = "".join(f'<th scope="col">{both(*words)}</th>' for words in HEADINGS)
    rows = "".join(_row(state, (summaries or {}).get(state.name), now) for state in states)
    notice = (
        "" if summaries is not None else f'<p class="bad">{both("Không đọc được sổ", "the ledger is unreachable")}</p>'
    )
    return (
        '<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>syncd · Đối soát thủ tục hành chính</title>'
        '<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="30">'
        f"<style>{STYLE}</style></head><body><h1>"
        f"{both('Đối soát thủ tục hành chính', 'Reconciliation of administrative procedures')}</h1>{notice}"
        f"<div><table><thead><tr>{headings}</tr></thead><tbody>{rows}</tbody></table></div>"
        f"<p>{both('Lúc', 'at')} {escape(now.isoformat(timespec='seconds'))}</p></body></html>"
    )


def _row(state: PairState, summary: PairSummary | None, now: datetime) -> str:
    vietnamese, english, is_bad = condition(state)
    mark = ' class="bad"' if is_bad else ""
    reason = f"<br>{escape(redact_text(state.reason)[:300])}" if state.failures and state.reason else ""
    head = f'<th scope="row">{escape(state.name)}</th><td{mark}>{both(vietnamese, english)}{reason}</td>'
    if summary is None:
        return f"<tr>{head}{'<td>?</td>' * (len(HEADINGS) - 2)}</tr>"
    counts = _numbers((summary.in_sync, summary.mismatched, summary.unknown))
    ages = "".join(f"<td>{age(summary.last_whole.get(side), now)}</td>" for side in ("portal", "city"))
    return f"<tr>{head}{counts}<td>{_open(summary.open_mismatches)}</td>{ages}</tr>"


def _numbers(counts: Iterable[int]) -> str:
    return "".join(f'<td class="n">{count}</td>' for count in counts)


def _open(counts: Mapping[str, int]) -> str:
    return "".join(both(f"{counts.get(state, 0)} {vietnamese}", english) for state, vietnamese, english in STATES)
