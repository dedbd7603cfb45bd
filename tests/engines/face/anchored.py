"""What tests ask of the anchor: priors, noise, and its answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engines.face.anchor import BASIS, Anchor, Prior
from engines.face.anchor_strengths import SHIPPED
from engines.face.curve_solver import View
from engines.face.face_basis import FaceBasis
from engines.face.features import TYPICAL
from protocols.arrays import Floats, Numbers
from protocols.channels import ARKIT
from tests.engines.face.made_views import REST

COUNT = len(ARKIT)


def prior(weights: Floats | Numbers | float, error: float) -> Prior:
    """Return a prior of one error for all curves."""
    told = np.broadcast_to(np.float32(weights), COUNT)
    return Prior(told.copy(), np.full(COUNT, error, dtype=np.float32))


def unranged(basis: FaceBasis = BASIS) -> Anchor:
    """Return an anchor whose answer is that of the formula: no `Strengths.ranges`."""
    return Anchor(basis, replace(SHIPPED, ranges={}))


def solved(anchor: Anchor, view: View, told: Prior, *, share: float = 1.0) -> Floats:
    return anchor(view, told, REST, TYPICAL, share)


def noisy(size: float, seed: int = 0) -> Numbers:
    """Return (3P,) noise of `size` usual deviations."""
    rng = np.random.default_rng(seed)
    noise: Numbers = size * BASIS.noise * rng.standard_normal(len(BASIS.noise))
    return noise
