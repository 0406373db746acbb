"""Pages for what went wrong: what happened, what to do, and a reference that is also in the log. Never a traceback.

In: a status. Out: a page, or ``application/problem+json`` for the API.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from syncd.desk.api.problems import refused
from syncd.desk.languages import N_
from syncd.desk.rendering import render
from syncd.errors import ConflictError, SyncdError
from syncd.ledger.errors import LedgerBusyError, LedgerUnreachableError


@dataclass(frozen=True, slots=True)
class Trouble:
    """One kind of trouble: its title, and what one can do."""

    title: str
    text: str


TROUBLES = {
    400: Trouble(N_("The request cannot be read"), N_("Go back and try again.")),
    401: Trouble(N_("Sign in first"), N_("Your session is over or you have not signed in.")),
    403: Trouble(
        N_("You may not do this"),
        N_("Your role does not allow it, or the page was open too long: go back, reload it and try again."),
    ),
    404: Trouble(N_("There is nothing here"), N_("The address is wrong, or what was here is not yours to see.")),
    405: Trouble(N_("That cannot be done here"), N_("Go back and try again.")),
    409: Trouble(N_("Somebody was faster"), N_("Reload the page to see how things stand, then try again.")),
    413: Trouble(N_("That is too much at once"), N_("Shorten the text or choose fewer rows.")),
    415: Trouble(N_("The request cannot be read"), N_("Go back and try again.")),
    421: Trouble(N_("This is not the desk's address"), N_("Use the address that the operator gave you.")),
    422: Trouble(N_("That cannot be done so"), N_("Go back, correct it and try again.")),
    429: Trouble(N_("Too many tries"), N_("Wait a moment, then try again.")),
    500: Trouble(N_("Something went wrong"), N_("The desk could not finish. Tell the operator the reference below.")),
    503: Trouble(
        N_("The desk cannot answer just now"), N_("Try again in a moment; if it stays so, tell the operator.")
    ),
}
UNAVAILABLE = (LedgerUnreachableError, LedgerBusyError, TimeoutError)


def status_of(error: Exception) -> int:
    """The status for an error of ours."""
    if isinstance(error, UNAVAILABLE):
        return 503
    return 409 if isinstance(error, ConflictError) else 500


def sentence_of(error: Exception) -> str:
    """The sentence for staff that an error of ours carries; it is Vietnamese, and shown in Vietnamese alone."""
    return error.staff if isinstance(error, SyncdError) else ""


def refusal(
    request: web.Request,
    status: int,
    *,
    sentence: str = "",
    reference: str = "",
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    """The page for a status. ``sentence`` says more exactly what is wrong."""
    trouble = TROUBLES.get(status) or TROUBLES[400 if status < 500 else 500]
    if request.path.startswith("/api/"):
        return refused(request, status, reference=reference, headers=headers)
    return render(
        request,
        "error.html",
        status=status,
        headers=headers,
        number=status,
        trouble=trouble,
        sentence=sentence,
        reference=reference,
    )
