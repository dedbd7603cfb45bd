"""Runs the solver's network: a face and its neutral face in, 52 weights out.

    aligned landmarks ──┐
    patches ────────────┼── solver.onnx ── 52 weights, 52 standard deviations
    the same at rest ───┘

The network keeps nothing between calls. The caller keeps the actor's neutral face; see
`learned_solver.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from engines.runtime.engine import Engine
from engines.runtime.graphs import SOLVER
from protocols.arrays import Floats
from protocols.rotation import matrix_to_vector

from . import mirror
from .canonical_face import CANONICAL
from .patches import SIZE, cut_patches, pictures, standardise
from .preprocess import Alignment

_LANDMARKS, _MOVED, _TURN, _EYES, _MOUTH = (spec.name for spec in SOLVER.inputs)
_WEIGHTS, _SIGMA = (spec.name for spec in SOLVER.outputs)


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A face as the network gets it."""

    points: Floats
    """(478, 3) canonical centimetres, `Alignment.points`."""
    patches: Floats
    """(SIZE,) from `patches.standardise`; zeros if they are not known."""
    turn: Floats
    """(3,) radians, the rotation vector of the face as it is seen: pitch, yaw, roll."""


NOBODY: Final = Look(
    CANONICAL.astype(np.float32),
    np.zeros(SIZE, dtype=np.float32),
    np.zeros(3, dtype=np.float32),
)
"""The neutral face of an unknown actor: the average face, without a picture."""


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """The network's answer for one face."""

    weights: Floats
    """(52,) 0 to 1."""
    sigma: Floats
    """(52,) above 0: the standard deviation that it expects of each weight's error."""


def look(pixels: npt.NDArray[np.uint8], alignment: Alignment) -> Look:
    """Return the network's input for a face in a picture.

    Args:
        pixels: (h, w, 3) uint8 BGR or (h, w) grey.
        alignment: of the landmarks found in it.
    """
    return Look(
        alignment.points,
        standardise(cut_patches(pixels, alignment)),
        np.array(matrix_to_vector(alignment.rotation), dtype=np.float32),
    )


class SolverNetwork:
    """Owns an engine over `SOLVER`. Keeps nothing between calls. Not thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # Each call fills them again.
        self._feeds = {
            spec.name: np.zeros(spec.shape, dtype=np.float32) for spec in SOLVER.inputs
        }

    def __call__(self, now: Look, rest: Look = NOBODY, known: float = 0.0) -> Estimate:
        """Return the weights of `now`, given the same person's neutral face.

        Args:
            now: the face.
            rest: the neutral face, as far as it is known; its turn is not used.
            known: 0 to 1, how well it is known; see `Neutral.share`.

        Raises:
            FeedError: an input is not finite.
        """
        feeds = self._feeds
        moved = np.float32(known) * (now.points - rest.points)
        for name, points in ((_LANDMARKS, now.points), (_MOVED, moved)):
            plain, mirrored = feeds[name]
            plain[:] = points
            # "clip" writes into `out` without a copy between; no index is out of range.
            points.take(mirror.POINTS, axis=0, out=mirrored, mode="clip")
            mirrored *= mirror.SIGN
        feeds[_TURN][0] = now.turn
        feeds[_TURN][1] = now.turn * mirror.TURN
        for at, seen in enumerate((now, rest)):
            eyes, mouth = pictures(seen.patches)
            feeds[_EYES][0, at] = eyes[0]
            feeds[_EYES][1, at] = eyes[1, :, ::-1]
            feeds[_MOUTH][0, at] = mouth
            feeds[_MOUTH][1, at] = mouth[:, ::-1]
        found = self._engine.run(feeds)
        # Copies, because the engine reuses its arrays.
        return Estimate(found[_WEIGHTS][0].copy(), found[_SIGMA][0].copy())

    def close(self) -> None:
        """Free the engine. Safe to call twice."""
        self._engine.close()
