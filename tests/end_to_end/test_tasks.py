"""The course of tasks in the real daemon: from a monitor over HTTP to metrics and the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from loopback.monitor import UNITS_PATH, MonitorState, monitor_app
from loopback.monitor_tasks import UNITS, generated
from loopback.run import Systems, running
from syncd.records.dates import local_date
from tests.cli.program import syncd
from tests.end_to_end.house import daemon, head, pair, until, write

TASKS = """
[[tasks]]
name = "nhiem-vu"
interval = "1s"
jitter = 0
periods = ["year"]
closed_months = 0

[tasks.source]
adapter = "document-monitor"
units = {units}

[tasks.source.rest]
base_url = "{url}"
path = "{path}"
params = {{ tuNgay = "{{first:%d/%m/%Y}}", denNgay = "{{last:%d/%m/%Y}}" }}
preset = "units"
success = {{ path = "success", values = ["true"], message = "message" }}
requests_per_second = 100000
attempts = 1
"""


def mapped() -> str:
    return "{ " + ", ".join(f'"{name}" = "{code}"' for code, name in UNITS.items()) + " }"


async def test_tasks_are_read_shown_and_a_failure_is_told(tmp_path: Path, systems: Systems) -> None:
    today = local_date(datetime.now(UTC))
    state = MonitorState(generated(7, today), today)
    async with running(monitor_app(state)) as url:
        table = TASKS.format(units=mapped(), url=url, path=UNITS_PATH)
        write(tmp_path, systems, head() + pair(systems) + table)
        async with daemon(tmp_path) as house:
            await house.ready()

            async def are_read() -> bool:
                return any(name == "syncd_tasks" for name, _ in await house.metrics())

            await until(are_read, "tasks")
            total = await house.metric("syncd_tasks", pair="nhiem-vu", period="year", count="assigned")
            assert total == len(state.tasks)
            said = syncd("tasks", "--format", "json", folder=tmp_path)
            assert sum(one["assigned"] for one in said.rows["rows"]) == total
            state.quirks.refusing = True
            await until(lambda: any(one["pair"] == "nhiem-vu" for one in house.logged("pair_failing")), "the word")
            (failing,) = (one for one in house.logged("pair_failing") if one["pair"] == "nhiem-vu")
            assert "hết hạn" in failing["error"]
            assert await house.stop() == 0
