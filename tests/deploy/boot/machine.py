"""A machine of its own: a real systemd as PID 1 in systemd-nspawn, over an overlay of this one's root.

In: this machine's root (read, never written), folders to show it. Out: `Machine`: commands and files inside. Everything
is gone when it is closed: mounts and programs live in namespaces of their own, without a way to any network.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

PROGRAMS = ("systemd-nspawn", "nsenter", "unshare", "dpkg")
NAMESPACE = ("/usr/bin/unshare", "--mount", "sh", "-c")
PATIENCE = 60.0
LOOK_EVERY = 0.05
HIDDEN = ("etc/systemd/system", "etc/syncd", "var/lib/syncd", "var/lib/systemd", "var/log", "root")
"""What this machine has there is not to be seen in the other one."""
MOUNT = 'mount -t tmpfs -o mode=0755,size=3g tmpfs "$DESK" && mkdir "$DESK/upper" "$DESK/work" "$DESK/root"'
OVERLAY = 'mount -t overlay overlay -o "lowerdir=/,upperdir=$DESK/upper,workdir=$DESK/work" "$DESK/root"'
START = f"""\
set -e
{MOUNT}
"$PYTHON" -c "$FURNISH" "$DESK/upper" $HIDDEN
{OVERLAY}
exec systemd-nspawn --quiet -D "$DESK/root" --register=no --keep-unit --private-network --machine=office \\
    --capability=CAP_BPF,CAP_PERFMON --system-call-filter=bpf --link-journal=no --console=read-only \\
    --bind-ro="$CHECKOUT:/srv/checkout" --bind-ro="$PACKAGES:/srv/packages" -b systemd.unit=basic.target
"""
FURNISH = """\
import os, sys, uuid
upper = sys.argv[1]
for hidden in sys.argv[2:]:
    os.makedirs(f"{upper}/{hidden}", 0o755)
    os.setxattr(f"{upper}/{hidden}", "trusted.overlay.opaque", b"y")
open(f"{upper}/etc/machine-id", "w").write(uuid.uuid4().hex + "\\n")
open(f"{upper}/etc/fstab", "w").close()
"""


def why_not() -> str:
    """What is missing for a machine of one's own; empty where nothing is."""
    if os.geteuid() != 0:
        return "root is missing"
    absent = [program for program in PROGRAMS if shutil.which(program) is None]
    if absent:
        return f"not installed: {', '.join(absent)} (Debian: systemd-container)"
    with TemporaryDirectory() as desk:
        tried = subprocess.run(
            [*NAMESPACE, f"{MOUNT} && {OVERLAY}"], env=os.environ | {"DESK": desk},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    return f"no overlay can be mounted here: {tried.stderr.strip()[-200:]}" if tried.returncode else ""


@dataclass(frozen=True)
class Machine:
    """The booted machine. ``leader``: its PID 1, as this machine numbers it."""

    leader: int

    def start(self, *words: str, **environment: str) -> subprocess.Popen[str]:
        """Start a command inside."""
        inside = ["/usr/bin/nsenter", "-t", str(self.leader), "-a", "--", *words]
        return subprocess.Popen(
            inside, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", **environment},
        )  # fmt: skip

    def run(self, *words: str, status: int | None = 0) -> str:
        """Run a command inside to its end; returns all that it said. ``status``: what it must end with, None: any."""
        with self.start(*words) as command:
            out, err = command.communicate(timeout=PATIENCE)
        if status is not None and command.returncode != status:
            said = self.run("journalctl", "--no-pager", "--output", "cat", "--lines", "30", status=None)
            raise AssertionError(f"{words}: {command.returncode}\n{out}{err}\nThe journal ends with:\n{said}")
        return out + err

    def show(self, unit: str, name: str) -> str:
        """One property of a unit."""
        return self.run("systemctl", "show", "--value", "--property", name, unit).strip()

    def journal(self, unit: str) -> str:
        """What a unit has said, and what was said about it."""
        return self.run("journalctl", "--no-pager", "--output", "cat", "--unit", unit)

    def inside(self, place: str) -> Path:
        """A file inside, as this machine may reach it."""
        return Path(f"/proc/{self.leader}/root{place}")

    def write(self, place: str, text: str, mode: int = 0o644) -> None:
        """Write a file of root's."""
        file = self.inside(place)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)

    def until(self, holds: Callable[[], object], what: str) -> None:
        """Look again until it holds; fails with ``what``."""
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, f"waited in vain until {what}"
            time.sleep(LOOK_EVERY)


@contextmanager
def booted(desk: Path, *, checkout: Path, packages: Path) -> Iterator[Machine]:
    """Boot a machine that sees ``checkout`` as /srv/checkout and ``packages`` as /srv/packages."""
    settings: Mapping[str, str] = {
        "DESK": str(desk), "HIDDEN": " ".join(HIDDEN), "PYTHON": sys.executable, "FURNISH": FURNISH,
        "CHECKOUT": str(checkout), "PACKAGES": str(packages), "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1",
    }  # fmt: skip
    console = desk.with_suffix(".console")
    with console.open("wb") as said:
        process = subprocess.Popen(
            [*NAMESPACE, START],
            env=os.environ | settings, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
    try:
        yield _up(process, console)
    finally:
        for leader in _children(process.pid):
            os.kill(leader, signal.SIGKILL)
        process.terminate()
        process.wait(PATIENCE)


def _up(process: subprocess.Popen[bytes], console: Path) -> Machine:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        for leader in _children(process.pid):
            machine = Machine(leader)
            if machine.run("systemctl", "is-active", "basic.target", status=None).strip() == "active":
                return machine
        time.sleep(LOOK_EVERY)
    raise AssertionError(f"the machine did not boot: {console.read_text('utf-8', 'replace')[-2000:]}")


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
