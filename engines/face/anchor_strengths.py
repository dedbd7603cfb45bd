"""How far the anchor believes what: the numbers that are tuned on real clips.

`facewire-models evaluate footage --anchor` tries others and prints what becomes of the
avatars.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from protocols.arrays import Floats, Numbers
from protocols.channels import ARKIT

from .features import AT

SIDES: Final = ("Left", "Right")

MEASURED: Final = {
    **dict.fromkeys(("browInner", "browMiddle", "browOuter", "browIn"), 0.1),
    **dict.fromkeys(("cornerX", "cornerY"), 0.15),
    "wingY": 0.1,
    "upperLip": 0.1,
    "lipsX": 0.1,
    "irisX": 0.04,
    "irisY": 0.02,
}
"""Centimetres: standard deviation of the measures that count by themselves. The tracker
follows real brows, irises and corners of the mouth better than rendered ones, which the
noise of the landmarks was taken from."""

ERRORS: Final = {
    **dict.fromkeys(("tongueOut", "cheekPuff"), 0.3),
    "eyeBlink": 0.7,
    "mouthFrown": 0.3,
    "mouthPucker": 1.5,
}
"""Times the error that is expected of the network, by curve or by pair: less for curves
that landmarks hardly show or mix up, more where landmarks know a real face better than
a network that saw rendered ones."""

RANGES: Final = {"mouthLeft": 1.5, "mouthRight": 1.5}
"""Times a small weight that is found, and less for larger ones, so that 1 stays 1: for
curves that come out too small. On rendered faces these two follow the truth by 0.65 of
its size. Up to 2."""


class UnknownStrengthError(ValueError):
    """A name that no strength has; the sentence lists what there is."""


@dataclass(frozen=True, slots=True)
class Strengths:
    """Every number of them; all above 0."""

    measured: Mapping[str, float] = field(default_factory=lambda: MEASURED)
    errors: Mapping[str, float] = field(default_factory=lambda: ERRORS)
    ranges: Mapping[str, float] = field(default_factory=lambda: RANGES)
    gain: float = 0.9
    floor: float = 0.06
    """The network's error on a real face: the one it expects, times `gain` and plus
    `floor`."""
    together: float = 0.15
    """Radians: standard deviation of the difference between the two eyes' gaze."""
    misfit: float = 0.15
    """Of a well lit face that looks ahead, in deviations of rendered faces' noise. With
    more of it in a region, the region's landmarks count less."""

    def having(self, name: str, value: float) -> Strengths:
        """Return these with one changed.

        Args:
            name: of `MEASURED`, or a field; of a curve or a pair of curves for
                `errors`, and with `range:` before it for `ranges`.
            value: above 0.

        Raises:
            UnknownStrengthError: there is none of this name.
        """
        if name in self.measured:
            return replace(self, measured={**self.measured, name: value})
        if _is_curve(name):
            return replace(self, errors={**self.errors, name: value})
        curve = name.removeprefix(_RANGE)
        if curve != name and _is_curve(curve):
            return replace(self, ranges={**self.ranges, curve: value})
        plain = {"gain": self.gain, "floor": self.floor}
        plain |= {"together": self.together, "misfit": self.misfit}
        if name not in plain:
            raise UnknownStrengthError(
                f"{name}: no such strength; expected one of {', '.join(plain)}, "
                f"{', '.join(self.measured)}, a curve's name, or {_RANGE} and a "
                "curve's name"
            )
        plain[name] = value
        return Strengths(self.measured, self.errors, self.ranges, **plain)

    def noise(self) -> Numbers:
        """Return (M,) centimetres, for each of `MEASURED_NAMES`."""
        return np.array([self.measured[_plain(name)] for name in MEASURED_NAMES])

    def factors(self) -> Floats:
        """Return (52,): times the error that is expected of the network."""
        return _by_curve(self.errors)

    def reach(self) -> Floats:
        """Return (52,): times the weights that are found, while they are small."""
        return _by_curve(self.ranges)


_RANGE: Final = "range:"


def _is_curve(name: str) -> bool:
    """Return whether a curve or a pair of curves has this name."""
    return name in ARKIT or f"{name}Left" in ARKIT


def _by_curve(factors: Mapping[str, float]) -> Floats:
    """Return (52,) factors: a curve's own, else its pair's, else 1."""
    found = [factors.get(name, factors.get(_plain(name), 1.0)) for name in ARKIT]
    return np.array(found, dtype=np.float32)


def _plain(name: str) -> str:
    """Return the name without its side."""
    return name.removesuffix("Left").removesuffix("Right")


MEASURED_NAMES: Final = [
    each
    for name in MEASURED
    for each in ([name] if name in AT else [name + side for side in SIDES])
]
"""The measures that count by themselves, sides apart."""

SHIPPED: Final = Strengths()
