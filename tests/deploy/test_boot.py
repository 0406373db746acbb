"""The proof that it runs in production: a real systemd boots, the package is installed, and everything happens to it.

One machine is booted once; what is shown in it comes in order. Needs root, systemd-nspawn and a package that builds.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.deploy.boot.machine import booted, why_not
from tests.deploy.boot.office import DESK, IMPATIENT, METRICS, SYNCD, Office, hanging, head

CHECKOUT = Path(__file__).parents[2]
UNITS = ("syncd.service", "syncd.socket", "syncd@hue.service", "syncd@hue.socket")
CARE = tuple(
    f"syncd-{what}{city}.{kind}"
    for what in ("care", "export")
    for city in ("", "@hue")
    for kind in ("service", "timer")
)


@pytest.fixture(scope="module")
def debian_package(request: pytest.FixtureRequest) -> Path:
    """The package: the one that SYNCD_TEST_PACKAGE names, else this checkout's, built now."""
    missing = why_not()
    if missing:
        pytest.skip(f"the boot test needs root and systemd-nspawn: {missing}")
    given = os.environ.get("SYNCD_TEST_PACKAGE")
    found: Path = Path(given) if given else request.getfixturevalue("package")
    return found


@pytest.fixture
def office(tmp_path: Path, debian_package: Path) -> Iterator[Office]:
    """The booted machine, with the package and the loopback systems."""
    desk, packages = tmp_path / "machine", tmp_path / "packages"
    desk.mkdir()
    packages.mkdir()
    shutil.copy(debian_package, packages / "syncd.deb")
    with booted(desk, checkout=CHECKOUT, packages=packages) as machine:
        office = Office(machine)
        office.install(Path("syncd.deb"))
        office.furnish()
        yield office


def the_units_are_sound_and_hardened(office: Office) -> None:
    run = office.machine.run
    assert run("systemd-analyze", "verify", *UNITS, *CARE) == ""
    for unit in (unit for unit in (*UNITS, *CARE) if unit.endswith(".service")):
        run("systemd-analyze", "security", "--threshold=10", "--no-pager", unit)


def it_reaches_ready_with_its_secret_and_process_metrics(office: Office) -> None:
    office.configure(head() + office.real())
    office.start(SYNCD)
    assert office.machine.show(SYNCD, "ActiveState") == "active"
    office.has_status("1 pair; all well")
    metrics = office.ask(METRICS)
    for series in ("process_resident_memory_bytes ", "process_open_fds ", "process_cpu_seconds_total ", "python_info"):
        assert f"\n{series}" in metrics
    office.machine.until(office.passes, "a complete pass")
    assert '"event":"daemon_ready"' in office.machine.journal(SYNCD)
    owner = office.machine.run("stat", "--format", "%U %a", "/var/lib/syncd/ledger.db").split()
    assert owner == ["syncd", "600"]


def a_reload_applies_what_is_good_and_refuses_what_is_bad(office: Office) -> None:
    office.configure(head() + office.real())
    office.start(SYNCD)
    before = office.machine.show(SYNCD, "MainPID")
    office.configure(head() + office.real() + office.real("da-nang"))
    office.machine.run("systemctl", "reload", SYNCD)
    office.has_status("2 pairs; all well")
    assert '"event":"configuration_reloaded"' in office.machine.journal(SYNCD)
    office.configure(head() + "sesion_idle = 1\n" + office.real())
    office.machine.run("systemctl", "reload", SYNCD)
    office.has_status("2 pairs; configuration refused, the old one stays; all well")
    assert "unknown key; did you mean session_idle?" in office.machine.journal(SYNCD)
    assert office.metric("syncd_configuration_last_reload_successful") == 0
    assert office.machine.show(SYNCD, "MainPID") == before


def a_stop_records_the_pass_under_way_as_interrupted(office: Office) -> None:
    office.may_hang("/var/lib/syncd/patient")
    office.configure(head() + hanging("patient", "/var/lib/syncd/patient", stall_after="5m"))
    office.start(SYNCD)
    office.machine.until(lambda: not office.machine.inside("/var/lib/syncd/patient").exists(), "a pass under way")
    office.stop(SYNCD)
    assert office.machine.show(SYNCD, "Result") == "success"
    assert office.query("select outcome from passes where pair = 'patient'") == [["interrupted"]]


def a_bad_configuration_keeps_it_down(office: Office) -> None:
    office.configure(head() + "sesion_idle = 1\n" + office.real())
    _stays_down(office, "78", "unknown key; did you mean session_idle?")
    office.configure(head() + office.real())
    secrets = office.machine.inside("/etc/syncd/secrets")
    secrets.rename(secrets.with_name("elsewhere"))
    _stays_down(office, "243", "Failed to set up credentials")
    secrets.with_name("elsewhere").rename(secrets)


def _stays_down(office: Office, status: str, why: str) -> None:
    office.machine.run("systemctl", "reset-failed")
    office.machine.run("systemctl", "start", SYNCD, status=1)
    office.machine.until(lambda: office.machine.show(SYNCD, "ActiveState") == "failed", "the unit has failed")
    assert office.machine.show(SYNCD, "ExecMainStatus") == status
    assert office.machine.show(SYNCD, "NRestarts") == "0"
    assert why in office.machine.journal(SYNCD)


def a_restart_refuses_no_connection(office: Office) -> None:
    office.configure(head() + office.real())
    office.drop_in("syncd.socket", "[Socket]\nListenStream=[::1]:9615\n")
    office.start("syncd.socket", SYNCD)
    visitors = [office.visit(url) for url in (DESK, "http://[::1]:9615/")]
    for _ in range(2):
        office.machine.run("systemctl", "restart", SYNCD)
    assert [office.send_home(visitor) for visitor in visitors] == [{"303"}, {"303"}]


def a_stuck_pair_is_shown_before_the_watchdog_ends_it(office: Office) -> None:
    office.drop_in(SYNCD, IMPATIENT)
    office.configure(head() + office.real() + hanging("deaf", "/var/lib/syncd/deaf"))
    office.may_hang("/var/lib/syncd/deaf")
    office.start(SYNCD)
    office.has_status("no progress: deaf (")
    assert office.metric('syncd_pair_stalled{pair="deaf"}') == 1
    assert (office.metric('syncd_pair_without_progress_seconds{pair="deaf"}') or 0) >= 2
    assert office.machine.show(SYNCD, "NRestarts") == "0"
    _is_ended_and_comes_back(office, "hang_and_hear_nothing")


def a_blocked_loop_is_shown_before_the_watchdog_ends_it(office: Office) -> None:
    office.drop_in(SYNCD, IMPATIENT)
    office.configure(head() + hanging("blocked", "/var/lib/syncd/blocked"))
    office.may_hang("/var/lib/syncd/blocked")
    office.start(SYNCD)
    office.has_status("hang_and_block_everything; nothing gets on")
    assert office.status().startswith("the event loop is blocked for")
    _is_ended_and_comes_back(office, "in hang_and_block_everything")


def _is_ended_and_comes_back(office: Office, where: str) -> None:
    office.machine.until(lambda: office.machine.show(SYNCD, "NRestarts") == "1", "a restart by the watchdog")
    said = office.machine.journal(SYNCD)
    assert "Watchdog timeout" in said
    assert "Fatal Python error: Aborted" in said
    assert where in said
    office.machine.until(lambda: office.machine.show(SYNCD, "SubState") == "running", "the daemon is back")


def cities_live_side_by_side_and_do_not_see_one_another(office: Office) -> None:
    ports = {"ha-noi": 9624, "hue": 9634}
    for city, port in ports.items():
        office.keep_secret(f"/etc/syncd/{city}.secrets")
        office.configure(head(city, port) + office.real(city), city)
    office.start("syncd@ha-noi.socket", "syncd@hue.socket", "syncd@ha-noi.service", "syncd@hue.service")
    for city, port in ports.items():
        url = f"http://127.0.0.1:{port}/metrics"
        office.machine.until(lambda city=city, url=url: office.passes(city, url), f"a complete pass of {city}")  # type: ignore[misc]
        assert "syncd" in office.ask(f"unix:/run/syncd/{city}.sock:/sign-in")
    leader = office.machine.show("syncd@hue.service", "MainPID")
    seen = office.machine.run("ls", f"/proc/{leader}/root/var/lib/syncd", f"/proc/{leader}/root/run/credentials")
    assert "hue" in seen
    assert "ha-noi" not in seen


def care_and_the_morning_export_are_done(office: Office) -> None:
    run = office.machine.run
    run("systemctl", "start", "syncd-care.timer", "syncd-export.timer", "syncd-care@hue.timer")
    assert " 23:30:00 UTC" in office.machine.show("syncd-export.timer", "NextElapseUSecRealtime")
    for unit in ("syncd-care.service", "syncd-export.service", "syncd-care@hue.service", "syncd-export@hue.service"):
        run("systemctl", "start", unit)
        assert office.machine.show(unit, "Result") == "success"
    for state in ("/var/lib/syncd", "/var/lib/syncd/hue"):
        assert any(office.machine.inside(f"{state}/backups").iterdir())
    exported = [one.suffix for one in office.machine.inside("/var/lib/syncd/exports").iterdir()]
    is_said = "is no working day: nothing is made" in office.machine.journal("syncd-export.service")
    assert exported == ([] if is_said else [".xlsx"])


def an_upgrade_keeps_the_state(office: Office) -> None:
    office.configure(head() + office.real())
    office.start(SYNCD)
    before = office.query("select count(*) from versions")
    process = office.machine.show(SYNCD, "MainPID")
    office.install(Path("syncd.deb"))
    office.machine.until(lambda: office.machine.show(SYNCD, "SubState") == "running", "the daemon is back")
    assert office.machine.show(SYNCD, "MainPID") != process
    assert office.query("select count(*) from versions") == before
    assert office.status().startswith("1 pair")


STEPS: tuple[Callable[[Office], None], ...] = (
    the_units_are_sound_and_hardened,
    it_reaches_ready_with_its_secret_and_process_metrics,
    a_reload_applies_what_is_good_and_refuses_what_is_bad,
    a_stop_records_the_pass_under_way_as_interrupted,
    a_bad_configuration_keeps_it_down,
    a_restart_refuses_no_connection,
    a_stuck_pair_is_shown_before_the_watchdog_ends_it,
    a_blocked_loop_is_shown_before_the_watchdog_ends_it,
    cities_live_side_by_side_and_do_not_see_one_another,
    care_and_the_morning_export_are_done,
    an_upgrade_keeps_the_state,
)


@pytest.mark.timeout(900)
def test_a_booted_machine_runs_it_through_everything_that_happens(office: Office, subtests: pytest.Subtests) -> None:
    """Each step is told by its name; a step that fails does not keep the next from being tried."""
    for step in STEPS:
        with subtests.test(step.__name__.replace("_", " ")):
            office.quiet()
            step(office)
