"""Values of secrets never leave: not in logs, metrics, pages, the mismatch log, nor in any error."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from pathlib import Path

from loopback.catalogue import HANOI_ID
from loopback.opencps import Access
from loopback.run import serve
from tests.cli.program import command, environment
from tests.end_to_end.house import daemon, hamlet, head, pair, until, write, write_secret

RIGHT, WRONG, BEARER = "canary-right-4711", "canary-wrong-4712", "canary-bearer-4713"
BEARING = """
[[pairs]]
name = "bearing"
interval = "1s"
applies = {{ departments = ["{hanoi}"] }}
[pairs.portal]
adapter = "national-portal"
base_url = "{portal}"
bearer_secret = "bearer"
requests_per_second = 100000
[pairs.city]
adapter = "file"
path = "gone.csv"
columns = {{ local_code = "Mã" }}
"""


async def test_no_canary_is_ever_seen(tmp_path: Path) -> None:
    """One pair's password is right, another's is wrong, a third sends a token; everything is logged."""
    asyncio.get_running_loop().set_debug(False)
    async with serve(hamlet(), access=Access(password=RIGHT)) as systems:
        text = head(level="debug") + pair(systems) + pair(systems, "wrong", secret="wrong")
        write(tmp_path, systems, text + BEARING.format(hanoi=HANOI_ID, portal=systems.portal_url))
        write_secret(tmp_path, "wrong", WRONG)
        write_secret(tmp_path, "bearer", BEARER)
        async with daemon(tmp_path) as running:
            await running.ready()
            await running.after_passes(1)
            await until(lambda: len(running.logged("pair_failing")) == 2, "two pairs that fail")
            pages = [await running.page(path) for path in ("/", "/metrics", "/ready", "/health")]
            running.reload(text.replace('interval = "1s"', 'interval = "nonsense"'))
            await until(lambda: bool(running.logged("configuration_refused")), "the refusal")
            assert await running.stop() == 0
        said = b""
        for arguments in (("observe",), ("check",), ("explain", "1.000195"), ("mismatches", "--format", "json")):
            (tmp_path / "syncd.toml").write_text(text, encoding="utf-8")
            child = await asyncio.create_subprocess_exec(
                *command(*arguments), cwd=tmp_path, env=environment(tmp_path, {"SYNCD_DEBUG": "1"}),
                stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            )  # fmt: skip
            said += (await child.communicate())[0]
    assert b"401" in said
    seen = "\n".join((*pages, said.decode(), *(_written(tmp_path))))
    for value in (RIGHT, WRONG, BEARER):
        assert value not in seen
        assert b64encode(f"{systems.access.username}:{value}".encode()).decode() not in seen


def _written(folder: Path) -> list[str]:
    """Everything that the daemon has written down but the secrets themselves: logs and the ledger's bytes."""
    return [file.read_bytes().decode("utf-8", "replace") for file in folder.iterdir() if file.is_file()]
