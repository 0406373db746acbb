"""The office whose machine is booted: syncd installed from its package, the loopback systems beside it, configurations.

In: a booted machine. Out: `Office`: configurations written, answers of the daemon, what the ledger remembers.
"""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from tests.deploy.boot.machine import PATIENCE, Machine

PYTHON = "/usr/lib/syncd/bin/python3"
BOOT = "/srv/checkout/tests/deploy/boot"
WORLD = "/srv/world"
SYNCD = "syncd.service"
METRICS = "http://127.0.0.1:9614/metrics"
DESK = "http://127.0.0.1:9615/"
GO_HOME = "/run/visitors-go-home"
SECRET = "opencps-password"
HEAD = """\
[database]
url = "sqlite:///{state}/ledger.db"
[daemon]
listen = "127.0.0.1:{port}"
[log]
mismatch_log = "{log}/mismatches.jsonl"
[desk]
public_url = "http://desk"
"""
HANGING = """
[[pairs]]
name = "{name}"
interval = "1s"
jitter = 0
stall_after = "{stall_after}"
applies = {{ agency = "H26" }}
[pairs.portal]
adapter = "hanging"
how = "{how}"
when = "{when}"
[pairs.city]
adapter = "hanging"
how = "patient"
when = "/never"
"""
IMPATIENT = "[Service]\nWatchdogSec=3s\nRestartSec=100ms\n"
"""A drop-in with which nobody waits for half a minute."""


def head(city: str = "", port: int = 9614) -> str:
    """What a configuration begins with; ``city``: of one of several daemons."""
    below = f"/{city}" if city else ""
    return HEAD.format(state=f"/var/lib/syncd{below}", log=f"/var/log/syncd{below}", port=port)


def hanging(how: str, when: str, *, stall_after: str = "2s") -> str:
    """A pair that hangs once, when the file is there."""
    return HANGING.format(name=how, how=how, when=when, stall_after=stall_after)


@dataclass(frozen=True)
class Office:
    """``machine``: where everything happens."""

    machine: Machine

    def install(self, package: Path) -> str:
        return self.machine.run("dpkg", "--install", f"/srv/packages/{package.name}")

    def furnish(self) -> None:
        """The hanging adapter, the loopback systems as a service, the city's password as a secret."""
        site = self.machine.run(PYTHON, "-c", "import syncd; print(syncd.__path__[0])").strip().removesuffix("/syncd")
        self.machine.write(f"{site}/syncd_hanging.py", Path(__file__).with_name("hanging.py").read_text("utf-8"))
        about = f"{site}/syncd_hanging-1.0.dist-info"
        self.machine.write(f"{about}/METADATA", "Metadata-Version: 2.1\nName: syncd-hanging\nVersion: 1.0\n")
        self.machine.write(f"{about}/entry_points.txt", "[syncd.adapters.v1]\nhanging = syncd_hanging:definition\n")
        self.machine.run("mkdir", "-p", WORLD)
        self.machine.run(
            "systemd-run", "--quiet", "--unit=world", "--service-type=notify", "--setenv=PYTHONPATH=/srv/checkout",
            "--working-directory=/", PYTHON, "-B", "-m", "tests.deploy.boot.world", WORLD,
        )  # fmt: skip
        self.keep_secret("/etc/syncd/secrets")

    def keep_secret(self, folder: str) -> None:
        self.machine.write(f"{folder}/{SECRET}", self.machine.inside(f"{WORLD}/password").read_text("utf-8"), 0o600)

    def real(self, name: str = "ha-noi") -> str:
        """A pair between the loopback systems."""
        return self.machine.inside(f"{WORLD}/pair.toml").read_text("utf-8").replace('"{name}"', f'"{name}"')

    def configure(self, text: str, city: str = "syncd") -> None:
        """Write the configuration as the package leaves it: readable by the service's group."""
        self.machine.write(f"/etc/syncd/{city}.toml", text, 0o640)
        self.machine.run("chgrp", "syncd", f"/etc/syncd/{city}.toml")

    def may_hang(self, when: str) -> None:
        self.machine.run("install", "-o", "syncd", "-g", "syncd", "/dev/null", when)

    def drop_in(self, unit: str, text: str) -> None:
        self.machine.write(f"/etc/systemd/system/{unit}.d/test.conf", dedent(text))
        self.machine.run("systemctl", "daemon-reload")

    def quiet(self) -> None:
        """Everything of ours stopped, without drop-ins: how a step begins, whatever the one before has left."""
        run = self.machine.run
        run("systemctl", "stop", "syncd*.timer", "syncd*.socket", "syncd.service", "syncd@*.service", "syncd-*.service")
        run("sh", "-c", "rm -rf /etc/systemd/system/syncd*.d")
        run("systemctl", "daemon-reload")
        run("systemctl", "reset-failed")

    def start(self, *units: str) -> None:
        self.machine.run("systemctl", "start", *units)

    def stop(self, *units: str) -> None:
        self.machine.run("systemctl", "stop", *units)

    def status(self, unit: str = SYNCD) -> str:
        """The line that ``systemctl status`` shows."""
        shown = self.machine.run("systemctl", "status", unit, status=None)
        found = re.search(r'^ *Status: "(.*)"$', shown, re.MULTILINE)
        return found[1] if found else ""

    def ask(self, url: str) -> str:
        return self.machine.run(PYTHON, "-I", f"{BOOT}/visitor.py", url)

    def visit(self, url: str) -> subprocess.Popen[str]:
        """Somebody who asks again and again, until `send_home`."""
        return self.machine.start(PYTHON, "-I", f"{BOOT}/visitor.py", url, GO_HOME)

    def send_home(self, visitor: subprocess.Popen[str]) -> set[str]:
        """What the visitor has been answered: statuses and errors."""
        self.machine.write(GO_HOME, "")
        out, err = visitor.communicate(timeout=PATIENCE)
        assert visitor.returncode == 0, err
        return set(json.loads(out))

    def has_status(self, wanted: str, unit: str = SYNCD) -> None:
        """Wait until the status has these words."""
        self.machine.until(lambda: wanted in self.status(unit), f"the status says {wanted!r}")

    def metric(self, series: str, url: str = METRICS) -> float | None:
        """The value of a series, written as the text format has it; None where there is none."""
        found = re.search(rf"^{re.escape(series)} (\S+)$", self.ask(url), re.MULTILINE)
        return float(found[1]) if found else None

    def passes(self, pair: str = "ha-noi", url: str = METRICS) -> float:
        return self.metric(f'syncd_pass_duration_seconds_count{{outcome="complete",pair="{pair}"}}', url) or 0.0

    def query(self, sql: str, ledger: str = "/var/lib/syncd/ledger.db") -> list[list[object]]:
        """Rows of the ledger, asked beside the daemon."""
        program = (
            "import json, sqlite3, sys; from contextlib import closing\n"
            "with closing(sqlite3.connect(f'file:{sys.argv[1]}?mode=ro', uri=True)) as opened:\n"
            "    print(json.dumps(opened.execute(sys.argv[2]).fetchall()))"
        )
        rows: list[list[object]] = json.loads(self.machine.run(PYTHON, "-I", "-c", program, ledger, sql))
        return rows
