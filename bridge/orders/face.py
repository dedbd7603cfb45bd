"""What orders change of one face."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from bridge.shape.profile import Points, Profile
from bridge.shape.shaper import Shaper
from engines.motion.style import Style
from protocols.channels import Vector


@runtime_checkable
class Calibrates(Protocol):
    """Has a neutral face. Implemented by `bridge.solve.actor.Actor`."""

    def calibrate(self, seconds: float) -> None:
        """Use the next seconds of frames as the neutral face."""

    def know_neutral(self, points: Points | None) -> None:
        """Use these points as the neutral face; None removes earlier points."""

    def know_rest(self, expression: Vector | None) -> None:
        """Use (8,) probabilities as those of the face at rest; None removes them."""

    def reset_neutral(self) -> bool:
        """Forget the measured neutral face; return True if given points are used."""


@dataclass(frozen=True, slots=True)
class FaceSettings:
    """The current live settings of one face.

    `steadiness`, `lead_ms`, `style` and `idle` are None if the motion network is not in
    use.
    """

    subject: str
    mirror: bool
    profile: str = ""
    """The profile's file; empty for none."""
    steadiness: float | None = None
    lead_ms: float | None = None
    style: Style | None = None
    idle: bool | None = None
    paused: bool = False
    """True while the face counts as not seen."""
    gains: Mapping[str, float] = field(default_factory=dict)
    """The gain of each curve whose gain is not 1."""


@dataclass(slots=True)
class FaceParts:
    """The parts of one face that orders change."""

    settings: FaceSettings
    profile: Profile
    shaper: Shaper
    actor: Calibrates | None
    """None if another program solves the face."""
