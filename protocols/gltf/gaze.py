"""How far a VRM's gaze goes: the four maps, and what stands for missing ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .vrm import Look, Range

LEAST: Final = 0.01
"""Degrees of gaze that give the whole output where a file says 0."""
USUAL: Final = {"bone": Range(90.0, 10.0), "expression": Range(90.0, 1.0)}
"""What a map is that a file leaves out, as three-vrm and UniVRM have it."""


def limited(width: float, height: float, by: str) -> Range:
    """Return a map from degrees of gaze to its output.

    Weights of expressions end at 1. Files say up to 10: such a gaze is complete
    earlier, and keeps its slope.

    Args:
        width: degrees of gaze at which the output is `height`.
        height: degrees of the eye bone, or the weight of the expression.
        by: `bone` or `expression`.
    """
    width, height = max(width, LEAST), max(height, 0.0)
    if by == "expression" and height > 1.0:
        return Range(max(width / height, LEAST), 1.0)
    return Range(width, height)


def look_of(by: str, ranges: Sequence[Range | None]) -> Look:
    """Return the gaze of inner, outer, down and up; None stands for the usual."""
    inner, outer, down, up = (entry or USUAL[by] for entry in ranges)
    return Look(by, inner, outer, down, up)
