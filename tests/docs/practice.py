"""The portal and a city's system as a service of the booted machine, under the names that the pages use and over TLS.

In: a folder with a certificate. Out: both systems on 127.0.0.2 and 127.0.0.3, port 443; in the folder what the Office
has as files, the codes that the city made up, the city's password.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from loopback.catalogue import HANOI_ID
from loopback.catalogue.files import as_csv
from loopback.opencps import Access, OpenCpsState, opencps_app
from loopback.portal import PortalState, portal_app
from syncd.cli.demonstration.recent import with_recent, write_registers
from syncd.cli.demonstration.timeline import Timeline
from syncd.systemd import Notifier
from tests.end_to_end.house import hamlet

ADDRESSES = {"dichvucong.gov.vn": "127.0.0.2", "motcua.example.gov.vn": "127.0.0.3"}


async def shown(app: web.Application, address: str, context: ssl.SSLContext) -> web.AppRunner:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, address, 443, ssl_context=context).start()
    return runner


async def main(folder: Path) -> None:
    catalogue = with_recent(hamlet(), Timeline(datetime.now(UTC)))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.pem")
    apps = (portal_app(PortalState(catalogue)), opencps_app(OpenCpsState(catalogue), access=Access()))
    runners = [
        await shown(app, address, context) for app, address in zip(apps, ADDRESSES.values(), strict=True)
    ]  # fmt: skip
    write_registers(folder, catalogue.registers)
    (folder / "city.csv").write_bytes(as_csv(catalogue))
    (folder / "opencps-password").write_text(Access().password, encoding="utf-8")
    told = {"department": HANOI_ID, "codes": dict(catalogue.equivalences), "known": catalogue.portal[0].code}
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")
    Notifier.from_environment().ready("the practice systems answer")
    try:
        await asyncio.Event().wait()
    finally:
        for runner in runners:
            await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
