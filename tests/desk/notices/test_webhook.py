"""Webhooks are signed, sent until they are taken, and never follow anybody anywhere."""

from __future__ import annotations

import asyncio
import hmac
import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import aiohttp
import pytest

from syncd.desk.notices import webhook
from syncd.desk.notices.sending import NotSentError
from syncd.desk.notices.webhook import Webhooks
from syncd.ledger.notices import Notice
from tests.desk.notices.conftest import SECRETS
from tests.desk.notices.servers import Hook, hook_server

AT = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)


def notice(url: str, **content: Any) -> Notice:
    given: dict[str, Any] = {"attempts": 0, "last_error": "", "next_try_at": AT, "sent_at": None, "given_up_at": None}
    content = content or {"title": "Bản tin", "kind": "digest"}
    return Notice(id=1, key="k", kind="webhook", target=url, subject="Bản tin", content=content, due_at=AT, **given)


def hooks() -> Webhooks:
    return Webhooks(SECRETS.__getitem__, lambda: AT)


async def refused(url: str) -> NotSentError:
    with pytest.raises(NotSentError) as caught:
        await hooks().send(notice(url), None)
    return caught.value


async def test_what_is_posted_can_be_checked_by_who_knows_the_secret() -> None:
    async with hook_server(Hook()) as hook:
        await hooks().send(notice(hook.url), "hook")
        await hooks().send(notice(hook.url), "hook")
    (body, again), headers = hook.bodies, hook.headers[0]
    assert json.loads(body) == {"title": "Bản tin", "kind": "digest"}
    signed = f"{headers['Syncd-Notice']}.{headers['Syncd-Timestamp']}.".encode() + body
    expected = hmac.new("bí mật của webhook".encode(), signed, sha256).hexdigest()
    assert headers["Syncd-Signature"] == f"sha256={expected}"
    assert headers["Syncd-Timestamp"] == str(int(AT.timestamp()))
    assert (again, hook.headers[1]["Syncd-Notice"]) == (body, headers["Syncd-Notice"])
    assert "bí mật" not in repr(hooks())


async def test_without_a_secret_nothing_is_signed() -> None:
    async with hook_server(Hook()) as hook:
        await hooks().send(notice(hook.url), None)
    assert "Syncd-Signature" not in hook.headers[0]


@pytest.mark.parametrize(
    ("status", "for_good"),
    [
        *((status, False) for status in (302, 307, 408, 429, 500, 503)),
        *((status, True) for status in (400, 401, 404, 410)),
    ],
)
async def test_only_a_refusal_that_will_stay_one_is_for_good(status: int, for_good: bool) -> None:
    async with hook_server(Hook(statuses=[status])) as hook:
        error = await refused(hook.url)
    assert (error.for_good, error.is_down) == (for_good, False)
    assert len(hook.bodies) == 1, "a redirect was followed"


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_any_success_is_one(status: int) -> None:
    async with hook_server(Hook(statuses=[status])) as hook:
        await hooks().send(notice(hook.url), None)
    assert len(hook.bodies) == 1


async def test_a_server_that_is_not_there_is_down(closed_port: int) -> None:
    error = await refused(f"http://127.0.0.1:{closed_port}/hooks/secret-path")
    assert error.is_down
    assert "secret-path" not in str(error)


async def test_a_server_that_breaks_off_is_not_down_but_broken() -> None:
    async with hook_server(Hook(statuses=[0])) as hook:
        error = await refused(hook.url)
    assert (error.is_down, error.is_broken, error.for_good) == (False, True, False)


async def test_a_slow_one_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "TIMEOUT", aiohttp.ClientTimeout(total=0.3))
    async with hook_server(Hook(silent=asyncio.Event())) as hook:
        error = await refused(hook.url)
    assert error.is_broken
    assert "no answer" in error.message


async def test_a_digest_that_is_too_large_is_not_sent() -> None:
    async with hook_server(Hook()) as hook:
        with pytest.raises(NotSentError, match="bytes") as caught:
            await hooks().send(notice(hook.url, text="x" * 600_000), None)
    assert (caught.value.for_good, hook.bodies) == (True, [])
