"""How long what is written anew before every pass may begin to wait anew."""

from __future__ import annotations

from datetime import timedelta

import pytest

from syncd.passes.one_pass import PATIENCE, is_patient

WAIT = timedelta(minutes=10)


@pytest.mark.parametrize(
    ("known", "patient"),
    [
        pytest.param(timedelta(0), True, id="from the beginning"),
        pytest.param(PATIENCE * WAIT - timedelta(seconds=1), True, id="until the last second"),
        pytest.param(PATIENCE * WAIT, False, id="no longer"),
        pytest.param(timedelta(days=-30), False, id="not while the clock is set back behind it"),
    ],
)
def test_patience_has_a_beginning_and_an_end(known: timedelta, patient: bool) -> None:
    assert is_patient(known, WAIT) is patient
