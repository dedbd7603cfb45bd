"""Drives of made characters, and what comes of them."""

from __future__ import annotations

from engines.character.character import Character
from engines.character.mapping import Drive, Mapping
from engines.character.retarget import Retarget
from protocols.channels import Vector
from tests.engines.character.rigs import NEUTRAL


def drive(source: str, *to: str, gain: float = 1.0, high: float = 1.0) -> Drive:
    return Drive(source, to, gain, high=high)


def weights(character: Character, mapping: Mapping, frame: Vector) -> dict[str, float]:
    posture = Retarget(character, mapping).perform(frame, NEUTRAL, 0)
    return {
        slot.name: float(weight)
        for slot, weight in zip(character.slots, posture.weights, strict=True)
    }


def values(character: Character, mapping: Mapping, frame: Vector) -> dict[str, float]:
    retarget = Retarget(character, mapping)
    got = retarget.values(retarget.fit(frame), NEUTRAL, 0)
    return dict(zip(retarget.names, got.tolist(), strict=True))
