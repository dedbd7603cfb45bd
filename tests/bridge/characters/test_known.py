"""Whole ways: a character's file, its picture, the tracker, and what is found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bridge.characters.known import FACELESS, known
from bridge.characters.open import open_character
from bridge.characters.seen import look, reference
from engines.character.character import Character, character
from engines.character.families import meanings
from engines.character.landmarks import FACE
from tests.characters import tiny
from tests.models.data.dataset import dataset


def opened(name: str) -> Character:
    return open_character(dataset("characters") / name)


def hidden(made: Character) -> tuple[Character, dict[str, str]]:
    """Return a character whose targets have numbers for names, and the true ones."""
    names = sorted({slot.name for slot in made.slots})
    order = np.random.default_rng(3).permutation(len(names))
    number = {name: f"n{order[at]}" for at, name in enumerate(names)}
    meshes = tuple(
        replace(mesh, targets=tuple(number[name] for name in mesh.targets))
        for mesh in made.scene.meshes
    )
    vrm = made.scene.vrm and replace(made.scene.vrm, clips=())
    scene = replace(made.scene, meshes=meshes, vrm=vrm)
    return character(made.name, scene), {n: name for name, n in number.items()}


@pytest.mark.parametrize(
    ("name", "least"),
    [
        # Its visemes are as like some curves as these are: 49 of 51 were right.
        ("human_arkit_visemes.glb", 45),
        ("facecap_head_generic.glb", 49),
        ("facecap_live_avatar.glb", 49),
        ("human_perfectsync_vrm0.vrm", 49),
    ],
)
def test_curves_are_found_without_names(name: str, least: int) -> None:
    nameless, true = hidden(opened(name))
    told: list[str] = []
    found = known(nameless, tell=told.append)
    assert len(told) == 1
    assert set(found.by.values()) == {"geometry"}
    right = [
        drive.source
        for drive in found.mapping.drives
        if drive.source in {m.source for m in meanings(true[drive.to[0]])}
    ]
    assert len(right) >= least


@pytest.mark.parametrize(
    "name",
    [
        "human_arkit_visemes.glb",
        "facecap_live_avatar.glb",
        "human_perfectsync_vrm1.vrm",
    ],
)
def test_geometry_agrees_with_right_names(name: str) -> None:
    found = known(opened(name), geometry=True)
    assert found == known(opened(name))
    assert found.alarms == ()


def test_names_that_say_enough_need_no_picture() -> None:
    told: list[str] = []
    known(opened("facecap_live_avatar.glb"), tell=told.append)
    assert told == []


@pytest.fixture
def plate(tmp_path: Path) -> Path:
    path = tmp_path / "plate.glb"
    path.write_bytes(tiny([f"n{at}" for at in range(6)]))
    return path


def test_what_has_no_face_is_told(plate: Path) -> None:
    made = open_character(plate)
    assert look(made, 1) is None
    found = known(made)
    assert found.mapping.drives == ()
    assert found.alarms == (FACELESS,)


def test_the_reference_is_at_the_points_of_the_tracker() -> None:
    assert reference().points.shape == (FACE, 3)
    assert reference().moves.shape == (52, FACE, 3)
