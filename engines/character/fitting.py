"""From an actor's frame to the frame that a character needs.

Every wire gets the fitted frame:

1. curves that the character lacks do their work through others (`folding.py`);
2. curves that work against each other are settled (`conflicts.py`);
3. each curve gets the gain and the limits of its drive;
4. lids close no further than shut;
5. turns of missing bones go to other bones (`skeleton.py`);
6. the gaze goes as far as the character's eyes go, by bones or by curves, never both;
7. a jaw bone turns if the character opens its mouth by that.

The curves without drive stay: vowels are made of them, and a receiver may have them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from engines.motion.body import LOOK_DOWN, LOOK_SIDE, LOOK_UP
from protocols.channels import (
    ARKIT,
    INDEX,
    WEIGHTS_SLICE,
    Vector,
    bone_slice,
    sendable,
)

from .conflicts import Weights, close, lids, settle_brows, settle_mouth, shared_brows
from .drives import Driven
from .folding import Folding
from .mapping import Drive, Gaze, Mapping
from .skeleton import Chain

JAW: Final = 18.0
JAW_SIDE: Final = 6.0
"""Degrees of a jaw bone at jawOpen and jawLeft of 1."""

_JAW_OPEN, _JAW_LEFT = INDEX["jawOpen"], INDEX["jawLeft"]
_JAW_RIGHT = INDEX["jawRight"]
_JAW_BONE: Final = bone_slice("jaw")
_EYES: Final = ((bone_slice("leftEye"), 1.0), (bone_slice("rightEye"), -1.0))
_LOOKS: Final = [name for name in ARKIT if name.startswith("eyeLook")]


class Fit:
    """Fits frames to one character. Has no state."""

    def __init__(self, mapping: Mapping, driven: Driven, bones: set[str]) -> None:
        """Prepare the tables.

        Args:
            mapping: of the character.
            driven: its drives that act.
            bones: those of `protocols.channels.BONES` that the character has.
        """
        drives = driven.drives
        rows = [drives.get(name, Drive(name, ())) for name in ARKIT]
        self._gain = np.array([row.gain for row in rows], dtype=np.float32)
        self._low = np.array([row.low for row in rows], dtype=np.float32)
        self._high = np.array([row.high for row in rows], dtype=np.float32)
        self._lids = lids(mapping)
        self._one_brow = shared_brows(mapping)
        self.jaw = jaw_drive(drives, bones)
        """The drive of the jaw bone; None if the mouth opens otherwise."""
        eyes = {"leftEye", "rightEye"} if mapping.gaze.by == "bones" else set()
        jaw = {"jaw"} if self.jaw is not None else set()
        self.bones = {b for b in bones if not b.endswith("Eye") and b != "jaw"}
        """The bones that turn."""
        self.bones |= bones & (eyes | jaw)
        self._folding = Folding(drives.keys() | jaw)
        self._chain = Chain(self.bones)
        self._eyes = _eyes(mapping.gaze) if self.bones & eyes else None
        still = mapping.gaze.by != "curves"
        self._looks = [INDEX[n] for n in _LOOKS if still and n not in drives]

    def __call__(self, vector: Vector) -> Vector:
        """Return the (85,) vector that the character needs; the argument stays."""
        out = sendable(vector)
        weights = out[WEIGHTS_SLICE]
        plain: Weights = weights.tolist()
        self._folding(plain)
        settle_mouth(plain)
        if self._one_brow:
            settle_brows(plain)
        jaw = None if self.jaw is None else _jaw(plain, self.jaw)
        weights[:] = plain
        np.minimum(np.maximum(weights * self._gain, self._low), self._high, out=weights)
        if self._lids:
            plain = weights.tolist()
            close(plain, self._lids)
            weights[:] = plain
        weights[self._looks] = 0.0
        self._chain(out)
        if self._eyes is not None:
            for eye, outward in _EYES:
                out[eye] = self._eyes(out[eye].tolist(), outward)
        if jaw is not None:
            out[_JAW_BONE] = jaw
        return out

    def doubt(self, doubt: Vector) -> Vector:
        """Return the (52,) doubt of weights after their gains: at most the distance of
        their limits."""
        out: Vector = np.minimum(doubt * np.abs(self._gain), self._high - self._low)
        return out


def jaw_drive(drives: dict[str, Drive], bones: set[str]) -> Drive | None:
    """Return the drive of the jaw bone, if the mapping and the character have one."""
    return drives.get("jaw") if "jaw" in bones else None


def _jaw(weights: Weights, drive: Drive) -> tuple[float, float, float]:
    opened = JAW * weights[_JAW_OPEN] * drive.gain
    aside = JAW_SIDE * (weights[_JAW_LEFT] - weights[_JAW_RIGHT])
    opened = min(max(opened, drive.low), drive.high)
    return math.radians(opened), math.radians(aside), 0.0


@dataclass(frozen=True, slots=True)
class _Way:
    """How far eyes turn in one direction."""

    scale: float
    most: float
    """Radians."""

    def __call__(self, angle: float) -> float:
        """Return the eye's angle for an actor's, radians."""
        return min(max(self.scale * angle, -self.most), self.most)


@dataclass(frozen=True, slots=True)
class _Eyes:
    """How far the eyes turn."""

    inner: _Way
    outer: _Way
    up: _Way
    down: _Way

    def __call__(self, turn: list[float], outward: float) -> tuple[float, float, float]:
        """Return an eye's rotation vector for an actor's.

        Args:
            turn: (x, y, z), radians.
            outward: the sign of y at which this eye looks outward.
        """
        x, y, _ = turn
        rise = self.down if x > 0.0 else self.up
        aside = self.outer if y * outward > 0.0 else self.inner
        return rise(x), aside(y), 0.0


def _eyes(gaze: Gaze) -> _Eyes:
    def way(degrees: float, ours: float) -> _Way:
        # Scaled, not only cut: eyes that turn by 10 degrees must not stop in between.
        most = math.radians(max(degrees, 0.0))
        return _Way(most / ours, most)

    return _Eyes(
        way(gaze.inner, LOOK_SIDE),
        way(gaze.outer, LOOK_SIDE),
        way(gaze.up, LOOK_UP),
        way(gaze.down, LOOK_DOWN),
    )
