"""The world of the practice city: `syncd demo` runs in one terminal, the pages are typed in another, in its folder.

In: an empty folder. Out: `PracticeCity`: commands run there as a plain user's; the demo is ended with the world.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.cli.program import environment
from tests.docs.pages import ROOT
from tests.docs.worlds import Ended

ANY_PORTS = "--listen 127.0.0.1:0 --desk-listen 127.0.0.1:0 --size 600"
"""What the tests add to `syncd demo`: ports of nobody else's, and a smaller portal."""
PATIENCE = 300.0
LOOK_EVERY = 0.1
STATUS, DESK = "http://127.0.0.1:9614", "http://127.0.0.1:9615"


@dataclass
class PracticeCity:
    """``home``: where a page begins; ``real``: addresses of the pages → addresses here.

    ``names``: what this page's mismatch and procedure are called here, the same from its beginning to its end.
    """

    home: Path
    real: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    left_running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """The demo's own folder, once there is one."""
        demo = self.home / "demo"
        return demo if (demo / "syncd.toml").exists() else self.home

    def prepare(self, page: Path) -> None:
        """Every page but the tutorial that starts the demo itself finds it running."""
        self.names.clear()
        if not self.left_running and "syncd demo" not in page.read_text(encoding="utf-8"):
            self.run("syncd demo --folder demo", until="Ctrl-C ends")

    def write(self, file: str, text: str) -> None:
        (self.folder / file).write_text(self._here(text), encoding="utf-8")

    def run(self, command: str, *, typed: str | None = None, until: str | None = None) -> Ended:
        """The demo is started once; a page that starts it again is shown what the first one said."""
        if until is not None:
            return self._leave_running(command, until)
        if command.startswith("cd "):
            return Ended(0, "")
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", self._here(command)], cwd=self.folder, env=self._around(),
            input=(typed or "") + "\n", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=PATIENCE,
            check=False,
        )  # fmt: skip
        return Ended(done.returncode, done.stdout)

    def _leave_running(self, command: str, until: str) -> Ended:
        said = self.home / "demo.said"
        if not self.left_running:
            with said.open("wb") as out:
                self.left_running.append(
                    subprocess.Popen(
                        ["bash", "-c", f"exec {command} {ANY_PORTS}"],
                        cwd=self.home,
                        env=self._around(),
                        stdin=subprocess.DEVNULL,
                        stdout=out,
                        stderr=subprocess.STDOUT,
                    )
                )
        end = time.monotonic() + PATIENCE
        while until not in said.read_text(encoding="utf-8"):
            assert time.monotonic() < end, f"{command} never said {until!r}"
            assert self.left_running[0].poll() is None, said.read_text(encoding="utf-8")[-3000:]
            time.sleep(LOOK_EVERY)
        text = said.read_text(encoding="utf-8")
        for title, address in (("Status", STATUS), ("Desk", DESK)):
            found = re.search(rf"{title}\s+(http://[\d.:]+)/", text)
            assert found is not None
            self.real[address] = found[1]
        return Ended(0, text)

    def _around(self) -> dict[str, str]:
        programs = Path(sys.executable).parent
        more = {"PATH": f"{programs}:{os.environ['PATH']}", "COLUMNS": "120", "TERM": "dumb"}
        kept = environment(self.home, more)
        return kept | {"PYTHONPATH": str(ROOT)}

    def _here(self, text: str) -> str:
        for shown, real in self.real.items():
            text = text.replace(shown, real).replace(shown.removeprefix("http://"), real.removeprefix("http://"))
        return text

    def named(self, word: str) -> str:
        if word not in self.names:
            wanted, key = ("confirmed", "id") if word.startswith("M-") else ("all", "code")
            rows = json.loads(self.run(f"syncd mismatches --state {wanted} --format json").said)
            self.names[word] = str(next(one[key] for one in rows if one["code"]))
        return self.names[word]

    def close(self) -> None:
        for program in self.left_running:
            program.send_signal(signal.SIGINT)
            program.wait(PATIENCE)
