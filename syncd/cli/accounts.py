"""`syncd user`: who may come to the desk. Passwords come from a prompt or from standard input, never from an argument.

In: a configuration, logins, roles. Out: accounts; a generated password is shown once, on standard output.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated, Any

import typer
from msgspec import structs

from syncd.assembly import Household
from syncd.cli.operators import commander
from syncd.cli.options import ConfigFile, configured
from syncd.cli.rooms import asking
from syncd.cli.show import Format, say, show
from syncd.clock import utc_now
from syncd.config import Configuration
from syncd.ledger.accounts import User, add_user, change_user, set_password, user_by_login, users
from syncd.ledger.refusals import RefusedError
from syncd.records.passwords import LONGEST, PasswordError, generated, hashed
from syncd.records.roles import Role

COLUMNS = ("login", "name", "role", "unit", "language", "disabled_at", "created_at", "password_changed_at")

app = typer.Typer(help="Accounts of the review desk.", no_args_is_help=True)

Login = Annotated[str, typer.Argument(help="The login, in any case.")]
Unit = Annotated[str, typer.Option("--unit", help="Code of the unit, for the role `unit`: H26.17.")]
Generate = Annotated[bool, typer.Option("--generate", help="Draw a password and show it once.")]
Passwordless = Annotated[bool, typer.Option("--no-password", help="Sign-in by OpenID Connect alone.")]


@app.command("add")
def add(
    login: Login,
    name: Annotated[str, typer.Option("--name", help="Name as people see it.")],
    role: Annotated[Role, typer.Option("--role", help="What the user may do.")],
    config: ConfigFile = None,
    unit: Unit = "",
    language: Annotated[str, typer.Option("--language", help="vi or en.")] = "vi",
    generate: Generate = False,
    no_password: Passwordless = False,
) -> None:
    """Let somebody in. The password is asked for, or read from standard input, or drawn."""
    configuration = configured(config)
    password = None if no_password else _password(generate)
    hash_text = hashed(password) if password is not None else None
    said: dict[str, Any] = {"login": login, "name": name, "role": role.value, "unit": unit, "language": language}
    asyncio.run(_add(configuration, said | {"password_hash": hash_text}))
    say(f"{login} may come to the desk as {role.value}")
    _show_generated(password if generate else None)


@app.command("list")
def listed(
    config: ConfigFile = None,
    form: Annotated[Format, typer.Option("--format", help="How they are shown.")] = Format.TABLE,
) -> None:
    """Every account, without its password."""
    show([structs.asdict(one) for one in asyncio.run(_users(configured(config)))], form, COLUMNS)


@app.command("disable")
def disable(login: Login, config: ConfigFile = None) -> None:
    """Let a user in no more, and end all sessions."""
    _change(config, login, "disabled", "was disabled already", disabled=True)


@app.command("enable")
def enable(login: Login, config: ConfigFile = None) -> None:
    """Let a disabled user in again."""
    _change(config, login, "enabled", "was enabled already", disabled=False)


@app.command("role")
def role(
    login: Login,
    new: Annotated[Role, typer.Argument(help="What the user may do.")],
    config: ConfigFile = None,
    unit: Unit = "",
) -> None:
    """Give a user another role, and end all sessions."""
    _change(config, login, f"now {new.value}", f"was {new.value} already", role=new.value, unit=unit)


@app.command("password")
def password(login: Login, config: ConfigFile = None, generate: Generate = False) -> None:
    """Give a user another password, and end all sessions. It is asked for, or read from standard input, or drawn."""
    configuration = configured(config)
    asyncio.run(_require(configuration, login))
    chosen = _password(generate)
    asyncio.run(_set_password(configuration, login, hashed(chosen)))
    say(f"{login} has another password")
    _show_generated(chosen if generate else None)


def _password(generate: bool) -> str:
    """Raises `PasswordError` for one that may not be used."""
    if generate:
        return generated()
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    given = sys.stdin.readline(2 * LONGEST).rstrip("\r\n")
    if not given:
        action = "write it there as one line, or give --generate"
        raise PasswordError("there is no password on standard input", action=action)
    return given


def _show_generated(drawn: str | None) -> None:
    if drawn is not None:
        say(f"password {drawn}")


def _change(config: ConfigFile, login: str, done: str, already: str, **values: Any) -> None:
    is_new = asyncio.run(_apply(configured(config), login, values))
    say(f"{login} is {done}" if is_new else f"{login} {already}")


async def _add(configuration: Configuration, said: dict[str, Any]) -> None:
    async with asking(configuration) as household:
        await household.ledger.write(add_user, **said, now=utc_now(), actor=commander())


async def _users(configuration: Configuration) -> list[User]:
    async with asking(configuration) as household:
        return await household.ledger.read(users)


async def _require(configuration: Configuration, login: str) -> None:
    async with asking(configuration) as household:
        await _user(household, login)


async def _apply(configuration: Configuration, login: str, values: dict[str, Any]) -> bool:
    async with asking(configuration) as household:
        user = await _user(household, login)
        return await household.ledger.write(change_user, user_id=user.id, **values, now=utc_now(), actor=commander())


async def _set_password(configuration: Configuration, login: str, hash_text: str) -> None:
    async with asking(configuration) as household:
        user = await _user(household, login)
        await household.ledger.write(
            set_password, user_id=user.id, password_hash=hash_text, now=utc_now(), actor=commander()
        )


async def _user(household: Household, login: str) -> User:
    """Raises `RefusedError` for an unknown login."""
    found = await household.ledger.read(user_by_login, login)
    if found is None:
        action = "look at `syncd user list`"
        raise RefusedError(f"there is no user {login[:100]!r}", reason="unknown_user", action=action)
    return found
