"""What is said when the ledger refuses a wish: one sentence for each of its reasons.

In: the reason of a `RefusedError`. Out: an English source string, translated where it is shown.
"""

from __future__ import annotations

from syncd.desk.languages import N_

REASONS = {
    "login_unusable": N_("A login has 1 to 100 of a–z, 0–9 and . _ @ + -, and begins with a letter or digit."),
    "login_taken": N_("This login is taken."),
    "unknown_user": N_("There is no such user."),
    "unknown_role": N_("There is no such role."),
    "unknown_language": N_("There is no such language."),
    "unit_missing": N_("A unit's user needs the code of the unit, such as H26.17."),
    "expiry_out_of_range": N_("A token must end within a year."),
    "scopes_unusable": N_("Choose at least one scope, and none that your role does not have."),
    "text_unreadable": N_("The text holds characters that nobody can see, or a line break too many."),
    "text_empty": N_("Write something here."),
    "text_too_long": N_("The text is too long."),
    "password": N_("A password has 12 to 1,024 characters; a few words in a row are easy to remember."),
    "password_wrong": N_("The present password is wrong."),
    "password_differs": N_("The two new passwords differ."),
    "unknown_mismatch": N_("There is no such mismatch."),
    "unknown_cause": N_("This cause is not offered any more."),
    "slug_unusable": N_("The English wording needs some letters."),
    "too_many_views": N_("You keep 100 views already; drop one first."),
    "own_account": N_("You cannot take your own access away; another operator can."),
}
"""Reasons of the ledger and of the pages; other pages add theirs."""
