"""Users: who may come to the desk and as whom. For those who may manage users.

In: forms. Out: the list, one user, and a new password, shown once. Nobody can take their own access away here, so that
a desk never ends up without an operator.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from syncd.answers.publications import AGENCIES, agencies_of
from syncd.desk.badges import BADGES
from syncd.desk.forms import Form, form_of
from syncd.desk.languages import N_
from syncd.desk.refusals import REASONS
from syncd.desk.rendering import go_to, render
from syncd.desk.routes import DESK, Desk, Route, visitor_of
from syncd.desk.security.signing_in import HASHING
from syncd.ledger.accounts import User, add_user, change_user, set_password, user_by_id, users
from syncd.ledger.refusals import RefusedError
from syncd.ledger.registers import register_as_of
from syncd.records import passwords
from syncd.records.agencies import Agency
from syncd.records.roles import Capability, Role

FIELD_OF = {
    "login_unusable": "login",
    "login_taken": "login",
    "unknown_role": "role",
    "unit_missing": "unit",
    "text_empty": "name",
    "text_too_long": "name",
    "text_unreadable": "name",
}
"""At which field of the form a refusal is told."""


async def every_user(request: web.Request) -> web.StreamResponse:
    """The list."""
    return render(request, "users.html", users=await request.app[DESK].ledger.read(users))


async def new_user(request: web.Request) -> web.StreamResponse:
    """The form for a new one."""
    return await _new(request, Form())


async def let_in(request: web.Request) -> web.StreamResponse:
    """Adds a user; the password is made here and shown once."""
    form, desk = await form_of(request), request.app[DESK]
    password = "" if form.get("without_password") else passwords.generated()
    try:
        user_id = await desk.ledger.write(
            add_user,
            login=form.get("login"),
            **_said(form),
            password_hash=await request.app[HASHING].hashed(password) if password else None,
            now=desk.clock(),
            actor=visitor_of(request).actor,
        )
    except RefusedError as error:
        return await _new(request, form, error)
    return await _one(request, await _user(request, user_id), status=201, password=password, is_new=True)


async def one_user(request: web.Request) -> web.StreamResponse:
    """One user."""
    return await _one(request, await _user(request))


async def change(request: web.Request) -> web.StreamResponse:
    """Changes name, role, unit or language."""
    form, desk, visitor, user = (
        await form_of(request),
        request.app[DESK],
        visitor_of(request),
        await _user(request),
    )
    said = _said(form)
    if user.id == visitor.user_id and said["role"] != user.role:
        return await _one(request, user, status=422, faults={"role": REASONS["own_account"]})
    try:
        await desk.ledger.write(
            change_user,
            user_id=user.id,
            name=said["name"],
            role=said["role"],
            unit=said["unit"],
            language=said["language"],
            now=desk.clock(),
            actor=visitor.actor,
        )
    except RefusedError as error:
        return await _one(request, user, status=422, faults=_faults(error))
    return go_to(request, "user", user_id=user.id, say=N_("The account is changed."))


async def set_access(request: web.Request) -> web.StreamResponse:
    """Disables a user, or lets them in again."""
    form, desk, visitor, user = (
        await form_of(request),
        request.app[DESK],
        visitor_of(request),
        await _user(request),
    )
    wanted = form.get("access")
    if wanted not in ("disabled", "active"):
        raise web.HTTPBadRequest
    if user.id == visitor.user_id:
        return await _one(request, user, status=422, faults={"access": REASONS["own_account"]})
    await desk.ledger.write(
        change_user, user_id=user.id, disabled=wanted == "disabled", now=desk.clock(), actor=visitor.actor
    )
    said = (
        N_("The account is disabled; its sessions have ended.")
        if wanted == "disabled"
        else N_("The account is active.")
    )
    return go_to(request, "user", user_id=user.id, say=said)


async def reset_password(request: web.Request) -> web.StreamResponse:
    """Another password, shown once; every session of the user ends."""
    desk, visitor, user = request.app[DESK], visitor_of(request), await _user(request)
    if user.id == visitor.user_id:
        return go_to(request, "account")
    password = passwords.generated()
    hash_text = await request.app[HASHING].hashed(password)
    await desk.ledger.write(
        set_password, user_id=user.id, password_hash=hash_text, now=desk.clock(), actor=visitor.actor
    )
    return await _one(request, await _user(request), status=201, password=password)


def _said(form: Form) -> dict[str, str]:
    return {name: form.get(name) for name in ("name", "role", "unit", "language")}


def _faults(error: RefusedError) -> dict[str, str]:
    return {FIELD_OF.get(error.reason, "name"): REASONS.get(error.reason, error.message)}


async def _user(request: web.Request, user_id: int | None = None) -> User:
    number = int(request.match_info["user_id"]) if user_id is None else user_id
    user = await request.app[DESK].ledger.read(user_by_id, number)
    if user is None:
        raise web.HTTPNotFound
    return user


async def _new(request: web.Request, form: Form, error: RefusedError | None = None) -> web.Response:
    faults = _faults(error) if error else {}
    return render(
        request,
        "user_new.html",
        status=422 if error else 200,
        login=form.get("login"),
        given=_said(form) if form.pairs else {"name": "", "role": Role.REVIEWER, "unit": "", "language": "vi"},
        without_password=bool(form.get("without_password")),
        faults=faults,
        roles=BADGES["role"],
        units=await _units(request),
    )


async def _one(request: web.Request, user: User, *, status: int = 200, **more: Any) -> web.Response:
    return render(
        request,
        "user.html",
        status=status,
        user=user,
        faults=more.get("faults", {}),
        password=more.get("password", ""),
        is_new=more.get("is_new", False),
        is_self=user.id == visitor_of(request).user_id,
        roles=BADGES["role"],
        units=await _units(request),
    )


async def _units(request: web.Request) -> list[Agency]:
    desk = request.app[DESK]
    return await desk.ledger.read(_known_units, desk)


def _known_units(session: Session, desk: Desk) -> list[Agency]:
    """The units that a side has told of, by code."""
    return sorted(agencies_of(register_as_of(session, AGENCIES, desk.clock()) or {}), key=lambda one: one.code)


ROUTES = (
    Route("GET", "/users", "users", every_user, Capability.MANAGE_USERS),
    Route("GET", "/users/new", "new_user", new_user, Capability.MANAGE_USERS),
    Route("POST", "/users/new", "let_in", let_in, Capability.MANAGE_USERS),
    Route("GET", r"/users/{user_id:\d{1,9}}", "user", one_user, Capability.MANAGE_USERS),
    Route("POST", r"/users/{user_id:\d{1,9}}", "change_user", change, Capability.MANAGE_USERS),
    Route("POST", r"/users/{user_id:\d{1,9}}/access", "set_access", set_access, Capability.MANAGE_USERS),
    Route("POST", r"/users/{user_id:\d{1,9}}/password", "reset_password", reset_password, Capability.MANAGE_USERS),
)
