"""The integration API as a side: its records, its catalogues, and whether the portal knows a dossier.

In: settings and surroundings. Out: what `ReadingAdapter` promises, and two questions more.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from adapters.national_integration.api import IntegrationApi
from adapters.national_integration.settings import IntegrationSettings, Role
from adapters.national_integration.side import RecordSide
from adapters.national_integration.units import FieldOfWork, fields_of_work
from syncd.sides.adapter import Surroundings


class IntegrationSide(RecordSide):
    """Reads the API. Built by the entry point; never writes. ``clock``: monotonic seconds, for the session's age."""

    def __init__(
        self, settings: IntegrationSettings, surroundings: Surroundings, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._api = IntegrationApi(settings, surroundings, clock)
        super().__init__(settings, self._api, publishers=settings.catalogues)

    async def list_fields(self) -> tuple[FieldOfWork, ...]:
        """Every field of work of the catalogue. Raises `SideError`."""
        return fields_of_work(await self._api.ask(Role.FIELDS, {}))

    async def knows_dossier(self, number: str) -> bool:
        """Whether the portal shows anything of a dossier (``TraCuuHoSo``). Raises `SideError`."""
        return bool(await self._api.ask(Role.DOSSIER, {"mahoso": number}))
