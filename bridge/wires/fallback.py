"""Vowels and blinks of VRM models, made of the 52 curves, for the wire `vmc`.

They are for models without these curves. The vowels are those that characters of
`character.file` get (`engines/character/sources.py`). `Blink` is what both eyes have in
common, `Blink_L` and `Blink_R` the rest of one eye: so a model that has all three
closes no eye twice, and a model with `Blink` alone does not close both eyes to wink.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np

from engines.character.sources import vowels
from protocols.channels import INDEX, WEIGHTS_SLICE, Vector
from protocols.vmc import Extra

Fallback = Literal["off", "vrm0", "vrm1", "both"]

NAMES: Final[dict[Fallback, tuple[str, ...]]] = {
    "off": (),
    "vrm0": ("A", "I", "U", "E", "O", "Blink", "Blink_L", "Blink_R"),
    "vrm1": ("aa", "ih", "ou", "ee", "oh", "blink", "blinkLeft", "blinkRight"),
}
"""In the order of `values`."""

_LEFT, _RIGHT = INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]


def fallback(version: Fallback) -> Extra | None:
    """Return what is sent besides the curves; None for nothing."""
    match version:
        case "off":
            return None
        case "both":
            names = NAMES["vrm0"] + NAMES["vrm1"]
            return Extra(names, lambda vector: np.tile(values(vector), 2))
        case _:
            return Extra(NAMES[version], values)


def values(vector: Vector) -> Vector:
    """Return (8,) values, 0 to 1: five vowels, then the blink of both eyes, of the left
    and of the right one."""
    weights = vector[WEIGHTS_SLICE].tolist()
    left, right = weights[_LEFT], weights[_RIGHT]
    both = min(left, right)
    made = (*vowels(weights), both, left - both, right - both)
    return np.array(made, dtype=np.float32)
