"""What a running daemon can be told to do: one frozen value for each kind of order.

A face order is applied on the pipeline's thread, between two images (`handler.py`). A
take order may wait for a disk, so the thread that asks carries it out (`desk.py`).
`reading.py` makes orders from text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bridge.shape.profile import Profile
from engines.motion.style import Style

CALIBRATE_S: Final = 2.0
"""How long a calibration lasts if nothing else is said."""


@dataclass(frozen=True, slots=True)
class Calibrate:
    """Take the next seconds of a face as its neutral face."""

    seconds: float = CALIBRATE_S
    """Above 0, to 3600; counted from when the face is seen."""
    subject: str | None = None
    """Whose face, by its name on the wire; None is every face. So it is below."""


@dataclass(frozen=True, slots=True)
class ResetNeutral:
    """Forget the neutral face that was taken, and start as at the start of the run."""

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
class SetMirror:
    """Set `shape.mirror`."""

    mirror: bool
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class SetProfile:
    """Set `shape.profile`. The file has been read: the pipeline never reads a disk."""

    profile: Profile
    """An empty profile stands for none."""
    file: str = ""
    """Where it was read from; empty for none."""
    subject: str | None = None
    """None gives its ranges to every face and its neutral face to the first one."""


@dataclass(frozen=True, slots=True)
class StartTake:
    """Begin a take; what is None stays as it was."""

    slate: str | None = None
    number: int | None = None
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class StopTake:
    """End the take that is being recorded."""


FaceOrder = (
    Calibrate
    | ResetNeutral
    | SetSteadiness
    | SetLead
    | SetStyle
    | SetMirror
    | SetProfile
)
TakeOrder = StartTake | StopTake
Order = FaceOrder | TakeOrder


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an order."""

    ok: bool
    """True if it was carried out."""
    sentence: str
    """What was done, or why it was not."""
    state: Mapping[str, str] = field(default_factory=dict)
    """Of a take order: what is recorded then, for programs."""
