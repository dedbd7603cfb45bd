"""Postures that show what a character can do: each curve, vowel and emotion at 1."""

from __future__ import annotations

from typing import Final

import numpy as np

from engines.motion.body import LOOK_DOWN, LOOK_SIDE, LOOK_UP
from protocols.channels import (
    ARKIT,
    CHANNELS,
    EXPRESSIONS,
    INDEX,
    Vector,
    bone_slice,
)

from .character import Character, Posture, clips_of, rest
from .coverage import curves_driven
from .mapping import EMOTIONS, VISEMES, Drive, Mapping
from .naming import bound_name
from .retarget import Retarget

REST: Final = "rest"
CLOSED: Final = "jawOpen+mouthClose"
"""mouthClose has a meaning only while the jaw is open."""

_TURNS: Final = {
    "eyeLookUp": (-LOOK_UP, 0.0),
    "eyeLookDown": (LOOK_DOWN, 0.0),
    "eyeLookOut": (0.0, LOOK_SIDE),
    "eyeLookIn": (0.0, -LOOK_SIDE),
}
"""Radians about x and y of the left eye; y is the other way round for the right."""


def shown(character: Character, mapping: Mapping) -> list[tuple[str, Posture]]:
    """Return the character at rest, then each thing that it can do, by name."""
    retarget = Retarget(character, mapping)
    unknown = np.zeros(len(EXPRESSIONS), dtype=np.float32)
    found = [(REST, rest(character))]
    for name in curves_driven(mapping):
        label = CLOSED if name == "mouthClose" else name
        found.append((label, retarget.perform(full(name), unknown, 0)))
    drives = {drive.source: drive for drive in mapping.drives}
    for name in (*VISEMES, *EMOTIONS):
        if name in drives:
            weights = target_weights(character, drives[name])
            found.append((name, Posture(weights, {}, {})))
    return found


def alone(
    character: Character, retarget: Retarget, source: str, value: float
) -> Posture:
    """Return the posture in which one source acts, and nothing else.

    Args:
        character: of the retargeting.
        retarget: of this use alone: emotions have a past.
        source: one of `mapping.SOURCES`, or `jaw`.
        value: of the source, 0 to 1.
    """
    curve = "jawOpen" if source == "jaw" else source
    if curve in ARKIT:
        unknown = np.zeros(len(EXPRESSIONS), dtype=np.float32)
        return retarget.perform(full(curve) * np.float32(value), unknown, 0)
    drives = {drive.source: drive for drive in retarget.mapping.drives}
    drive = drives.get(source, Drive(source, ()))
    return Posture(target_weights(character, drive, value), {}, {})


def full(curve: str) -> Vector:
    """Return the (85,) vector of a face that makes one curve in full."""
    vector = np.zeros(len(CHANNELS), dtype=np.float32)
    vector[INDEX[curve]] = 1.0
    if curve == "mouthClose":
        vector[INDEX["jawOpen"]] = 1.0
    for begin, (x, y) in _TURNS.items():
        for side, sign in (("Left", 1.0), ("Right", -1.0)):
            if curve == begin + side:
                vector[bone_slice(f"{side.lower()}Eye")] = (x, sign * y, 0.0)
    return vector


def target_weights(character: Character, drive: Drive, source: float = 1.0) -> Vector:
    """Return the (S,) weights of the slots for a value of the source of a drive."""
    clips = clips_of(character)
    value = min(max(drive.gain * source, drive.low), drive.high)
    weights: dict[str, float] = {}
    for target in drive.to:
        if target in clips:
            for bind in clips[target].binds:
                weights[bound_name(character, bind)] = bind.weight * value
        else:
            weights[target] = value
    return np.array(
        [weights.get(slot.name, 0.0) for slot in character.slots], dtype=np.float32
    )
