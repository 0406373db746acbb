"""What an operator may set about the national portal.

In: one side's TOML table. Out: `PortalSettings`, checked; the keys of the HTTP client stand in the same table.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, field_validator

from syncd.sides.adapter import AdapterSettings
from syncd.sides.http import HttpSettings


class Inventory(StrEnum):
    """Which listing says what there is: the catalogue with states and scope, the public list, or both, compared."""

    BOTH = "both"
    CATALOGUE = "catalogue"
    CITIZEN = "citizen"


class PortalSettings(HttpSettings, AdapterSettings):
    """``page_size`` is the catalogue's: one record may come with 3,600 department ids (140 kB), so pages stay small.

    ``base_url`` is the portal's own address; ``/api/v1`` after it may be written or left out. ``concurrency`` bounds
    the point reads that confirm; ``requests_per_second`` holds for them as well.
    """

    base_url: str = "https://dichvucong.gov.vn"
    inventory: Inventory = Inventory.BOTH
    page_size: int = Field(default=50, ge=1, le=500)
    concurrency: int = Field(default=4, ge=1, le=32)

    @field_validator("base_url")
    @classmethod
    def _is_the_root(cls, address: str) -> str:
        return address.removesuffix("/api/v1")
