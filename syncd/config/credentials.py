"""Where secrets come from: systemd credentials, else one file each in a folder. Never from the TOML itself.

In: the name of a secret. Out: its value, which is hidden from then on wherever it might be logged.
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

from syncd.config.models import Configuration
from syncd.config.values import SECRET_NAME
from syncd.errors import ConfigurationError
from syncd.redaction import remember_secret
from syncd.systemd import credentials_folder

LARGEST = 64 * 1024
REMEDY = "put the file into the folder of LoadCredential= and restart, or into [secrets] folder with mode 0600"
OPEN_TO_OTHERS = stat.S_IRWXO
OF_FOLDER = "secret_"
"""What systemd puts before the names of files that it loads with ``LoadCredential=secret:/folder``."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Reads secrets by name. A rotated secret is read anew each time; systemd's own are fixed until a restart.

    ``credentials``: the folder that systemd has filled; ``folder``: the operator's. Either may be None.
    """

    folder: Path | None = None
    credentials: Path | None = field(default_factory=credentials_folder)

    def __call__(self, name: str) -> str:
        """The secret called ``name``, without one trailing newline.

        Raises `ConfigurationError` when it is nowhere (naming every place looked at), when it is empty, too large or
        not text, and when its file in the operator's folder can be read by every user of the machine.
        """
        if not re.fullmatch(SECRET_NAME, name):
            raise ConfigurationError(
                f"{name[:100]!r} is not the name of a secret",
                action="name it with letters, digits, '.', '_' and '-'; the value goes into a file",
            )
        for place in self._places(name):
            if place.is_file():
                return self._read(name, place)
        raise ConfigurationError(f"secret {name!r} was not found; looked at {self._looked_at(name)}", action=REMEDY)

    def _places(self, name: str) -> list[Path]:
        loaded = [] if self.credentials is None else [self.credentials / name, self.credentials / f"{OF_FOLDER}{name}"]
        return loaded if self.folder is None else [*loaded, self.folder / name]

    def _looked_at(self, name: str) -> str:
        systemd = str(self.credentials / name) if self.credentials else "$CREDENTIALS_DIRECTORY (not set)"
        own = str(self.folder / name) if self.folder else "[secrets] folder (not set)"
        return f"{systemd} and {own}"

    def _read(self, name: str, place: Path) -> str:
        try:
            with place.open("rb") as file:
                mode = stat.S_IMODE(place.stat().st_mode)
                content = file.read(LARGEST + 1)
        except OSError as error:
            raise ConfigurationError(
                f"secret {name!r} cannot be read from {place}: {error.strerror}",
                action="let the service's user read it",
            ) from error
        if place.parent == self.folder and mode & OPEN_TO_OTHERS:
            raise ConfigurationError(
                f"secret {name!r} in {place} is open to every user (mode {mode:04o})", action=f"chmod 0600 {place}"
            )
        value = _text(name, place, content)
        remember_secret(value)
        return value


def _text(name: str, place: Path, content: bytes) -> str:
    """Raises `ConfigurationError`; the message never shows the content."""
    if len(content) > LARGEST:
        raise ConfigurationError(f"secret {name!r} in {place} is larger than {LARGEST} bytes", action="check the file")
    try:
        value = content.decode("utf-8")
    except UnicodeDecodeError:
        raise ConfigurationError(f"secret {name!r} in {place} is not UTF-8 text", action="check the file") from None
    value = value.removesuffix("\n").removesuffix("\r")
    if not value:
        raise ConfigurationError(f"secret {name!r} in {place} is empty", action="write the value into the file")
    return value


def secrets_of(configuration: Configuration) -> Secrets:
    """The secrets of a configuration."""
    folder = configuration.secrets.folder
    return Secrets(None if folder is None else configuration.resolve(folder))
