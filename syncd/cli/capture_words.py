"""What stands in a capture for people: what it is, and a configuration that plays it.

In: a manifest. Out: texts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from syncd.sides.capture.archive import Manifest

READ_ME = """\
Bản ghi một lần đọc của cặp {name}, lập lúc {at} (giờ UTC) bằng {made_by}.
Tệp gồm những gì hai hệ thống đã trả lời, đã bỏ mật khẩu, mã phiên và dữ liệu cá nhân:
{removed}.
Xin xem lại trước khi gửi: mỗi dòng của các tệp .jsonl là một câu hỏi và câu trả lời, đọc được bằng mắt thường.

A capture of one reading of the pair {name}, made at {at} by {made_by}. Each line of the .jsonl files is one question
and its answer. What was removed stands above and in manifest.json. To play it, put this file beside syncd.toml, which
is in it as well, and run:

    unzip -p {file} syncd.toml > syncd.toml
    syncd observe --config syncd.toml --grace 0
    syncd mismatches --config syncd.toml
"""
OTHER_SIDE = "# This side was not captured: name another here, a file or a second capture.\n"


def read_me(manifest: Manifest, file: str) -> str:
    removed = ", ".join(f"{kind}: {count}" for kind, count in manifest.removed.items()) or "không tìm thấy gì"
    return READ_ME.format(name=manifest.name, at=manifest.at, made_by=manifest.made_by, removed=removed, file=file)


def configuration_text(manifest: Manifest, file: str) -> str:
    """A whole configuration: the pair as it was compared, both sides played."""
    lines = ['[database]\nurl = "sqlite:///replay.db"\n', f"[[pairs]]\nname = {_toml(manifest.name)}"]
    lines += [f"{key} = {_toml(value)}" for key, value in manifest.pair.items()]
    for side in ("portal", "city"):
        note = "" if side in manifest.sides else OTHER_SIDE
        lines.append(f'\n{note}[pairs.{side}]\nadapter = "replay"\npath = {_toml(file)}\nside = "{side}"')
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    """A value as TOML writes it on one line; a text as JSON writes it, which TOML reads."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_toml(str(key))} = {_toml(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(inner) for inner in value) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
