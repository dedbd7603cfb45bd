from __future__ import annotations

import numpy as np
import pytest

from engines.character.character import character
from engines.character.geometry import Seen, geometric_drives, referee
from engines.character.landmarks import FACE, Places, find_places
from engines.character.recognise import needs_geometry, recognise
from engines.character.surface import surface
from protocols.channels import ARKIT

from .faces import curve_moves, face, mesh, rig, scene, seen, skeleton


def test_every_curve_is_found_without_its_name() -> None:
    order = np.random.default_rng(1).permutation(len(ARKIT))
    names = [f"target {at}" for at in range(len(ARKIT))]
    shuffled = face(names, rig()["morphs"][order, :FACE].astype(np.float32))
    found = recognise(shuffled, seen())
    drives = {drive.source: drive.to for drive in found.mapping.drives}
    assert set(found.by.values()) == {"geometry"}
    for source, (target,) in drives.items():
        assert ARKIT[order[names.index(target)]] == source
    assert len(drives) == len(ARKIT) - 1, "no point of a tracker is on the tongue"


def test_names_that_say_nothing_ask_for_geometry() -> None:
    nameless = face([f"target {at}" for at in range(len(ARKIT))])
    assert needs_geometry(recognise(nameless), nameless)
    assert not needs_geometry(recognise(face()), face())


def test_few_targets_are_each_what_they_are_most_like() -> None:
    kinds = ["jawOpen", "mouthSmileLeft+mouthSmileRight", "eyeBlinkLeft", "browInnerUp"]
    few = face(["p", "q", "r", "s"], curve_moves(*kinds))
    drives = geometric_drives(surface(few, 1), seen())
    assert {source: drive.to[0] for source, drive in drives.items()} == {
        "jawOpen": "p",
        "mouthSmileLeft": "q",
        "mouthSmileRight": "q",
        "eyeBlinkLeft": "r",
        "browInnerUp": "s",
    }


def test_a_blink_of_both_eyes_is_one_source() -> None:
    both = face(["p"], curve_moves("eyeBlinkLeft+eyeBlinkRight"))
    drives = geometric_drives(surface(both, 1), seen())
    assert {source: drive.to for source, drive in drives.items()} == {"blink": ("p",)}


def test_a_target_that_moves_nothing_of_the_face_is_no_curve() -> None:
    still = face(["p"], np.full((1, FACE, 3), 1e-6, dtype=np.float32))
    assert geometric_drives(surface(still, 1), seen()) == {}


@pytest.mark.parametrize(
    ("target", "moves", "told"),
    [
        ("mouthSmileLeft", "mouthSmileRight", "but moves the other side"),
        ("browInnerUp", "jawOpen", "but moves like jawOpen"),
        ("mouthSmileLeft", "mouthSmileLeft", ""),
    ],
)
def test_a_name_that_moves_contradict_is_told(
    target: str, moves: str, told: str
) -> None:
    one = surface(face([target], curve_moves(moves)), 1)
    found = referee(one, seen(), {target: target})
    assert len(found) == bool(told)
    assert all(sentence.startswith(target) and told in sentence for sentence in found)


def test_too_few_points_say_nothing() -> None:
    places = seen().places
    lost = Seen(
        Places(places.corners, places.shares, np.zeros(FACE, dtype=np.bool_)),
        seen().reference,
    )
    skin = surface(face(), 1)
    assert geometric_drives(skin, lost) == {}
    assert "not checked" in referee(skin, lost, {"jawOpen": "jawOpen"})[0]


def test_a_point_lies_on_the_nearest_triangle_under_its_pixel() -> None:
    skin = surface(face(), 1)
    pixels = skin.points * [1000.0, -1000.0, -1.0] + [300.0, 300.0, 10.0]
    found = find_places(skin, pixels, pixels.astype(np.float32))
    assert found.hit.sum() > 400
    away = found.points(skin) - skin.points[:FACE]
    # A rim may be hidden by the surface before it; seen from the front it is there.
    assert np.abs(away[found.hit, :2]).max() < 1e-4
    assert (away[found.hit, 2] > -1e-3).mean() > 0.97


def test_a_character_without_targets_has_no_surface() -> None:
    skin = surface(character("bare", skeleton("Head")), 1)
    found = find_places(skin, np.zeros((0, 3)), np.zeros((FACE, 3), dtype=np.float32))
    assert not found.hit.any()
    bare = character("bare", scene([], [mesh(curve_moves("jawOpen"), ["jawOpen"])]))
    assert recognise(bare).mapping.drives == ()
