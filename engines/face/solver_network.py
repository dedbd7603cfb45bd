"""The learned solver: one look at a face and at its neutral in, 52 weights out.

    aligned landmarks ──┐
    patches ────────────┼── solver.onnx ── 52 weights, 52 standard deviations
    the same at rest ───┘

Values and one call; who the actor is and what they look like at rest is the caller's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from engines.runtime.engine import Engine
from engines.runtime.graphs import SOLVER
from protocols.channels import INDEX
from protocols.rotation import matrix_to_vector

from . import mirror
from .canonical_face import CANONICAL
from .patches import SIZE, cut_patches, pictures, standardise
from .preprocess import Alignment

Floats = npt.NDArray[np.float32]

_LANDMARKS, _MOVED, _TURN, _EYES, _MOUTH = (spec.name for spec in SOLVER.inputs)
_WEIGHTS, _SIGMA = (spec.name for spec in SOLVER.outputs)


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A face as the network sees it."""

    points: Floats
    """(478, 3) canonical centimetres, `Alignment.points`."""
    patches: Floats
    """(SIZE,) standardised, `patches.standardise`; zeros where they are not known."""
    turn: Floats
    """(3,) radians, the rotation vector of the face as it is seen: pitch, yaw, roll."""


NOBODY: Final = Look(
    CANONICAL.astype(np.float32),
    np.zeros(SIZE, dtype=np.float32),
    np.zeros(3, dtype=np.float32),
)
"""The rest of an actor of whom nothing is known: the average face, no picture."""


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """What the network says of one face."""

    weights: Floats
    """(52,) 0 to 1."""
    sigma: Floats
    """(52,) above 0: the standard deviation it expects of each weight's error."""


def look(pixels: npt.NDArray[np.uint8], alignment: Alignment) -> Look:
    """Return what the network sees of a face in a picture.

    Args:
        pixels: (h, w, 3) uint8 BGR or (h, w) grey.
        alignment: of the landmarks found in it.
    """
    return Look(
        alignment.points,
        standardise(cut_patches(pixels, alignment)),
        np.array(matrix_to_vector(alignment.rotation), dtype=np.float32),
    )


BROWS_HELP: Final = 0.5
"""Of what geometry says of raised brows, the part that is added."""

_BROWS: Final = [
    INDEX[name] for name in ("browInnerUp", "browOuterUpLeft", "browOuterUpRight")
]

INNER_NOISE: Final = 0.1
"""What the network says of raised inner brows below this is not believed: on real faces
it is a smile's or a pair of low lids' (rendered ones lose 0.02 of correlation)."""

_INNER: Final = INDEX["browInnerUp"]


def raise_brows(weights: Floats, geometric: Floats, known: float) -> Floats:
    """Return (52,) weights whose raised brows geometry has had a say in.

    The tracker follows real brows better than painted ones, so that the network learned
    to go by other signs, and hardly sees a real brow rise.

    Args:
        weights: (52,) the network's.
        geometric: (52,) `geometry.solve` of the same face.
        known: 0 to 1, how far the neutral face is; without it, geometry takes anybody's
            high brows for raised ones.
    """
    out = weights.copy()
    inner = max(float(weights[_INNER]) - INNER_NOISE, 0.0) / (1.0 - INNER_NOISE)
    out[_INNER] = inner
    help_ = np.float32(BROWS_HELP * known)
    out[_BROWS] = np.minimum(out[_BROWS] + help_ * geometric[_BROWS], 1.0)
    return out


class SolverNetwork:
    """Owns an engine over `SOLVER`. Keeps nothing between calls; not thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # Filled anew by every call.
        self._feeds = {
            spec.name: np.zeros(spec.shape, dtype=np.float32) for spec in SOLVER.inputs
        }

    def __call__(self, now: Look, rest: Look = NOBODY, known: float = 0.0) -> Estimate:
        """Return the weights of `now`, given the same person's neutral face.

        Args:
            now: the face.
            rest: the neutral face as far as it is known; only its points and patches
                count.
            known: 0 to 1, how far that is; `Neutral.share`.

        Raises:
            FeedError: something is not finite.
        """
        feeds = self._feeds
        moved = np.float32(known) * (now.points - rest.points)
        for name, points in ((_LANDMARKS, now.points), (_MOVED, moved)):
            feeds[name][0] = points
            feeds[name][1] = points[mirror.POINTS] * mirror.SIGN
        feeds[_TURN][0] = now.turn
        feeds[_TURN][1] = now.turn * mirror.TURN
        for at, seen in enumerate((now, rest)):
            eyes, mouth = pictures(seen.patches)
            feeds[_EYES][0, at] = eyes[0]
            feeds[_EYES][1, at] = eyes[1, :, ::-1]
            feeds[_MOUTH][0, at] = mouth
            feeds[_MOUTH][1, at] = mouth[:, ::-1]
        found = self._engine.run(feeds)
        # Copies: the engine reuses its own.
        return Estimate(found[_WEIGHTS][0].copy(), found[_SIGMA][0].copy())

    def close(self) -> None:
        """Free the engine. Safe to call twice."""
        self._engine.close()
