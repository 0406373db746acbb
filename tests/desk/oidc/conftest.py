"""A desk with the city's sign-in, the provider on loopback, both on one clock that stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from loopback.oidc_provider import CLIENT_ID, CLIENT_SECRET, Key, ProviderState, serve_provider
from syncd.config.desk import OidcConfig
from syncd.desk.pages.oidc import BACK, OUT, OidcPages
from syncd.desk.security.oidc.provider import Provider, provider_of
from tests.desk.conftest import Answer, Browser, Build, House

NAME = "Cổng xác thực Hà Nội"


def no_secret(name: str) -> str:
    assert name == "oidc"
    return CLIENT_SECRET


@dataclass(slots=True)
class City:
    """The desk and the provider."""

    house: House
    state: ProviderState
    provider: Provider

    async def out(self, browser: Browser, wanted: str = "") -> Answer:
        """To the provider and its answer, which leads back."""
        begun = await browser.ask("GET", OUT, params={"next": wanted} if wanted else {})
        assert begun.status == 303, begun.words
        async with browser.client.get(begun.location, allow_redirects=False) as response:
            return Answer(response.status, await response.text(), response.headers)

    async def enter(self, browser: Browser, wanted: str = "") -> Answer:
        """The whole way; what the desk says at its end."""
        return await browser.get(self.local(await self.out(browser, wanted)))

    def local(self, answer: Answer) -> str:
        """The path of this desk that an answer leads to."""
        assert answer.location.startswith(self.house.base + BACK), answer.text
        return answer.location.removeprefix(self.house.base)

    def restart_provider(self) -> None:
        """The desk knows nothing of the provider any more, as after a restart."""
        fresh = provider_of(
            self.provider.settings, redirect_uri=self.provider.redirect_uri, clock=self.house.clock, secret=no_secret
        )
        self.provider._metadata, self.provider._keys = fresh._metadata, fresh._keys


def _new_keys() -> tuple[Key, ...]:
    made = ProviderState()
    made.rotate()
    return tuple(made.keys)


@pytest.fixture(scope="session")
def keys() -> tuple[Key, ...]:
    """The provider's keys, made once: an RSA key takes a second."""
    return _new_keys()


@pytest.fixture(scope="session")
def other_keys() -> tuple[Key, ...]:
    """Keys of nobody that the desk knows."""
    return _new_keys()


@pytest.fixture
async def city(build: Build, keys: tuple[Key, ...]) -> AsyncIterator[City]:
    async with serve_provider(ProviderState(keys=list(keys))) as state:
        settings = {"issuer": state.issuer, "client_id": CLIENT_ID, "client_secret_secret": "oidc", "name": NAME}
        provider = provider_of(OidcConfig(**settings), redirect_uri="", clock=lambda: house.clock(), secret=no_secret)
        house: House = await build(more_pages=OidcPages(provider, b"k" * 32).routes, oidc=settings)
        provider.redirect_uri = house.base + BACK
        state.clock = house.clock
        yield City(house, state, provider)
