"""Turns a performance into a VRM animation, for one character or for any.

With a character, its own expressions move, by the names that it gives them. Without
one, the 52 curves are written in both spellings that characters with Perfect Sync have
(`jawOpen`, `JawOpen`). Expressions are either the 52 or presets, never both: their
effects would add up.
"""

from __future__ import annotations

from typing import Final

from protocols.arrays import Floats, Numbers
from protocols.channels import (
    ARKIT,
    BONES,
    ROTATION_SLICE,
    bone_slice,
    pascal,
)
from protocols.export.turns import (
    from_yaw_pitch_roll,
    quaternions,
    yaw_pitch_roll,
)
from protocols.gltf.vrm import Vrm
from protocols.gltf.vrma import NOT_CUSTOM, PRESETS, VrmAnimation

EYES: Final = ("leftEye", "rightEye")
"""Bones that a VRM animation must not have; the gaze moves them."""


def for_any(
    vectors: Floats, times: Numbers, name: str, *, stepped: bool = False
) -> VrmAnimation:
    """Return an animation for characters with the 52 as expressions.

    Args:
        vectors: (F, 85) in `CHANNELS` order.
        times: (F,) seconds, rising.
        name: of the animation.
        stepped: True if each frame stays until the next one.
    """
    custom = {
        spelling: vectors[:, at]
        for at, curve in enumerate(ARKIT)
        for spelling in (curve, pascal(curve))
    }
    return VrmAnimation(
        name,
        times,
        custom=custom,
        turns=_turns(vectors),
        look=gaze(vectors),
        stepped=stepped,
    )


def for_character(
    vrm: Vrm,
    values: dict[str, Floats],
    vectors: Floats,
    times: Numbers,
    name: str,
    *,
    looks: bool = True,
    stepped: bool = False,
) -> VrmAnimation:
    """Return an animation for one character.

    Args:
        vrm: what the character's file says.
        values: (F,) of the character's expressions by name. Names that are no
            expressions, and those of the gaze, are left out.
        vectors: (F, 85), fitted to the character.
        times: (F,) seconds, rising.
        name: of the animation.
        looks: True if the character turns its gaze by itself.
        stepped: True if each frame stays until the next one.
    """
    presets: dict[str, Floats] = {}
    custom: dict[str, Floats] = {}
    for clip in vrm.clips:
        if clip.name not in values:
            continue
        if clip.preset in PRESETS:
            presets[clip.preset] = values[clip.name]
        elif not clip.preset and clip.name not in NOT_CUSTOM:
            custom[clip.name] = values[clip.name]
    return VrmAnimation(
        name,
        times,
        presets=presets,
        custom=custom,
        turns=_turns(vectors),
        look=gaze(vectors) if looks and vrm.look is not None else None,
        stepped=stepped,
    )


def gaze(vectors: Floats) -> Numbers:
    """Return (F, 4): where both eyes look on average, by yaw and pitch."""
    left, right = (quaternions(vectors[:, bone_slice(eye)]) for eye in EYES)
    angles = 0.5 * (yaw_pitch_roll(left) + yaw_pitch_roll(right))
    angles[:, 2] = 0.0
    return from_yaw_pitch_roll(angles)


def _turns(vectors: Floats) -> dict[str, Numbers]:
    """Return the rotations of all bones that ever turn."""
    rows = vectors[:, ROTATION_SLICE].reshape(len(vectors), len(BONES), 3)
    return {
        bone: quaternions(rows[:, at])
        for at, bone in enumerate(BONES)
        if bone not in EYES and rows[:, at].any()
    }
