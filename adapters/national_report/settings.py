"""What an operator may set about the older gateway's index report.

In: one TOML table. Out: `ReportSettings`, checked; the keys of the HTTP client stand in the same table.
"""

from __future__ import annotations

from pydantic import Field, field_validator

from syncd.sides.adapter import AdapterSettings
from syncd.sides.http import HttpSettings


class ReportSettings(HttpSettings, AdapterSettings):
    """``base_url`` is the portal's own address; ``/jsp/rest.jsp`` after it may be written or left out."""

    base_url: str = "https://dichvucong.gov.vn"
    page_size: int = Field(default=1000, ge=1, le=10_000)

    @field_validator("base_url")
    @classmethod
    def _is_the_root(cls, address: str) -> str:
        return address.removesuffix("/jsp/rest.jsp")
