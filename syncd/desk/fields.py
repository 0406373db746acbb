"""What people call the fields of a record: one word for each, in both languages.

In: a mismatch's kind and field. Out: the word; a field without one is shown as it is called inside.
"""

from __future__ import annotations

from syncd.documents.words import field_words
from syncd.reconcile.mismatches import MismatchKind
from syncd.reconcile.tallies import COMPARED, END_STATE

_ENGLISH = {
    "code": "Code",
    "local_code": "City's code",
    "portal_id": "Link to the portal",
    "name": "Name",
    "kind": "Kind of procedure",
    "state": "State",
    "field_code": "Field of work (code)",
    "field_name": "Field of work",
    "publisher_code": "Publisher (code)",
    "publisher_name": "Publisher",
    "levels": "Levels of government",
    "executing_agencies": "Executing agencies",
    "decision_number": "Decision number",
    "decision_date": "Date of the decision",
    "published_at": "Date of publication",
    "steps": "Order of work",
    "methods": "Ways of handing in",
    "documents": "Papers of the dossier",
    "subjects": "Who may apply",
    "results": "Results",
    "legal_bases": "Legal bases",
    "requirements": "Requirements",
    "online_level": "Online level",
    "applied_departments": "Departments that apply it",
    "portal": "Portal's record",
    "city": "City's record",
    "finished": "End of handling",
    "number": "Decision number",
    "signed": "Day of signing",
    "signer": "Signer",
    "codes": "Procedures of the decision",
}
_ENGLISH_TALLY = {
    END_STATE: "Dossiers without an end state",
    **{row.name: f"Dossiers {row.english}" for row in COMPARED},
}


def field_text(field: str, language: str, kind: str = MismatchKind.FIELD_DIFFERS) -> str:
    """The word for a field, in one of the desk's languages."""
    if language == "vi":
        known = field_words(kind, field)
        return known if known != field else field_words(MismatchKind.TALLY_DIFFERS, field)
    return _ENGLISH.get(field) or _ENGLISH_TALLY.get(field, field)
