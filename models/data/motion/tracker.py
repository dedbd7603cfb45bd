"""What a face tracker does to the truth: numbers, read from and written to JSON.

The default is our own solver's, measured: see `models.motion.tracker_noise`.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from engines.motion.signals import COUNT, SIGNALS
from models.data.files import FileError, read_json
from protocols.arrays import Numbers

_BOTH: Final = {
    "eyeBlink": 0.030,
    "eyeLookDown": 0.020,
    "eyeLookIn": 0.039,
    "eyeLookOut": 0.031,
    "eyeLookUp": 0.037,
    "eyeSquint": 0.018,
    "eyeWide": 0.024,
    "mouthSmile": 0.023,
    "mouthFrown": 0.026,
    "mouthDimple": 0.027,
    "mouthStretch": 0.018,
    "mouthPress": 0.024,
    "mouthLowerDown": 0.023,
    "mouthUpperUp": 0.027,
    "browDown": 0.031,
    "browOuterUp": 0.013,
    "cheekSquint": 0.016,
    "noseSneer": 0.029,
}
_ONE: Final = {
    "jawForward": 0.020,
    "jawLeft": 0.014,
    "jawRight": 0.014,
    "jawOpen": 0.013,
    "mouthClose": 0.021,
    "mouthFunnel": 0.013,
    "mouthPucker": 0.020,
    "mouthLeft": 0.024,
    "mouthRight": 0.024,
    "mouthRollLower": 0.022,
    "mouthRollUpper": 0.025,
    "mouthShrugLower": 0.026,
    "mouthShrugUpper": 0.024,
    "browInnerUp": 0.011,
    "cheekPuff": 0.019,
    "tongueOut": 0.013,
    "turn.x": 0.0040,
    "turn.y": 0.0040,
    "turn.z": 0.0020,
    "headPosition.x": 0.0004,
    "headPosition.y": 0.0003,
    "headPosition.z": 0.0015,
}
# Measured on eleven stills of two clips, each shown 35 to 40 times with changes that
# are not the face's (`models.solver.clips.perturbed`). The noise of a weight x goes
# as sqrt(x (1 - x)) from 0.02 to 0.95, six causes explain 0.84 of it beyond chance,
# and both sides err alike (r > 0.97 but for the outer brows). The table has 0.75 of
# those levels, for the clips themselves, where nothing is moved by a pixel, have 0.25
# to 0.45 of them from frame to frame, and slower noise that cannot be told from life.


class NoiseError(ValueError):
    """A file that describes no noise."""


def _levels() -> tuple[float, ...]:
    both = {f"{n}{s}": v for n, v in _BOTH.items() for s in ("Left", "Right")}
    return tuple({**both, **_ONE}[name] for name in SIGNALS)


@dataclass(frozen=True, slots=True)
class Noise:
    """A tracker's noise and faults. Numbers are of 30 frames a second, if it matters.

    Noise of one sample is its level, times how loud the sequence and the curve are,
    times a half circle over how far the curve is out; a part of it is white, a part
    slow, a part common to several curves.
    """

    level: tuple[float, ...] = _levels()
    """(58,) deviation in `SIGNALS` order: of weights half out, radians, metres."""
    loud: float = 0.5
    """Deviation of the logarithm of a whole sequence's level."""
    loud_curve: float = 0.4
    """The same of each curve's."""
    rest: float = 0.05
    """Of a weight's level, what is left at 0 and 1."""
    white: float = 0.35
    """Share of the variance that is new each frame; the rest below."""
    slow: float = 0.20
    """Share that is remembered."""
    slow_s: float = 0.12
    """Its time constant."""
    common: float = 0.45
    """Share that curves have in common, a half of it new each frame."""
    factors: int = 6
    """So many causes they have in common."""
    twins: float = 0.97
    """Correlation of both sides' noise, and of what both eyes look at."""

    pops_per_s: float = 0.25
    pop: float = 0.25
    """Deviation of a pop of 1 or 2 frames, on 3 to 30 % of the curves."""
    gaps_per_s: float = 1 / 7
    gap_frames: tuple[int, int] = (1, 60)
    """Least and most frames without a face; short ones are more common."""
    repeats: float = 0.02
    """Share of frames that show the picture before."""
    skips: float = 0.01
    """Share of frames that never come."""
    jitter_s: float = 0.0015
    """Deviation of the capture's time from the beat."""
    exposure_s: tuple[float, float] = (0.004, 0.020)
    """Shortest and longest exposure; the mean over it is seen at its end."""

    gain: tuple[float, float] = (0.92, 0.12)
    """Mean and deviation of each curve's gain."""
    bias: float = 0.02
    """Deviation of the bias that half the curves have."""
    cross: tuple[float, float] = (0.12, 0.02)
    """Share of pairs of curves that leak into each other, and deviation of how much."""
    lean: float = 0.05
    """Deviation of what a curve answers to the head's turn, for each radian."""

    def __post_init__(self) -> None:
        if len(self.level) != COUNT:
            raise NoiseError(f"level: {len(self.level)} numbers, expected {COUNT}")
        if not 0.0 <= self.twins <= 1.0:
            raise NoiseError(f"twins: {self.twins}, expected 0 to 1")
        parts = self.white + self.slow + self.common
        if not 0.99 < parts < 1.01:
            raise NoiseError(f"white + slow + common: {parts:.3f}, expected 1")
        if not (all(v >= 0.0 for v in self.level) and self.slow_s > 0.0):
            raise NoiseError("level and slow_s: expected above 0")

    def loudness(self, weights: Numbers) -> Numbers:
        """Return how loud weights, 0 to 1, are at their values; 1 where half out."""
        x = np.minimum(np.maximum(weights, 0.0), 1.0)
        out: Numbers = self.rest + (1.0 - self.rest) * 2.0 * np.sqrt(x * (1.0 - x))
        return out

    def write(self, path: Path) -> None:
        """Write JSON, the levels by name."""
        values: dict[str, Any] = asdict(self)
        levels = zip(SIGNALS, self.level, strict=True)
        values["level"] = {name: round(value, 6) for name, value in levels}
        path.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")

    @staticmethod
    def read(path: Path) -> Noise:
        """Read what `write` wrote; what is missing is as by default.

        Raises:
            OSError: it cannot be read.
            NoiseError: it is no such file, or says what cannot be.
        """
        try:
            return Noise(**_plain(read_json(path)))
        except FileError as error:
            raise NoiseError(str(error)) from None
        except NoiseError as error:
            raise NoiseError(f"{path}: {error}") from None


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that a file gives, or raise NoiseError."""
    usual = asdict(DEFAULT)
    unknown = sorted(set(values) - set(usual))
    if unknown:
        raise NoiseError(f"unknown names: {', '.join(unknown)}")
    out: dict[str, Any] = {}
    for name, value in values.items():
        if name == "level":
            if not isinstance(value, dict):
                raise NoiseError("level: expected a table of numbers by name")
            absent = [each for each in SIGNALS if each not in value]
            if absent:
                raise NoiseError(f"level: no number for {', '.join(absent[:3])}")
            out[name] = tuple(_number(f"level.{n}", value[n]) for n in SIGNALS)
        elif isinstance(usual[name], tuple):
            if not isinstance(value, list) or len(value) != len(usual[name]):
                raise NoiseError(f"{name}: expected a list of {len(usual[name])}")
            out[name] = tuple(_number(name, each) for each in value)
        else:
            out[name] = _number(name, value)
    return out


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NoiseError(f"{name}: got {value!r}, expected a number")
    if not math.isfinite(value):
        raise NoiseError(f"{name}: got {value}, expected a finite number")
    return value


DEFAULT: Final = Noise()
