"""The configuration that the demo writes, and the files beside it.

In: a folder, addresses, the running loopback systems. Out: ``syncd.toml`` like any other, the secret of the city's
system, the city's export. The registers are written by `recent`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, NamedTuple

from loopback.catalogue import HANOI_ID, Catalogue
from loopback.run import Systems

FILE: Final = "syncd.toml"
LEDGER: Final = "ledger.db"
SECRETS: Final = "secrets"
PASSWORD: Final = "opencps-password"  # noqa: S105 - the name of the secret, not its value
BEGINNING_OF_REGISTER: Final = "2026-04-01"

TOML: Final = """\
# Written by `syncd demo`; a configuration like any other: `syncd mismatches --config {file}`
[database]
url = "sqlite:///{ledger}"

[daemon]
listen = "{listen}"

[log]
level = "error"
mismatch_log = "mismatches.jsonl"

[secrets]
folder = "{secrets}"

[desk]
listen = "{desk}"

# A digest for one unit, twice a day; it needs a mail server:
# [desk.mail]
# server = "mail.hanoi.example"
# sender = "doi-soat@hanoi.example"
# [[desk.notices]]
# unit = "H26.19"
# to = ["mot-cua.so-xay-dung@hanoi.example"]
# at = ["07:30", "13:30"]

[[pairs]]
name = "ha-noi"
interval = "5s"
grace = "3s"
sweep = "5m"
applies = {{ departments = ["{hanoi}"] }}
equivalences = {{ codes = {{ {codes} }} }}

[pairs.portal]
adapter = "national-portal"
base_url = "{portal}"
requests_per_second = 1000

[pairs.city]
adapter = "opencps"
{opencps}

[[pairs]]
name = "ha-noi-export"
interval = "10s"
grace = "3s"
sweep = "5m"
applies = {{ agency = "H26", levels = ["province", "commune"] }}
equivalences = {{ codes = {{ {codes} }} }}

[pairs.portal]
adapter = "national-portal"
base_url = "{portal}"
requests_per_second = 1000

[pairs.city]
adapter = "file"
path = "city.csv"

[pairs.city.columns]
local_code = "Mã TTHC"
name = "Tên TTHC"
field_name = "Lĩnh vực"
publisher_name = "Cơ quan công khai"
executing_agencies = "Cơ quan thực hiện"
levels = "Cấp thực hiện"
decision_number = "QĐ công bố"
decision_date = "Ngày QĐ"
state = "Tình trạng"
portal_id = "Mã DVCQG"

[publication]
unit = "H26"
pair = "ha-noi"
interval = "30s"
legal_documents = "legal-documents.csv"
decisions = "decisions.csv"
decisions_complete_since = {complete_since}
assignments = "assignments.csv"

[index]
root = "{hanoi}"
interval = "5m"

[index.source]
adapter = "national-portal"
base_url = "{portal}"
requests_per_second = 1000

[[dossiers]]
name = "ho-so"
interval = "1m"
grace = "30s"
entry_lag = "1d"
portal_root = "{hanoi}"
city_root = "H26"

[dossiers.portal]
adapter = "national-portal"
base_url = "{portal}"
requests_per_second = 1000

[dossiers.city]
adapter = "opencps"
{opencps}
"""

OPENCPS: Final = """\
base_url = "{url}"
group_id = "{group}"
basic_user = "{user}"
basic_password_secret = "{secret}"
requests_per_second = 1000"""


class Listens(NamedTuple):
    """Where the daemon listens: for status and metrics, and for the desk."""

    status: str
    desk: str


def write_configuration(home: Path, listens: Listens, catalogue: Catalogue, systems: Systems) -> Path:
    """Write the configuration and the secret that it names; returns the configuration's path."""
    access = systems.access
    write_secret(home, PASSWORD, access.password)
    opencps = OPENCPS.format(url=systems.opencps_url, group=access.group_id, user=access.username, secret=PASSWORD)
    file = home / FILE
    text = TOML.format(
        file=file,
        ledger=LEDGER,
        listen=listens.status,
        desk=listens.desk,
        secrets=SECRETS,
        hanoi=HANOI_ID,
        codes=", ".join(f'"{local}" = "{code}"' for local, code in catalogue.equivalences.items()),
        portal=systems.portal_url,
        opencps=opencps,
        complete_since=BEGINNING_OF_REGISTER,
    )
    file.write_text(text, encoding="utf-8")
    return file


def write_secret(home: Path, name: str, text: str) -> None:
    """Keep a secret that its owner alone can read."""
    folder = home / SECRETS
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / name
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as opened:
        os.fchmod(opened.fileno(), 0o600)
        opened.write(text)


def replace_file(file: Path, content: bytes) -> None:
    """Put a file in another's place at once: the daemon may be reading it."""
    beside = file.with_name(f".{file.name}.new")
    beside.write_bytes(content)
    beside.replace(file)
