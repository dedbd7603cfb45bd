"""Who is told from whom through the real tracker."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

import bridge
from bridge.capture.source import Pixels
from bridge.solve.identities import Identities
from bridge.solve.own_tracker import open_own_tracker
from tests.footage import footage_dir, pictures

FRAME_NS = 40_000_000
NOBODY: Pixels = np.full((512, 512, 3), 40, dtype=np.uint8)

ASSETS = Path(bridge.__file__).parent / "assets"


def people(film: Iterable[Pixels]) -> list[int]:
    """Return who is told to be there, once each, in order, at 25 pictures a second."""
    tracker, identities = open_own_tracker(), Identities(1)
    told: list[int] = []
    for index, picture in enumerate(film):
        found = tracker.track(picture, index * FRAME_NS)
        for seat in identities.assign(found, index * FRAME_NS):
            if seat.person is not None and seat.person not in told[-1:]:
                told.append(seat.person)
    tracker.close()
    return told


def clip(name: str) -> list[Pixels]:
    """Return the pictures of a clip of a real face, or skip the test."""
    path = footage_dir().parent / "real_faces" / "clips" / name
    if not path.is_file():
        pytest.skip(f"no {path}; FACEWIRE_DATA names another data folder")
    return [picture for _, _, picture in pictures(path)]


def test_who_acts_and_turns_is_one_person() -> None:
    clip = [picture for _, _, picture in pictures(ASSETS / "demo.mp4")]
    # With a gap, too.
    assert people([*clip[:150], *30 * [NOBODY], *clip[200:]]) == [0]


def test_laughter_and_hands_make_nobody_another_person() -> None:
    path = footage_dir() / "WolfgangLanger_Pexels.mp4"
    assert people(picture for _, _, picture in pictures(path)) == [0]


@pytest.mark.parametrize("gap", [0, 25])
def test_real_people_are_told_apart_and_known_again(gap: int) -> None:
    one, two = clip("vr1.mp4"), clip("vr3.mp4")
    away = gap * [NOBODY]
    assert people([*one, *away, *two, *away, *one]) == [0, 1, 0]
