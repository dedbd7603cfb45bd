"""The held expression in Blender: as a property, in a recording, when it is played."""

from __future__ import annotations

from .blenders import Blender

PLACES = [-1, 0, 0, 4, 4, 4, 1, 0]
"""Of the moods that `inside/moods.py` shows, one face after the other."""


def test_the_held_expression_is_shown_recorded_and_played(blender: Blender) -> None:
    told = blender.run("moods")
    assert told["off"] == []
    assert told["shown"] == [6, 0.75] and told["rest"] == [-1, 0.0]
    assert told["live"] == PLACES and told["away"] == -1
    # Keys stand where it changes, and nothing lies between two of them.
    assert told["keys"] == [[10, -1], [11, 0], [13, 4], [16, 1], [17, 0]]
    assert told["kinds"] == ["CONSTANT"]
    assert told["played"] == PLACES and told["whole"]
