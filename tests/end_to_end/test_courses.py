"""The courses beside pairs, in the real daemon: registers and publications, the index, dossiers, the desk."""

from __future__ import annotations

from pathlib import Path

from aiohttp import ClientSession

from loopback.catalogue import HANOI_ID
from loopback.oidc_provider import serve_provider
from loopback.run import Systems
from tests.end_to_end.house import daemon, head, pair, until, write

PUBLICATION = """
[publication]
unit = "H26"
interval = "1s"
jitter = 0
legal_documents = "legal-documents.csv"
decisions = "decisions.csv"
assignments = "assignments.csv"
"""
INDEX = """
[index]
root = "{root}"
interval = "1s"
closed_months = 1
[index.source]
adapter = "national-portal"
base_url = "{portal}"
requests_per_second = 100000
attempts = 1
"""
DESK = """
[desk]
listen = "127.0.0.1:0"
"""


def settle(folder: Path, systems: Systems, *more: str) -> Path:
    """A folder with the registers of the catalogue, and a configuration of one pair and these tables."""
    for name, content in systems.catalogue.registers.items():
        (folder / name).write_bytes(content)
    return write(folder, systems, head() + pair(systems) + "".join(more))


async def test_publications_are_judged_and_show_on_metrics(tmp_path: Path, systems: Systems) -> None:
    settle(tmp_path, systems, PUBLICATION)
    async with daemon(tmp_path) as running:
        await running.ready()
        await running.after_passes(1)

        async def are_judged() -> bool:
            found = await running.metrics()
            return any(name == "syncd_publications" for name, _ in found)

        await until(are_judged, "judged publications")
        assert await running.metric("syncd_publications_judged_timestamp_seconds") > 1_700_000_000
        late = await running.metric("syncd_publications", step="sign", mode="portal", status="late")
        assert late > 0
        assert await running.stop() == 0


async def test_a_register_that_goes_bad_is_told_and_a_reload_mends_it(tmp_path: Path, systems: Systems) -> None:
    settle(tmp_path, systems, PUBLICATION)
    async with daemon(tmp_path) as running:
        await running.ready()
        (tmp_path / "decisions.csv").write_text("Số ký hiệu,Ngày ký\n1/QĐ-UBND,31/02/2026\n", encoding="utf-8")
        await until(lambda: any(one["pair"] == "publication" for one in running.logged("pair_failing")), "the word")
        (failing,) = (one for one in running.logged("pair_failing") if one["pair"] == "publication")
        assert "decisions.csv" in failing["error"]
        assert "31/02/2026" in failing["error"]
        text = (tmp_path / "syncd.toml").read_text(encoding="utf-8").replace('decisions = "decisions.csv"\n', "")
        running.reload(text)
        await until(lambda: bool(running.logged("configuration_reloaded")), "the reload")
        assert await running.stop() == 0


async def test_the_index_is_read_and_shows_on_metrics(tmp_path: Path, systems: Systems) -> None:
    settle(tmp_path, systems, INDEX.format(root=HANOI_ID, portal=systems.portal_url))
    async with daemon(tmp_path) as running:
        await running.ready()

        async def is_read() -> bool:
            return any(name == "syncd_index_rank" for name, _ in await running.metrics())

        await until(is_read, "a rank")
        assert await running.metric("syncd_index_rank", period="year") == 34
        total = await running.metric("syncd_index_score", period="year", group="total", source="portal")
        recomputed = await running.metric("syncd_index_score", period="year", group="total", source="recomputed")
        assert 0 < total < 100
        assert abs(total - recomputed) <= 0.02
        assert await running.metric("syncd_index_maximum", group="total") == 100
        assert await running.stop() == 0


async def test_the_desk_is_served_at_its_own_address(tmp_path: Path, systems: Systems) -> None:
    """Nobody is let in without signing in, and the metrics are not served there."""
    settle(tmp_path, systems, DESK)
    async with daemon(tmp_path) as running:
        await running.ready()
        (started,) = running.logged("daemon_ready")
        async with ClientSession() as client:
            async with client.get(f"{started['desk']}/") as answer:
                assert answer.status == 200
                assert answer.url.path == "/sign-in"
                assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            async with client.get(f"{started['desk']}/metrics") as answer:
                assert "syncd_build_info" not in await answer.text()
        assert await running.stop() == 0


async def test_notices_run_as_a_course_and_the_citys_sign_in_is_offered(tmp_path: Path, systems: Systems) -> None:
    notices = """
[[desk.notices]]
webhook = "http://127.0.0.1:9/hook"
"""
    async with serve_provider() as provider:
        sign_in = f"""
[desk.oidc]
issuer = "{provider.issuer}"
client_id = "syncd"
name = "Cổng xác thực Hà Nội"
"""
        settle(tmp_path, systems, DESK, notices, sign_in)
        async with daemon(tmp_path) as running:
            await running.ready()
            await until(
                lambda: "notices" in {one["pair"] for one in running.logged("pair_started")}, "the course of notices"
            )
            (started,) = running.logged("daemon_ready")
            async with ClientSession() as client:
                async with client.get(f"{started['desk']}/sign-in") as answer:
                    assert "Cổng xác thực Hà Nội" in await answer.text()
                async with client.get(f"{started['desk']}/sign-in/provider", allow_redirects=False) as answer:
                    assert answer.status == 303
                    assert answer.headers["Location"].startswith(provider.issuer)
            assert await running.stop() == 0
