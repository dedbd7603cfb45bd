"""What a person is asked to do, and how far they are with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from protocols.channels import ARKIT

Part = Literal["wait", "learn", "rest", "move"]
"""What is done with a frame: nothing; its points teach the neutral face; its weights
are the face at rest; its weights are its moves."""

STEP_S: Final = 0.25
"""Two frames with a face are at most so far apart; what is longer was a gap."""

LATE_S: Final = 0.4
"""A move is looked for so long after its end: people follow what they read."""


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the script."""

    text: str
    seconds: float
    curves: tuple[str, ...] = ()
    """ARKit names that it shows."""
    part: Part = "move"


def _both(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}{side}" for name in names for side in ("Left", "Right"))


REST: Final = (
    Move("Sit as you will play, and look into the camera", 2.0, part="wait"),
    Move("Relax your face, mouth closed, eyes open", 2.0, part="learn"),
    Move("Stay like that", 1.5, part="rest"),
    Move("Now follow the moves, each as far as your face goes", 2.0, part="wait"),
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
        "Doubt it: mouth down, chin up",
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
"""Every curve but mouthClose, whose gain is jawOpen's."""

MOTION_S: Final = 20.0


def script(motion_s: float = MOTION_S) -> tuple[Move, ...]:
    """Return rest and motion, the latter paced to take so many seconds."""
    pace = motion_s / sum(move.seconds for move in MOTION)
    return (*REST, *(replace(move, seconds=move.seconds * pace) for move in MOTION))


class Walk:
    """A face on its way through a script. Time runs while `step` is told it does."""

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
        """Take the next frame's instant, and whether it is one that counts."""
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
        """Which move it is; the last one when done."""
        passed = int(np.searchsorted(self._ends, self.elapsed_s, side="right"))
        return min(passed, len(self.moves) - 1)

    @property
    def move(self) -> Move:
        """The move it is."""
        return self.moves[self.at]

    @property
    def left_s(self) -> float:
        """Seconds of the move that are left."""
        return max(float(self._ends[self.at]) - self.elapsed_s, 0.0)

    def asked(self) -> npt.NDArray[np.bool_]:
        """Return (52,): the curves that are to be seen now, or were a moment ago."""
        late = self.elapsed_s - LATE_S
        before = min(
            int(np.searchsorted(self._ends, late, side="right")), len(self.moves) - 1
        )
        asked: npt.NDArray[np.bool_] = self._asked[before : self.at + 1].any(axis=0)
        return asked
