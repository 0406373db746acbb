"""The world of a server: a booted Debian where the pages are typed as root, word for word.

In: a machine, the package, certificates. Out: `Server`: commands run as at a terminal; the portal and the city's system
answer under their own names, over TLS, and nothing else is there.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import trustme

from tests.deploy.boot.machine import PATIENCE, Machine
from tests.deploy.boot.office import PYTHON, Office
from tests.docs.practice import ADDRESSES
from tests.docs.worlds import LOOK_EVERY, Ended

PRACTICE = "/srv/practice"
HOME = "/root/syncd"
"""The checkout, as the pages call it: what of it a page needs, and `dist` with the package."""
SHOWN = ("deploy", "docs", "requirements")
LONG = 4 * PATIENCE
WRITTEN = {
    "syncd-20261125T190000Z.db.gz": "/var/lib/syncd/backups",
    "syncd-ha-noi-20261125T021743Z.zip": "/var/tmp/case",  # noqa: S108 - a folder of the booted machine
}
"""Names of the pages for files that commands have written → where."""
CONFIGURATION = """\
[database]
url = "sqlite:////var/lib/syncd/syncd.db"
[log]
mismatch_log = "/var/log/syncd/mismatches.jsonl"
[desk]
public_url = "http://127.0.0.1:9615"
[publication]
unit = "H26"
pair = "ha-noi"
legal_documents = "/srv/practice/legal-documents.csv"
decisions = "/srv/practice/decisions.csv"
assignments = "/srv/practice/assignments.csv"
[index]
root = "{department}"
[index.source]
adapter = "national-portal"
base_url = "https://dichvucong.gov.vn"
requests_per_second = 1000
[[pairs]]
name = "ha-noi"
grace = "0s"
jitter = 0
applies = {{ departments = ["{department}"] }}
equivalences = {{ codes = {{ {codes} }} }}
[pairs.portal]
adapter = "national-portal"
base_url = "https://dichvucong.gov.vn"
requests_per_second = 1000
[pairs.city]
adapter = "opencps"
base_url = "https://motcua.example.gov.vn/o/rest/v2"
group_id = "35166"
basic_user = "doisoat"
basic_password_secret = "opencps-password"
requests_per_second = 1000
"""
OTHERS_STOP = "for unit in prometheus prometheus-alertmanager nginx; do systemctl stop $unit; done 2>/dev/null; true"


@dataclass
class Server:
    """``is_installed``: whether the package is, so that a page need not wait for it.

    ``looked``: what the commands of the runbooks have said. These pages only look, so they share one running daemon,
    and a command that several of them have is typed once. None while other pages are followed.
    """

    machine: Machine
    is_installed: bool = False
    told: dict[str, object] = field(default_factory=dict)
    looked: dict[str, Ended] | None = None
    folder: str = HOME

    @property
    def office(self) -> Office:
        return Office(self.machine)

    def furnish(self, packages: Path) -> None:
        """Install, put the practice systems beside it under their own names, and show the checkout."""
        self.machine.run("dpkg", "--install", f"/srv/packages/{next(packages.glob('syncd_*.deb')).name}")
        self.is_installed = True
        names = "".join(f"{address} {name}\n" for name, address in ADDRESSES.items())
        self.machine.write("/etc/hosts", f"127.0.0.1 localhost\n::1 localhost\n{names}")
        self.machine.run("sh", "-c", f"mkdir -p {PRACTICE} && cp /srv/packages/*.pem {PRACTICE}/")
        self.machine.run("cp", f"{PRACTICE}/authority.pem", "/usr/local/share/ca-certificates/practice.crt")
        self.machine.run("update-ca-certificates")
        self.machine.run(
            "systemd-run", "--quiet", "--unit=practice", "--service-type=notify", "--setenv=PYTHONPATH=/srv/checkout",
            "--working-directory=/", PYTHON, "-B", "-m", "tests.docs.practice", PRACTICE,
        )  # fmt: skip
        self.told = json.loads(self.machine.inside(f"{PRACTICE}/told.json").read_text("utf-8"))
        shown = "".join(f"ln -s /srv/checkout/{name} {HOME}/{name}; " for name in SHOWN)
        self.machine.run("sh", "-c", f"mkdir -p {HOME}/dist; cp /srv/packages/syncd_* {HOME}/dist/; {shown}")

    def prepare(self, page: Path) -> None:
        """Nothing of ours runs and nothing is remembered; the package is there unless the page brings it."""
        text = page.read_text(encoding="utf-8")
        self.is_installed = self.machine.inside("/usr/bin/syncd").is_symlink()
        if page.parent.name == "runbooks" and self.looked is not None:
            return
        self.folder = HOME
        self.looked = {} if page.parent.name == "runbooks" else None
        self.office.quiet() if self.is_installed else None
        self.machine.run("sh", "-c", OTHERS_STOP)
        if "<!-- from nothing -->" in text:
            self._remove()
        else:
            self._install()
            self._begin(is_running="<!-- page: world=server stopped -->" not in text)

    def _remove(self) -> None:
        self.machine.run("sh", "-c", "dpkg --purge syncd; rm -rf /etc/syncd /var/lib/syncd /var/log/syncd")
        self.is_installed = False

    def _install(self) -> None:
        if not self.is_installed:
            self.machine.run("sh", "-c", "dpkg --install /srv/packages/syncd_*.deb")
        self.is_installed = True

    def _begin(self, *, is_running: bool) -> None:
        """The configuration of the practice pair, its secret, the client's certificate; the daemon after one pass."""
        run = self.machine.run
        run("sh", "-c", "rm -rf /var/lib/syncd/* /var/log/syncd/* /etc/syncd/*.toml /etc/syncd/*.secrets")
        codes = self.told["codes"]
        assert isinstance(codes, dict)
        joined = ", ".join(f'"{local}" = "{code}"' for local, code in codes.items())
        self.office.configure(CONFIGURATION.format(department=self.told["department"], codes=joined))
        run("install", "-d", "-m", "0700", "/etc/syncd/secrets")
        run("install", "-m", "0600", f"{PRACTICE}/opencps-password", "/etc/syncd/secrets/opencps-password")
        run("install", "-m", "0644", f"{PRACTICE}/server.pem", "/etc/syncd/client.pem")
        if is_running:
            run("systemctl", "start", "syncd")
            self._wait_for_a_pass()

    def _wait_for_a_pass(self) -> None:
        """Two cores that do much else besides take their time."""
        end = time.monotonic() + LONG
        while not self.office.passes():
            assert time.monotonic() < end, self.machine.journal("syncd")[-2000:]
            time.sleep(LOOK_EVERY)

    def write(self, file: str, text: str) -> None:
        """As an editor does: the file keeps owner and mode."""
        place = self.machine.inside(file)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
        if file.startswith("/etc/systemd/"):
            self.machine.run("systemctl", "daemon-reload")

    def run(self, command: str, *, typed: str | None = None, until: str | None = None) -> Ended:
        assert until is None, "on a server nothing is left running in a terminal"
        if command.startswith("cd "):
            self.folder = command.removeprefix("cd ").strip()
            return Ended(0, "")
        script = f"cd {self.folder}; set -e -o pipefail; {command}"
        words = ["bash", "-c", script]
        if typed is not None:
            words = ["script", "--quiet", "--return", "--flush", "--command", script, "/dev/null"]
        if self.looked is None:
            return self._typed(words, typed)
        if command not in self.looked:
            self.looked[command] = self._typed(words, typed)
        return self.looked[command]

    def _typed(self, words: list[str], typed: str | None) -> Ended:
        """A program with a keyboard; both outputs as a terminal shows them."""
        inside = ["/usr/bin/nsenter", "-t", str(self.machine.leader), "-a", "--", *words]
        done = subprocess.run(
            inside, input=(typed or "") + "\n", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=LONG, check=False,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/root", "COLUMNS": "120",
                 "DEBIAN_FRONTEND": "noninteractive", "SHELL": "/bin/bash"},
        )  # fmt: skip
        return Ended(done.returncode, done.stdout)

    def named(self, word: str) -> str:
        if place := WRITTEN.get(word):
            found = sorted(self.machine.inside(place).glob("syncd-*.*z*"))
            assert found, f"nothing was written to {place} yet"
            return max(one.name for one in found if one.suffix == Path(word).suffix)
        if word.startswith("M-"):
            return self._first()["id"]
        return str(self.told["known"])

    def _first(self) -> dict[str, str]:
        rows = json.loads(self.run("syncd-as-service mismatches --format json").said)
        first: dict[str, str] = rows[0]
        return first


def make_certificates(folder: Path) -> None:
    """An authority, and one certificate for every name of the practice systems."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "authority.pem")
    authority.issue_cert(*ADDRESSES).private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")


def packages_of(package: Path, folder: Path) -> Path:
    """What the machine sees as /srv/packages: the package and the certificates."""
    folder.mkdir()
    shutil.copy(package, folder)
    make_certificates(folder)
    return folder
