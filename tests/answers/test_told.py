"""What was made of an answer is made once for it."""

from __future__ import annotations

from syncd.answers.told import Told


def test_it_is_made_once_under_each_name() -> None:
    """And an answer with more of it told is the same answer."""
    told, made = Told(), []
    for name in ("a", "a", "b"):
        told.once(name, lambda: made.append(1))
    assert len(made) == 2
    assert (told, hash(told)) == (Told(), hash(Told()))
    assert repr(told) == "Told(2)"
