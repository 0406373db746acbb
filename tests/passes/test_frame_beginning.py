"""A pass that is stopped while the ledger still writes its beginning down."""

from __future__ import annotations

import asyncio

import pytest

from syncd.ledger.passes import last_pass
from syncd.passes.frame import Frame
from tests.passes.towns import Town


async def test_a_pass_that_is_stopped_while_it_begins_is_not_left_running(town: Town) -> None:
    beginning = asyncio.create_task(Frame.begin(town.room, "ha-noi", "test"))
    await asyncio.sleep(0)
    beginning.cancel()
    with pytest.raises(asyncio.CancelledError):
        await beginning
    found = town.ledger.read_now(last_pass, "ha-noi")
    assert found is not None
    assert found.outcome == "interrupted"
