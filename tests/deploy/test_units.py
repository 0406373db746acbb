"""The units as files: hardened, alike where they must be, and giving the daemon the time that it promises to need."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from syncd.daemon import CLOSE_LIMIT, EXIT_CONFIGURATION, STOP_LIMIT
from syncd.listening import DESK
from syncd.running import PASSES_LIMIT

UNITS = Path(__file__).parents[2] / "deploy" / "systemd"
DAEMONS = ("syncd.service", "syncd@.service")
ONE_SHOTS = tuple(sorted(one.name for one in UNITS.glob("syncd-*.service")))
OF_CITIES = {"TemporaryFileSystem=/var/lib/syncd:ro", "BindPaths=/var/lib/syncd/%i"}


def lines(name: str) -> list[str]:
    text = (UNITS / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith(("#", "["))]


def seconds(name: str, key: str) -> int:
    (found,) = re.findall(rf"^{key}=(\d+)s$", "\n".join(lines(name)), re.MULTILINE)
    return int(found)


@pytest.mark.parametrize("unit", [*DAEMONS, *ONE_SHOTS])
def test_every_service_is_exposed_at_most_one_in_ten(unit: str) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed")
    checked = subprocess.run(
        [analyze, "security", "--offline=true", "--threshold=10", str(UNITS / unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    if "nrecognized option" in checked.stderr:
        pytest.skip("this systemd-analyze cannot check a file offline")
    assert checked.returncode == 0, checked.stdout[-300:] + checked.stderr


def test_a_city_is_treated_like_the_only_one_but_for_its_own_places() -> None:
    """Each with its configuration, its secrets, its state; and out of sight of the others."""
    alone = [re.sub(r"/etc/syncd/syncd\.toml$", "/etc/syncd/%i.toml", line) for line in lines("syncd.service")]
    city = lines("syncd@.service")
    assert {line.partition("=")[0] for line in set(alone) ^ set(city)} == {
        "Description", "SyslogIdentifier", "StateDirectory", "LogsDirectory", "ConfigurationDirectory",
        "WorkingDirectory", "LoadCredential", "TemporaryFileSystem", "BindPaths",
    }  # fmt: skip
    assert set(city) >= OF_CITIES


def test_one_shots_live_in_the_daemon_s_sandbox() -> None:
    def sandbox(name: str) -> list[str]:
        found = lines(name)
        return found[found.index("CapabilityBoundingSet=") : next(
            (index for index, line in enumerate(found) if line.startswith("WantedBy=")), len(found)
        )]  # fmt: skip

    assert sandbox("syncd-.service.d/hardening.conf") == sandbox("syncd.service")


def test_metrics_of_the_process_are_not_cut_off() -> None:
    """With ProcSubset=pid they vanish without a word."""
    assert not any(line.startswith("ProcSubset=") for name in DAEMONS for line in lines(name))


@pytest.mark.parametrize("unit", DAEMONS)
def test_the_daemon_gets_longer_than_it_promises_to_need(unit: str) -> None:
    assert seconds(unit, "TimeoutStopSec") > STOP_LIMIT > PASSES_LIMIT + CLOSE_LIMIT
    assert f"RestartPreventExitStatus={EXIT_CONFIGURATION} 243" in lines(unit)
    assert "Type=notify" in lines(unit)
    assert any(line.startswith("LoadCredential=secret:/etc/syncd/") for line in lines(unit))


def test_the_sockets_carry_the_name_that_the_daemon_knows() -> None:
    assert all(f"FileDescriptorName={DESK}" in lines(name) for name in ("syncd.socket", "syncd@.socket"))


def test_every_timer_has_its_service_and_catches_up_after_a_night_without_power() -> None:
    timers = [one.stem for one in UNITS.glob("*.timer")]
    assert {f"{one}.service" for one in timers} == set(ONE_SHOTS)
    assert all("Persistent=yes" in lines(f"{one}.timer") for one in timers)
