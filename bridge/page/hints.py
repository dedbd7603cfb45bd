"""Says in sentences what would make the curves better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .lamps import Lamps

SLOW: Final = 0.8
"""A camera is slow that gives less than this share of the pictures it was asked for."""
LOST: Final = 0.15
"""Share of dropped pictures from which the machine is too slow."""
LEAST: Final = 2.0
"""Pictures per second; below that nothing is said about rates."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What hints are made of."""

    camera: bool
    """True if the source is a camera of this machine."""
    asked: float
    """Pictures per second that a camera was asked for; 0 is its own choice."""
    images: float
    """Pictures per second that arrive; 0 while that is not known."""
    dropped: float
    """Of these, those that were not solved."""
    faces: tuple[Lamps, ...]
    """The faces that were seen so far, at least the first."""
    unanswered: tuple[str, ...] = ()
    """Names of sinks whose receiver is known not to listen."""
    failing: tuple[str, ...] = ()
    """Names of sinks that cannot send."""
    incidents: tuple[str, ...] = ()
    """Sentences about networks that were replaced."""


def hints(facts: Facts) -> list[str]:
    """Return sentences, the most helpful first; usually there are none."""
    told = [*_picture(facts)]
    for name in facts.failing:
        told.append(f"{name}: sending fails; facewire keeps trying")
    for name in facts.unanswered:
        if name not in facts.failing:
            told.append(f"{name}: no program listens there; start the receiver")
    if facts.images >= LEAST and facts.dropped > LOST * facts.images:
        told.append(
            f"this machine solves {facts.images - facts.dropped:.0f} of "
            f"{facts.images:.0f} pictures a second: close other programs, or ask the "
            "camera for smaller pictures (capture.width)"
        )
    return [*told, *facts.incidents]


def _picture(facts: Facts) -> list[str]:
    told = []
    found = any(face.found for face in facts.faces)
    if not found and any(face.dark for face in facts.faces):
        told.append("the picture is dark: open the camera's cover, and turn on a lamp")
    elif not found:
        told.append("no face is seen: look into the camera, with light on your face")
    if any(face.found and face.dark for face in facts.faces):
        told.append("your face is dark: turn a lamp or a window toward it")
    elif facts.camera and facts.asked and LEAST <= facts.images < SLOW * facts.asked:
        told.append(
            f"the camera gives {facts.images:.0f} pictures a second: more light lets "
            f"it give {facts.asked:.0f}"
        )
    if any(face.turned for face in facts.faces):
        told.append("your face is turned away: the curves of its far side are guesses")
    if any(face.covered for face in facts.faces):
        told.append("a part of your face is hidden or outside the picture")
    return told
