"""Which addresses of the desk are measured: each route that answers by GET, and searches of their own.

In: nothing. Out: tables by the route's name; a route without a row here is a fault that the tests find.
"""

from __future__ import annotations

from benchmarks.desk_office import SHOWN

UNMEASURED = {"live": "a stream without an end"}
UNIT, CODE, NUMBER = "H26.17", "1.000042", "7/QĐ-UBND"
IDS = f"?id={SHOWN}"
ADDRESSES: dict[str, tuple[str, ...]] = {
    "overview": ("/",),
    "units": ("/units", "/units?period=2026-12&order=open"),
    "unit": (f"/units/{UNIT}",),
    "sign_in": ("/sign-in",),
    "keys": ("/keys",),
    "account": ("/account",),
    "users": ("/users",),
    "new_user": ("/users/new",),
    "user": ("/users/1",),
    "publications": ("/publications", f"/publications?unit={UNIT}&late=1"),
    "index": ("/index", "/index?period=2026-12"),
    "procedures": ("/procedures",),
    "procedure": (f"/procedures/{CODE}",),
    "decisions": ("/decisions",),
    "decision": (f"/decisions/{NUMBER}",),
    "documents": ("/documents",),
    "document": ("/documents/mismatches",),
    "audit": ("/audit",),
    "queue": (
        "/queue",
        "/queue?state=all",
        "/queue?state=all&order=name",
        "/queue?order=name",
        "/queue?older=30&order=oldest",
        "/queue?assignee=nobody",
        f"/queue?unit={UNIT}&kind=field_differs&state=waived",
    ),
    "queue_menu": ("/queue/menus/older", "/queue/menus/assignee", "/queue/menus/cause"),
    "queue_news": ("/queue/news?since=2026-12-30T00:00:00%2B00:00",),
    "queue_row": (f"/queue/rows/{SHOWN}",),
    "mismatch": (f"/mismatches/{SHOWN}",),
    "mismatch_raw": (f"/mismatches/{SHOWN}/raw/portal",),
    "mismatch_worth": (f"/mismatches/{SHOWN}/worth",),
    **{
        f"act_{name}": (f"/act/{name}{IDS}",)
        for name in ("assign", "cause", "comment", "report", "waive", "reread", "unwaive", "withdraw_report")
    },
    "causes": ("/causes",),
    "api_docs": ("/api/v1/openapi.json",),
    "api_overview": ("/api/v1/overview",),
    "api_units": ("/api/v1/units",),
    "api_tasks": ("/api/v1/tasks",),
    "api_unit": (f"/api/v1/units/{UNIT}",),
    "api_mismatches": ("/api/v1/mismatches",),
    "api_mismatch_counts": ("/api/v1/mismatches/counts", "/api/v1/mismatches/counts?state=all"),
    "api_mismatch": (f"/api/v1/mismatches/{SHOWN}",),
    "api_mismatch_history": (f"/api/v1/mismatches/{SHOWN}/history",),
    "api_causes": ("/api/v1/causes",),
    "api_procedures": ("/api/v1/procedures",),
    "api_procedure": (f"/api/v1/procedures/{CODE}",),
    "api_version_changes": ("/api/v1/versions/changes?first=FIRST&second=SECOND",),
    "api_publications": ("/api/v1/publications",),
    "api_decisions": ("/api/v1/decisions",),
    "api_decision": ("/api/v1/decision?number=7/Q%C4%90-UBND",),
    "api_index": ("/api/v1/index",),
    "api_impact": ("/api/v1/impact",),
    "api_joint_impact": ("/api/v1/impact/joint?mend=nothing",),
    "api_documents": ("/api/v1/documents",),
    "api_audit": ("/api/v1/audit",),
}
SEARCHES = (
    "/queue?q=1.099998.000.00.00.H26",
    "/queue?q=thuong+tru",
    "/queue?q=thuong+tru&state=all",
    "/queue?q=cap+giay+phep",
    "/queue?q=khongcotrongdanhsach",
    "/queue?q=khongcotrongdanhsach&state=all",
    "/procedures?q=thu+tuc",
    "/publications?q=thu+tuc",
    "/decisions?q=7",
    "/api/v1/mismatches?q=thuong+tru",
    "/api/v1/mismatches?q=1.099998",
)
EXPORTS = (
    ("mismatches", "xlsx", "waived"),
    ("mismatches", "xlsx", "open"),
    ("mismatches", "csv", "waived"),
    ("mismatches", "csv", "open"),
    ("mismatches", "docx", "open"),
    *((kind, "docx", "open") for kind in ("index-announcement", "publication-results", "overdue-dossiers")),
    ("sync-obstacles", "docx", "open"),
    ("sync-obstacles", "xlsx", "open"),
    ("publications", "docx", "open"),
    ("publications", "xlsx", "open"),
    ("index", "docx", "open"),
)
"""Kind, format, states. The waived ones are a tenth of the open ones: memory is compared between the two."""
