"""The script of a calibration, and a person's progress through it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from protocols.channels import ARKIT

Part = Literal["wait", "learn", "rest", "move"]
"""The use of a frame: none ("wait"), its points for the neutral face ("learn"), its
weights for the face at rest ("rest"), or its weights for the motion ("move")."""

STEP_S: Final = 0.25
"""Longest step between two frames that counts in full; a longer one was a gap."""

LATE_S: Final = 0.4
"""A move still counts this long after its end, as people react after reading."""


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the script."""

    text: str
    seconds: float
    curves: tuple[str, ...] = ()
    """ARKit names of the curves that the move shows."""
    part: Part = "move"


def _both(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}{side}" for name in names for side in ("Left", "Right"))


REST: Final = (
    Move("Sit as you will perform, and look into the camera", 2.0, part="wait"),
    Move("Relax your face, mouth closed, eyes open", 2.0, part="learn"),
    Move("Stay like that", 1.5, part="rest"),
    Move("Now do each move as far as your face can go", 2.0, part="wait"),
)

MOTION: Final = (
    Move("Raise your brows", 1.05, ("browInnerUp", *_both("browOuterUp"))),
    Move("Draw your brows down", 0.9, _both("browDown")),
    Move("Shut your eyes tight", 1.05, _both("eyeBlink", "eyeSquint", "cheekSquint")),
    Move("Open your eyes wide", 0.9, _both("eyeWide")),
    Move("Look to your left", 0.8, ("eyeLookOutLeft", "eyeLookInRight")),
    Move("Look to your right", 0.8, ("eyeLookInLeft", "eyeLookOutRight")),
    Move("Look up", 0.8, _both("eyeLookUp")),
    Move("Look down", 0.8, _both("eyeLookDown")),
    Move("Open your mouth wide", 1.05, ("jawOpen",)),
    Move("Smile with all your teeth", 1.05, _both("mouthSmile", "mouthUpperUp")),
    Move(
        "Look doubtful: mouth corners down, chin up",
        0.9,
        (*_both("mouthFrown"), "mouthShrugLower", "mouthShrugUpper"),
    ),
    Move("Show your lower teeth", 0.9, _both("mouthStretch", "mouthLowerDown")),
    Move("Kiss", 0.9, ("mouthPucker",)),
    Move("Say a long, open OH", 0.9, ("mouthFunnel",)),
    Move("Press your lips together", 0.9, _both("mouthPress", "mouthDimple")),
    Move("Roll your lips in", 0.9, ("mouthRollLower", "mouthRollUpper")),
    Move("Puff your cheeks", 0.9, ("cheekPuff",)),
    Move("Wrinkle your nose", 0.9, _both("noseSneer")),
    Move("Mouth and jaw to your left", 0.9, ("mouthLeft", "jawLeft")),
    Move("Mouth and jaw to your right", 0.9, ("mouthRight", "jawRight")),
    Move("Push your jaw forward", 0.9, ("jawForward",)),
    Move("Tongue out", 0.9, ("tongueOut",)),
)
"""Every curve except mouthClose, which gets the gain of jawOpen."""

MOTION_S: Final = 20.0


def script(motion_s: float = MOTION_S) -> tuple[Move, ...]:
    """Return the rest and motion moves; the motion takes `motion_s` seconds."""
    pace = motion_s / sum(move.seconds for move in MOTION)
    return (*REST, *(replace(move, seconds=move.seconds * pace) for move in MOTION))


class Walk:
    """Tracks the progress through a script. Time advances only while frames count."""

    def __init__(self, moves: Sequence[Move]) -> None:
        """Start at the first of the moves; there is at least one."""
        self.moves = tuple(moves)
        self._ends = np.cumsum([move.seconds for move in moves])
        self._asked = np.array(
            [[name in move.curves for name in ARKIT] for move in moves]
        )
        self.elapsed_s = 0.0
        self._before_s: float | None = None

    def step(self, at_s: float, runs: bool) -> None:
        """Advance to the time of the next frame; pause if it does not count."""
        if runs:
            if self._before_s is not None:
                self.elapsed_s += min(max(at_s - self._before_s, 0.0), STEP_S)
            self._before_s = at_s
        else:
            self._before_s = None

    @property
    def done(self) -> bool:
        """True once the last move is over."""
        return bool(self.elapsed_s >= self._ends[-1])

    @property
    def at(self) -> int:
        """Index of the current move; the last one when done."""
        passed = int(np.searchsorted(self._ends, self.elapsed_s, side="right"))
        return min(passed, len(self.moves) - 1)

    @property
    def move(self) -> Move:
        """The current move."""
        return self.moves[self.at]

    @property
    def left_s(self) -> float:
        """Seconds left of the current move."""
        return max(float(self._ends[self.at]) - self.elapsed_s, 0.0)

    def asked(self) -> npt.NDArray[np.bool_]:
        """Return (52,) True for the curves of the current and the just ended move."""
        late = self.elapsed_s - LATE_S
        before = min(
            int(np.searchsorted(self._ends, late, side="right")), len(self.moves) - 1
        )
        asked: npt.NDArray[np.bool_] = self._asked[before : self.at + 1].any(axis=0)
        return asked
