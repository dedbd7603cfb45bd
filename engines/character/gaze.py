"""How a character looks around: by bones or by curves, and how far."""

from __future__ import annotations

from typing import Final

import numpy as np

from protocols.gltf.vrm import Look

from .character import Character
from .mapping import Drive, Gaze

MOVES: Final = 0.5
"""Share of an eyeball's vertices: a gaze curve that moves more of them turns the eye
by itself."""
WIDEST: Final = 60.0
"""Degrees. No eye turns further, whatever a file says."""


def find_gaze(
    character: Character, bones: dict[str, int], drives: dict[str, Drive]
) -> tuple[Gaze, dict[str, Drive]]:
    """Return how the character looks around, and its drives without what doubles it.

    Bones turn the eyes where there are bones, and curves of gaze then move only lids.
    Curves that move the eyeballs themselves turn the eyes alone.
    """
    looks = [name for name in drives if name.startswith("eyeLook")]
    vrm = character.scene.vrm
    look = vrm.look if vrm is not None else None
    eyed = "leftEye" in bones and "rightEye" in bones
    if looks and _move_eyeballs(character, bones, drives, looks):
        return Gaze("curves"), drives
    if look is not None and look.by == "expression" and looks:
        return Gaze("curves"), drives
    if eyed:
        return _by_bones(look), drives
    return Gaze("curves" if looks else "none"), drives


def _by_bones(look: Look | None) -> Gaze:
    if look is None or look.by != "bone":
        return Gaze("bones")
    ways = (look.inner, look.outer, look.up, look.down)
    turns = [min(max(way.output, 0.0), WIDEST) for way in ways]
    if not any(turns):
        return Gaze("bones")
    return Gaze("bones", *turns)


def _move_eyeballs(
    character: Character,
    bones: dict[str, int],
    drives: dict[str, Drive],
    looks: list[str],
) -> bool:
    """Return True if morph targets of gaze move the vertices that eye bones carry."""
    scene = character.scene
    eyes = {bones[eye] for eye in ("leftEye", "rightEye") if eye in bones}
    targets = {target for name in looks for target in drives[name].to}
    if not eyes:
        return False
    carried = moved = 0
    for node in scene.nodes:
        if node.mesh < 0 or node.skin < 0:
            continue
        mesh = scene.meshes[node.mesh]
        rows = [at for at, name in enumerate(mesh.targets) if name in targets]
        joints = scene.skins[node.skin].joints
        places = [at for at, joint in enumerate(joints) if joint in eyes]
        for primitive in mesh.primitives:
            if primitive.joints is None or primitive.weights is None or not places:
                continue
            most = primitive.weights.argmax(axis=1)
            owner = primitive.joints[np.arange(len(most)), most]
            ball = np.isin(owner, places)
            carried += int(ball.sum())
            if rows and len(primitive.moves):
                away = np.abs(primitive.moves[rows][:, ball]).max(axis=(0, 2))
                moved += int((away > 1e-4).sum())
    return moved > MOVES * carried > 0
