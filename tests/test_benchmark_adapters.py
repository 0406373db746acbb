"""The benchmark of adapters reads what is served: every record, once, by each adapter that it is asked for."""

from __future__ import annotations

import json

import pytest

from benchmarks.adapters import HEADINGS, line, main


@pytest.mark.timeout(300)
def test_a_small_run_reads_every_record_and_the_floor_the_same_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--records", "40", "--only", "provincial-bridge", "sql", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["records"] == 40
    for name, figures in told["adapters"].items():
        assert (figures["records"], figures["translated"]) == (40, 40), name
        assert figures["floor"]["bytes"] > 40 * 50, name
        assert figures["ours"]["seconds"] > 0, name
        assert len(line(name, figures)) == len(HEADINGS)
