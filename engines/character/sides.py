"""Which way a character faces, and whether its left things are on its left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from protocols.arrays import Numbers
from protocols.gltf.scene import Scene

from .bones import bone_name
from .mapping import Drive
from .rims import centre
from .surface import Surface

APART: Final = 0.02
"""Share of the surface's width by which a thing must be on a side to be there."""

BEHIND: Final = 0.3
"""Distances of the eyes by which eyes are behind the head's joint in a character that
faces -Z."""

_EYES: Final = ("leftEye", "rightEye")
_SIDED: Final = ("eyeBlink", "mouthSmile", "browDown", "noseSneer", "eyeSquint")
"""Curves that move one side of a face, and little of the other."""


def find_facing(scene: Scene, bones: Mapping[str, int]) -> int:
    """Return 1 if a character looks along +Z at rest, -1 if along -Z.

    VRM says which. Other files face +Z, unless their eyes are behind their head.
    """
    if scene.vrm is not None:
        return 1 if scene.vrm.version >= 1 else -1
    if "head" in bones and all(eye in bones for eye in _EYES):
        head = scene.world[bones["head"], :3, 3]
        eyes = [scene.world[bones[eye], :3, 3] for eye in _EYES]
        apart = float(np.linalg.norm(eyes[0] - eyes[1]))
        if head[2] - (eyes[0] + eyes[1])[2] / 2 > BEHIND * apart:
            return -1
    return 1


def crossed_eyes(
    scene: Scene, bones: dict[str, int], facing: int
) -> tuple[dict[str, int], list[str]]:
    """Return the bones with each eye on its own side, and what was wrong with them."""
    if not all(eye in bones for eye in _EYES):
        return bones, []
    places = [facing * scene.world[bones[eye], 0, 3] for eye in _EYES]
    if places[0] >= places[1]:
        return bones, []
    left, right = (bone_name(scene, bones[eye]) for eye in _EYES)
    crossed = {**bones, "leftEye": bones["rightEye"], "rightEye": bones["leftEye"]}
    return crossed, [
        f"the left eye node {left} stands on the character's right side, and {right} "
        "on its left: the mapping crosses them back"
    ]


def wrong_sides(
    skin: Surface, drives: Mapping[str, Drive], of: Callable[[str], Numbers]
) -> list[str]:
    """Return a sentence for each pair of curves that move the wrong side."""
    if not len(skin.points):
        return []
    width = float(np.ptp(skin.points[:, 0]))
    crossed = []
    for curve in _SIDED:
        pair = [drives.get(f"{curve}{side}") for side in ("Left", "Right")]
        if pair[0] is None or pair[1] is None or pair[0].to == pair[1].to:
            continue
        left, right = (
            centre(skin, np.asarray(sum(of(target) for target in drive.to)))[0]
            for drive in pair
            if drive is not None
        )
        if right - left > APART * width:
            crossed.append(curve)
    if not crossed:
        return []
    names = ", ".join(f"{curve}Left" for curve in crossed)
    return [
        f"{names}: what is named for the left moves the character's right side; if "
        "that looks wrong, swap the two in the mapping's file"
    ]
