"""What an operator may set about the older public gateway.

In: one side's TOML table. Out: `GatewaySettings`, checked; the keys of the HTTP client stand in the same table.
"""

from __future__ import annotations

from pydantic import Field, field_validator

from syncd.records.procedure import Level
from syncd.sides.adapter import AdapterSettings
from syncd.sides.http import HttpSettings

REST = "/jsp/rest.jsp"


class GatewaySettings(HttpSettings, AdapterSettings):
    """The public face of the older national portal: its search, its publication decisions, its list as a workbook.

    ```toml
    [pairs.portal]
    adapter = "national-gateway"
    base_url = "https://thutuc.dichvucong.gov.vn"
    requests_per_second = 1.0 # nobody promised more
    agency_id = "-1"          # or one agency's own list (the ID of get_list_agency_service_v2)
    ```

    Reads every public procedure (``procedure_advanced_search_service_v2``), every publication decision and what each
    publishes, amends and rescinds, agencies and fields, and the list as a workbook (``export_exel_list_tthc.jsp``). It
    carries code, portal_id, name, state, field_name, publisher_code, publisher_name, executing_agencies; with
    ``decisions`` decision_number and decision_date; with ``export`` levels and subjects, and with ``kinds`` the kind,
    inferred: a ministry's procedures are standard, a province's its own. It cannot carry local_code, field_code,
    published_at, steps, methods, documents, results, legal_bases, requirements, online_level, applied_departments:
    they are only in pages and Word files for people. Internal procedures are not on it; a withdrawn one is not listed.
    Without ``kinds`` and ``export``, ``applies`` by agency cannot tell what concerns the city. ``portal_id`` is the
    older number, not the UUID of the portal of 2026.

    A reading is whole when as many procedures came as every row's ``AMOUNT`` says, on pages that end with one that is
    not full; when the list of decisions is whole in the same way; and when workbook and search list the same codes.

    It asks for ``page_size`` rows at once, and by default once a second. ``agency_codes`` names the codes of publishers
    that are in no list of agencies, which ends with the provinces: ``{ "Trung tâm phục vụ hành chính công Thành phố Hà
    Nội" = "H26.101" }``; without it their procedures do not say whether they concern the city. ``agency_separator``
    parts the names in one text of agencies; ``levels`` are further words of the workbook's column "Cấp thực hiện".
    """

    base_url: str = "https://thutuc.dichvucong.gov.vn"
    requests_per_second: float = Field(default=1.0, gt=0, le=100_000)
    page_size: int = Field(default=500, ge=2, le=1_000)
    agency_id: str = Field(default="-1", pattern=r"^-1$|^\d{1,12}$")
    decisions: bool = True
    export: bool = True
    kinds: bool = True
    agency_separator: str = Field(default=";", min_length=1, max_length=10)
    levels: dict[str, Level] = Field(default_factory=dict)
    agency_codes: dict[str, str] = Field(default_factory=dict)

    @property
    def tells_kinds(self) -> bool:
        """A kind without levels would put a ministry's procedures out of every city's scope."""
        return self.kinds and self.export

    @field_validator("base_url")
    @classmethod
    def _is_the_root(cls, address: str) -> str:
        return address.removesuffix(REST)
