"""What an operator may set about an OpenCPS side.

In: keys of a TOML table. Out: `OpenCpsSettings`, checked, with the HTTP settings that follow from it.
"""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field, model_validator

from syncd.sides.adapter import AdapterSettings
from syncd.sides.http import HttpSettings


class OpenCpsSettings(AdapterSettings):
    """One site of OpenCPS.

    ``base_url`` ends in ``/o/rest/v2``. ``group_id`` is the site's group. ``password_secret`` *names* a secret.
    ``mapping``: whether the site's table of portal codes is read. ``agency_separator`` parts the names in one text of
    agencies. ``concurrency`` bounds point reads that run at once. ``http`` takes any other key of the HTTP client.
    """

    base_url: str
    group_id: str = Field(min_length=1, max_length=40, pattern=r"^[0-9A-Za-z_-]+$")
    username: str = Field(min_length=1, max_length=200)
    password_secret: str = Field(min_length=1, max_length=200)
    page_size: int = Field(default=200, ge=1, le=1_000)
    mapping: bool = True
    agency_separator: str = Field(default=";", min_length=1, max_length=10)
    concurrency: int = Field(default=4, ge=1, le=32)
    http: dict[str, Any] = Field(default_factory=dict)

    def http_settings(self) -> HttpSettings:
        """The settings of the shared client: this site's address, group and user, and whatever ``http`` adds."""
        own = {"base_url": self.base_url, "basic_user": self.username, "basic_password_secret": self.password_secret}
        headers = {**self.http.get("headers", {}), "groupId": self.group_id}
        return HttpSettings(**{**self.http, **own, "headers": headers})

    @model_validator(mode="after")
    def _speaks_http(self) -> Self:
        given = sorted({"base_url", "basic_user", "basic_password_secret"} & self.http.keys())
        if given:
            raise ValueError(f"http.{given[0]} is set by base_url, username and password_secret of the side itself")
        self.http_settings()
        return self
