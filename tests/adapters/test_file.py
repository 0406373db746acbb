"""The file side, on real files: headers that must be found, keys, damage, and files that change."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.file import FileAdapter, FileSettings, definition
from adapters.file.adapter import TRANSLATION
from syncd.errors import SyncdError
from syncd.records.procedure import Level, Procedure, State
from syncd.sides.adapter import Listed, Record, Surroundings, Wanted
from syncd.sides.errors import ShapeError, SideError, StaleError, TooLargeError, UnreachableError
from syncd.sides.reading import Evidence, ReadingVerdict, prove

COLUMNS = {"local_code": "Mã TTHC", "name": "Tên TTHC", "decision_number": "QĐ công bố"}
HEADER = "Mã TTHC,Tên TTHC,QĐ công bố\n"

Make = Callable[..., FileAdapter]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Builds the adapter for a file of the given name and bytes, as the daemon would."""

    def made(name: str, content: bytes | str | None, **settings: Any) -> FileAdapter:
        if content is not None:
            (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
        checked = definition.settings.model_validate({"adapter": "file", "path": name, "columns": COLUMNS} | settings)
        around = Surroundings(side="city", folder=tmp_path, secret=_none, http=_none)
        assert definition.build is not None
        adapter = definition.build(checked, around)
        assert isinstance(adapter, FileAdapter)
        return adapter

    return made


def _none(*_: object) -> Any:
    raise AssertionError("a file needs no secret and no network")


async def listed(adapter: FileAdapter) -> tuple[list[Listed], Evidence]:
    evidence = Evidence()
    rows = [one async for page in adapter.list_records(evidence) for one in page]
    return rows, evidence


async def procedures(adapter: FileAdapter) -> dict[str, Procedure]:
    rows, evidence = await listed(adapter)
    assert prove(evidence).whole, prove(evidence).reasons
    return {key: adapter.canonical(Record(key, raw)) for key, raw in rows}


async def keys(adapter: FileAdapter) -> list[str]:
    return [one.key for one in (await listed(adapter))[0]]


async def failure(adapter: FileAdapter) -> SideError:
    with pytest.raises(SideError) as caught:
        await listed(adapter)
    return caught.value


async def test_a_csv_list_becomes_procedures(make: Make) -> None:
    adapter = make("a.csv", HEADER + '1.001612.H48,"Đăng ký, cấp lại",3509/QĐ-UBND\n1.000280,Công nhận,\n')
    found = await procedures(adapter)
    assert found["1.001612.H48"] == Procedure(
        code="", local_code="1.001612.H48", name="Đăng ký, cấp lại", decision_number="3509/QĐ-UBND"
    )
    assert found["1.000280"].decision_number == ""
    assert adapter.capabilities.carries == {"code", "local_code", "name", "decision_number"}


async def test_a_row_that_cannot_be_read_still_says_its_codes(make: Make) -> None:
    """Each code is read alone: one that is broken itself does not hide the other."""
    columns = {"code": "cong", "local_code": "ma", "decision_date": "ngay"}
    rows = [
        {"cong": "1.1", "ma": "1.1.H26", "ngay": "khoảng năm 2026"},
        {"cong": 1.5, "ma": "1.5.H26", "ngay": "2026-01-01"},
        {"cong": "1.7", "ma": True, "ngay": ""},
    ]
    adapter = make("a.json", json.dumps(rows), columns=columns)
    told = []
    for one in (await listed(adapter))[0]:
        with pytest.raises(ShapeError) as refused:
            adapter.canonical(Record(*one))
        told.append((refused.value.code, refused.value.local_code))
    assert told == [("1.1", "1.1.H26"), ("", "1.5.H26"), ("1.7", "")]


async def test_a_row_with_too_many_cells_is_found_by_its_code_and_refused(make: Make) -> None:
    adapter = make("a.csv", HEADER + "1.1.H26,Cấp, phép,5\n1.2.H26,x,5\n")
    (answer,) = await adapter.read_again([Wanted(None, "1.1")])
    with pytest.raises(ShapeError) as refused:
        adapter.canonical(answer.records[0])
    assert refused.value.local_code == "1.1.H26"


async def test_the_mark_of_the_translation_follows_version_and_columns(make: Make) -> None:
    mark = make("a.csv", None).capabilities.translation
    assert mark.startswith(f"{TRANSLATION} ")
    assert mark != make("a.csv", None, columns=COLUMNS | {"decision_date": "Ngày"}).capabilities.translation


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
async def test_the_delimiter_is_found_by_the_header_row(make: Make, delimiter: str) -> None:
    """The long Vietnamese names are full of the other delimiters."""
    lines = [["Danh mục; cấp tỉnh, cấp xã"], ["Mã TTHC", "Tên TTHC", "QĐ công bố"], ["1.1", '"a, b; c|d"', "5"]]
    adapter = make("a.csv", "\n".join(delimiter.join(line) for line in lines))
    assert (await procedures(adapter))["1.1"].name == "a, b; c|d"
    assert f"delimiter {delimiter!r}, header in row 2" in await adapter.check()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
async def test_text_is_utf_8_or_utf_16_with_a_mark(make: Make, encoding: str) -> None:
    adapter = make("a.csv", (HEADER + "1.1,Cấp giấy phép,5\n").encode(encoding))
    assert (await procedures(adapter))["1.1"].name == "Cấp giấy phép"


async def test_another_encoding_is_refused_with_what_to_do(make: Make) -> None:
    error = await failure(make("a.csv", b"M\xe3 TTHC,b\n"))
    assert isinstance(error, ShapeError)
    assert "byte 1 is 0xe3" in str(error)
    assert "CSV UTF-8" in error.action


async def test_titles_match_in_any_form_case_and_white_space(make: Make) -> None:
    adapter = make("a.csv", '"MA\u0303\n tthc",tên\u00a0tthc ,QĐ CÔNG BỐ\n1.1,x,5\n')
    assert await keys(adapter) == ["1.1"]


async def test_a_missing_title_names_the_nearest_one_and_what_was_seen(make: Make) -> None:
    error = await failure(make("a.csv", "Danh sách\nMã TTHC,Tên TTHC,Số QĐ công bố\n1.1,x,5\n"))
    assert "looked for 'Mã TTHC' (local_code)" in str(error)
    assert "row 2 has 'Mã TTHC', 'Tên TTHC', 'Số QĐ công bố'" in str(error)
    assert "'QĐ công bố' is not there, did you mean 'Số QĐ công bố'?" in str(error)
    assert getattr(error, "path", "") == "columns.decision_number"


async def test_a_title_that_comes_twice_is_refused(make: Make) -> None:
    assert "comes 2 times in row 1" in str(
        await failure(make("a.csv", "Mã TTHC,Mã TTHC,Tên TTHC,QĐ công bố\n1,2,3,4\n"))
    )


async def test_a_header_beyond_the_first_rows_is_not_looked_for(make: Make) -> None:
    assert "first 50 rows" in str(await failure(make("a.csv", "x\n" * 50 + HEADER + "1.1,x,5\n")))


async def test_a_header_in_the_last_row_looked_at_is_found(make: Make) -> None:
    assert await keys(make("a.csv", "x\n" * 49 + HEADER + "1.1,x,5\n")) == ["1.1"]


async def test_repeated_headers_ordinals_and_blank_rows_are_no_records(make: Make) -> None:
    adapter = make("a.csv", HEADER + "(1),(2),(3)\n1.1,x,5\n,,\n\n" + HEADER + "1.2,y,6\n")
    assert await keys(adapter) == ["1.1", "1.2"]


async def test_codes_are_verbatim_and_repeats_are_numbered(make: Make) -> None:
    adapter = make("a.csv", HEADER + "1.014325,x,5\n 1.014325,y,5\n1.014325,z,5\n")
    assert await keys(adapter) == ["1.014325", " 1.014325", "1.014325#2"]


async def test_a_row_with_text_but_no_code_is_one_invalid_record(make: Make) -> None:
    adapter = make("a.csv", HEADER + "1.1,x,5\n,Người lập biểu,\n")
    rows, evidence = await listed(adapter)
    assert [one.key for one in rows] == ["1.1", "row 3"]
    assert prove(evidence).whole
    with pytest.raises(ShapeError, match=r"a\.csv, row 3: the row has no code"):
        adapter.canonical(Record(*rows[1]))


@pytest.mark.parametrize(
    ("line", "said"),
    [("1.1,Cấp phép, cấp lại,5", "a delimiter without quotation marks"), ("1.1,x", "it is cut")],
)
async def test_a_row_of_another_width_is_one_invalid_record(make: Make, line: str, said: str) -> None:
    adapter = make("a.csv", HEADER + line + "\n1.2,x,5\n")
    rows, evidence = await listed(adapter)
    assert len(rows) == 2
    assert prove(evidence).whole
    with pytest.raises(ShapeError, match=said):
        adapter.canonical(Record(*rows[0]))


async def test_unchanged_rows_have_the_same_bytes_when_columns_and_rows_move(make: Make) -> None:
    before = await listed(make("a.csv", HEADER + "1.1,x,5\n1.2,y,6\n"))
    after = await listed(make("a.csv", "thêm;QĐ công bố;Tên TTHC;Mã TTHC\n9;6;y;1.2\n8;5;x;1.1\n"))
    assert dict(before[0]) == dict(after[0])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", HEADER + '1.1,x,5\n1.2,"Cấp giấy'),
        ("a.csv", HEADER + "1.1,x,5\n1.2,Cấp gi"),
        ("a.csv", HEADER + '1.1,"x"y,5\n1.2,y,6\n'),
        ("a.csv", HEADER),
        ("a.csv", ""),
        ("a.json", "[]"),
        ("a.json", ""),
        ("a.jsonl", "\n"),
        ("a.xlsx", ""),
        ("a.jsonl", '{"Mã TTHC":"1.1","Tên TTHC":"x","QĐ công bố":"5"}\n{"Mã TTHC":"1.2","Tên'),
    ],
)
async def test_a_cut_or_empty_file_proves_nothing(make: Make, name: str, content: str) -> None:
    _, evidence = await listed(make(name, content))
    assert evidence.closed
    assert prove(evidence).verdict is ReadingVerdict.PARTIAL


async def test_a_last_row_without_a_line_end_is_whole(make: Make) -> None:
    assert prove((await listed(make("a.csv", HEADER + "1.1,x,5")))[1]).whole


async def test_pages_hold_five_hundred_rows(make: Make) -> None:
    adapter = make("a.csv", HEADER + "".join(f"1.{at:06},x,5\n" for at in range(1201)))
    evidence = Evidence()
    assert [len(page) async for page in adapter.list_records(evidence)] == [500, 500, 201]
    assert (evidence.pages, evidence.listed, evidence.totals) == (3, 1201, [])


@pytest.mark.parametrize("array", [None, "items"])
async def test_a_json_array_may_stand_under_a_key(make: Make, array: str | None) -> None:
    records = [{"mã tthc": "1.1", "Tên TTHC": None, "khác": 1}, {"mã tthc": "1.2", "QĐ công bố": "5"}]
    content: Any = {"items": records, "total": 2} if array else records
    found = await procedures(make("a.json", json.dumps(content), array=array))
    assert found["1.1"] == Procedure(code="", local_code="1.1")
    assert found["1.2"].decision_number == "5"


@pytest.mark.parametrize(
    ("content", "settings", "said"),
    [
        ('[{"Mã TTHC":"1.1"},{"Mã', {}, "is cut"),
        ('{"items":[]}', {}, "arrays are under 'items'"),
        ('{"items":[]}', {"array": "item"}, "did you mean 'items'?"),
        ("[]", {"array": "items"}, "leave array out"),
        ('{"items":5}', {"array": "items"}, "no array of records"),
        ('[{"Mã TTHC":"1.1","Tên TTHC":"x"}]', {}, "no record has the key 'QĐ công bố'"),
        ('[{"Mã TTHC":NaN}]', {}, "NaN"),
        ("[" * 100_000, {}, "is cut"),
        ('[{"ma TTHC":"1"},{"MA tthc":"2"}]', {"columns": {"code": "mA tthc"}}, "written in several ways"),
    ],
)
async def test_json_of_another_shape_is_refused_in_words(
    make: Make, content: str, settings: dict[str, Any], said: str
) -> None:
    assert said in str(await failure(make("a.json", content, **settings)))


@pytest.mark.parametrize("content", ['[{"a":"1.1"},5]', '{"a":"1.1"}\nnot json\n'])
async def test_an_entry_that_is_no_record_is_one_invalid_record(make: Make, content: str) -> None:
    name = "a.json" if content.startswith("[") else "a.jsonl"
    adapter = make(name, content, columns={"local_code": "a"})
    rows, evidence = await listed(adapter)
    assert [one.key for one in rows] == ["1.1", "row 2"]
    assert prove(evidence).whole
    with pytest.raises(ShapeError, match=r"no object|no JSON"):
        adapter.canonical(Record(*rows[1]))


async def test_a_number_in_json_that_should_be_a_code_is_invalid(make: Make) -> None:
    adapter = make("a.json", '[{"a":1.014320},{"a":"1.1","b":"x"}]', columns={"local_code": "a"})
    rows, _ = await listed(adapter)
    assert rows[0].key == "1.01432"
    with pytest.raises(ShapeError, match="format the column as text"):
        adapter.canonical(Record(*rows[0]))


async def test_all_fields_of_one_cell_can_be_mapped(make: Make) -> None:
    columns = {
        "code": "a",
        "levels": "b",
        "state": {"column": "c", "values": {"Ẩn": "unpublished"}},
        "decision_date": "d",
    }
    adapter = make("a.csv", "a,b,c,d\n1.1,Cấp xã,ẩn,03/09/2026\n", columns=columns)
    assert (await procedures(adapter))["1.1"] == Procedure(
        code="1.1", levels=(Level.COMMUNE,), state=State.UNPUBLISHED, decision_date=date(2026, 9, 3)
    )


async def test_point_reads_answer_by_key_and_generously_by_code(make: Make) -> None:
    adapter = make("a.csv", HEADER + "1.012753.H19,x,5\n1.012754,y,6\n1.012754,z,7\n")
    wanted = [Wanted("1.012754#2", ""), Wanted(None, "1.012753"), Wanted("1.9", "1.9"), Wanted(None, "1.01275")]
    answers = await adapter.read_again(wanted)
    assert [answer.wanted for answer in answers] == wanted
    assert [[record.key for record in answer.records] for answer in answers] == [
        ["1.012754#2"],
        ["1.012753.H19"],
        [],
        [],
    ]
    assert all(answer.error is None for answer in answers)


async def test_point_reads_of_a_cut_file_never_say_that_there_is_none(make: Make) -> None:
    adapter = make("a.csv", HEADER + '1.1,x,5\n1.2,"cut')
    found, missing = await adapter.read_again([Wanted("1.1", ""), Wanted("1.2", "")])
    assert len(found.records) == 1
    assert isinstance(missing.error, StaleError)


async def test_point_reads_of_a_missing_file_are_answers_not_exceptions(make: Make) -> None:
    (answer,) = await make("a.csv", None).read_again([Wanted("1.1", "1.1")])
    assert isinstance(answer.error, UnreachableError)


async def test_a_file_that_is_not_there_is_unreachable(make: Make, tmp_path: Path) -> None:
    error = await failure(make("a.csv", None))
    assert isinstance(error, UnreachableError)
    assert error.where == str(tmp_path / "a.csv")
    assert error.action


async def test_a_folder_or_a_pipe_in_its_place_is_unreachable(make: Make, tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    os.mkfifo(tmp_path / "b.csv")
    assert isinstance(await failure(make("a.csv", None)), UnreachableError)
    assert isinstance(await failure(make("b.csv", None)), UnreachableError)


async def test_a_file_over_the_cap_is_not_read(make: Make) -> None:
    error = await failure(make("a.csv", HEADER + "x" * 2000, max_bytes=1024))
    assert isinstance(error, TooLargeError)
    assert "max_bytes = 1024" in str(error)


async def test_a_file_replaced_while_it_is_listed_stays_the_one_that_was_read(make: Make, tmp_path: Path) -> None:
    adapter = make("a.csv", HEADER + "".join(f"1.{at},x,5\n" for at in range(600)))
    evidence = Evidence()
    seen = 0
    async for page in adapter.list_records(evidence):
        seen += len(page)
        (tmp_path / "new").write_text(HEADER)
        (tmp_path / "new").replace(tmp_path / "a.csv")
    assert seen == 600
    assert prove(evidence).whole


async def test_a_cancelled_listing_ends_at_once(make: Make) -> None:
    adapter = make("a.csv", HEADER + "1.1,x,5\n")
    task = asyncio.create_task(listed(adapter))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"path": "a.doc"}, "suffix"),
        ({"path": "a.csv", "sheet": "x"}, "sheet"),
        ({"path": "a.xlsx", "delimiter": ";"}, "delimiter"),
        ({"path": "a.jsonl", "array": "x"}, "array"),
        ({"path": "a.csv", "delimiter": ";;"}, "delimiter"),
        ({"path": "a.csv", "max_bytes": 5}, "max_bytes"),
        ({"path": "a.csv", "colums": {}}, "colums"),
    ],
)
def test_settings_that_do_not_suit_the_file_are_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        FileSettings.model_validate({"adapter": "file", "columns": COLUMNS} | settings)


async def test_check_says_in_one_line_what_was_found(make: Make) -> None:
    said = await make("a.csv", HEADER + "1.1,x,5\n").check()
    assert said.startswith("a.csv: 1 rows, delimiter ',', header in row 1, columns 'Mã TTHC' (local_code)")
    assert "\n" not in said
    assert "no rows" in await make("b.csv", HEADER).check()


async def test_closing_twice_is_harmless(make: Make) -> None:
    adapter = make("a.csv", HEADER)
    await adapter.close()
    await adapter.close()


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.jsonl", "a.xlsx"])
@pytest.mark.parametrize(
    "content",
    [b"\x00", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"\xff\xfe\x00", b'"', b"{}", b"5", bytes(range(256))],
)
async def test_bytes_without_sense_end_in_our_own_errors(make: Make, name: str, content: bytes) -> None:
    error = await failure(make(name, content))
    assert isinstance(error, SyncdError)
    assert name in str(error)
