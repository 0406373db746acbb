"""What an operator may set about the integration API, and about any side that shows its records.

In: one side's TOML table. Out: settings, checked; the keys of the HTTP client stand in the same table.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, field_validator

from adapters.national_integration.meanings import LEVELS, STATES, Meanings
from syncd.records.procedure import Kind, Level, State
from syncd.sides.adapter import AdapterSettings
from syncd.sides.http import HttpSettings

Path = Annotated[str, Field(max_length=200, pattern=r"^(/[A-Za-z0-9_.~-]+)+$")]
Word = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[!-~]+$")]
ServiceName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,100}$")]


class Role(StrEnum):
    """What is asked for; a service answers each."""

    PROCEDURES = "procedures"
    AGENCY_PROCEDURES = "agency_procedures"
    PROCEDURE = "procedure"
    DECISION = "decision"
    AGENCIES = "agencies"
    FIELDS = "fields"
    DOSSIER = "dossier"


class Group(StrEnum):
    """The two addresses of the API: services that share, and services that integrate."""

    SHARE = "share"
    INTEGRATION = "integration"


class Place(StrEnum):
    """Where a routing parameter stands."""

    HEADER = "header"
    QUERY = "query"


SERVICES = {
    Role.PROCEDURES: "LayDanhSachTTHC",
    Role.AGENCY_PROCEDURES: "LayDanhSachTTHCDonVi",
    Role.PROCEDURE: "LayThuTuc",
    Role.DECISION: "LayQDCB",
    Role.AGENCIES: "LayDanhMucCoQuan",
    Role.FIELDS: "LayDanhMucLinhVuc",
    Role.DOSSIER: "TraCuuHoSo",
}
GROUPS = {
    Role.PROCEDURES: Group.SHARE,
    Role.AGENCY_PROCEDURES: Group.SHARE,
    Role.PROCEDURE: Group.INTEGRATION,
    Role.DECISION: Group.INTEGRATION,
    Role.AGENCIES: Group.SHARE,
    Role.FIELDS: Group.SHARE,
    Role.DOSSIER: Group.INTEGRATION,
}


class RecordSettings(HttpSettings, AdapterSettings):
    """What is the same for every system that shows the records of the integration API."""

    agency: Word | None = None
    witness: Word | None = None
    concurrency: int = Field(default=4, ge=1, le=32)
    services: dict[Role, ServiceName] = Field(default_factory=dict)
    kinds: dict[str, Kind] = Field(default_factory=dict)
    states: dict[str, State] = Field(default_factory=dict)
    levels: dict[str, Level] = Field(default_factory=dict)

    @property
    def meanings(self) -> Meanings:
        """What is known, and what the operator adds to it or says otherwise."""
        return Meanings(kinds=self.kinds, states=STATES | self.states, levels=LEVELS | self.levels)

    def service(self, role: Role) -> str:
        """The name of the service that answers."""
        return self.services.get(role, SERVICES[role])


class IntegrationSettings(RecordSettings):
    """The catalogue as the national portal hands it over the data-exchange axis (NDXP), record by record.

    ```toml
    [pairs.portal]
    adapter = "national-integration"
    base_url = "http://10.1.2.3:8081"                # the security server
    adapter_path = "/XrdAdapter/RestService/forward" # "/VXPAdapter/RestService/forward" on the newer axis
    share_path = "/mapi/…"                           # both as the Government Office has told the province
    integration_path = "/mapi/…"
    dstcode = "VN:GOV:000.00.00.G22:vpcpdvcprovider"
    username = "…"
    password_secret = "mapi-password"
    madonvi = "H26"
    witness = "H26"
    kinds = { 1 = "standard", 2 = "specific" }       # LOAITTHC, as your province knows it
    ```

    Reads the list (``LayDanhSachTTHC``, or that of one ``agency``), each record (``LayThuTuc``) with its decision
    (``LayQDCB``), the catalogues of units (for the publisher's name; ``catalogues = false`` leaves it out) and of
    fields; single dossiers can be looked up (``TraCuuHoSo``). It carries every canonical field but: local_code,
    published_at (no date of publication is sent), online_level, applied_departments; and kind only where ``kinds``
    says what the undocumented ``LOAITTHC`` means: without it ``applies`` by agency cannot tell what concerns the city.
    ``portal_id`` is the national number (``ID``), not the UUID of the portal of 2026. ``states`` and ``levels`` say
    what values of ``TRANGTHAI`` and ``CAPTHUCHIEN`` mean besides those that are known (1 is public; 0 ministry, 1
    province, 3 commune); a state that nobody explains is not public, a level that nobody explains makes the record
    invalid. Codes are verbatim, with the suffix of a province where the system has one.

    The API has no pages and declares no total. A reading is whole when the list came twice with the same rows, at its
    beginning and at its end; when every procedure of the list of ``witness``, an agency, is in it; and when it has not
    shrunk beyond the pair's limits. A procedure is absent only where two lists that agree lack it and ``LayThuTuc`` has
    nothing either: an empty result alone proves nothing.

    ``dstcode_in``, ``providerurl_in``: ``header`` or ``query``. ``services`` and ``groups`` change names and addresses
    of single services. It logs in again before a session is ``session_lifetime`` seconds old, and once after a refusal
    or a 401 when the session is older than ``session_trusted`` seconds. ``password_secret`` *names* a secret.
    """

    adapter_path: Path = "/XrdAdapter/RestService/forward"
    auth_path: Path = "/mapi/login"
    share_path: Path
    integration_path: Path
    dstcode: Word
    dstcode_in: Place = Place.HEADER
    providerurl: Word | None = None
    providerurl_in: Place = Place.QUERY
    username: str = Field(min_length=1, max_length=200)
    password_secret: str = Field(min_length=1, max_length=200)
    madonvi: Word
    catalogues: bool = True
    groups: dict[Role, Group] = Field(default_factory=dict)
    session_lifetime: float = Field(default=600.0, gt=0, le=86_400)
    session_trusted: float = Field(default=30.0, ge=0, le=86_400)

    def path(self, role: Role) -> str:
        """The whole path of the service's address."""
        group = self.groups.get(role, GROUPS[role])
        return self.adapter_path + (self.share_path if group is Group.SHARE else self.integration_path)

    @field_validator("password_secret")
    @classmethod
    def _is_a_name(cls, name: str) -> str:
        if any(mark.isspace() for mark in name):
            raise ValueError("must be the name of a secret")
        return name
