"""The mismatch log: every change once, whatever happens between the write and the ledger's mark."""

from __future__ import annotations

import errno
import io
import json
import os
from pathlib import Path

import pytest

from syncd.log import MismatchLog


def entries(*ids: int) -> list[dict[str, object]]:
    return [{"event_id": one, "kind": "missing_in_city", "name": "Cấp giấy phép"} for one in ids]


def written(file: Path) -> list[int]:
    return [json.loads(line)["event_id"] for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mismatches.jsonl"


def test_each_change_is_one_json_line_in_readable_vietnamese(file: Path) -> None:
    log = MismatchLog(file)
    assert log.write(entries(1, 2)) == 2
    log.close()
    assert file.read_text(encoding="utf-8").splitlines()[0] == (
        '{"event_id":1,"kind":"missing_in_city","name":"Cấp giấy phép"}'
    )
    assert log.last_event_id == 2


def test_a_crash_between_write_and_mark_doubles_nothing(file: Path) -> None:
    first = MismatchLog(file)
    first.write(entries(1, 2, 3))
    first.close()
    second = MismatchLog(file)
    assert second.write(entries(2, 3, 4)) == 1
    second.close()
    assert written(file) == [1, 2, 3, 4]


def test_a_command_that_died_between_write_and_mark_doubles_nothing_in_a_daemon_that_runs(file: Path) -> None:
    """Its torn line goes, its whole lines are known, and what the daemon writes after is known in turn."""
    daemon = MismatchLog(file)
    daemon.write(entries(1))
    command = MismatchLog(file)
    command.write(entries(2, 3))
    command.close()
    with file.open("ab") as torn:
        torn.write(b'{"event_id":4,"kin')
    assert daemon.write(entries(2, 3, 4)) == 1
    assert daemon.write(entries(5)) == 1
    daemon.close()
    assert written(file) == [1, 2, 3, 4, 5]


def test_entries_given_twice_to_one_log_are_written_once(file: Path) -> None:
    log = MismatchLog(file)
    log.write(entries(1))
    assert log.write(entries(1)) == 0
    log.close()
    assert written(file) == [1]


def test_an_event_that_arrives_after_a_later_one_is_not_lost(file: Path) -> None:
    log = MismatchLog(file)
    log.write(entries(5))
    assert log.write(entries(4)) == 1
    log.close()
    assert written(file) == [5, 4]


def test_a_line_torn_by_a_crash_is_removed_and_written_anew(file: Path) -> None:
    file.write_bytes(b'{"event_id":1}\n{"event_id":2,"na')
    log = MismatchLog(file)
    assert log.last_event_id == 1
    log.write(entries(2))
    log.close()
    assert written(file) == [1, 2]


def test_after_rotation_the_old_file_still_says_what_was_written(file: Path) -> None:
    log = MismatchLog(file)
    log.write(entries(1, 2))
    file.rename(file.with_name(file.name + ".1"))
    log.reopen()
    assert log.write(entries(2, 3)) == 1
    log.close()
    assert written(file) == [3]
    again = MismatchLog(file)
    assert again.write(entries(1, 2, 3)) == 0
    again.close()


def test_a_disk_that_is_full_leaves_no_half_line_and_forgets_nothing(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = MismatchLog(file)
    log.write(entries(1))
    real = os.write

    def short(descriptor: int, content: bytes) -> int:
        real(descriptor, bytes(content)[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", short)
        with pytest.raises(OSError, match="No space"):
            log.write(entries(2))
    assert log.write(entries(2)) == 1
    log.close()
    assert written(file) == [1, 2]


def test_only_the_end_of_a_large_file_is_read(file: Path) -> None:
    line = json.dumps({"event_id": 0, "pad": "x" * 1000}).encode() + b"\n"
    file.write_bytes(line * 6000 + b'{"event_id":9}\n')
    log = MismatchLog(file)
    assert log.write(entries(9, 10)) == 1
    log.close()


def test_lines_that_are_not_ours_are_passed_over(file: Path) -> None:
    file.write_bytes(b'not json\n[1]\n{"other":1}\n{"event_id":3}\n')
    log = MismatchLog(file)
    assert log.last_event_id == 3
    log.close()


def test_secrets_in_values_are_hidden(file: Path) -> None:
    log = MismatchLog(file)
    log.write([{"event_id": 1, "portal_value": "https://u:canary@h/", "api_key": "canary"}])
    log.close()
    assert "canary" not in file.read_text()


def test_on_standard_output_lines_are_written_and_flushed() -> None:
    stream = io.StringIO()
    log = MismatchLog(None, stream=stream)
    assert log.write(entries(1)) == 1
    log.reopen()
    log.close()
    assert stream.getvalue().count("\n") == 1


def test_the_file_is_not_for_everybody(file: Path) -> None:
    MismatchLog(file).close()
    assert file.stat().st_mode & 0o007 == 0
