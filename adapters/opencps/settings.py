"""What an operator may set about an OpenCPS side.

In: one side's TOML table. Out: `OpenCpsSettings`, checked; the keys of the HTTP client stand in the same table.
"""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from syncd.sides.adapter import AdapterSettings
from syncd.sides.http import HttpSettings

GROUP = "groupId"


class OpenCpsSettings(HttpSettings, AdapterSettings):
    """One site of OpenCPS.

    ``base_url`` ends in ``/o/rest/v2``. ``group_id`` is the site's group. ``basic_password_secret`` *names* a secret.
    ``mapping``: whether the site's table of portal codes is read. ``agency_separator`` parts the names in one text of
    agencies. ``concurrency`` bounds point reads that run at once. ``statistics_path`` stands beside ``/rest/v2`` and is
    ``/secure/rest/statistics`` on some sites. ``ended_late_days``: for how many days dossiers that ended late are
    listed with those that are overdue.
    """

    basic_user: str = Field(min_length=1, max_length=200)
    basic_password_secret: str = Field(min_length=1, max_length=200)
    group_id: str = Field(min_length=1, max_length=40, pattern=r"^[0-9A-Za-z_-]+$")
    page_size: int = Field(default=200, ge=1, le=1_000)
    mapping: bool = True
    agency_separator: str = Field(default=";", min_length=1, max_length=10)
    concurrency: int = Field(default=4, ge=1, le=32)
    statistics_path: str = Field(default="/rest/statistics", max_length=100, pattern=r"^(/[A-Za-z0-9_.-]+)+$")
    ended_late_days: int = Field(default=7, ge=0, le=92)

    def http_settings(self) -> HttpSettings:
        """The settings of the shared client: these, and the site's group in a header of every question."""
        return self.model_copy(update={"headers": {**self.headers, GROUP: self.group_id}})

    @model_validator(mode="after")
    def _has_one_group(self) -> Self:
        if any(name.lower() == GROUP.lower() for name in (*self.headers, *self.secret_headers)):
            raise ValueError(f"the header {GROUP} is set by group_id of the side itself: leave it out")
        return self
