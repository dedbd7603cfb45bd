"""A profile: gain, offset, dead zone and limits per curve, for a person or character.

A profile is a small TOML file:

    name = "Anna, desk camera"

    [curves.jawOpen]
    gain = 1.2          # factor
    offset = -0.02      # added before the dead zone
    dead_zone = 0.05    # lower values give 0; the rest is stretched to the full range
    low = 0.0           # limits of the result
    high = 0.9

    [curves."browInner*"]
    gain = 1.5          # a pattern; the last matching row applies

    [bones.head]
    gain = 0.8          # scales the rotation

    [neutral]
    points = "…"        # the face at rest, as `facewire calibrate` writes it
    expression = [0.6, …]  # and the eight probabilities that the network reads of it
"""

from __future__ import annotations

import base64
import binascii
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bridge.errors import ConfigError
from bridge.mistakes import mistakes
from bridge.toml_file import read_toml
from engines.face.canonical_face import COUNT
from protocols.channels import (
    ARKIT,
    BONES,
    CHANNELS,
    EXPRESSIONS,
    INDEX,
    WEIGHTS_SLICE,
    Vector,
    bone_slice,
)

Points = npt.NDArray[np.float32]
"""(478, 3) canonical centimetres."""

_STORED: Final = np.dtype("<f2")
"""Type of a stored coordinate; its resolution on a face is 0.08 mm or better."""

FARTHEST: Final = 50.0
"""Limit of the coordinates of a valid face, cm."""


class CurveRange(BaseModel):
    """How one ARKit weight is reshaped."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gain: float = Field(1.0, ge=0.0, le=10.0)
    offset: float = Field(0.0, ge=-1.0, le=1.0)
    dead_zone: float = Field(0.0, ge=0.0, lt=1.0)
    low: float = Field(0.0, ge=0.0, le=1.0)
    high: float = Field(1.0, ge=0.0, le=1.0)

    @model_validator(mode="after")
    def _ordered(self) -> CurveRange:
        if self.low > self.high:
            raise ValueError(f"low {self.low} is above high {self.high}")
        return self


class BoneRange(BaseModel):
    """How one bone's rotation is scaled."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gain: float = Field(1.0, ge=-10.0, le=10.0)


class NeutralFace(BaseModel):
    """One person's face at rest: points, no image."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    points: str
    """Base64 of (478, 3) little-endian float16, canonical centimetres."""
    expression: tuple[Annotated[float, Field(ge=0.0, le=1.0)], ...] | None = None
    """The eight probabilities that the network reads of it, in `EXPRESSIONS` order."""

    @model_validator(mode="after")
    def _readable(self) -> NeutralFace:
        decode_points(self.points)
        read = self.expression
        if read is not None and (len(read) != len(EXPRESSIONS) or sum(read) <= 0.0):
            raise ValueError(
                f"expression has {len(read)} numbers with the sum {sum(read):g}, "
                f"expected {len(EXPRESSIONS)} probabilities; write it again with "
                "`facewire calibrate`, or delete the line"
            )
        return self


class Profile(BaseModel):
    """The ranges of curves and bones; those without a range pass unchanged."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = ""
    curves: dict[str, CurveRange] = {}
    bones: dict[str, BoneRange] = {}
    neutral: NeutralFace | None = None

    @model_validator(mode="after")
    def _known(self) -> Profile:
        for table, known in ((self.curves, ARKIT), (self.bones, BONES)):
            for pattern in table:
                if not any(fnmatchcase(name, pattern) for name in known):
                    raise ValueError(f"{pattern!r} matches none of: {', '.join(known)}")
        return self

    def neutral_points(self) -> Points | None:
        """Return the face at rest, (478, 3) canonical centimetres; None if unknown."""
        return None if self.neutral is None else decode_points(self.neutral.points)

    def rest_expression(self) -> Vector | None:
        """Return the (8,) probabilities that are read of the face at rest."""
        if self.neutral is None or self.neutral.expression is None:
            return None
        return _row(list(self.neutral.expression))


class Ranges:
    """Applies the ranges of a profile to vectors. Has no state."""

    def __init__(self, profile: Profile) -> None:
        ranges = [CurveRange()] * len(ARKIT)
        for pattern, curve in profile.curves.items():
            for name in ARKIT:
                if fnmatchcase(name, pattern):
                    ranges[INDEX[name]] = curve
        self._identity = not profile.curves and not profile.bones
        self._gain = _row([r.gain for r in ranges])
        self._offset = _row([r.offset for r in ranges])
        self._dead = _row([r.dead_zone for r in ranges])
        self._stretch = _row([1.0 / (1.0 - r.dead_zone) for r in ranges])
        self._low = _row([r.low for r in ranges])
        self._high = _row([r.high for r in ranges])
        self._slope = self._gain * self._stretch
        self._span = self._high - self._low
        self._scale = np.ones(len(CHANNELS) - len(ARKIT), dtype=np.float32)
        for pattern, bone in profile.bones.items():
            for name in BONES:
                if fnmatchcase(name, pattern):
                    at = bone_slice(name)
                    start, stop = at.start - len(ARKIT), at.stop - len(ARKIT)
                    self._scale[start:stop] = bone.gain

    def __call__(self, vector: Vector) -> Vector:
        """Apply the ranges to an (85,) vector; weights stay within 0 to 1."""
        if self._identity:
            return vector
        out = vector.copy()
        out[WEIGHTS_SLICE] = self.weights(vector[WEIGHTS_SLICE])
        out[len(ARKIT) :] *= self._scale
        return out

    def weights(self, weights: Vector) -> Vector:
        """Apply the ranges to (..., 52) weights; the result is within 0 to 1."""
        above = np.maximum(weights + self._offset - self._dead, 0.0) * self._stretch
        out: Vector = np.clip(above * self._gain, self._low, self._high)
        return out

    def doubt(self, doubt: Vector) -> Vector:
        """Return the (52,) doubt of weights after their ranges.

        A gain scales it, and so does the stretch of a dead zone. It is at most the
        distance of the limits.
        """
        out: Vector = np.minimum(doubt * self._slope, self._span)
        return out


def encode_points(points: Points) -> str:
    """Return (478, 3) canonical centimetres as `NeutralFace.points`."""
    return base64.b64encode(points.astype(_STORED).tobytes()).decode("ascii")


def decode_points(text: str) -> Points:
    """Return (478, 3) float32 from `NeutralFace.points`, or raise ValueError."""
    again = "write it again with `facewire calibrate`"
    try:
        # Users may wrap the long line.
        data = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"the neutral face is not valid base64; {again}") from None
    if len(data) != COUNT * 3 * _STORED.itemsize:
        raise ValueError(
            f"the neutral face has {len(data)} bytes, expected "
            f"{COUNT * 3 * _STORED.itemsize} ({COUNT} points of 3 float16); {again}"
        )
    points = np.frombuffer(data, _STORED).astype(np.float32).reshape(COUNT, 3)
    # The condition is negated, so that NaN fails it too.
    if not (np.abs(points) < FARTHEST).all():
        raise ValueError(
            "the neutral face has coordinates that are not finite or not within "
            f"{FARTHEST:g} cm of its origin; {again}"
        )
    return points


def load_profile(path: Path) -> Profile:
    """Read a profile, or raise ConfigError with every mistake and its position."""
    tables = read_toml(path, "no such profile; check shape.profile")
    try:
        return Profile.model_validate(tables)
    except ValidationError as error:
        told = "\n".join(f"{path}: {one}" for one in mistakes(error))
        raise ConfigError(told) from None


def _row(values: list[float]) -> Vector:
    return np.array(values, dtype=np.float32)
