"""What the learned chain answers to single pictures of people whose rest is known.

The chain is the one that ships without what needs a sequence: the network, the anchor,
the sealed lips and the doubt.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engines.face.anchor import Anchor
from engines.face.curve_solver import View, view
from engines.face.expected_error import REGIONS, expected_error
from engines.face.features import TYPICAL
from engines.face.lips import seal
from engines.face.patches import standardise
from engines.face.preprocess import align
from engines.face.solver_network import NOBODY, Look, SolverNetwork
from engines.face.tongue import Tongue
from models.data.rendered.dataset import CALM
from protocols.arrays import Floats, Numbers
from protocols.channels import ARKIT, INDEX

from .baselines import Faces, Tell, people

_TONGUE = INDEX["tongueOut"]
_NO_PICTURE = np.zeros((1, 1, 3), dtype=np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Stills:
    """One row a picture; NaN where no face, or no neutral face of the person, was
    found."""

    weights: Floats
    """(N, 52) as sent."""
    network: Floats
    """(N, 52) of the network by itself."""
    sigma: Floats
    """(N, 52) the error that the network expects."""
    doubt: Floats
    """(N, 52) the error that the chain expects."""
    misfit: Numbers
    """(N, 3) `Anchor.misfit`."""
    turn: Numbers
    """(N,) radians away from the camera."""


def solve_stills(
    faces: Faces, network: SolverNetwork, calibrated: bool, tell: Tell
) -> Stills:
    """Solve every picture.

    Args:
        faces: with stored points and patches.
        network: the learned solver's.
        calibrated: the neutral face is the mean of the person's first pictures; else
            the average person's.
        tell: see `Tell`.
    """
    n, nothing = len(faces), np.float32(np.nan)
    weights, raw, sigma, doubt = np.full((4, n, len(ARKIT)), nothing)
    misfit, turn = np.full((n, len(REGIONS)), np.nan), np.full(n, np.nan)
    anchor, share = Anchor(), float(calibrated)
    for rows in people(faces):
        seen = {
            i: found for i in rows.tolist() if (found := _seen(faces, i)) is not None
        }
        calm = [seen[i] for i in rows[:CALM].tolist() if i in seen]
        if calibrated and not calm:
            continue
        rest, measures = _rest(calm) if calibrated else (NOBODY, TYPICAL)
        for i, (face, now) in seen.items():
            said = network(now, rest, share)
            prior = anchor.prior(said.weights, said.sigma)
            anchor.reset()
            tied = anchor(face, prior, rest.points, measures, share)
            tied[_TONGUE] = Tongue()(float(tied[_TONGUE]), 0.0)
            raw[i], sigma[i] = said.weights, said.sigma
            misfit[i], turn[i] = anchor.misfit, face.turn
            weights[i] = seal(tied, face.measures)
            doubt[i] = expected_error(tied, said.sigma, misfit[i], face.turn, share)
        tell("learned", int(rows[-1]) + 1, n)
    return Stills(weights, raw, sigma, doubt, misfit, turn)


def _seen(faces: Faces, i: int) -> tuple[View, Look] | None:
    alignment = align(faces.points[i])
    if alignment is None:
        return None
    face = view(_NO_PICTURE, alignment, 0.0)
    turn = np.array(face.seen, dtype=np.float32)
    return face, Look(alignment.points, standardise(faces.patches[i]), turn)


def _rest(calm: list[tuple[View, Look]]) -> tuple[Look, Floats]:
    """Return the mean of what was found of a neutral face."""
    looks = [look for _, look in calm]
    mean = Look(
        np.mean([each.points for each in looks], axis=0, dtype=np.float32),
        np.mean([each.patches for each in looks], axis=0, dtype=np.float32),
        np.zeros(3, dtype=np.float32),
    )
    measures = np.mean([face.measures for face, _ in calm], axis=0, dtype=np.float32)
    return mean, measures
