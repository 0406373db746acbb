"""What may stand in ``[desk]``: where the review desk listens, how it signs people in, how it writes to them.

In: a table read from TOML. Out: typed, frozen values; passwords are named secrets.
"""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from syncd.config.values import Duration, SecretName, Table, Text

Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


def _network(text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError:
        wanted = {"how": "an address or a network such as 10.1.2.3 or 10.1.2.0/24"}
        raise PydanticCustomError("network", "not a network; write {how}", wanted) from None


Network = Annotated[str, AfterValidator(_network)]
Address = Annotated[str, Field(pattern=r"^[^@\s,;<>]{1,64}@[^@\s,;<>]{1,255}$")]


class MailConfig(Table):
    """The server that digests go out through."""

    server: str = Field(pattern=r"^[A-Za-z0-9.:-]{1,255}$", description="Host of the SMTP server.")
    port: int = Field(default=587, ge=1, le=65_535, description="Its port.")
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="`none` is for a server on this machine alone."
    )
    user: str | None = Field(default=None, description="Name to sign in with; not set: none is needed.")
    password_secret: SecretName | None = Field(default=None, description="Name of the secret with the password.")
    ca_file: Path | None = Field(default=None, description="Certificates to trust instead of the system's.")
    sender: Address = Field(description="Address that mails come from.")


class NoticeConfig(Table):
    """One digest: of a unit (or of all), to addresses or a webhook, at times of the day."""

    unit: str = Field(default="", max_length=40, description="Code of the unit; empty: the whole city.")
    to: tuple[Address, ...] = Field(default=(), description="Addresses that get it by mail.")
    webhook: str | None = Field(
        default=None, pattern=r"^https?://.+", description="Address that gets it as JSON; no credentials in it."
    )
    webhook_secret: SecretName | None = Field(
        default=None, description="Name of the secret that signs the webhook (HMAC-SHA256)."
    )
    at: tuple[Clock, ...] = Field(default=("07:30",), min_length=1, description="Times of the day, giờ Hà Nội.")
    language: Literal["vi", "en"] = Field(default="vi", description="Language of the digest.")


class OidcConfig(Table):
    """Sign-in through the city's own OpenID Connect provider (extra `oidc`)."""

    issuer: str = Field(pattern=r"^https?://.+", description="The provider's issuer address.")
    client_id: Text = Field(description="Id of this desk at the provider.")
    client_secret_secret: SecretName | None = Field(default=None, description="Name of the secret of this client.")
    name: Text = Field(default="OpenID Connect", description="What the button says.")
    login_claim: Text = Field(
        default="preferred_username", description="Claim that holds the login of a user that is known here."
    )


class LetterConfig(Table):
    """What stands on letters and reports (Decree 30/2020)."""

    superior: Text = Field(default="ỦY BAN NHÂN DÂN", description="Superior body, first line on the left.")
    agency: Text = Field(default="THÀNH PHỐ HÀ NỘI", description="Issuing body, second line on the left.")
    notation: Text = Field(default="UBND-KSTTHC", description="Notation after the number.")
    place: Text = Field(default="Hà Nội", description="Place, before the date.")
    signed_for: Text = Field(default="TL. CHỦ TỊCH", description="On whose behalf it is signed.")
    position: Text = Field(default="CHÁNH VĂN PHÒNG", description="Position of the signer.")
    signer: str = Field(default="", max_length=100, description="Name of the signer; empty leaves the line free.")


class DeskConfig(Table):
    """The review desk."""

    listen: str = Field(
        default="127.0.0.1:9615",
        pattern=r"^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):\d{1,5}$",
        description="Address and port of the desk; needs a restart to change.",
    )
    public_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s?#]+[^/\s?#]$",
        description="Address that people use, e.g. `https://desk.hanoi.example`; not set: the one that is listened on.",
    )
    session_idle: Duration = Field(default=timedelta(hours=2), description="A session ends after so long unused.")
    session_longest: Duration = Field(default=timedelta(hours=12), description="A session ends after so long anyhow.")
    trusted_proxies: int = Field(
        default=0,
        ge=0,
        le=5,
        description="How many proxies stand before it (X-Forwarded-For is believed so far).",
    )
    proxy_networks: tuple[Network, ...] = Field(
        default=("127.0.0.0/8", "::1/128"),
        description="Addresses of the nearest proxy: X-Forwarded-For from any other address is not believed.",
    )
    mail: MailConfig | None = Field(default=None, description="The mail server; not set: no mail.")
    oidc: OidcConfig | None = Field(default=None, description="The city's sign-in; not set: passwords alone.")
    notices: tuple[NoticeConfig, ...] = Field(default=(), description="Digests, one `[[desk.notices]]` table each.")
    letter: LetterConfig = Field(default=LetterConfig(), description="What stands on letters and reports.")

    @property
    def host(self) -> str:
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        return int(self.listen.rpartition(":")[2])
