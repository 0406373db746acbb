"""What an operator may set about an iGate side.

In: one side's TOML table. Out: `IgateSettings`, checked; the keys of the HTTP client stand in the same table.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from syncd.sides.adapter import AdapterSettings
from syncd.sides.http import HttpSettings
from syncd.sides.http.settings import plain_address

Path = Annotated[str, Field(max_length=200, pattern=r"^(/[A-Za-z0-9_.~+-]+)+$")]
Named = Annotated[str, Field(min_length=1, max_length=200)]
ObjectId = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,40}$")]
Query = dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,60}$")], Annotated[str, Field(max_length=500)]]

AUTHORISATION = "authorization"


class Grant(StrEnum):
    """How a token is got: for a client of its own, or for a member of the staff."""

    CLIENT = "client_credentials"
    PASSWORD = "password"  # noqa: S105 - the name of a grant (RFC 6749)


class ClientIn(StrEnum):
    """Where the client's secret stands in a question for a token (RFC 6749, 2.3.1)."""

    HEADER = "header"
    FORM = "form"


class IgateSettings(HttpSettings, AdapterSettings):
    """One site of VNPT iGate 2: its API gateway, and the Keycloak that signs in.

    ```toml
    [pairs.city]
    adapter = "igate"
    base_url = "https://apiigate.tinh.gov.vn"  # paths begin with /bd, /pa, /ba
    sso_url = "https://sso.tinh.gov.vn"
    grant = "client_credentials"               # or "password" with username and password_secret
    client_id = "svc-doi-soat"
    client_secret_secret = "igate-client"
    agency_id = "6852c2f06d65221a70e5b26b"     # the root of the site's units; without it no units are listed
    ```

    Reads the procedures that can be applied for (``procedures_path``) and each one's details (``details = false`` where
    the list has everything). It carries local_code, name, state (what is listed is public), field_name,
    executing_agencies; field_code only where ``sector_codes`` says which portal code a local abbreviation (``TLHDH``)
    stands for; online_level only where ``online_levels`` says what a level means, by its id or its name, for the ids
    differ from site to site (``{ "Mức độ 4" = "full" }``: the portal of 2026 says ``full``). The portal's code is
    ``nationCode`` as it stands, without the suffix of a province; where it is empty the local code speaks, and
    `[pairs.equivalences]` may say more. It cannot carry kind, publisher, decision, dates, steps, methods, documents,
    subjects, results, legal_bases, requirements.

    A list answers as a page with a total, or as a slice without one. A page is whole when as many came as it declares;
    a slice when the page after its last is empty, and a second walk finds the same rows. ``sort`` keeps the order while
    pages are turned ("" sends none). ``agency_tags``: ids of the kinds of units that are listed, one walk each.

    A token is renewed before it ends, with the refresh token where there is one, and once after a 401; a 403 is an
    answer. ``client_in``: whether the client's secret goes into the header or into the form. ``client_secret_secret``
    and ``password_secret`` *name* secrets.

    Statistics count a month, a quarter or a year at ``statistics_path``, which is named after the province that asked
    for it; the root of a dossier pair is the id of the unit that holds all others. ``statistics_query`` are its further
    parameters: the ids of ``agencyLevel0`` to ``2`` and of ``procedureLevel2`` to ``4`` are your site's own, and
    without them no unit is shown. ``lists_overdue``: overdue dossiers are searched for as well; ``running_states`` are
    the numbers of the states that still run. ``ended_late_days``: for how many days dossiers that ended late are listed
    with those that are overdue.
    """

    sso_url: str
    token_path: Path = "/auth/realms/digo/protocol/openid-connect/token"  # noqa: S105 - a path
    grant: Grant = Grant.CLIENT
    client_id: Named = "web-onegate"
    client_secret_secret: Named | None = None
    client_in: ClientIn = ClientIn.HEADER
    username: Named | None = None
    password_secret: Named | None = None
    scope: str | None = Field(default=None, min_length=1, max_length=200)

    page_size: int = Field(default=100, ge=1, le=2_000)
    sort: str = Field(default="id,asc", max_length=60, pattern=r"^$|^[A-Za-z0-9_.]+,(asc|desc)$")
    procedures_path: Path = "/bd/procedure/--can-apply"
    procedures_query: Query = Field(default_factory=lambda: {"keyword": ""})
    procedure_path: Path = "/bd/procedure"
    details: bool = True
    sectors_path: Path = "/bd/sector"
    agencies_path: Path = "/ba/agency/name+code"
    agency_id: ObjectId | None = None
    agency_tags: tuple[ObjectId, ...] = ()
    sector_codes: dict[str, str] = Field(default_factory=dict)
    online_levels: dict[str, str] = Field(default_factory=dict)
    concurrency: int = Field(default=4, ge=1, le=32)

    statistics_path: Path = "/pa/dossier-statistic/--statistic-agency-kgg"
    statistics_query: Query = Field(default_factory=dict)
    lists_overdue: bool = True
    dossiers_path: Path = "/pa/dossier/search"
    running_states: tuple[Annotated[int, Field(ge=0, le=999)], ...] = (2, 3, 4, 5, 8, 9, 10, 11, 16, 17)
    ended_late_days: int = Field(default=7, ge=0, le=92)

    @field_validator("sso_url")
    @classmethod
    def _is_plain(cls, address: str) -> str:
        return plain_address(address)

    @model_validator(mode="after")
    def _can_sign_in(self) -> Self:
        if self.grant is Grant.CLIENT and self.client_secret_secret is None:
            raise ValueError("the grant client_credentials needs client_secret_secret, the name of a secret")
        if self.grant is Grant.PASSWORD and (self.username is None or self.password_secret is None):
            raise ValueError("the grant password needs username and password_secret, the name of a secret")
        if self.bearer_secret is not None or self.basic_user is not None:
            raise ValueError("bearer_secret and basic_user would stand in the token's place: leave them out")
        if any(name.lower() == AUTHORISATION for name in (*self.headers, *self.secret_headers)):
            raise ValueError("the header Authorization carries the token: leave it out")
        return self

    def sso_settings(self) -> HttpSettings:
        """The settings of the client that asks for tokens: another host, and nothing of this one's headers."""
        changes: dict[str, object] = {"base_url": self.sso_url, "headers": {}, "secret_headers": {}}
        if self.client_in is ClientIn.HEADER and self.client_secret_secret is not None:
            changes |= {"basic_user": self.client_id, "basic_password_secret": self.client_secret_secret}
        return self.model_copy(update=changes)
