"""A member that the database cannot hear: its pass is taken over, and what it writes once it is back is refused."""

from __future__ import annotations

import signal
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from loopback.run import Systems
from syncd.ledger import Ledger, open_ledger, upgrade
from tests.cluster.members import Row, of, overlaps, passes, settle, until_passes
from tests.cluster.network import network
from tests.cluster.server import server
from tests.cluster.test_dying import PAIR, stuck_in_a_pass, written_by
from tests.end_to_end.house import Running, daemon, until
from tests.proxy import Proxy, proxied

pytestmark = pytest.mark.postgresql


def moved(url: str, host: str, port: int) -> str:
    """The same address at another place."""
    return urlsplit(url)._replace(netloc=f"{host}:{port}").geturl()


def port_of(url: str) -> int:
    port = urlsplit(url).port
    assert port is not None
    return port


async def test_a_member_whose_packets_get_lost_is_replaced_and_fenced(
    tmp_path: Path, systems: Systems, ledger: Ledger, postgresql_url: str
) -> None:
    """A proxy goes silent between one member and the database, without a word to either."""
    with proxied(postgresql_url) as (proxy, through):
        settle(tmp_path / "a", systems, through, [PAIR])
        settle(tmp_path / "b", systems, postgresql_url, [PAIR])
        async with daemon(tmp_path / "a") as a:
            await a.ready()
            await until_passes(ledger, 1, [PAIR])
            _, row = await stuck_in_a_pass(systems, ledger, a)
            async with daemon(tmp_path / "b") as b:
                await b.ready()
                await cut_off_and_back(proxy, systems, ledger, a, b, row)


async def cut_off_and_back(proxy: Proxy, systems: Systems, ledger: Ledger, a: Running, b: Running, row: Row) -> None:
    """What follows once both run and the first hangs in a pass."""
    cut = row.id
    left = written_by(ledger, row)
    proxy.stall()
    await until_passes(ledger, 1, [PAIR], after=cut)
    systems.portal_faults.drip.gate.set()
    assert all(of(b, [one]) for one in passes(ledger) if one.id > cut)
    proxy.flow()
    await until(lambda: bool(a.logged("cluster_given_up")), "the word that it was given up")
    await until(lambda: bool(a.logged("pair_failing")), "a pass that was refused")
    rows = passes(ledger)
    assert [one.outcome for one in rows if one.id == cut] == ["interrupted"]
    assert written_by(ledger, row) == left
    assert overlaps(rows) == []
    await b.stop(signal.SIGKILL)
    await until_passes(ledger, 1, [PAIR], after=passes(ledger)[-1].id)
    assert of(a, passes(ledger)[-1:])
    assert await a.stop() == 0


async def test_a_cable_that_is_pulled_out_and_put_back_in(tmp_path: Path, systems: Systems) -> None:
    """A real network between member and database, in a name space; its way to the sides stays open."""
    with network(7) as net, server() as primary:
        primary.let_in(f"{net.database}/30", net.database)
        upgrade(primary.url)
        far = f"postgresql://syncd@{net.database}:{primary.port}/postgres"
        portal, city = port_of(systems.portal_url), port_of(systems.opencps_url)
        with (
            open_ledger(primary.url) as ledger,
            closing(Proxy("127.0.0.1", portal, net.others)) as front,
            closing(Proxy("127.0.0.1", city, net.others)) as back,
        ):
            sides = {
                "portal": moved(systems.portal_url, net.others, front.port),
                "city": moved(systems.opencps_url, net.others, back.port),
            }
            settle(tmp_path / "a", systems, far, [PAIR], listen=f"{net.own}:0", **sides)
            settle(tmp_path / "b", systems, primary.url, [PAIR])
            async with daemon(tmp_path / "a", inside=net.inside) as a:
                await a.ready()
                await until_passes(ledger, 1, [PAIR])
                _, row = await stuck_in_a_pass(systems, ledger, a)
                cut = row.id
                async with daemon(tmp_path / "b") as b:
                    await b.ready()
                    net.pull()
                    await until_passes(ledger, 1, [PAIR], after=cut)
                    systems.portal_faults.drip.gate.set()
                    await until(lambda: bool(a.logged("cluster_unreachable")), "the word that the database is away")
                    net.plug_in()
                    await until(lambda: bool(a.logged("cluster_given_up")), "the word that it was given up")
                    rows = passes(ledger)
                    assert [one.outcome for one in rows if one.id == cut] == ["interrupted"]
                    assert all(of(b, [one]) for one in rows if one.id > cut)
                    assert overlaps(rows) == []
                    await b.stop(signal.SIGKILL)
                    await until_passes(ledger, 1, [PAIR], after=passes(ledger)[-1].id)
                    assert await a.stop() == 0
