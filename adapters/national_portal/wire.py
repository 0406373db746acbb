"""The portal's own words: its answers as strict types, field by field as they were seen in 5,665 records.

In: nothing. Out: structs for decoding. Keys not named here are skipped; a wrong type is an error with its path.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Raw, Struct

ListState = Literal["ACTIVE", "UPDATED", "INACTIVE"]


class Envelope(Struct):
    """Every answer: ``code`` is ``OK`` or the answer is none."""

    code: str
    data: Raw = Raw(b"null")
    message: str | None = None


class Pagination(Struct):
    total: int
    totalPages: int  # noqa: N815
    currentPage: int | None = None  # noqa: N815


class CataloguePage(Struct):
    """One page of ``reporting/formalities``; its entries stay raw until each is reduced."""

    items: list[Raw]
    pagination: Pagination


class CatalogueEntry(Struct, rename="camel"):
    id: str
    code: str
    name: str
    state: ListState
    department_id: str | None = None
    publishing_department_ids: list[str] | None = None
    applied_department_ids: list[str] | None = None


class CitizenPage(Struct, rename="camel"):
    """One page of the citizen list, which hands on a cursor."""

    items: list[Raw]
    last_id: str | None = None
    total: int | None = None


class CitizenEntry(Struct, rename="camel"):
    id: str
    code: str
    name: str
    state: ListState
    department_promulgate_id: str | None = None


class DepartmentRow(Struct):
    """One unit of ``department/list-with-location``."""

    id: str
    code: str
    name: str


class DepartmentPage(Struct, rename="camel"):
    """One page of units of one type, which hands on a cursor."""

    rows: list[DepartmentRow]
    last_id: str | None = None


class Identity(Struct):
    """The two fields by which an entry or a detail is recognised, whatever else is wrong with it."""

    id: str
    code: str | None = None


class Coded(Struct):
    """The code alone."""

    code: str | None = None


class Named(Struct):
    name: str
    code: str = ""


class FeeLine(Struct, rename="camel"):
    type: Literal["FEE", "SERVICE_FEE", "PRICE_LEVEL"]
    value: int | None
    currency_name: str | None = None
    description: str | None = None


class MethodLine(Struct, rename="camel"):
    submission_method: Literal["DIRECT", "ONLINE", "POSTAL"]
    processing_time: int | float | str | None
    processing_time_unit: Literal["HOUR", "DAY", "WORKING_DAY", "MONTH", "YEAR", "OTHER"]
    fees: list[FeeLine]
    description: str | None = None


class StepLine(Struct):
    name: str
    description: str


class Paper(Struct, rename="camel"):
    name: str
    code: str
    original_qty: int
    copy_qty: int


class CaseLine(Struct, rename="camel"):
    name: str
    profile_components: list[Paper]


class Proposal(Struct, rename="camel"):
    """The decision that publishes the procedure, or one that is still a draft: then it has no publication date."""

    proposal_number: str | None = None
    decision_date: int | None = None
    publication_date: int | None = None


class Detail(Struct, rename="camel"):
    """``data`` of ``get-formality-by-citizen``."""

    id: str
    code: str
    name: str
    type: Literal["STANDARD", "SPECIFIC", "STANDARD_INTERNAL"]
    state: ListState
    is_ministry: bool
    is_province: bool
    is_ward: bool
    is_other_agency: bool
    is_full_process: bool
    execution_steps: list[StepLine]
    execution_methods: list[MethodLine]
    execution_cases: list[CaseLine]
    categories_details: list[Named]
    departments_executing: list[Named]
    executing_agencies: str
    unit_groups_executing: list[Named | str | int | None]
    legal_basises_details: list[Named]
    results_details: list[Named]
    subject_types_details: list[Named]
    department_promulgate_code: str
    department_promulgate_name: str
    requirements_and_conditions: str
    procedure_proposal: Proposal | None = None
