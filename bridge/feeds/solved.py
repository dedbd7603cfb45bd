"""Makes a face of curves and bones by name, for sources that know only some of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from engines.motion.body import eye_looks, eye_turns, jaw_turn
from protocols.channels import CHANNELS, INDEX, WEIGHTS_SLICE, Vector, bone_slice, unit
from protocols.rotation import Triple

from .report import bounded

_LOOKS: Final = tuple(name for name in INDEX if name.startswith("eyeLook"))


def face_of(
    curves: Mapping[str, float], turns: Mapping[str, Triple], neck_share: float
) -> tuple[Vector, tuple[str, ...]]:
    """Return a (85,) vector, and the names of its channels and bones that are known.

    Eyes follow their curves, or the curves of the gaze follow the eyes, whichever is
    known; the jaw bone follows its curves.

    Args:
        curves: values by ARKit's names.
        turns: rotation vectors of bones by our names, radians, parent-local.
        neck_share: the neck's share of the head's rotation, where only the head turns.
    """
    vector = np.zeros(len(CHANNELS), dtype=np.float32)
    given = dict.fromkeys((*curves, *turns))
    for name, value in curves.items():
        vector[INDEX[name]] = value
    weights = vector[WEIGHTS_SLICE]
    weights[:] = unit(weights)
    for bone, turn in turns.items():
        vector[bone_slice(bone)] = turn
    gaze = any(name in curves for name in _LOOKS)
    eyes = "leftEye" in turns and "rightEye" in turns
    if eyes and not gaze:
        for name, value in eye_looks(turns["leftEye"], turns["rightEye"]).items():
            vector[INDEX[name]] = value
        given |= dict.fromkeys(_LOOKS)
    elif gaze and not eyes:
        left, right = eye_turns(weights.tolist())
        vector[bone_slice("leftEye")], vector[bone_slice("rightEye")] = left, right
        given |= dict.fromkeys(("leftEye", "rightEye"))
    if "jaw" not in turns and "jawOpen" in curves:
        vector[bone_slice("jaw")] = jaw_turn(weights.tolist())
        given["jaw"] = None
    if "head" in turns and "neck" not in turns:
        whole = np.array(turns["head"])
        vector[bone_slice("head")] = (1.0 - neck_share) * whole
        vector[bone_slice("neck")] = neck_share * whole
        given["neck"] = None
    return bounded(vector), tuple(given)
