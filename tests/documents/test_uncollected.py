"""The collector rests while documents are made, and works again when the last one is."""

from __future__ import annotations

import gc

import pytest

from syncd.documents.uncollected import uncollected


def test_it_rests_until_the_last_has_left() -> None:
    """In whichever order they leave, and whatever goes wrong."""
    assert gc.isenabled()
    first, second = uncollected(), uncollected()
    first.__enter__()
    second.__enter__()
    assert not gc.isenabled()
    first.__exit__(None, None, None)
    assert not gc.isenabled()
    with pytest.raises(ValueError, match="no"), uncollected():
        raise ValueError("no")
    assert not gc.isenabled()
    second.__exit__(None, None, None)
    assert gc.isenabled()


def test_one_that_rested_before_goes_on_resting() -> None:
    """Somebody else wants it so."""
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
