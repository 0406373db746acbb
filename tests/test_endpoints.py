"""The daemon's HTTP face, over a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from aiohttp import ClientSession, web
from prometheus_client import CollectorRegistry

from syncd.endpoints import ROUTES, application
from syncd.metrics import Metrics
from syncd.passes.course import PairState, Phase
from syncd.status_page import PairSummary, age

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def state(name: str, **other: object) -> PairState:
    known: dict[str, object] = {
        "phase": Phase.WAITING, "passes": 1, "failures": 0, "outcome": "in_sync", "reason": "", "stalled": False,
        "progress": "", "next_in": 10.04,
    }  # fmt: skip
    return PairState(name=name, **(known | other))  # type: ignore[arg-type]


@dataclass
class Board:
    registry: CollectorRegistry = field(default_factory=lambda: Metrics().registry)
    pairs: list[PairState] = field(default_factory=lambda: [state("ha-noi")])
    ledger_failure: Exception | None = None
    hang: bool = False
    asked: int = 0
    summary: PairSummary = field(default_factory=PairSummary)

    def now(self) -> datetime:
        return NOW

    def health(self) -> Mapping[str, object]:
        return {"alive": True}

    def states(self) -> Sequence[PairState]:
        return self.pairs

    async def check_ledger(self) -> None:
        self.asked += 1
        if self.hang:
            await asyncio.Event().wait()
        if self.ledger_failure is not None:
            raise self.ledger_failure

    async def summaries(self) -> Mapping[str, PairSummary]:
        await self.check_ledger()
        return {pair.name: self.summary for pair in self.pairs}


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.fixture
async def client(board: Board) -> AsyncIterator[ClientSession]:
    runner = web.AppRunner(application(board), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}") as session:
        yield session
    await runner.cleanup()


async def test_health_answers_whatever_the_ledger_does(client: ClientSession, board: Board) -> None:
    board.ledger_failure = OSError("disk")
    async with client.get("/health") as answer:
        assert (answer.status, await answer.json()) == (200, {"alive": True})


async def test_ready_says_how_every_pair_stands(client: ClientSession) -> None:
    async with client.get("/ready") as answer:
        said = await answer.json()
    assert answer.status == 200
    assert said == {
        "ready": True,
        "ledger": "reachable",
        "pairs": [
            {
                "name": "ha-noi", "phase": "waiting", "passes": 1, "failures": 0, "outcome": "in_sync", "reason": "",
                "stalled": False, "progress": "", "next_in": 10.0, "quiet": 0.0, "slow": False,
            }
        ],
    }  # fmt: skip


async def test_not_ready_before_every_pair_has_ended_a_pass(client: ClientSession, board: Board) -> None:
    board.pairs.append(state("hue", passes=0))
    async with client.get("/ready") as answer:
        assert (answer.status, (await answer.json())["ready"]) == (503, False)


async def test_a_pair_that_fails_keeps_nobody_from_being_ready(client: ClientSession, board: Board) -> None:
    board.pairs.append(state("hue", failures=5, outcome="failed", reason="no route"))
    async with client.get("/ready") as answer:
        assert answer.status == 200


async def test_not_ready_without_a_ledger_and_without_its_password(client: ClientSession, board: Board) -> None:
    board.ledger_failure = OSError("postgresql://syncd:canary@db refused")
    async with client.get("/ready") as answer:
        text = await answer.text()
    assert answer.status == 503
    assert "unreachable: OSError" in text
    assert "canary" not in text


async def test_a_ledger_that_hangs_is_given_up(
    client: ClientSession, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("syncd.endpoints.ASK_LIMIT", 0.05)
    board.hang = True
    async with client.get("/ready") as answer:
        assert (answer.status, (await answer.json())["ledger"]) == (503, "unreachable: TimeoutError: ")


async def test_many_probes_ask_the_ledger_once(client: ClientSession, board: Board) -> None:
    async def probe() -> int:
        async with client.get("/ready") as answer:
            return answer.status

    assert set(await asyncio.gather(*(probe() for _ in range(20)))) == {200}
    assert board.asked == 1


async def test_metrics_speak_text_and_open_metrics(client: ClientSession) -> None:
    async with client.get("/metrics") as answer:
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert "# TYPE syncd_records gauge" in await answer.text()
    async with client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"}) as answer:
        assert (await answer.text()).endswith("# EOF\n")


@pytest.mark.parametrize("path", [*(route.path for route in ROUTES), "/nothing"])
async def test_every_answer_is_hardened(client: ClientSession, path: str) -> None:
    async with client.get(path) as answer:
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Server"] == "syncd"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_nothing_can_be_changed_here(client: ClientSession, method: str) -> None:
    for route in ROUTES:
        async with client.request(method, route.path) as answer:
            assert answer.status == 405


class Reader(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


async def read_page(client: ClientSession) -> Reader:
    async with client.get("/") as answer:
        assert answer.status == 200
        return Reader(await answer.text())


async def test_the_page_tells_staff_how_each_pair_stands_in_both_languages(client: ClientSession, board: Board) -> None:
    board.summary = PairSummary(
        in_sync=2900, mismatched=12, unknown=3,
        open_mismatches={"suspected": 5, "confirmed": 7},
        last_whole={"portal": NOW - timedelta(minutes=3), "city": None},
    )  # fmt: skip
    text = (await read_page(client)).text
    for words in (
        "ha-noi",
        "Bình thường",
        "well",
        "2900",
        "7 đã xác nhận",
        "3 phút trước",
        "3 min ago",
        "chưa lần nào",
    ):
        assert words in text


async def test_the_page_has_no_script_and_its_style_is_the_one_allowed(client: ClientSession) -> None:
    page = await read_page(client)
    assert not {"script", "iframe", "form", "img", "link"} & set(page.tags)
    assert not {name for name in page.attributes if name.startswith("on") or name == "style"}


async def test_hostile_words_stay_words(client: ClientSession, board: Board) -> None:
    board.pairs = [state("x", failures=2, reason="<script>alert(1)</script> https://u:canary@h/")]
    page = await read_page(client)
    assert "script" not in page.tags
    assert "<script>alert(1)</script>" in page.text
    assert "canary" not in page.text
    assert "Lỗi 2 lượt liên tiếp" in page.text


async def test_the_page_says_so_when_the_ledger_cannot_be_asked(client: ClientSession, board: Board) -> None:
    board.ledger_failure = OSError("gone")
    text = (await read_page(client)).text
    assert "Không đọc được sổ" in text
    assert "ha-noi" in text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 giây trước"), (59, "59 giây trước"), (60, "1 phút trước"), (7200, "2 giờ trước"), (200_000, "2 ngày trước"),
     (-5, "0 giây trước")],
)  # fmt: skip
def test_ages_are_told_in_the_largest_unit(seconds: int, words: str) -> None:
    assert words in age(NOW - timedelta(seconds=seconds), NOW)
