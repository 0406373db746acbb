"""The daemon itself: whether it answers where it listens, and what systemd says of its unit.

In: addresses, a program. Out: findings.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from syncd.care.doctor.findings import Finding, in_thread, note, ok, wrong
from syncd.care.doctor.reaching import head_of

RUNNING_SYSTEMD = Path("/run/systemd/system")
PROPERTIES = ("LoadState", "ActiveState", "SubState", "Result", "NRestarts", "UnitFileState")
MANY_RESTARTS = 5
LIMIT = 4.0


async def check_endpoint(host: str, port: int) -> Finding:
    """Who answers at the address of the endpoints."""
    subject = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    try:
        async with asyncio.timeout(LIMIT):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(f"GET /health HTTP/1.1\r\nHost: {subject}\r\nConnection: close\r\n\r\n".encode())
                await head_of(reader)
                health = json.loads(await reader.read(65_536))
            finally:
                writer.close()
        version, stalled = str(health["version"]), list(health["stalled"])
    except ConnectionError:
        return note("daemon", subject, "nobody listens: no daemon runs here", "systemctl start syncd")
    except (TimeoutError, ValueError, KeyError, TypeError, OSError):
        return wrong("daemon", subject, "another program listens there", "set [daemon] listen to a free port")
    if stalled:
        return wrong("daemon", subject, f"it hangs in {', '.join(map(str, stalled))}", "see its log, then restart it")
    return ok("daemon", subject, f"syncd {version} answers")


async def check_unit(unit: str, systemd: Path = RUNNING_SYSTEMD) -> Iterator[Finding]:
    """What systemd says, where there is systemd."""
    program = await in_thread(lambda: shutil.which("systemctl") if systemd.is_dir() else None)
    if program is None:
        return iter([note("systemd", unit, "systemd does not run here")])
    wanted = ",".join(PROPERTIES)
    child = await asyncio.create_subprocess_exec(
        program, "show", unit, f"--property={wanted}",
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(LIMIT):
            said, _ = await child.communicate()
    except TimeoutError:
        child.kill()
        await child.wait()
        raise
    return judged(unit, dict(line.partition("=")[::2] for line in said.decode(errors="replace").splitlines()))


def judged(unit: str, said: dict[str, str]) -> Iterator[Finding]:
    """What to think of a unit's properties."""
    if said.get("LoadState") != "loaded":
        yield note("systemd", unit, "there is no such unit", "install deploy/syncd.service, or name it with --unit")
        return
    state = said.get("ActiveState", "unknown")
    if state == "failed":
        words = f"it has failed ({said.get('Result', '')})"
        yield wrong("systemd", unit, words, f"journalctl -u {unit} -n 50, then systemctl restart {unit}")
    elif state != "active":
        yield note("systemd", unit, f"it is {state}", f"systemctl start {unit}")
    else:
        yield ok("systemd", unit, f"active ({said.get('SubState', '')})")
    restarts = said.get("NRestarts", "0")
    if restarts.isdecimal() and int(restarts) >= MANY_RESTARTS:
        yield wrong("systemd", unit, f"it was restarted {restarts} times", f"journalctl -u {unit} -p err")
    if said.get("UnitFileState") == "disabled":
        yield note("systemd", unit, "it does not start with the machine", f"systemctl enable {unit}")
