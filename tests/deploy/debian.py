"""A clean Debian root, made once for all tests, and what a test does in a copy of it: no network, no running systemd.

In: the machine's own apt configuration, debootstrap, root. Out: a `CleanRoot`; or a skip that says what is missing.
"""

from __future__ import annotations

import fcntl
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGES = ("ca-certificates", "man-db", "python3", "systemd")
SEPARATE = ("--mount", "--net", "--pid", "--ipc", "--uts", "--fork", "--kill-child", "--mount-proc=/proc", "--wd=/")
SURROUNDINGS = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8", "MANPAGER": "cat"}
LONGEST = 600


@dataclass(frozen=True)
class CleanRoot:
    """One Debian in a folder. Programs run there in their own namespaces, as root or as another user."""

    folder: Path

    def run(self, *command: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command inside; both outputs are in ``stdout``, in the order that a terminal shows."""
        done = subprocess.run(
            ["/usr/bin/unshare", *SEPARATE, f"--root={self.folder}", "--", *command],
            env=SURROUNDINGS,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        assert not check or done.returncode == 0, done.stdout[-4000:]
        return done

    def said(self, *command: str | Path) -> str:
        """What a command says that succeeds."""
        return self.run(*command).stdout

    def as_service(self, *command: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self.run("runuser", "-u", "syncd", "--", *command, check=check)

    def install(self, package: Path, *, check: bool = True) -> subprocess.CompletedProcess[str]:
        """What ``dpkg --install`` says of a package of the machine outside."""
        shutil.copyfile(package, self.folder / "root" / package.name)
        return self.run("dpkg", "--force-unsafe-io", "--install", f"/root/{package.name}", check=check)

    def path(self, inside: str) -> Path:
        return self.folder / inside.lstrip("/")

    def copy(self, folder: Path) -> CleanRoot:
        subprocess.run(["/bin/cp", "--archive", "--reflink=auto", str(self.folder), str(folder)], check=True)
        return CleanRoot(folder)

    @contextmanager
    def copied(self, folder: Path) -> Iterator[CleanRoot]:
        """A copy that is gone afterwards; it is large."""
        try:
            yield self.copy(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def files(self) -> set[str]:
        """Every path below the root, as the root sees it."""
        found = set()
        for folder, folders, files in os.walk(self.folder):
            within = Path(folder).relative_to(self.folder)
            found |= {str("/" / within / name) for name in (*folders, *files)}
        return found


def make_root(folder: Path) -> CleanRoot:
    """Bootstrap this machine's own Debian release from where its apt gets it. Skips where that cannot be."""
    if os.geteuid() != 0:
        pytest.skip("a clean Debian root needs the root user")
    if shutil.which("debootstrap") is None:
        pytest.skip("a clean Debian root needs debootstrap (apt install debootstrap)")
    mirror, release = mirror_of_apt()
    command = ["debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", release, str(folder), mirror]
    made = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)
    if made.returncode != 0:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"debootstrap got no Debian root: {(made.stdout + made.stderr).strip().splitlines()[-1]}")
    shutil.rmtree(folder / "var/cache/apt/archives", ignore_errors=True)
    return CleanRoot(folder)


def mirror_of_apt() -> tuple[str, str]:
    """Where this machine's apt gets its own release, and the release's name."""
    release = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    if shutil.which("apt-get") is None or platform.freedesktop_os_release().get("ID") != "debian":
        pytest.skip("a clean Debian root needs a Debian machine")
    form = ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)"]
    targets = subprocess.run(form, capture_output=True, text=True, timeout=60, check=True).stdout
    for line in targets.splitlines():
        mirror, _, suite = line.rpartition(" ")
        if suite == release:
            return mirror, release
    pytest.skip(f"apt has no mirror for {release}")


@contextmanager
def made_once(folder: Path) -> Iterator[bool]:
    """Hold a lock while something is made that several test runners share; yields whether it is still to be made."""
    marker = folder.with_name(f"{folder.name}.made")
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not marker.exists()
        marker.touch()
