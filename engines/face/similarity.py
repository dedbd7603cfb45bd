"""The rotation that best fits one set of points to another, without factorising.

Markley's FOAM (J. of the Astronautical Sciences 41(2), 1993). With B the sum of the
points' outer products, the best rotation is

    R = ((k + |B|^2) B + t cof(B) - B B' B) / (k t - det B),   k = (t^2 - |B|^2) / 2

where t, the sum of B's singular values (the least one negative for a reflection), is
the largest root of (t^2 - |B|^2)^2 - 8 t det B - 4 |cof(B)|^2. Newton's method starts
above it, from where it always converges.

It is written in plain floats. LAPACK's singular values take as long if its code is in
the processor's caches, but ten times as long after a tracker has filled them.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from protocols.arrays import Numbers

FIRM: Final = 1e-5
"""Below it, the two largest roots are too close to choose a rotation."""

STEPS: Final = 60
"""Six are usual. Points near a plane or a line have a double root and need more."""


def best_rotation(products: Numbers, bound: float) -> tuple[Numbers, float] | None:
    """Return R and the sum over all points of to . R from.

    Args:
        products: B, (3, 3) float64: the sum over the points of to[i] * from[j], both
            centred.
        bound: an upper bound of the sum for any rotation: the geometric mean of both
            sets' sums of squares.

    Returns:
        A proper rotation and its sum. None if the points lie on a line or in one place,
        so that many rotations are equally good.
    """
    if not bound > 1e-100:
        return None
    # Scaled to at most 1, so that fourth powers neither underflow nor overflow.
    (a, b, c), (d, e, f), (g, h, i) = (products / bound).tolist()
    square = a * a + b * b + c * c + d * d + e * e + f * f + g * g + h * h + i * i
    # Cofactors: capitals for the small letters of B (J for i).
    A, B, C = e * i - f * h, f * g - d * i, d * h - e * g
    D, E, F = c * h - b * i, a * i - c * g, b * g - a * h
    G, H, J = b * f - c * e, c * d - a * f, a * e - b * d
    spread = A * A + B * B + C * C + D * D + E * E + F * F + G * G + H * H + J * J
    determinant = a * A + b * B + c * C
    top = 1.0
    for _ in range(STEPS):
        above = top * top - square
        slope = 4.0 * (top * above - 2.0 * determinant)
        if slope <= 0.0:
            break
        step = (above * above - 8.0 * top * determinant - 4.0 * spread) / slope
        top -= step
        if abs(step) <= 1e-12 * top:
            break
    k = 0.5 * (top * top - square)
    divisor = k * top - determinant
    # In singular values s, the divisor is (s1 + s2)(s2 + s3)(s3 + s1).
    if not divisor > FIRM:
        return None
    # B' B, symmetric.
    aa, bb, cc = a * a + d * d + g * g, b * b + e * e + h * h, c * c + f * f + i * i
    ab, bc, ca = a * b + d * e + g * h, b * c + e * f + h * i, c * a + f * d + i * g
    m = k + square
    rotation = np.array(
        [
            [
                m * a + top * A - a * aa - b * ab - c * ca,
                m * b + top * B - a * ab - b * bb - c * bc,
                m * c + top * C - a * ca - b * bc - c * cc,
            ],
            [
                m * d + top * D - d * aa - e * ab - f * ca,
                m * e + top * E - d * ab - e * bb - f * bc,
                m * f + top * F - d * ca - e * bc - f * cc,
            ],
            [
                m * g + top * G - g * aa - h * ab - i * ca,
                m * h + top * H - g * ab - h * bb - i * bc,
                m * i + top * J - g * ca - h * bc - i * cc,
            ],
        ]
    )
    rotation /= divisor
    return rotation, top * bound
