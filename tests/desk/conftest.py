"""A desk on loopback with a real ledger: `house` serves it, `house.browser()` is a stranger to it, while
`house.signed_in(role)` is a new user of that role.

Time is `house.clock`, and stands still until a test moves it. Sessions are opened in the ledger, not through the door,
because a password takes 0.2 s; the tests of the door go through it.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html import unescape
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from syncd.config.desk import DeskConfig
from syncd.desk.app import desk_app, routes
from syncd.desk.live import Live
from syncd.desk.routes import Desk, Route
from syncd.desk.security.forgetting import Forgetting
from syncd.ledger import Ledger, open_ledger, upgrade
from syncd.ledger.accounts import add_user, user_by_id
from syncd.ledger.api_tokens import add_token
from syncd.ledger.sign_ins import open_session
from syncd.records.passwords import hashed
from syncd.records.roles import MAY, Capability, Role

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
PASSWORD = "ba con mèo đen"
UNIT = "H26.17"
_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass(slots=True)
class Clock:
    """The time at the desk."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        """Let time go by."""
        self.now += timedelta(**span)


@dataclass(slots=True)
class Wakes:
    """A `Control` that remembers what it was asked."""

    pairs: list[str] = field(default_factory=list)

    def wake(self, pair: str) -> bool:
        self.pairs.append(pair)
        return True


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    text: str
    headers: Any
    url: str = ""

    @property
    def location(self) -> str:
        return str(self.headers.get("Location", ""))

    @property
    def words(self) -> str:
        """The text without tags."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.text)).split())


@dataclass(slots=True)
class Browser:
    """Somebody at the desk: cookies, and the form token of the page that was seen last."""

    base: str
    client: aiohttp.ClientSession
    token: str = ""
    user_id: int = 0
    login: str = ""

    async def get(self, path: str, **more: Any) -> Answer:
        return await self.ask("GET", path, **more)

    async def post(self, path: str, form: Any = None, *, token: str | None = None, **more: Any) -> Answer:
        """A POST as a page of the desk sends it; ``token`` in the place of the right one."""
        if token is None:
            token = self.token or await self.fresh_token()
        pairs = list(form.items() if isinstance(form, dict) else form or [])
        return await self.ask("POST", path, data=aiohttp.FormData([("csrf", token), *pairs]), **more)

    async def ask(self, method: str, path: str, **more: Any) -> Answer:
        """Any request; redirects are not followed."""
        async with self.client.request(method, self.base + path, allow_redirects=False, **more) as response:
            answer = Answer(response.status, await response.text(errors="replace"), response.headers, str(response.url))
        if found := _TOKEN.search(answer.text):
            self.token = unescape(found[1])
        return answer

    def cookie(self, name: str) -> str:
        """The value of a cookie, or nothing."""
        return next((one.value for one in self.client.cookie_jar if one.key == name), "")

    def give(self, name: str, value: str) -> None:
        """Plant a cookie."""
        self.client.cookie_jar.update_cookies({name: value}, URL(self.base))

    async def fresh_token(self) -> str:
        """The form token of a page that everybody may see."""
        await self.get("/keys")
        return self.token


@dataclass(slots=True)
class House:
    """One desk that is served."""

    base: str
    ledger: Ledger
    clock: Clock
    control: Wakes
    desk: Desk
    app: web.Application
    live: Live
    stack: AsyncExitStack
    numbers: Iterator[int] = field(default_factory=count)

    async def browser(self, language: str = "en", **headers: str) -> Browser:
        """Somebody who is not signed in."""
        jar = aiohttp.CookieJar(unsafe=True)
        client = aiohttp.ClientSession(cookie_jar=jar, headers={"Accept-Language": language, **headers})
        await self.stack.enter_async_context(client)
        return Browser(self.base, client)

    async def user(self, role: Role, login: str = "", *, unit: str = "", password: str | None = None) -> int:
        """A user; returns the id."""
        hash_text = await asyncio.to_thread(hashed, password) if password else None
        return await self.ledger.write(
            add_user,
            login=login or role.value,
            name=f"Nguyễn Thị {role.value.title()}",
            role=role,
            unit=unit or (UNIT if role is Role.UNIT else ""),
            language="en",
            password_hash=hash_text,
            now=self.clock(),
            actor="test",
        )

    async def signed_in(self, role: Role, login: str = "", *, unit: str = "") -> Browser:
        """A new user of this role, signed in."""
        return await self.signed_in_as(await self.user(role, login, unit=unit), login or role.value)

    async def signed_in_as(self, user_id: int, login: str) -> Browser:
        """A browser with an open session of the user."""
        browser = await self.browser()
        token = sha256(f"{user_id} {next(self.numbers)}".encode()).hexdigest()
        await self.ledger.write(
            open_session,
            user_id=user_id,
            digest=sha256(token.encode()).hexdigest(),
            csrf=f"secret of {token}",
            expires_at=self.clock() + timedelta(hours=12),
            address="127.0.0.1",
            now=self.clock(),
            actor="test",
        )
        browser.give("syncd-session", token)
        browser.user_id, browser.login = user_id, login
        return browser

    async def program(self, user_id: int, *scopes: str, name: str = "báo cáo") -> Browser:
        """A program that asks the API with a new token of the user, for all that the role may where none is said."""
        found = await self.ledger.read(user_by_id, user_id)
        assert found is not None
        token = f"syncd_{user_id}-{next(self.numbers)}"
        may = MAY[Role(found.role)] - {Capability.SIGN_IN}
        await self.ledger.write(
            add_token,
            user_id=user_id,
            digest=sha256(token.encode()).hexdigest(),
            name=name,
            scopes=scopes or may,
            expires_at=self.clock() + timedelta(days=90),
            now=self.clock(),
            actor="test",
        )
        browser = await self.browser(Authorization=f"Bearer {token}")
        browser.user_id, browser.login, browser.token = user_id, found.login, "none is asked for"
        return browser


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger file with the present schema, to be copied."""
    path = tmp_path_factory.mktemp("desk") / "empty.db"
    upgrade(f"sqlite:///{path}")
    return path


Build = Callable[..., Any]


@asynccontextmanager
async def building(start: Path, folder: Path) -> AsyncIterator[Build]:
    """Builds houses over copies of the ledger file ``start``, which are kept in the folder; closed at the end."""
    numbers = count()
    async with AsyncExitStack() as stack:

        async def one(
            *,
            public_url: str = "",
            more_pages: Iterable[Route] = (),
            live: Live | None = None,
            more: Mapping[str, Any] | None = None,
            forgetting: Forgetting | None = None,
            **settings: Any,
        ) -> House:
            path = folder / f"ledger-{next(numbers)}.db"
            shutil.copy(start, path)
            ledger = open_ledger(f"sqlite:///{path}")
            stack.push_async_callback(ledger.aclose)
            listener = socket.create_server(("127.0.0.1", 0))
            port = listener.getsockname()[1]
            base = f"http://127.0.0.1:{port}"
            clock, control = Clock(), Wakes()
            desk = Desk(ledger=ledger, clock=clock, control=control, public_url=public_url or base, **(more or {}))
            settings = {"listen": f"127.0.0.1:{port}", **settings}
            telling = Live() if live is None else live
            app = desk_app(
                desk, DeskConfig(**settings), live=telling, pages=[*routes(), *more_pages], forgetting=forgetting
            )
            runner = web.AppRunner(app, shutdown_timeout=1)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.SockSite(runner, listener).start()
            return House(base, ledger, clock, control, desk, app, telling, stack)

        yield one


@pytest.fixture
async def build(empty_ledger: Path, tmp_path: Path) -> AsyncIterator[Build]:
    """Builds houses with settings of their own: ``await build(public_url=…, more_pages=…)``.

    ``more``: fields of the `Desk`.
    """
    async with building(empty_ledger, tmp_path) as one:
        yield one


@pytest.fixture
async def house(build: Build) -> House:
    """A desk as it is by default."""
    return await build()  # type: ignore[no-any-return]
