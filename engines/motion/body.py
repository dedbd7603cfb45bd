"""Bones derived from a face's signals: neck, upper body, eyes, jaw.

Nothing here is learned. The upper body follows the head with a delay and a small share,
breathes and sways. The neck compensates for the body's rotation, so that the head keeps
the observed direction.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from protocols.channels import (
    CHANNELS,
    INDEX,
    POSITION_SLICE,
    ROTATION_SLICE,
    WEIGHTS_SLICE,
    Vector,
)
from protocols.rotation import Quaternion, Triple, multiply, quaternion, rotation_vector

from .signals import PLACE, TURN, WEIGHTS, Signals

NECK_SHARE: Final = 0.35
"""The neck's share of the head's rotation."""

LOOK_SIDE: Final = math.radians(35.0)
LOOK_UP: Final = math.radians(28.0)
LOOK_DOWN: Final = math.radians(30.0)
"""Rotation of an eye at a look curve of 1."""

JAW_DROP: Final = math.radians(20.0)
JAW_SIDE: Final = math.radians(4.0)
"""Rotation of the jaw at jawOpen and jawLeft of 1."""

HALF_PUPILS: Final = 0.0315
"""Metres from the nose to a pupil."""
NEAR: Final = 0.6
"""Assumed metres to the camera if the distance is unknown."""
AVERTED: Final = math.radians(25.0)
"""Eyes that look this far past the camera are taken to look into the distance."""

UPPER: Final = 0.17
LOWER: Final = 0.08
"""Shares of the head's yaw and pitch that chest and spine follow."""
UPPER_LATE_S: Final = 0.10
LOWER_LATE_S: Final = 0.15
"""Delays with which they follow."""

BREATH_HZ: Final = 0.25
LIFT: Final = math.radians(1.0)
"""Rotation of a shoulder at the peak of a breath."""
HEAVE: Final = math.radians(0.4)
"""Rotation of the chest, backward, at the peak of a breath."""
SWAY: Final = math.radians(0.5)
LAUGH: Final = math.radians(0.8)
LAUGH_HZ: Final = 4.5
"""Frequency at which shoulders shake with a broad smile and an open mouth."""

BODY_LIMIT: Final = math.radians(12.0)
"""Largest rotation of any bone of the upper body, about any axis."""

_WAYS: Final = ("Down", "In", "Out", "Up")
_LOOKS: Final = tuple(
    (tuple(INDEX[f"eyeLook{way}{side}"] for way in _WAYS), outward)
    for side, outward in (("Left", LOOK_SIDE), ("Right", -LOOK_SIDE))
)
_JAW_OPEN, _JAW_LEFT = INDEX["jawOpen"], INDEX["jawLeft"]
_JAW_RIGHT = INDEX["jawRight"]
_SMILES: Final = (INDEX["mouthSmileLeft"], INDEX["mouthSmileRight"])


def eye_turns(weights: list[float]) -> tuple[Triple, Triple]:
    """Return the left and the right eye's rotation vector for 52 weights, radians."""
    left, right = (
        (
            LOOK_DOWN * weights[down] - LOOK_UP * weights[up],
            outward * (weights[out] - weights[in_]),
            0.0,
        )
        for (down, in_, out, up), outward in _LOOKS
    )
    return left, right


def eye_looks(left: Triple, right: Triple) -> dict[str, float]:
    """Return the eight look curves for the eyes' rotation vectors, 0 to 1: the inverse
    of `eye_turns`."""
    looks = {}
    for side, (down, toward_left, _) in (("Left", left), ("Right", right)):
        outward = toward_left if side == "Left" else -toward_left
        for way, value in (
            ("Down", down / LOOK_DOWN),
            ("Up", -down / LOOK_UP),
            ("Out", outward / LOOK_SIDE),
            ("In", -outward / LOOK_SIDE),
        ):
            looks[f"eyeLook{way}{side}"] = min(max(value, 0.0), 1.0)
    return looks


def jaw_turn(weights: list[float]) -> Triple:
    """Return the jaw's rotation vector for 52 weights, radians."""
    return (
        JAW_DROP * weights[_JAW_OPEN],
        JAW_SIDE * (weights[_JAW_LEFT] - weights[_JAW_RIGHT]),
        0.0,
    )


class Body:
    """Computes all bones from one face's signals, in time order. Not thread-safe."""

    def __init__(
        self, *, neck_share: float = NECK_SHARE, alive: bool = True, phase: float = 0.0
    ) -> None:
        """Start at rest.

        Args:
            neck_share: the neck's part of the head rotation that the body does not
                take.
            alive: breathe and sway; if False, a still face has a still body.
            phase: 0 to 1; different values keep two characters from breathing together.
        """
        self._neck_share = neck_share
        self.alive = alive
        """True if the body breathes and sways; may be changed at any time."""
        self._phase = 2.0 * math.pi * phase
        self._upper = _Follower(UPPER_LATE_S)
        self._lower = _Follower(LOWER_LATE_S)
        self._laugh = _Follower(0.4)

    def reset(self) -> None:
        """Forget past frames: the body starts from the next head pose."""
        for late in (self._upper, self._lower, self._laugh):
            late.reset()

    def __call__(self, signals: Signals, at_s: float) -> Vector:
        """Return the (85,) vector for (58,) signals at one instant.

        If time stands still or runs back, the body stays where it is.
        """
        weights = signals[WEIGHTS].tolist()
        turn: Triple = tuple(signals[TURN].tolist())
        pitch, yaw, _ = turn
        upper_pitch, upper_yaw = self._upper((UPPER * pitch, UPPER * yaw), at_s)
        lower_pitch, lower_yaw = self._lower((LOWER * pitch, LOWER * yaw), at_s)
        smile = min(weights[at] for at in _SMILES)
        (laugh,) = self._laugh(
            (max(0.0, smile - 0.4) * weights[_JAW_OPEN] * 3.0,), at_s
        )
        breath, lift, sway_x, sway_z = self._idle(at_s, min(laugh, 1.0))
        upper = _within(0.6 * upper_pitch - breath, 0.6 * upper_yaw, 0.0)
        chest = _within(0.4 * upper_pitch, 0.4 * upper_yaw, 0.0)
        spine = _within(lower_pitch + sway_x, lower_yaw, sway_z)
        below = multiply(
            multiply(quaternion(*spine), quaternion(*chest)), quaternion(*upper)
        )
        rest = rotation_vector(multiply(_inverse(below), quaternion(*turn)))
        share = self._neck_share
        left, right = eye_turns(weights)
        inward = _vergence(turn, left, right, signals[PLACE].tolist())
        out = np.zeros(len(CHANNELS), dtype=np.float32)
        out[WEIGHTS_SLICE] = signals[WEIGHTS]
        out[ROTATION_SLICE] = [
            *((1.0 - share) * angle for angle in rest),
            *(share * angle for angle in rest),
            *upper,
            *chest,
            *spine,
            *(0.0, 0.0, lift),
            *(0.0, 0.0, -lift),
            *(left[0], left[1] - inward, left[2]),
            *(right[0], right[1] + inward, right[2]),
            *jaw_turn(weights),
        ]
        out[POSITION_SLICE] = signals[PLACE]
        return out

    def _idle(self, at_s: float, laugh: float) -> tuple[float, float, float, float]:
        """Return the breath of chest and shoulders, and the sway, radians."""
        if not self.alive:
            return 0.0, 0.0, 0.0, 0.0
        # The breathing rate varies between 0.22 and 0.28 Hz.
        turns = BREATH_HZ * at_s + 0.15 * math.sin(0.2 * at_s + self._phase)
        breath = math.sin(2.0 * math.pi * turns + self._phase)
        shake = laugh * math.sin(2.0 * math.pi * LAUGH_HZ * at_s)
        return (
            HEAVE * breath,
            LIFT * breath + LAUGH * shake,
            SWAY * drift(at_s, self._phase),
            SWAY * drift(at_s, self._phase + 2.0),
        )


def drift(at_s: float, phase: float) -> float:
    """Return -1 to 1: a slow movement without a visible period."""
    return (
        0.5 * math.sin(0.44 * at_s + phase)
        + 0.3 * math.sin(0.71 * at_s + 1.7 * phase + 1.0)
        + 0.2 * math.sin(1.19 * at_s + 2.3 * phase + 2.0)
    )


class _Follower:
    """Follows a few numbers with a delay and without overshoot: two equal low-pass
    filters."""

    def __init__(self, late_s: float) -> None:
        self._pace = 2.0 / late_s
        self.reset()

    def reset(self) -> None:
        self._state: list[tuple[float, float]] | None = None
        self._at_s = 0.0

    def __call__(self, wanted: tuple[float, ...], at_s: float) -> list[float]:
        step_s = at_s - self._at_s
        if self._state is None or abs(step_s) > 1.0:
            self._state, self._at_s = [(value, 0.0) for value in wanted], at_s
        elif step_s > 0.0:
            pace, fade = self._pace, math.exp(-self._pace * step_s)
            after = []
            for (value, speed), goal in zip(self._state, wanted, strict=True):
                off = value - goal
                push = speed + pace * off
                after.append(
                    (
                        goal + (off + push * step_s) * fade,
                        (speed - pace * push * step_s) * fade,
                    )
                )
            self._state, self._at_s = after, at_s
        return [value for value, _ in self._state]


def _vergence(turn: Triple, left: Triple, right: Triple, place: list[float]) -> float:
    """Return how far each eye turns to the nose, radians; more for a nearer camera."""
    past = math.hypot(
        turn[0] + 0.5 * (left[0] + right[0]), turn[1] + 0.5 * (left[1] + right[1])
    )
    away = math.hypot(*place)
    distance = min(max(away, 0.3), 1.5) if away > 0.1 else NEAR
    near = max(0.0, 1.0 - past / AVERTED)
    return near * math.atan(HALF_PUPILS / distance)


def _within(x: float, y: float, z: float) -> Triple:
    low, high = -BODY_LIMIT, BODY_LIMIT
    return (
        min(max(x, low), high),
        min(max(y, low), high),
        min(max(z, low), high),
    )


def _inverse(q: Quaternion) -> Quaternion:
    return (-q[0], -q[1], -q[2], q[3])
