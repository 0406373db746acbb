"""A planted fault becomes a delivered alert, its end a resolved one; every panel of the dashboard has an answer.

Everything is real: the daemon between loopback systems, Prometheus and Alertmanager from Debian, the shipped rules,
routes and dashboard. The portal is spoken to over TLS with a client certificate.
"""

from __future__ import annotations

import json
import math
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
import yaml
from aiohttp import web

from deploy.grafana.dashboard import FILE
from loopback.catalogue import HANOI_ID
from loopback.portal import portal_app
from loopback.run import Systems
from syncd.records.dates import local_date
from tests.end_to_end.house import Running, daemon, pair, until
from tests.end_to_end.test_courses import DESK, INDEX, PUBLICATION, settle
from tests.end_to_end.watching import SHIPPED, Watched, hasty, require_programs, watching

PLANTED = 15
DUE = "9999/QĐ-UBND,{tomorrow:%d/%m/%Y},UBND Thành phố Hà Nội,tỉnh,2.999999,mới,,\n"
"""A decision about a procedure that the portal does not show: publishing it is due. It is dated tomorrow: what was
signed before the portal was first read whole may have been shown before."""

UNPLANTED = {
    "SyncdDown",
    "SyncdAbsent",
    "SyncdRestarting",
    "SyncdReloadRefused",
    "SyncdCertificateExpiring",
    "SyncdClockSkew",
    "SyncdNoWholeReading",
    "SyncdFreshnessBurnFast",
    "SyncdMismatchFlapping",
    "SyncdDeskFailing",
    "SyncdNoticesFailing",
}
"""What nothing in this test is a reason for, however slow the machine is."""

NOTICES = """
[[desk.notices]]
webhook = "http://127.0.0.1:9/hook"
"""


@asynccontextmanager
async def guarded(systems: Systems, folder: Path) -> AsyncIterator[str]:
    """The portal behind TLS, for those alone who show a certificate of the same authority."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    authority.issue_cert("syncd@city.example").private_key_and_cert_chain_pem.write_to_path(folder / "client.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    runner = web.AppRunner(portal_app(systems.portal, systems.portal_faults), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        yield f"https://localhost:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def furnish(folder: Path, systems: Systems, portal: str) -> None:
    """A daemon with everything that panels show: a pair, publications with one that is due, the index, a desk."""
    settle(folder, systems)
    with (folder / "decisions.csv").open("a", encoding="utf-8") as file:
        file.write(DUE.format(tomorrow=local_date(datetime.now(UTC)) + timedelta(days=1)))
    identity = 'adapter = "national-portal"\nca_file = "ca.pem"\nclient_certificate = "client.pem"\n'
    plain = pair(systems)
    whole = pair(systems, portal=portal).replace('adapter = "national-portal"\n', identity, 1)
    text = (folder / "syncd.toml").read_text(encoding="utf-8").replace(plain, whole)
    index = INDEX.format(root=HANOI_ID, portal=systems.portal_url)
    (folder / "syncd.toml").write_text(text + PUBLICATION + index + DESK + NOTICES, encoding="utf-8")


async def settled(running: Running) -> None:
    """Everything has been read and judged once."""
    await running.after_passes(2)

    async def is_all_there() -> bool:
        names = {name for name, _ in await running.metrics()}
        return {"syncd_publications", "syncd_index_rank", "syncd_certificate_expiry_timestamp_seconds"} <= names

    await until(is_all_there, "publications, index and certificates")


async def mismatches_rise_and_are_mended(systems: Systems, watched: Watched) -> None:
    """Fifteen names change in the city's system; the Office hears of it, and of their being mended."""
    before = await watched.number("pair:syncd_mismatches_confirmed:sum")
    rows = [row for row in systems.opencps.database.values() if row.active and not row.poisoned][: 2 * PLANTED]
    for row in rows:
        systems.opencps.put(replace(row, name=f"{row.name} (sai)"))
    systems.opencps.reindex()
    receiver, alert = await watched.hears("SyncdMismatchesRising", "firing", pair="ha-noi")
    assert await watched.number("pair:syncd_mismatches_confirmed:sum") > before + 10
    assert receiver == "office"
    assert alert["annotations"]["summary_vi"] == "Số sai lệch đã xác nhận tăng nhanh trong một giờ: cặp ha-noi"
    assert (SHIPPED.parents[1] / "docs" / "runbooks" / alert["annotations"]["runbook_url"]).is_file()
    assert not watched.told("SyncdMismatchesRising", "resolved")
    for row in rows:
        systems.opencps.put(row)
    systems.opencps.reindex()
    await watched.hears("SyncdMismatchesRising", "resolved", pair="ha-noi")


async def the_city_is_lost_and_comes_back(systems: Systems, watched: Watched) -> None:
    """The operators hear at once which side cannot be read, not of the other, and that it is back."""
    systems.opencps_faults.add("unavailable", times=None)
    receiver, alert = await watched.hears("SyncdSideUnreachable", "firing", pair="ha-noi", side="city")
    assert receiver == "operators-now"
    assert alert["annotations"]["summary"] == "Side not readable: city side of ha-noi"
    assert not watched.told("SyncdSideUnreachable", "firing", side="portal")
    assert not watched.told("SyncdSideUnreachable", "resolved")
    systems.opencps_faults.clear()
    await watched.hears("SyncdSideUnreachable", "resolved", pair="ha-noi", side="city")


async def every_panel_has_an_answer(watched: Watched) -> None:
    """Each query of the dashboard returns at least one number."""
    silent = []
    for panel in json.loads(FILE.read_text(encoding="utf-8"))["panels"]:
        for target in panel.get("targets", []):
            asked = target["expr"].replace("$__rate_interval", "30s").replace("$job", "syncd").replace("$pair", ".*")
            numbers = [float(one["value"][1]) for one in await watched.ask(asked)]
            if all(math.isnan(number) for number in numbers):
                silent.append((panel["title"], asked, len(numbers)))
    assert silent == []


@pytest.mark.timeout(300)
async def test_faults_are_told_and_their_ends_and_every_panel_has_an_answer(tmp_path: Path, systems: Systems) -> None:
    require_programs()
    async with guarded(systems, tmp_path) as portal:
        furnish(tmp_path, systems, portal)
        async with daemon(tmp_path) as running:
            await running.ready()
            await settled(running)
            (started,) = running.logged("daemon_ready")
            async with watching(tmp_path, started["listen"][0]) as watched:
                await until(lambda: _is_watched(watched), "three scrapes")
                await mismatches_rise_and_are_mended(systems, watched)
                await the_city_is_lost_and_comes_back(systems, watched)
                await every_panel_has_an_answer(watched)
                told = {one["labels"]["alertname"] for _, one in watched.delivered}
                assert not told & UNPLANTED
            assert await running.stop() == 0


async def _is_watched(watched: Watched) -> bool:
    return await watched.number("count_over_time(pair:syncd_mismatches_confirmed:sum[1m])") >= 3


def test_the_rules_of_this_test_are_the_shipped_ones_but_for_their_patience(tmp_path: Path) -> None:
    for name in hasty(tmp_path):
        hasted, shipped = (
            [
                {key: value for key, value in rule.items() if key != "for"}
                for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]
                for rule in group["rules"]
            ]
            for file in (tmp_path / name, SHIPPED / "rules" / name)
        )
        assert hasted == shipped
