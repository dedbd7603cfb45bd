"""Somebody made of points who does what a script asks, for trackers to find."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bridge.calibration.script import Walk, script
from bridge.capture.source import Pixels
from bridge.solve.tracker import Landmarks
from protocols.rotation import from_yaw_pitch_roll
from tests.bridge.solve.puppet import Face, both, face, seen, shifted, shut

BROWS = both((55, 65, 52, 53, 46, 107, 66, 105, 63, 70))
JAW = [14, *both((87, 178, 88)), 17, 18, 200, *both((84, 181, 91)), 152, 175, 199]
JAW += both((148, 176))
CORNERS = ((61, -1.0), (78, -1.0), (291, 1.0), (308, 1.0))

Play = Callable[[float], Landmarks | None]
"""From seconds to the face that is seen then, if any."""


def doing(text: str, far: float = 1.0) -> Face:
    """Return the points of some of the script's moves; the neutral face of the rest."""
    points = face()
    if text == "Raise your brows":
        return shifted(points, dict.fromkeys(BROWS, (0.0, 0.5 * far, 0.0)))
    if text == "Shut your eyes tight":
        return shut(shut(points, "left", far), "right", far)
    if text == "Open your mouth wide":
        return shifted(points, dict.fromkeys(JAW, (0.0, -2.5 * far, 0.0)))
    if text == "Smile with all your teeth":
        lift = {at: (0.5 * far * side, 0.5 * far, 0.0) for at, side in CORNERS}
        return shifted(points, lift)
    return points


def obedient(at_s: float) -> Landmarks:
    """Do what the script asks, and start when it starts."""
    walk = Walk(script())
    walk.elapsed_s = at_s
    return shown(walk.move.text)


def shown(text: str, far: float = 1.0, yaw: float = 0.0) -> Landmarks:
    return seen(doing(text, far), from_yaw_pitch_roll(yaw, 0.0, 0.0))


class Performer:
    """Implements `Tracker`: finds whoever the play says, whatever the picture."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self._noise = np.random.default_rng(0)

    def track(self, pixels: Pixels, captured_ns: int = 0) -> list[Landmarks]:
        found = self._play(captured_ns / 1e9)
        if found is None:
            return []
        # A tracker is never quite still.
        noise = self._noise.normal(0.0, 0.05, found.points.shape)
        points = found.points + noise.astype(np.float32)
        return [Landmarks(points, found.width, found.height)]

    def close(self) -> None:
        pass
