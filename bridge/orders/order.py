"""The orders that a running daemon accepts: one frozen value for each kind.

A face order is executed on the pipeline's thread, between two images (`handler.py`). A
take order may wait for a disk, so it is executed in the calling thread (`desk.py`).
`reading.py` parses orders.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bridge.shape.profile import Profile
from bridge.sinks.fitting import Fitting
from engines.motion.style import Style

CALIBRATE_S: Final = 2.0
"""Default length of a calibration."""


@dataclass(frozen=True, slots=True)
class Calibrate:
    """Use the next seconds of a face as its neutral face."""

    seconds: float = CALIBRATE_S
    """Above 0, at most 3600; counted from when the face is seen."""
    subject: str | None = None
    """The face's name on the wire; None is every face. All face orders have this."""


@dataclass(frozen=True, slots=True)
class ResetNeutral:
    """Forget the measured neutral face, and continue as at the start of the run."""

    subject: str | None = None


@dataclass(frozen=True, slots=True)
class SetSteadiness:
    """Set `shape.steadiness`."""

    steadiness: float
    """0 to 1: 0 is quick, 1 is calm."""
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class SetLead:
    """Set `shape.lead_ms`."""

    lead_ms: float
    """0 to 120 milliseconds: how far ahead the motion network predicts."""
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class SetStyle:
    """Set `shape.style`."""

    style: Style
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class SetIdle:
    """Set `shape.idle`."""

    idle: bool
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class SetPause:
    """Pause faces: while paused, they count as not seen."""

    paused: bool
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class SetGain:
    """Set the gain of one curve in the profile that is in use."""

    curve: str
    """One of `protocols.channels.ARKIT`."""
    gain: float
    """0 to 10."""
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class SetMirror:
    """Set `shape.mirror`."""

    mirror: bool
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class SetProfile:
    """Set `shape.profile`. The file has been read: the pipeline never reads a disk."""

    profile: Profile
    """An empty profile means no profile."""
    file: str = ""
    """The profile's file; empty for no profile."""
    subject: str | None = None
    """None applies its ranges to every face and its neutral face to the first face."""


@dataclass(frozen=True, slots=True, eq=False)
class SetCharacter:
    """Send for another character on every wire. `character_order` makes it."""

    name: str
    """Of the character; empty if the wires get the actor's own curves."""
    fittings: tuple[Fitting, ...]
    """One for each route, in order."""
    subject: None = None
    """A character is for all faces."""


@dataclass(frozen=True, slots=True)
class StartTake:
    """Start a take; None keeps the current value."""

    slate: str | None = None
    number: int | None = None
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class StopTake:
    """End the current take."""


FaceOrder = (
    Calibrate
    | ResetNeutral
    | SetSteadiness
    | SetLead
    | SetStyle
    | SetIdle
    | SetPause
    | SetGain
    | SetMirror
    | SetProfile
    | SetCharacter
)
TakeOrder = StartTake | StopTake
Order = FaceOrder | TakeOrder


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of an order."""

    ok: bool
    """True if the order was executed."""
    sentence: str
    """What was done, or why nothing was done."""
    state: Mapping[str, str] = field(default_factory=dict)
    """For a take order: the recorder's state after it, for programs."""
