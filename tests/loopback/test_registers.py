"""The Office's registers about the invented catalogue can be used whole: by the reader of files and by the judging."""

from __future__ import annotations

import pytest

from loopback.catalogue import generate
from loopback.catalogue.agencies import HANOI, HANOI_CENTRE, HANOI_DEPARTMENTS, PROVINCES
from loopback.catalogue.fields import FIELDS_OF_WORK
from syncd.publication.assignments import read_assignments, units_of
from syncd.publication.facts import Authority
from syncd.publication.registers import read_decisions, read_legal_documents
from syncd.records.agencies import Agency
from syncd.records.directory import Directory
from syncd.records.text import loose
from syncd.sides.registers import REGISTERS, read_register
from syncd.sides.registers.reading import Rows

FILES = {
    "legal_documents": "legal-documents.csv",
    "decisions": "decisions.csv",
    "assignments": "assignments.csv",
}
DIRECTORY = Directory(
    Agency(code=one.code, name=one.name) for one in (*PROVINCES.values(), HANOI_CENTRE, *HANOI_DEPARTMENTS.values())
)


@pytest.fixture(scope="module", params=[600, 2_000])
def registers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rows]:
    """The registers of a small catalogue and of one as the demo has it, by the real reader."""
    made = generate(size=request.param)
    folder = tmp_path_factory.mktemp("registers")
    assert set(made.registers) == set(FILES.values())
    for name, content in made.registers.items():
        (folder / name).write_bytes(content)
    return {name: read_register(folder / file, REGISTERS[name]) for name, file in FILES.items()}


def test_every_row_can_be_used(registers: dict[str, Rows]) -> None:
    documents, of_documents = read_legal_documents(registers["legal_documents"])
    decisions, of_decisions = read_decisions(registers["decisions"])
    assignments, of_assignments = read_assignments(registers["assignments"], is_known=units_of(DIRECTORY, HANOI.code))
    assert (of_documents, of_decisions, of_assignments) == ((), (), ())
    assert len(documents) == len(registers["legal_documents"]) > 10
    assert len(decisions.rows) == len(registers["decisions"]) > 1
    assert len(assignments.fields) == len(registers["assignments"]) > 10
    assert {row.action for row in decisions.rows} == {"new", "amend"}
    assert all(row.codes and row.signed for row in decisions.rows)


def test_decisions_of_the_city_and_of_its_centre_are_told_apart(registers: dict[str, Rows]) -> None:
    decisions, _ = read_decisions(registers["decisions"])
    authorities = {row.issuer: row.authority for row in decisions.rows}
    assert authorities == {HANOI.name: Authority.PROVINCE, HANOI_CENTRE.name: Authority.TASKED}


def test_every_field_belongs_to_a_known_unit(registers: dict[str, Rows]) -> None:
    assignments, _ = read_assignments(registers["assignments"])
    units = {key: one.unit_code for key, one in assignments.fields.items()}
    assert set(units.values()) <= {one.code for one in HANOI_DEPARTMENTS.values()}
    assert units == {
        loose(field.name): HANOI_DEPARTMENTS[field.department].code
        for field in FIELDS_OF_WORK
        if field.department in HANOI_DEPARTMENTS
    }
    for row in registers["assignments"].values():
        unit = DIRECTORY.by_name(row["unit_name"], HANOI.code)
        assert unit is not None
        assert unit.code == row["unit_code"]
